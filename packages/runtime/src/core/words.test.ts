import { expect, test } from "vitest";
import { duration, money } from "./words.ts";

test.each([
  [0, "0s"],
  [1, "1ms"],
  [250, "250ms"],
  [999, "999ms"],
  [1000, "1s"],
  [1500, "1.5s"],
  [8250, "8.25s"],
  [90_000, "90s"],
])("%d ms is %s", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test.each([
  [50_000_000, "USD", "0.05 USD"],
  [1_000_000_000, "EUR", "1 EUR"],
  [1_250_000_000, "EUR", "1.25 EUR"],
  [1, "USD", "0.000000001 USD"],
  [0, "USD", "0 USD"],
  [10_000_000_000, null, "10"],
])("%d nanos of %s is %s", (nanos, currency, text) => {
  expect(money(nanos, currency)).toBe(text);
});
