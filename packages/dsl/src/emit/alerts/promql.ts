/** What alerts measure, in PromQL over the metrics of `prometheusSink`. */
import type { AlertCondition, AlertMeasure, AlertThreshold } from "../../check/model.ts";

export interface QueryScope {
  /** The policy's name. */
  readonly policy: string;
  /** The time that rates are taken over, as PromQL has it: `5m`. */
  readonly window: string;
}

/** Milliseconds as PromQL writes them, in the largest unit that divides them: `1d`, `90s`. */
export function promDuration(ms: number): string {
  const whole = Math.max(1, Math.round(ms));
  for (const [unit, size] of UNITS) if (whole % size === 0) return `${whole / size}${unit}`;
  return `${whole}ms`;
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
] as const;

/** Milliseconds in a second. */
const SECOND = 1000;

/**
 * A vector of one sample without labels; of none, or NaN, where nothing is there to measure. It may go over several
 * lines, and binds as tightly as `/` or `-` does.
 *
 * @param agoMs measured so long before now
 */
export function measureQuery(measure: AlertMeasure, { policy, window }: QueryScope, agoMs = 0): string {
  const offset = agoMs === 0 ? "" : ` offset ${promDuration(agoMs)}`;
  const selected = (metric: string, more: readonly string[], over = window): string =>
    `${selector(metric, policy, more)}[${over}]${offset}`;
  const rate = (metric: string, ...more: readonly string[]): string => `sum(rate(${selected(metric, more)}))`;
  const requests = rate("fbp_request_duration_seconds_count");
  switch (measure.kind) {
    case "failure_rate": {
      const path = label("path", measure.path);
      const failed = rate("fbp_attempts_total", path, 'result="failed"');
      return `${failed}\n/ ${rate("fbp_attempts_total", path, 'result!="aborted"')}`;
    }
    case "slow_rate": {
      const path = label("path", measure.path);
      const within = rate("fbp_attempt_duration_seconds_bucket", path, bucketLabel(measure.thanMs));
      return `1\n- ${within}\n/ ${rate("fbp_attempt_duration_seconds_count", path)}`;
    }
    case "fallback_rate":
      return `${rate("fbp_fallback_answers_total")}\n/ ${requests}`;
    case "rate":
      return `${rate("fbp_request_reasons_total", label("reason", measure.reason))}\n/ ${requests}`;
    case "count": {
      const reason = [label("reason", measure.reason)];
      // `increase` stretches what it saw to the whole window: 5 become 5.08.
      return `round(sum(increase(${selected("fbp_request_reasons_total", reason, promDuration(measure.windowMs))})))`;
    }
    case "percentile": {
      const range = selected("fbp_attempt_duration_seconds_bucket", [label("path", measure.path)]);
      return `histogram_quantile(${measure.percentile / 100}, sum by (le) (rate(${range})))`;
    }
    case "cost_rate":
      return rate("fbp_cost_total");
  }
}

/** A condition: a vector that holds a sample exactly where it is so. What cannot be measured is not so. */
export function conditionQuery(condition: AlertCondition, scope: QueryScope): string {
  if (condition.kind !== "compare") {
    return condition.of.map((part) => inBrackets(conditionQuery(part, scope))).join(`\n${condition.kind}\n`);
  }
  const { measure, threshold, operator } = condition;
  const measured = measureQuery(measure, scope);
  const against = thresholdQuery(measure, threshold, scope);
  const between = measured.includes("\n") || against.includes("\n") || against.includes("[") ? "\n" : " ";
  const compared = (how: string): string => `${measured}${between}${how} ${against}`;
  // NaN, for a share of nothing, differs from every number.
  return operator === "!=" ? `${inBrackets(compared("<"))}\nor\n${inBrackets(compared(">"))}` : compared(operator);
}

/** What a measure is compared with; a baseline is the same measure some time ago. */
export function thresholdQuery(measure: AlertMeasure, threshold: AlertThreshold, scope: QueryScope): string {
  if (threshold.kind === "value") return String(inBaseUnit(measure, threshold.value));
  const before = measureQuery(measure, scope, threshold.agoMs);
  return `${threshold.factor} * ${before.includes("\n") ? inBrackets(before) : before}`;
}

/** As metrics have it: durations in seconds. */
export function inBaseUnit(measure: AlertMeasure, value: number): number {
  return measure.kind === "percentile" ? value / SECOND : value;
}

export function selector(metric: string, policy: string, more: readonly string[] = []): string {
  return `${metric}{${[label("policy", policy), ...more].join(",")}}`;
}

/** PromQL quotes as Go does, which takes what JSON writes. */
export function label(name: string, value: string): string {
  return `${name}=${JSON.stringify(value)}`;
}

/** Prometheus before 3 keeps a whole bound as the text format has it (`6`), later ones as a fraction (`6.0`). */
function bucketLabel(ms: number): string {
  const seconds = ms / SECOND;
  return Number.isInteger(seconds) ? `le=~"${seconds}(\\\\.0)?"` : label("le", String(seconds));
}

function inBrackets(query: string): string {
  return `(\n${query.replace(/^/gm, "  ")}\n)`;
}
