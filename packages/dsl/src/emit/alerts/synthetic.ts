/** Made-up metrics on which a condition holds, or does not: the input of the rules' unit tests. */
import type { AlertCondition, AlertMeasure } from "../../check/model.ts";
import { label, selector } from "./promql.ts";
import { comparisonsOf } from "./words.ts";

export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

/** So many minutes each: while the baseline is taken (0 where there is none), while it does not hold, while it does. */
export type Phases = readonly [before: number, silent: number, firing: number];

/** What a measure, or the growth of a series in a minute, is in each phase. */
type Course = readonly [before: number, silent: number, firing: number];

type Growth = readonly (readonly [series: string, course: Course])[];

/** Calls and requests in each minute. */
const EACH_MINUTE = 100;

const EVEN: Course = [EACH_MINUTE, EACH_MINUTE, EACH_MINUTE];

/**
 * Counters that grow evenly in each phase, with one sample a minute. null where no such are found: the condition asks
 * two things of one metric, or for one exact share.
 */
export function seriesFor(condition: AlertCondition, policy: string, phases: Phases): readonly InputSeries[] | null {
  const comparisons = comparisonsOf(condition);
  const timed = comparisons.flatMap(({ measure }) =>
    measure.kind === "percentile" || measure.kind === "slow_rate" ? [measure.path] : [],
  );
  // Both are of one histogram, whose buckets must go together.
  if (new Set(timed).size < timed.length) return null;
  const grown = new Map<string, Course>();
  for (const comparison of comparisons) {
    const course = courseOf(comparison);
    if (course === null) return null;
    for (const [series, growth] of growthOf(comparison.measure, policy, course)) {
      const other = grown.get(series) ?? growth;
      if (growth.some((each, phase) => each !== other[phase])) return null;
      grown.set(series, growth);
    }
  }
  return [...grown].map(([series, growth]) => ({ series, values: valuesOf(growth, phases) }));
}

function courseOf({
  measure,
  operator,
  threshold,
}: Extract<AlertCondition, { readonly kind: "compare" }>): Course | null {
  // Shares and times come out of a division: never exactly.
  if ((operator === "==" || operator === "!=") && measure.kind !== "count") return null;
  const isShare = !["count", "percentile", "cost_rate"].includes(measure.kind);
  const before = threshold.kind === "value" ? 0 : isShare ? 0.5 / Math.max(1, threshold.factor) : 10;
  const at = threshold.kind === "value" ? threshold.value : before * threshold.factor;
  const above = isShare ? (at + 1) / 2 : 2 * at + 1;
  // Half of one request is none.
  const below = measure.kind === "count" ? Math.floor(at / 2) : at / 2;
  switch (operator) {
    case ">":
    case ">=":
      return [before, below, above];
    case "<":
    case "<=":
      return [before, above, below];
    case "==":
      return [before, above, at];
    case "!=":
      return [before, at, above];
  }
}

/** How much each series grows in a minute. */
function growthOf(measure: AlertMeasure, policy: string, course: Course): Growth {
  const share = each(course, (of) => of * EACH_MINUTE);
  const rest = each(course, (of) => (1 - of) * EACH_MINUTE);
  const requests = [selector("fbp_request_duration_seconds_count", policy), EVEN] as const;
  const reasons = (reason: string): string => selector("fbp_request_reasons_total", policy, [label("reason", reason)]);
  const ofPath = (metric: string, path: string, ...more: readonly string[]): string =>
    selector(metric, policy, [label("path", path), ...more]);
  switch (measure.kind) {
    case "failure_rate":
      return [
        [ofPath("fbp_attempts_total", measure.path, 'result="failed"'), share],
        [ofPath("fbp_attempts_total", measure.path, 'result="answered"'), rest],
      ];
    case "slow_rate": {
      const le = label("le", String(measure.thanMs / 1000));
      return [
        [ofPath("fbp_attempt_duration_seconds_bucket", measure.path, le), rest],
        [ofPath("fbp_attempt_duration_seconds_count", measure.path), EVEN],
      ];
    }
    case "fallback_rate":
      return [[selector("fbp_fallback_answers_total", policy), share], requests];
    case "rate":
      return [[reasons(measure.reason), share], requests];
    case "count":
      return [[reasons(measure.reason), each(course, (of) => (of * MINUTE) / measure.windowMs)]];
    case "percentile":
      return bucketsOf(course).map(([le, growth]) => [
        ofPath("fbp_attempt_duration_seconds_bucket", measure.path, label("le", le)),
        growth,
      ]);
    case "cost_rate":
      return [[selector("fbp_cost_total", policy), each(course, (of) => of * SECONDS)]];
  }
}

/** Milliseconds, and seconds, in a minute. */
const MINUTE = 60_000;
const SECONDS = 60;

/** Every call takes from 0.9 to 1.1 of the time that is wanted, in milliseconds: so does each percentile. */
function bucketsOf(course: Course): Growth {
  const ends = new Set(course.flatMap((ms) => [ms * 0.9, ms * 1.1]).filter((end) => end > 0));
  const within = (end: number): Course => each(course, (ms) => (end >= ms ? EACH_MINUTE : 0));
  return [
    ...[...ends].sort((one, other) => one - other).map((end) => [plain(end / 1000), within(end)] as const),
    ["+Inf", EVEN],
  ];
}

function each([before, silent, firing]: Course, change: (value: number) => number): Course {
  return [change(before), change(silent), change(firing)];
}

/** In promtool's notation: 0, then for each phase a first value, so much more each minute, so many minutes more. */
function valuesOf(growth: Course, phases: Phases): string {
  const parts = ["0"];
  let reached = 0;
  growth.forEach((perMinute, phase) => {
    const minutes = phases[phase] ?? 0;
    if (minutes === 0) return;
    parts.push(`${plain(reached + perMinute)}+${plain(perMinute)}x${minutes - 1}`);
    reached += perMinute * minutes;
  });
  return parts.join(" ");
}

function plain(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, "");
}
