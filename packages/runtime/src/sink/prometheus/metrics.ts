/** What is counted of outcomes, by its names. */
import type { Registry } from "./registry.ts";

/** Milliseconds in a second. */
const SECOND = 1000;

/** Nano-units of money in one. */
const NANOS = 1e9;

export type Metrics = ReturnType<typeof metricsOf>;

/** @param buckets bounds of the histograms, in milliseconds */
export function metricsOf(registry: Registry, buckets: readonly number[]) {
  const policy = ["policy"];
  const path = ["policy", "path"];
  return {
    requests: registry.counter("fbp_requests_total", "Requests that are over, by what they came to.", [
      "policy",
      "result",
      "source",
      "reason",
    ]),
    reasons: registry.counter("fbp_request_reasons_total", "Requests that are over and have a reason, by it.", [
      "policy",
      "reason",
    ]),
    fallbackAnswers: registry.counter(
      "fbp_fallback_answers_total",
      "Requests that another path than the first answered.",
      policy,
    ),
    requestDuration: registry.histogram(
      "fbp_request_duration_seconds",
      "Time that requests took, with all their attempts.",
      policy,
      SECOND,
      buckets,
    ),
    attempts: registry.counter("fbp_attempts_total", "Calls that are over; one that failed has a signal.", [
      ...path,
      "result",
      "signal",
    ]),
    attemptDuration: registry.histogram(
      "fbp_attempt_duration_seconds",
      "Time that calls took; without those that the caller gave up.",
      path,
      SECOND,
      buckets,
    ),
    decisions: registry.counter("fbp_decisions_total", "Signals that a rule was applied to, by what was done.", [
      ...path,
      "signal",
      "action",
    ]),
    refused: registry.counter("fbp_refused_actions_total", "Actions that a rule named and that were not permitted.", [
      ...path,
      "action",
    ]),
    tokens: registry.counter("fbp_tokens_total", "Tokens that calls are taken to have cost.", [...path, "charge"]),
    usage: registry.counter("fbp_usage_tokens_total", "Tokens that providers reported.", [...path, "type"]),
    cost: registry.counter("fbp_cost_total", "Money that calls are taken to have cost.", [...path, "currency"], NANOS),
    extraTokens: registry.counter("fbp_extra_tokens_total", "Tokens beyond each request's first call.", policy),
    extraCost: registry.counter(
      "fbp_extra_cost_total",
      "Money beyond each request's first call.",
      ["policy", "currency"],
      NANOS,
    ),
    hooks: registry.counter("fbp_hooks_total", "Pages and notifications that rules asked for.", [
      "policy",
      "kind",
      "target",
    ]),
    warnings: registry.counter(
      "fbp_warnings_total",
      "Warnings in outcomes, such as that the caller retries by itself.",
      policy,
    ),
  };
}
