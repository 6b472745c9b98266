/** An alert in the words of whoever is woken by it. */
import { conditionText, measureText } from "../../analyze/diff/words.ts";
import type { AlertCondition, AlertMeasure, AlertModel, PolicyModel } from "../../check/model.ts";
import { duration } from "../../check/words.ts";

type Comparison = Extract<AlertCondition, { readonly kind: "compare" }>;

/** What is so: `share of failed attempts over primary has been above 10% for 5m`. */
export function summaryOf({ when, forMs }: AlertModel): string {
  return `${conditionWords(when, forMs === 0 ? "is" : "has been")}${heldText(forMs)}`;
}

/** Why the alert is there, what it measures now, and the line of the policy that it was made of. */
export function descriptionOf(alert: AlertModel, policy: PolicyModel): string {
  const reasons = new Map(policy.reasons.map(({ name, text }) => [name, text]));
  const named = new Set(comparisonsOf(alert.when).flatMap(({ measure }) => reasonOf(measure)));
  const explained = [...named].flatMap((name) => {
    const text = reasons.get(name);
    return text == null ? [] : [literal(`${name}: ${text}`)];
  });
  return [
    ...(alert.doc === null ? [] : [literal(alert.doc)]),
    ...explained,
    ...(alert.when.kind === "compare" ? [`Now: ${valueTemplate(alert.when.measure, policy)}.`] : []),
    literal(`Rule: ${conditionText(alert.when)}${heldText(alert.forMs)}`),
  ].join("\n");
}

/** Text that Prometheus must not take for a template. */
export function literal(text: string): string {
  return text.replaceAll("{{", '{{ "{{" }}');
}

/** Every comparison in it, in the order of the text. */
export function comparisonsOf(condition: AlertCondition): readonly Comparison[] {
  return condition.kind === "compare" ? [condition] : condition.of.flatMap(comparisonsOf);
}

/** What the policy's prices are in; null where there are none. */
export function currencyOf({ budget, paths }: PolicyModel): string | null {
  return budget.currency ?? paths.find(({ price }) => price !== null)?.price?.currency ?? null;
}

/** `share of failed attempts over primary` */
export function measureWords(measure: AlertMeasure): string {
  switch (measure.kind) {
    case "failure_rate":
      return `share of failed attempts over ${measure.path}`;
    case "slow_rate":
      return `share of attempts over ${measure.path} that took longer than ${duration(measure.thanMs)}`;
    case "fallback_rate":
      return "share of requests that a fallback answered";
    case "count":
      return `number of requests with the reason ${measure.reason} within ${duration(measure.windowMs)}`;
    case "rate":
      return `share of requests with the reason ${measure.reason}`;
    case "percentile":
      return `p${measure.percentile} of the time that attempts over ${measure.path} take`;
    case "cost_rate":
      return "cost per second";
  }
}

const OPERATORS = { ">": "above", ">=": "at or above", "<": "below", "<=": "at or below", "==": "at", "!=": "not at" };

function conditionWords(condition: AlertCondition, verb: string): string {
  if (condition.kind !== "compare") {
    return condition.of
      .map((part) => (part.kind === "compare" ? conditionWords(part, verb) : `(${conditionWords(part, verb)})`))
      .join(` ${condition.kind} `);
  }
  const { measure, operator, threshold } = condition;
  if (threshold.kind === "baseline") {
    const times = threshold.factor === 1 ? "what" : `${threshold.factor} times what`;
    return `${measureWords(measure)} ${verb} ${OPERATORS[operator]} ${times} it was ${duration(threshold.agoMs)} before`;
  }
  // The value as the policy's text has it.
  const value = conditionText(condition).slice(`${measureText(measure)} ${operator} `.length);
  return `${measureWords(measure)} ${verb} ${OPERATORS[operator]} ${value}`;
}

function heldText(forMs: number): string {
  return forMs === 0 ? "" : ` for ${duration(forMs)}`;
}

function reasonOf(measure: AlertMeasure): readonly string[] {
  return measure.kind === "count" || measure.kind === "rate" ? [measure.reason] : [];
}

function valueTemplate({ kind }: AlertMeasure, policy: PolicyModel): string {
  if (kind === "count") return "{{ $value }}";
  if (kind === "percentile") return "{{ $value | humanizeDuration }}";
  if (kind !== "cost_rate") return "{{ $value | humanizePercentage }}";
  const currency = currencyOf(policy);
  return `{{ $value | humanize }}${currency === null ? "" : ` ${currency}`} per second`;
}
