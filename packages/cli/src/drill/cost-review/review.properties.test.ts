/** What holds of a cost review whatever was recorded and billed. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { BillingEntry } from "./billing.ts";
import { callsOf } from "./calls.ts";
import { MOST_APART_MS, pairByTime } from "./pair-by-time.ts";
import { reviewCosts } from "./review.ts";
import { type GivenCall, outcome, POLICIES, START } from "./testing.ts";

const count = fc.integer({ min: 0, max: 3 });
const id = fc.option(fc.constantFrom("a", "b", "c"), { nil: null });

const call: fc.Arbitrary<GivenCall> = fc
  .record({
    path: fc.constantFrom("primary", "backup", "local"),
    startMs: fc.integer({ min: 0, max: 600_000 }),
    elapsedMs: fc.integer({ min: 0, max: 60_000 }),
    sent: fc.boolean(),
    signal: fc.constantFrom(null, "server_error"),
    providerRequestId: id,
    charge: fc.constantFrom("reported" as const, "reserved" as const, "none" as const),
  })
  .chain(
    (given): fc.Arbitrary<GivenCall> =>
      given.charge === "reported"
        ? fc.record({ input: count, output: count }).map((usage) => ({ ...given, usage }))
        : fc.constant({ ...given, usage: null }),
  );

const outcomes = fc
  .array(fc.array(call, { maxLength: 4 }), { maxLength: 6 })
  .map((all) => all.map((calls, index) => outcome(`r${index}`, calls)));

const entry: fc.Arbitrary<Omit<BillingEntry, "line">> = fc.record({
  at: fc.option(fc.integer({ min: START - 200_000, max: START + 900_000 }), { nil: null }),
  withinMs: fc.constantFrom(1, 1000, 86_400_000),
  model: fc.constantFrom(null, "model-a", "model-b", "model-z"),
  requestId: id,
  input: fc.option(count, { nil: null }),
  output: fc.option(count, { nil: null }),
  costNanos: fc.option(fc.integer({ min: 0, max: 50_000 }), { nil: null }),
  costStepNanos: fc.constantFrom(1, 1000),
  currency: fc.constantFrom(null, "USD", "EUR"),
});

const entries = fc
  .array(entry, { maxLength: 14 })
  .map((all) => all.map((each, index): BillingEntry => ({ ...each, line: index + 2 })));

const world = fc.record({
  recorded: outcomes,
  billed: fc.option(entries, { nil: null }),
  policies: fc.constantFrom(POLICIES, []),
});

const billingOf = (billed: readonly BillingEntry[] | null) =>
  billed === null ? undefined : { file: "bill.csv", entries: billed };

test("each call and each line stands in one row, and the sums are those of the rows", () => {
  fc.assert(
    fc.property(world, ({ recorded, billed, policies }) => {
      const { rows, totals } = reviewCosts(recorded, billingOf(billed), policies);
      const calls = rows.flatMap((row) => (row.call === null ? [] : [`${row.call.request} ${row.call.call}`]));
      const lines = rows.flatMap((row) => (row.billed === null ? [] : [row.billed.entry.line]));
      expect(calls.toSorted()).toEqual(
        recorded.flatMap(({ id: request, attempts }) => attempts.map((_, at) => `${request} ${at + 1}`)).toSorted(),
      );
      expect(lines.toSorted((a, b) => a - b)).toEqual((billed ?? []).map(({ line }) => line));

      const { reported, reserved, none } = totals.charges;
      for (const what of ["calls", "tokens", "costNanos"] as const) {
        expect(reported[what] + reserved[what] + none[what]).toBe(totals.all[what]);
      }
      expect([none.tokens, none.costNanos]).toEqual([0, 0]);
      const sum = (of: (one: (typeof recorded)[number]) => number): number =>
        recorded.reduce((all, one) => all + of(one), 0);
      expect(totals.all).toEqual({
        calls: calls.length,
        tokens: sum((one) => one.tokens),
        costNanos: sum((one) => one.costNanos),
      });
      expect(totals.repeats.tokens).toBe(sum((one) => one.extra.tokens));
      expect(totals.repeats.costNanos).toBe(sum((one) => one.extra.costNanos));
      expect(totals.billed?.matched ?? 0).toBe(rows.filter((row) => row.call !== null && row.billed !== null).length);
    }),
  );
});

test("two that name different request ids are never one, unless no id is on both sides", () => {
  fc.assert(
    fc.property(world, ({ recorded, billed, policies }) => {
      const { rows, findings } = reviewCosts(recorded, billingOf(billed), policies);
      fc.pre(!findings.some(({ kind }) => kind === "ids_differ"));
      for (const { call: one, billed: other } of rows) {
        const ids = [one?.requestId ?? null, other?.entry.requestId ?? null];
        if (!ids.includes(null) && one !== null && other !== null) expect(ids[0]).toBe(ids[1]);
      }
    }),
  );
});

test("the order of requests and of lines changes nothing", () => {
  const shuffled = world.chain((given) =>
    fc.record({
      given: fc.constant(given),
      recorded: fc.shuffledSubarray([...given.recorded], { minLength: given.recorded.length }),
      billed:
        given.billed === null
          ? fc.constant(null)
          : fc.shuffledSubarray([...given.billed], { minLength: given.billed.length }),
    }),
  );
  // Lines that are alike in everything but their number are one as good as the other.
  const steady = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (key, each: unknown) => (key === "line" || key === "lines" ? undefined : each)).replaceAll(
        /lines? [\d, and]+(?: more)? of/g,
        "lines of",
      ),
    );
  fc.assert(
    fc.property(shuffled, ({ given, recorded, billed }) => {
      expect(steady(reviewCosts(recorded, billingOf(billed), given.policies))).toEqual(
        steady(reviewCosts(given.recorded, billingOf(given.billed), given.policies)),
      );
    }),
  );
});

test("by time there are as many pairs as can be", () => {
  const few = fc.tuple(fc.array(call, { maxLength: 5 }), fc.array(entry, { maxLength: 5 }));
  fc.assert(
    fc.property(few, ([given, lines]) => {
      const calls = callsOf(outcome("r", given), []);
      const timed = lines.flatMap((each, line): BillingEntry[] =>
        each.at === null ? [] : [{ ...each, withinMs: 1, line }],
      );
      const canBe = (at: number, one: (typeof calls)[number]): boolean =>
        at >= one.at - MOST_APART_MS && at <= one.endsAt + MOST_APART_MS;
      const most = (left: readonly BillingEntry[], free: readonly (typeof calls)[number][]): number => {
        const [first, ...rest] = left;
        if (first === undefined) return 0;
        const taken = free.flatMap((one) =>
          canBe(first.at ?? 0, one)
            ? [
                1 +
                  most(
                    rest,
                    free.filter((other) => other !== one),
                  ),
              ]
            : [],
        );
        return Math.max(most(rest, free), ...taken);
      };
      const pairs = pairByTime(calls, timed);
      expect(pairs.every(([one, line]) => canBe(line.at ?? 0, one))).toBe(true);
      expect(pairs.length).toBe(most(timed, calls));
    }),
  );
});
