import { describe, expect, test } from "vitest";
import { LARGEST, readQuantity } from "./quantity.ts";

function value(image: string) {
  const reading = readQuantity(image);
  return reading.kind === "quantity" ? [reading.value, reading.unit.kind] : reading;
}

describe("a number is read in its unit's base", () => {
  test.each([
    ["250ms", 250, "duration"],
    ["8s", 8_000, "duration"],
    ["1.5s", 1_500, "duration"],
    ["5m", 300_000, "duration"],
    ["1h", 3_600_000, "duration"],
    ["1d", 86_400_000, "duration"],
    ["1h30m", 5_400_000, "duration"],
    ["1d2h3m4s5ms", 93_784_005, "duration"],
    ["50%", 0.5, "percent"],
    ["0.1%", 0.001, "percent"],
    ["12.3%", 0.123, "percent"],
    ["24k", 24_000, "none"],
    ["1.001k", 1_001, "none"],
    ["0.29k", 290, "none"],
    ["1M", 1_000_000, "none"],
    ["3x", 3, "factor"],
    ["512 bytes", 512, "bytes"],
    ["64k bytes", 64_000, "bytes"],
    ["40 tokens", 40, "tokens"],
    ["1M tokens", 1_000_000, "tokens"],
    ["1 call", 1, "calls"],
    ["2 probes", 2, "probes"],
    ["429", 429, "none"],
    ["-1", -1, "none"],
    ["1.5e3", 1_500, "none"],
    ["2e-3", 0.002, "none"],
  ])("%s", (image, expected, unit) => {
    expect(value(image)).toEqual([expected, unit]);
  });

  test.each(["0.05 USD", "0.05USD", "0.05  USD"])("%j", (image) => {
    expect(readQuantity(image)).toEqual({ kind: "quantity", value: 0.05, unit: { kind: "money", currency: "USD" } });
  });
});

describe("what the language does not have is named, with what was meant", () => {
  test.each([
    ["8sec", "sec", "8s"],
    ["8 seconds", "seconds", "8s"],
    ["8 s", "s", "8s"],
    ["5 min", "min", "5m"],
    ["8S", "S", "8s"],
    ["128K", "K", "128k"],
    ["50 percent", "percent", "50%"],
    ["24kb", "kb", "24k bytes"],
    ["5 dollars", "dollars", "5 USD"],
    ["5 usd", "usd", "5 USD"],
    ["5xx", "xx", "in 500..599"],
    ["1_000", "_000", "1000"],
    ["30m1h", "m1h", null],
    ["8parsec", "parsec", null],
    ["8s tokens", "s tokens", null],
    ["1constructor", "constructor", null],
    ["1 toString", "toString", null],
  ])("%s", (image, unit, suggestion) => {
    expect(readQuantity(image)).toEqual({ kind: "unknown_unit", unit, suggestion });
  });
});

test("a number is bounded by what can be counted exactly", () => {
  expect(value(String(LARGEST))).toEqual([LARGEST, "none"]);
  for (const image of ["9007199254740992", "99999999999d", "1e400", "-1e16", "9e15k", "99999999d9999999999h"])
    expect(readQuantity(image), image).toEqual({ kind: "too_large" });
});
