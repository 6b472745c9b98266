import fc from "fast-check";
import { expect, test } from "vitest";
import { diceFor, latencyAt, standardScore } from "./dice.ts";
import { percentiles } from "./tally.ts";

test.each([
  [0.5, 0],
  [0.9, 1.2815515655446004],
  [0.99, 2.3263478740408408],
  [0.001, -3.090232306167813],
])("the standard score of %d", (share, score) => {
  expect(standardScore(share)).toBeCloseTo(score, 7);
});

test("a latency goes through each percentile that is given, and never falls", () => {
  const latency = [
    { score: standardScore(0.5), ms: 900 },
    { score: standardScore(0.95), ms: 2500 },
    { score: standardScore(0.99), ms: 6000 },
  ];
  expect([0.5, 0.95, 0.99].map((share) => Math.round(latencyAt(latency, share)))).toEqual([900, 2500, 6000]);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      expect(latencyAt(latency, low)).toBeLessThanOrEqual(latencyAt(latency, high));
      expect(latencyAt(latency, low)).toBeGreaterThan(0);
    }),
  );
});

test("dice hang on each of their numbers, and are even", () => {
  const first = (...numbers: readonly number[]): number => diceFor(...numbers)();
  expect(first(1, 2, 3)).toBe(first(1, 2, 3));
  expect(new Set([first(1, 2, 3), first(2, 2, 3), first(1, 3, 3), first(1, 2, 4), first(1, 2)]).size).toBe(5);
  const many = Array.from({ length: 10_000 }, (_, request) => first(1, request, 0, 0));
  const tenths = Array.from({ length: 10 }, (_, tenth) => many.filter((one) => Math.floor(one * 10) === tenth).length);
  for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test("a percentile is the smallest value that so many are not above", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { minLength: 1 }), (values) => {
      const { p95, max, count } = percentiles(values);
      const notAbove = (limit: number): number => values.filter((value) => value <= limit).length / values.length;
      expect(notAbove(p95 ?? -1)).toBeGreaterThanOrEqual(0.95);
      const smaller = values.filter((value) => value < (p95 ?? 0));
      for (const value of smaller) expect(notAbove(value)).toBeLessThan(0.95);
      expect([max, count]).toEqual([Math.max(...values), values.length]);
    }),
  );
  expect(percentiles([])).toEqual({ count: 0, p50: null, p90: null, p95: null, p99: null, max: null });
});
