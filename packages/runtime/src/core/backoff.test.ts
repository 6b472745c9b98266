import fc from "fast-check";
import { expect, test } from "vitest";
import { backoffMs } from "./backoff.ts";

test.each([
  { k: 0, dice: 0, wait: 0 },
  { k: 0, dice: 0.5, wait: 125 },
  { k: 1, dice: 0.5, wait: 250 },
  { k: 3, dice: 0.5, wait: 1000 },
  { k: 4, dice: 0.5, wait: 1000 },
  { k: 0, dice: 0.999_999, wait: 249 },
])("retry after 250ms..2s, retry number $k with $dice on the dice waits $wait ms", ({ k, dice, wait }) => {
  expect(backoffMs(250, 2000, k, dice)).toBe(wait);
});

test("a plain retry is at once", () => {
  expect(backoffMs(0, 0, 5, 0.9)).toBe(0);
});

test("whole milliseconds, from 0 to below the cap, also after very many retries", () => {
  fc.assert(
    fc.property(
      fc.nat(10_000),
      fc.nat(100_000),
      fc.nat(5000),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (from, more, k, dice) => {
        const wait = backoffMs(from, from + more, k, dice);
        expect(Number.isInteger(wait)).toBe(true);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(Math.max(0, from + more - 1));
      },
    ),
  );
});
