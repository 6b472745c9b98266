import fc from "fast-check";
import { expect, test } from "vitest";
import { RetryBudget } from "./retry-budget.ts";
import { type Counting, windowOf } from "./window.ts";

function lately(): Counting {
  return windowOf({ kind: "time", ms: 10_000 });
}

function drawn(plan: { share: number; perSecond: number }, requests: number, tries: number): number {
  const window = lately();
  const budget = new RetryBudget(plan, { requests: window });
  for (let i = 0; i < requests; i++) window.add(0);
  let granted = 0;
  for (let i = 0; i < tries; i++) {
    if (!budget.allows(0)) continue;
    budget.repeats.add(0);
    granted++;
  }
  return granted;
}

test.each([
  { share: 0.2, perSecond: 0, requests: 0, granted: 0 },
  { share: 0.2, perSecond: 0, requests: 4, granted: 0 },
  { share: 0.2, perSecond: 0, requests: 5, granted: 1 },
  { share: 0.29, perSecond: 0, requests: 100, granted: 29 },
  { share: 0.2, perSecond: 1, requests: 5, granted: 11 },
  { share: 0, perSecond: 0.1, requests: 1000, granted: 1 },
  { share: 0.75, perSecond: 0, requests: 100, granted: 75 },
  { share: 1, perSecond: 0, requests: 30, granted: 30 },
])(
  "$share of $requests requests and $perSecond each second: $granted repeats",
  ({ share, perSecond, requests, granted }) => {
    expect(drawn({ share, perSecond }, requests, 200)).toBe(granted);
  },
);

test("what was drawn comes back after ten seconds", () => {
  const budget = new RetryBudget({ share: 0, perSecond: 0.1 }, { requests: lately() });
  budget.repeats.add(0);
  expect([budget.allows(9_999), budget.allows(10_500)]).toEqual([false, true]);
});

test("in no span of ten seconds are there more repeats than the share and the floor allow", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ after: fc.nat(1500), repeat: fc.boolean() }), { maxLength: 200, size: "max" }),
      fc.constantFrom(0, 0.1, 0.2, 0.5, 1),
      fc.constantFrom(0, 0.1, 0.5, 2),
      (happenings, share, perSecond) => {
        const requests = lately();
        const budget = new RetryBudget({ share, perSecond }, { requests });
        const at = { requests: [] as number[], repeats: [] as number[] };
        let now = 0;
        for (const { after, repeat } of happenings) {
          now += after;
          if (!repeat) {
            requests.add(now);
            at.requests.push(now);
          } else if (budget.allows(now)) {
            budget.repeats.add(now);
            at.repeats.push(now);
            const within = (times: number[]) => times.filter((time) => time > now - 10_000).length;
            expect(within(at.repeats)).toBeLessThanOrEqual(share * within(at.requests) + perSecond * 10 + 1e-6);
          }
        }
      },
    ),
  );
});
