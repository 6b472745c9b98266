import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contractModel, STREAMING } from "../testing/models.ts";
import { settingsOf } from "./settings.ts";
import { MODEL, played, policyOf, worldWith } from "./testing/played.ts";

const unavailable = { what: { kind: "returns", status: 503, headers: {}, error: null }, afterMs: 10 } as const;

test("in a world without faults every request is one call, and answered", () => {
  const { requests, results, attempts, reasons, sources, events } = played();
  expect(Math.abs(requests - 1200)).toBeLessThan(120);
  expect({ answers: results.answer, attempts, reasons, events }).toEqual({
    answers: requests,
    attempts: requests,
    reasons: [],
    events: [],
  });
  expect(sources).toEqual([{ path: "primary", requests }]);
});

test("latencies are the profile's", () => {
  const { latency } = played({ spanMs: 300_000 });
  expect(Math.abs((latency.all.p50 ?? 0) - 500)).toBeLessThan(30);
  expect(Math.abs((latency.all.p95 ?? 0) - 1500)).toBeLessThan(150);
});

test("the same input gives the same bytes, another seed others", () => {
  const profile = worldWith({ errors: [{ share: 0.1, ...unavailable }] });
  expect(JSON.stringify(played({ profile }))).toBe(JSON.stringify(played({ profile })));
  expect(JSON.stringify(played({ profile, seed: 2 }))).not.toBe(JSON.stringify(played({ profile })));
});

test("an outage opens the breaker, the fallback answers meanwhile, and the breaker closes after it", () => {
  const profile = worldWith({ outages: [{ share: 1, ...unavailable, atMs: 20_000, forMs: 15_000 }] });
  const { results, requests, events, paths, timeline } = played({ profile });
  expect(results.answer).toBe(requests);
  expect([events[0]?.what, events.at(-1)?.what]).toEqual(["opened", "closed"]);
  expect(events[0]?.atMs).toBeGreaterThan(20_000);
  expect(paths[0]?.openMs).toBe((events.at(-1)?.atMs ?? 0) - (events[0]?.atMs ?? 0));
  const byFallback = timeline.steps.map((step) => step.fallbackAnswers > step.requests / 2);
  expect([byFallback[10], byFallback[25], byFallback[50]]).toEqual([false, true, false]);
});

test("policies that are compared meet the same world, call by call", () => {
  const profile = worldWith({ errors: [{ share: 0.1, ...unavailable }] });
  const withAttempts = (attempts: number) => {
    const policy = { ...policyOf(), budget: { ...MODEL.budget, attempts } };
    return played({ profile, policy });
  };
  const [one, two] = [withAttempts(1), withAttempts(2)];
  expect(one.requests).toBe(two.requests);
  expect(one.results.failure).toBe(one.requests - one.latency.undisturbed.count);
  expect(one.latency.undisturbed).toEqual(two.latency.undisturbed);
  expect(two.fallbacks).toBe(one.results.failure);
});

test("in slow times answers take longer, and a burst brings more requests", () => {
  const slow = played({ profile: worldWith({ slow: [{ atMs: 30_000, forMs: 30_000, factor: 3 }] }) }).timeline.steps;
  expect(slow[45]?.p95 ?? 0).toBeGreaterThan(2 * (slow[15]?.p95 ?? 0));
  const burst = { ...worldWith(), bursts: [{ atMs: 30_000, forMs: 30_000, factor: 5 }] };
  const { steps } = played({ profile: burst }).timeline;
  const requests = (from: number, to: number) => steps.slice(from, to).reduce((sum, step) => sum + step.requests, 0);
  expect(requests(30, 60)).toBeGreaterThan(4 * requests(0, 30));
});

describe("what comes in place of an answer", () => {
  test.each([
    ["hangs", { what: { kind: "hangs" }, afterMs: null }, "timeout"],
    ["fails", { what: { kind: "fails", fault: "reset" }, afterMs: null }, "timeout"],
    [
      "says what is wrong",
      {
        what: { kind: "returns", status: 400, headers: {}, error: { code: "context_length_exceeded" } },
        afterMs: 5,
      },
      "overflow",
    ],
  ] as const)("a path that %s", (_, trouble, reason) => {
    const { reasons, requests } = played({
      profile: worldWith({ errors: [{ share: 1, ...trouble }] }),
      spanMs: 300,
    });
    expect(reasons).toEqual([{ reason, requests }]);
  });
});

test("streams come piece by piece, and some are cut", () => {
  const model = {
    ...MODEL,
    contracts: [contractModel({ contract: STREAMING, root: STREAMING })],
    stream: { mode: "visible", heldTokens: null, heldMs: null, skipBadChunks: false } as const,
  };
  const whole = played({ model, profile: worldWith({}, [{ stream: true }]) });
  expect(whole.results.answer).toBe(whole.requests);
  expect(whole.tokens).toBe(whole.requests * 120);
  const cut = played({ model, profile: worldWith({ cuts: 0.2 }, [{ stream: true }]) });
  expect(cut.reasons.map(({ reason }) => reason)).toEqual(["cut"]);
  expect(Math.abs((cut.results.failure / cut.requests) * 100 - 20)).toBeLessThan(5);
});

describe("settings", () => {
  const policy = policyOf();
  const settings = settingsOf(policy);

  test.each(settings.map(({ name }) => name))("%s becomes what it is told to be, and nothing else changes", (name) => {
    const before = settings.find((one) => one.name === name);
    const after = settingsOf(before?.with(7) ?? policy);
    expect(after.find((one) => one.name === name)?.value).toBe(7);
    // An open time that does not grow is its own limit.
    const others = after.filter(
      (one) => one.name !== name && !(name.endsWith(".open") && one.name.endsWith("doubling_to")),
    );
    for (const { name: other, value } of others)
      expect([other, value]).toEqual([other, settings.find((one) => one.name === other)?.value]);
  });
});

test("whatever the world does, every request ends once, within its budget, and every call is counted", () => {
  const share = fc.integer({ min: 0, max: 5 }).map((tenths) => tenths / 10);
  const what = fc.constantFrom(
    { kind: "hangs" } as const,
    { kind: "fails", fault: "reset" } as const,
    { kind: "returns", status: 429, headers: { "retry-after": "1" }, error: null } as const,
    { kind: "returns", status: 500, headers: {}, error: { code: "x" } } as const,
  );
  const trouble = fc.record({ share, what, afterMs: fc.constantFrom(null, 0, 3000) });
  const outage = fc.tuple(trouble, fc.nat(20_000)).map(([one, atMs]) => ({ ...one, atMs, forMs: 8000 }));
  fc.assert(
    fc.property(
      fc.array(trouble, { maxLength: 2 }),
      fc.array(outage, { maxLength: 2 }),
      fc.integer({ min: 1, max: 4 }),
      (errors, outages, attempts) => {
        const policy = { ...policyOf(), budget: { ...MODEL.budget, attempts } };
        const result = played({ policy, profile: worldWith({ errors, outages }), spanMs: 20_000 });
        const { requests, results, attemptsPerRequest, paths, timeline, latency } = result;
        const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
        expect(sum(Object.values(results))).toBe(requests);
        expect(sum(attemptsPerRequest)).toBe(requests);
        expect(attemptsPerRequest.length).toBeLessThanOrEqual(attempts + 1);
        expect(sum(paths.map((path) => path.attempts))).toBe(result.attempts);
        expect(sum(timeline.steps.map((step) => step.requests))).toBe(requests);
        expect(latency.all.max ?? 0).toBeLessThanOrEqual(MODEL.budget.deadlineMs);
      },
    ),
    { numRuns: 25 },
  );
});
