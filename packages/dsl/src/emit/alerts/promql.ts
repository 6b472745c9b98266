/** What alerts ask, in PromQL. */
import type { AlertCondition, AlertMeasure, AlertThreshold } from "../../check/model.ts";
import { type Condition, conditionOf, type Growth, type Matcher, measureOf, type Query, thresholdOf } from "./query.ts";

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

/** It may go over several lines, and binds as tightly as `/` or `-` does. */
export function measureQuery(measure: AlertMeasure, scope: QueryScope): string {
  return queryText(measureOf(measure), scope);
}

export function conditionQuery(condition: AlertCondition, scope: QueryScope): string {
  return conditionText(conditionOf(condition), scope);
}

export function thresholdQuery(measure: AlertMeasure, threshold: AlertThreshold, scope: QueryScope): string {
  return queryText(thresholdOf(measure, threshold), scope);
}

function conditionText(condition: Condition, scope: QueryScope): string {
  if (condition.kind !== "compare") {
    return condition.of.map((part) => inBrackets(conditionText(part, scope))).join(`\n${condition.kind}\n`);
  }
  const [left, right] = [queryText(condition.left, scope), queryText(condition.right, scope)];
  const between = left.includes("\n") || right.includes("\n") || right.includes("[") ? "\n" : " ";
  return `${left}${between}${condition.operator} ${right}`;
}

function queryText(query: Query, scope: QueryScope): string {
  switch (query.kind) {
    case "number":
      return String(query.value);
    case "sum":
      return `sum(${growthText(query, scope)})`;
    case "quantile":
      return `histogram_quantile(${query.quantile}, sum by (le) (${growthText(query.of, scope)}))`;
    case "round":
      return `round(${queryText(query.of, scope)})`;
    case "arithmetic": {
      const [left, right] = [queryText(query.left, scope), queryText(query.right, scope)];
      if (query.operator !== "*") return `${left}\n${query.operator} ${right}`;
      return `${left} * ${right.includes("\n") ? inBrackets(right) : right}`;
    }
  }
}

function growthText({ as, metric, matchers, windowMs, agoMs }: Growth, { policy, window }: QueryScope): string {
  const selected = selector(metric, policy, matchers.map(matcherText));
  const over = windowMs === null ? window : promDuration(windowMs);
  return `${as}(${selected}[${over}]${agoMs === 0 ? "" : ` offset ${promDuration(agoMs)}`})`;
}

function matcherText(matcher: Matcher): string {
  if (matcher.kind === "bucket") return bucketLabel(matcher.ms);
  return `${matcher.name}${matcher.operator}${JSON.stringify(matcher.value)}`;
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
