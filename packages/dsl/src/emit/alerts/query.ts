/**
 * What alerts ask, as small trees over the metrics of `prometheusSink`: `promql.ts` writes them for a server, and a
 * simulation evaluates them itself, so that an alert means one thing.
 */
import type { AlertCondition, AlertMeasure, AlertModel, AlertThreshold } from "../../check/model.ts";

/** A vector of one sample without labels; of none, or NaN, where nothing is there to measure. */
export type Query =
  | { readonly kind: "number"; readonly value: number }
  | ({ readonly kind: "sum" } & Growth)
  /** Of the sums by bucket. */
  | { readonly kind: "quantile"; readonly quantile: number; readonly of: Growth }
  | { readonly kind: "round"; readonly of: Query }
  | { readonly kind: "arithmetic"; readonly operator: "/" | "-" | "*"; readonly left: Query; readonly right: Query };

/** How much counters grew within a window. */
export interface Growth {
  /** `rate`: each second; `increase`: in the whole window. */
  readonly as: "rate" | "increase";
  readonly metric: string;
  /** Beside the policy's own name. */
  readonly matchers: readonly Matcher[];
  /** null: the time that rates are taken over, which whoever asks chooses. */
  readonly windowMs: number | null;
  /** The window ends so long before now. */
  readonly agoMs: number;
}

export type Matcher =
  | { readonly kind: "label"; readonly name: string; readonly operator: "=" | "!="; readonly value: string }
  /** The bucket that ends there. */
  | { readonly kind: "bucket"; readonly ms: number };

/** Holds a sample, with the value of the left side, exactly where it is so. What cannot be measured is not so. */
export type Condition =
  | { readonly kind: "or" | "and"; readonly of: readonly Condition[] }
  | {
      readonly kind: "compare";
      readonly operator: Exclude<Comparison["operator"], "!=">;
      readonly left: Query;
      readonly right: Query;
      readonly measure: AlertMeasure;
    };

type Comparison = Extract<AlertCondition, { readonly kind: "compare" }>;

export function conditionOf(condition: AlertModel["when"]): Condition {
  if (condition.kind !== "compare") return { kind: condition.kind, of: condition.of.map(conditionOf) };
  const { measure, threshold, operator } = condition;
  const compared = (how: Exclude<Comparison["operator"], "!=">): Condition => {
    return {
      kind: "compare",
      operator: how,
      left: measureOf(measure),
      right: thresholdOf(measure, threshold),
      measure,
    };
  };
  // NaN, for a share of nothing, differs from every number.
  return operator === "!=" ? { kind: "or", of: [compared("<"), compared(">")] } : compared(operator);
}

/** @param agoMs measured so long before now */
export function measureOf(measure: AlertMeasure, agoMs = 0): Query {
  const grown = (metric: string, ...matchers: readonly Matcher[]): Growth => {
    return { as: "rate", metric, matchers, windowMs: null, agoMs };
  };
  const rate = (metric: string, ...matchers: readonly Matcher[]): Query => {
    return { kind: "sum", ...grown(metric, ...matchers) };
  };
  const requests = rate("fbp_request_duration_seconds_count");
  switch (measure.kind) {
    case "failure_rate": {
      const path = label("path", measure.path);
      const failed = rate("fbp_attempts_total", path, label("result", "failed"));
      return over(failed, rate("fbp_attempts_total", path, { ...label("result", "aborted"), operator: "!=" }));
    }
    case "slow_rate": {
      const path = label("path", measure.path);
      const within = rate("fbp_attempt_duration_seconds_bucket", path, { kind: "bucket", ms: measure.thanMs });
      const share = over(within, rate("fbp_attempt_duration_seconds_count", path));
      return { kind: "arithmetic", operator: "-", left: { kind: "number", value: 1 }, right: share };
    }
    case "fallback_rate":
      return over(rate("fbp_fallback_answers_total"), requests);
    case "rate":
      return over(rate("fbp_request_reasons_total", label("reason", measure.reason)), requests);
    case "count": {
      const { windowMs } = measure;
      const reason = grown("fbp_request_reasons_total", label("reason", measure.reason));
      // `increase` stretches what it saw to the whole window: 5 become 5.08.
      return { kind: "round", of: { kind: "sum", ...reason, as: "increase", windowMs } };
    }
    case "percentile": {
      const of = grown("fbp_attempt_duration_seconds_bucket", label("path", measure.path));
      return { kind: "quantile", quantile: measure.percentile / 100, of };
    }
    case "cost_rate":
      return rate("fbp_cost_total");
  }
}

/** What a measure is compared with; a baseline is the same measure some time ago. */
export function thresholdOf(measure: AlertMeasure, threshold: AlertThreshold): Query {
  if (threshold.kind === "value") return { kind: "number", value: inBaseUnit(measure, threshold.value) };
  const factor: Query = { kind: "number", value: threshold.factor };
  return { kind: "arithmetic", operator: "*", left: factor, right: measureOf(measure, threshold.agoMs) };
}

/** Milliseconds in a second. */
const SECOND = 1000;

/** As metrics have it: durations in seconds. */
export function inBaseUnit(measure: AlertMeasure, value: number): number {
  return measure.kind === "percentile" ? value / SECOND : value;
}

function label(name: string, value: string) {
  return { kind: "label", name, operator: "=", value } as const;
}

function over(left: Query, right: Query): Query {
  return { kind: "arithmetic", operator: "/", left, right };
}
