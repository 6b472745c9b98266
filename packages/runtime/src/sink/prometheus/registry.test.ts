import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Registry } from "./registry.ts";

test("counters and gauges", () => {
  const registry = new Registry();
  const calls = registry.counter("calls_total", "Calls.", ["path"]);
  calls.begin("backup");
  calls.add(1, "primary");
  calls.add(2, "primary");
  registry.counter("cost_total", "Money.", [], 1e9).add(1_500_000);
  registry.gauge("open", "Is it open?", []).set(1);
  registry.gauge("open", "Is it open?", []).set(0);
  expect(registry.text()).toBe(`# HELP calls_total Calls.
# TYPE calls_total counter
calls_total{path="backup"} 0
calls_total{path="primary"} 3
# HELP cost_total Money.
# TYPE cost_total counter
cost_total 0.0015
# HELP open Is it open?
# TYPE open gauge
open 0
`);
});

test("a histogram's buckets hold all that is at or below them", () => {
  const registry = new Registry();
  const seconds = registry.histogram("seconds", "Time.", ["path"], 1000, [50, 1000, 2500]);
  for (const ms of [0, 50, 51, 1000, 2500, 2501]) seconds.observe(ms, "p");
  expect(registry.text()).toBe(`# HELP seconds Time.
# TYPE seconds histogram
seconds_bucket{path="p",le="0.05"} 2
seconds_bucket{path="p",le="1"} 4
seconds_bucket{path="p",le="2.5"} 5
seconds_bucket{path="p",le="+Inf"} 6
seconds_sum{path="p"} 6.102
seconds_count{path="p"} 6
`);
});

test("help is escaped", () => {
  const registry = new Registry();
  registry.counter("n", "a \\ and\na line", []);
  expect(registry.text()).toContain("# HELP n a \\\\ and\\na line\n");
});

describe("labels", () => {
  const LABEL = /^n\{v="((?:[^"\\\n]|\\[\\"n])*)"\} 1$/;

  test("whatever a value holds, it stays in its quotes and reads as it was", () => {
    const values = fc.string({ unit: fc.constantFrom("a", '"', "\\", "\n", "n", "}", " ", "é", "\u2028") });
    fc.assert(
      fc.property(values, (value) => {
        const registry = new Registry();
        registry.counter("n", "N.", ["v"]).add(1, value);
        const line = registry.text().slice(0, -1).split("\n").slice(2);
        expect(line).toHaveLength(1);
        const [, escaped = ""] = LABEL.exec(line[0] ?? "") ?? [];
        const read = escaped.replace(/\\(.)/g, (_, each) => (each === "n" ? "\n" : each));
        expect(read).toBe(value);
      }),
    );
  });

  test("two that differ are two series", () => {
    const registry = new Registry();
    const n = registry.counter("n", "N.", ["a", "b"]);
    n.add(1, 'x",b="y', "");
    n.add(1, "x", 'y",b="');
    expect(registry.text().trimEnd().split("\n")).toHaveLength(4);
  });
});
