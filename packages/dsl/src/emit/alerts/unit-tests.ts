/** Unit tests of the rules for `promtool test rules`, as data. */
import type { AlertModel, PolicyModel } from "../../check/model.ts";
import { label } from "./promql.ts";
import { type InputSeries, seriesFor } from "./synthetic.ts";
import { comparisonsOf } from "./words.ts";

export interface RuleTestFile {
  readonly rule_files: readonly string[];
  readonly evaluation_interval: string;
  readonly tests: readonly RuleTest[];
}

export interface RuleTest {
  readonly name: string;
  readonly interval: string;
  readonly input_series: readonly InputSeries[];
  readonly promql_expr_test: readonly {
    readonly expr: string;
    readonly eval_time: string;
    readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
  }[];
}

/** One for each alert; `untested` are those that no simple metrics are found for. */
export function ruleTests(
  policy: PolicyModel,
  windowMs: number,
): { readonly tests: readonly RuleTest[]; readonly untested: readonly string[] } {
  const all = policy.alerts.map((alert) => ({ name: alert.name, test: testOf(alert, policy.name, windowMs) }));
  return {
    tests: all.flatMap(({ test }) => test ?? []),
    untested: all.flatMap(({ name, test }) => (test === null ? [name] : [])),
  };
}

/** With one sample a minute a shorter window may hold one alone, of which there is no rate. */
const SHORTEST_MS = 120_000;

/** After so many minutes a window holds nothing but the phase that it is in. */
const SETTLING = 2;

/** It stays silent while its condition does not hold, and fires once that has held for its time, not before. */
function testOf(alert: AlertModel, policy: string, windowMs: number): RuleTest | null {
  const comparisons = comparisonsOf(alert.when);
  const windows = comparisons.map(({ measure }) => (measure.kind === "count" ? measure.windowMs : windowMs));
  if (Math.min(...windows) < SHORTEST_MS) return null;
  const ago = comparisons.flatMap(({ threshold }) => (threshold.kind === "baseline" ? [minutes(threshold.agoMs)] : []));
  const held = minutes(alert.forMs);
  const phase = minutes(Math.max(...windows)) + held + SETTLING;
  const before = Math.max(0, ...ago);
  // Until the end baselines are of the time before: with one that is shorter they would have risen too.
  if (ago.some((each) => each < 2 * phase)) return null;
  const series = seriesFor(alert.when, policy, [before, phase, phase]);
  if (series === null) return null;
  const labels = [label("alertname", alert.name), 'alertstate="firing"', label("policy", policy)];
  const at = (minute: number, isFiring: boolean) => ({
    expr: `count(ALERTS{${labels.join(",")}})`,
    eval_time: `${minute}m`,
    exp_samples: isFiring ? [{ labels: "{}", value: 1 }] : [],
  });
  return {
    name: `${policy}: ${alert.name}`,
    interval: "1m",
    input_series: series,
    promql_expr_test: [
      at(before + phase, false),
      ...(held === 0 ? [] : [at(before + phase + held, false)]),
      at(before + 2 * phase, true),
    ],
  };
}

function minutes(ms: number): number {
  return Math.ceil(ms / 60_000);
}
