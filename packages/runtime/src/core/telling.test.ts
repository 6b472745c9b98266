import { expect, test } from "vitest";
import { SAMPLED } from "./slo.ts";
import { TellingRetryBudget, TellingSlo } from "./telling.ts";
import { anSlo } from "./testing/policy.ts";
import { windowOf } from "./window.ts";

const QUICK = anSlo({ belowMs: 100, window: { kind: "calls", calls: 1 } });

test("whoever listens is told once of each change that a request finds in an SLO", () => {
  const told: [boolean, number][] = [];
  const slo = new TellingSlo(QUICK, (missed, now) => told.push([missed, now]));
  [50, 500, 500, 50, 50].forEach((latency, now) => {
    slo.add(latency, now);
    slo.refuses(now);
    slo.refuses(now);
  });
  expect(told).toEqual([
    [true, 1],
    [false, 3],
  ]);
});

test("a request that is let through all the same is no change", () => {
  const told: boolean[] = [];
  const slo = new TellingSlo(QUICK, (missed) => told.push(missed));
  slo.add(500, 0);
  const refused = Array.from({ length: SAMPLED + 1 }, () => slo.refuses(0));
  expect([refused.filter((one) => !one).length, told]).toEqual([1, [true]]);
});

test("whoever listens is told once when a retry budget has run dry, and once when it has something again", () => {
  const told: [boolean, number][] = [];
  const of = { requests: windowOf({ kind: "time", ms: 10_000 }) };
  const budget = new TellingRetryBudget({ share: 0, perSecond: 0.1 }, of, (dry, now) => told.push([dry, now]));
  budget.allows(0);
  budget.repeats.add(0);
  for (const now of [1, 2, 10_500, 10_501]) budget.allows(now);
  expect(told).toEqual([
    [true, 1],
    [false, 10_500],
  ]);
});
