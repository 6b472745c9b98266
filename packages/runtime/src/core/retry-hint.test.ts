import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RetryHintPlan } from "./policy.ts";
import { hintMs, serverWaitMs } from "./retry-hint.ts";

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);
const SEVEN_DAYS = 604_800_000;

describe("one header", () => {
  test.each<[RetryHintPlan["format"], unknown, number | null]>([
    ["seconds_or_date", "30", 30_000],
    ["seconds_or_date", " 0 ", 0],
    ["seconds_or_date", "0.25", 250],
    ["seconds_or_date", "1.0001", 1001],
    ["seconds_or_date", "Sun, 22 Nov 2026 12:00:20 GMT", 20_000],
    ["seconds_or_date", "Sun, 22 Nov 2026 11:00:00 GMT", 0],
    ["seconds_or_date", "Sun, 99 Nov 2026 12:00:20 GMT", null],
    ["seconds_or_date", "22 Nov 2026", null],
    ["seconds_or_date", "-5", null],
    ["seconds_or_date", "1e3", null],
    ["seconds_or_date", "soon", null],
    ["seconds_or_date", "", null],
    ["seconds_or_date", "99999999999999999999", SEVEN_DAYS],
    ["seconds_or_date", "9".repeat(65), null],
    ["milliseconds", "1500", 1500],
    ["milliseconds", "0.5", 1],
    ["milliseconds", "1s", null],
    ["duration", "1m30.5s", 90_500],
    ["duration", "250ms", 250],
    ["duration", "6m0s", 360_000],
    ["duration", "1h2m3s", 3_723_000],
    ["duration", "1d", 86_400_000],
    ["duration", "8.64e3s", null],
    ["duration", "900us", 1],
    ["duration", "900µs", 1],
    ["duration", "12ns", 1],
    ["duration", "0", 0],
    ["duration", "0s", 0],
    ["duration", "30", null],
    ["duration", "s", null],
    ["duration", "1m 30s", null],
    ["duration", "9999999999h", SEVEN_DAYS],
    ["epoch_seconds", String(NOW / 1000 + 5), 5000],
    ["epoch_seconds", String(NOW / 1000 - 5), 0],
    ["epoch_seconds", "tomorrow", null],
    ["seconds_or_date", undefined, null],
    ["milliseconds", 1500, null],
  ])("%s %j is %j ms", (format, value, ms) => {
    expect(hintMs(format, value, NOW)).toBe(ms);
  });

  test("whatever a server writes: a whole number of milliseconds up to seven days, or nothing", () => {
    const formats = fc.constantFrom<RetryHintPlan["format"]>(
      "seconds_or_date",
      "milliseconds",
      "duration",
      "epoch_seconds",
    );
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[\d.hms]{0,80}$/), fc.double().map(String));
    fc.assert(
      fc.property(formats, text, (format, value) => {
        const ms = hintMs(format, value, NOW);
        expect(ms === null || (Number.isInteger(ms) && ms >= 0 && ms <= SEVEN_DAYS)).toBe(true);
      }),
    );
  });
});

describe("the documented headers", () => {
  const hints: readonly RetryHintPlan[] = [
    { header: "retry-after-ms", format: "milliseconds" },
    { header: "retry-after", format: "seconds_or_date" },
  ];

  test.each<[string, Record<string, string>, number | null]>([
    ["the first that is there", { "retry-after-ms": "3000", "retry-after": "10" }, 3000],
    ["the next where the first is missing", { "retry-after": "10" }, 10_000],
    ["the next where the first makes no sense", { "retry-after-ms": "invalid", "retry-after": "10" }, 10_000],
    ["none", { "x-ratelimit-reset": "10" }, null],
    ["none that makes sense", { "retry-after-ms": "invalid", "retry-after": "not-a-number" }, null],
  ])("%s", (_title, headers, ms) => {
    expect(serverWaitMs(hints, headers, NOW)).toBe(ms);
  });

  test("nothing is read from a prototype", () => {
    expect(serverWaitMs(hints, Object.create({ "retry-after": "10" }), NOW)).toBeNull();
  });
});
