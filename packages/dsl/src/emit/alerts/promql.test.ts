import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { AlertMeasure } from "../../check/model.ts";
import { measureQuery, promDuration, thresholdQuery } from "./promql.ts";

const PAGE = readFileSync(new URL("../../../../../docs/alerts.md", import.meta.url), "utf8");
const SCOPE = { policy: "chat", window: "5m" };

/** As `docs/alerts.md` has them. */
const MEASURES: Readonly<Record<string, AlertMeasure>> = {
  "failure_rate(primary)": { kind: "failure_rate", path: "primary" },
  "slow_rate(primary, 6s)": { kind: "slow_rate", path: "primary", thanMs: 6000 },
  fallback_rate: { kind: "fallback_rate" },
  "count(bad_key, 10m)": { kind: "count", reason: "bad_key", windowMs: 600_000 },
  "rate(bad_key)": { kind: "rate", reason: "bad_key" },
  "p95(primary)": { kind: "percentile", percentile: 95, path: "primary" },
  cost_rate: { kind: "cost_rate" },
};

describe("the page has each function as it is written", () => {
  test.each(Object.entries(MEASURES))("%s", (name, measure) => {
    expect(PAGE).toContain(`| \`${name}\` | \`${measureQuery(measure, SCOPE).replaceAll("\n", " ")}\` |`);
  });

  test("and no other", () => {
    const table = PAGE.slice(PAGE.indexOf("## Functions"), PAGE.indexOf("## Thresholds"));
    expect(table.match(/^\| `/gm)).toHaveLength(Object.keys(MEASURES).length);
  });
});

test.each(Object.entries(MEASURES))("a baseline of %s looks back in each of its selectors", (_, measure) => {
  const query = thresholdQuery(measure, { kind: "baseline", factor: 3, agoMs: 86_400_000 }, SCOPE);
  expect(query).toMatch(/^3 \* /);
  expect(query.match(/\] offset 1d\)/g)).toHaveLength(query.match(/\[/g)?.length ?? 0);
});

test.each([
  [86_400_000, "1d"],
  [129_600_000, "36h"],
  [300_000, "5m"],
  [90_000, "90s"],
  [1500, "1500ms"],
  [0.2, "1ms"],
])("%d ms are %s", (ms, text) => {
  expect(promDuration(ms)).toBe(text);
});

test("a threshold in milliseconds is one in seconds", () => {
  const measure: AlertMeasure = { kind: "percentile", percentile: 99, path: "primary" };
  expect(thresholdQuery(measure, { kind: "value", value: 250 }, SCOPE)).toBe("0.25");
});

test("a bound that is no whole number of seconds is written alike in each Prometheus", () => {
  const query = measureQuery({ kind: "slow_rate", path: "primary", thanMs: 7500 }, SCOPE);
  expect(query).toContain('le="7.5"');
});
