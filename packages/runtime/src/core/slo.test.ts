import fc from "fast-check";
import { expect, test } from "vitest";
import { SAMPLED, Slo } from "./slo.ts";
import { anSlo } from "./testing/policy.ts";

test("below the minimum of calls nothing is breached", () => {
  const slo = new Slo(anSlo({ belowMs: 100, minimumCalls: 3 }));
  slo.add(500, 0);
  slo.add(500, 0);
  expect(slo.breached(0)).toBe(false);
  slo.add(500, 0);
  expect(slo.breached(0)).toBe(true);
});

test("a latency at the limit is not below it", () => {
  const slo = new Slo(anSlo({ belowMs: 100, percentile: 50 }));
  slo.add(100, 0);
  expect(slo.breached(0)).toBe(true);
});

test("a breach ends when the slow calls have left the window", () => {
  const slo = new Slo(anSlo({ belowMs: 100, window: { kind: "time", ms: 1000 } }));
  slo.add(500, 0);
  expect([slo.breached(0), slo.breached(1000)]).toEqual([true, false]);
});

test("a window of calls forgets by calls", () => {
  const slo = new Slo(anSlo({ belowMs: 100, window: { kind: "calls", calls: 2 } }));
  slo.add(500, 0);
  expect(slo.breached(1e9)).toBe(true);
  slo.add(50, 0);
  slo.add(50, 0);
  expect(slo.breached(1e9)).toBe(false);
});

test("while it is breached one request of many is let through, so that the path can show that it is fast again", () => {
  const slo = new Slo(anSlo({ belowMs: 100, window: { kind: "calls", calls: 1 } }));
  expect(slo.refuses(0)).toBe(false);
  slo.add(500, 0);
  const asked = Array.from({ length: 2 * SAMPLED }, () => slo.refuses(0));
  expect(asked.flatMap((refused, nth) => (refused ? [] : [nth + 1]))).toEqual([SAMPLED, 2 * SAMPLED]);
  slo.add(50, 0);
  expect(slo.refuses(0)).toBe(false);
  slo.add(500, 0);
  expect(slo.refuses(0)).toBe(true);
});

test("it agrees with the nearest-rank percentile of the sorted latencies", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(200), { minLength: 1, maxLength: 120, size: "max" }),
      fc.constantFrom(50, 75, 90, 95, 99, 99.9, 100),
      fc.integer({ min: 1, max: 200 }),
      (latencies, percentile, belowMs) => {
        const slo = new Slo(anSlo({ percentile, belowMs }));
        for (const latency of latencies) slo.add(latency, 0);
        const sorted = [...latencies].sort((a, b) => a - b);
        // The rank in whole thousandths, so that this side does not round as the other does.
        const rank = Math.ceil((Math.round(percentile * 1000) * sorted.length) / 100_000);
        expect(slo.breached(0)).toBe((sorted[rank - 1] ?? 0) >= belowMs);
      },
    ),
  );
});
