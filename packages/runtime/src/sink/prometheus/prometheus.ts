/** Counts outcomes for Prometheus. Works anywhere: how the text is served is the service's. */
import type { AttemptRecord, Outcome } from "../../core/outcome.ts";
import type { Policy } from "../../core/policy.ts";
import { UsageError } from "../../usage-error.ts";
import type { Sink } from "../sink.ts";
import { readGauges, type Watchable } from "./gauges.ts";
import { among, type Names, namesOf } from "./names.ts";
import { Registry } from "./registry.ts";

export type { Watchable } from "./gauges.ts";

export interface PrometheusOptions {
  /** Bounds of the histograms' buckets beside the usual ones and the policy's own limits, in seconds. */
  readonly buckets?: readonly number[];
  /** The sink of another policy: both count into one text. The buckets are those of the first. */
  readonly beside?: PrometheusSink;
}

export interface PrometheusSink extends Sink {
  write(outcome: Outcome): void;
  /** Has the text tell of the client's health and losses too, as they are when it is asked for. */
  watch(client: Watchable): void;
  /** All metrics in the text format. */
  text(): string;
  /** For the header `content-type` of whoever serves `text`. */
  readonly contentType: string;
}

const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** In milliseconds: from an error that comes at once to a long answer. */
const BUCKETS = [
  50, 100, 250, 500, 1000, 1500, 2000, 3000, 4000, 5000, 6000, 8000, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000,
];

/** Milliseconds in a second. */
const SECOND = 1000;

/** Nano-units of money in one. */
const NANOS = 1e9;

/**
 * Labels are the policy's own names, so there are as many series as the policy has names and never more; most of them
 * are there with 0 from the beginning.
 *
 * @throws UsageError when a bucket's bound is no number above 0, or `beside` is no sink of this kind
 */
export function prometheusSink(policy: Policy, options: PrometheusOptions = {}): PrometheusSink {
  const { beside } = options;
  if (beside !== undefined && !(beside instanceof Counting)) throw new UsageError("beside must be a prometheusSink");
  return new Counting(policy, beside?.page ?? new Page(), bounds(policy, options.buckets ?? []));
}

/** Ascending, in milliseconds. What the policy limits is a bound, so that shares below it are exact. */
function bounds(policy: Policy, more: readonly number[]): readonly number[] {
  if (!more.every((bound) => Number.isFinite(bound) && bound > 0)) {
    throw new UsageError("each of buckets must be a number of seconds above 0");
  }
  const own = policy.paths.flatMap(({ mostMs, breaker, slo }) => [
    mostMs,
    breaker?.slowMs ?? mostMs,
    slo?.belowMs ?? mostMs,
  ]);
  const all = new Set([...BUCKETS, ...own, policy.budget.deadlineMs, ...more.map((bound) => bound * SECOND)]);
  return [...all].sort((one, other) => one - other);
}

/** What is served as one text. */
class Page {
  readonly registry = new Registry();
  readonly watched: { readonly policy: string; readonly client: Watchable }[] = [];

  text(): string {
    for (const { policy, client } of this.watched) readGauges(this.registry, policy, client);
    return this.registry.text();
  }
}

class Counting implements PrometheusSink {
  readonly contentType = CONTENT_TYPE;
  readonly page: Page;
  readonly #policy: Policy;
  readonly #names: Names;
  readonly #metrics: ReturnType<typeof metricsOf>;

  constructor(policy: Policy, page: Page, buckets: readonly number[]) {
    this.page = page;
    this.#policy = policy;
    this.#names = namesOf(policy);
    this.#metrics = metricsOf(page.registry, buckets);
    this.#begin();
  }

  watch(client: Watchable): void {
    this.page.watched.push({ policy: this.#policy.name, client });
  }

  text(): string {
    return this.page.text();
  }

  write(outcome: Outcome): void {
    const { name: policy } = this.#policy;
    const names = this.#names;
    const metrics = this.#metrics;
    const { result, source } = outcome;
    const reason = outcome.reason === null ? "" : among(names.reason, outcome.reason);
    metrics.requests.add({ policy, result, source: source === null ? "" : among(names.path, source), reason });
    if (reason !== "") metrics.reasons.add({ policy, reason });
    if (source !== null && source !== this.#start) metrics.fallbackAnswers.add({ policy });
    metrics.requestDuration.observe({ policy }, outcome.elapsedMs);
    metrics.extraTokens.add({ policy }, outcome.extra.tokens);
    metrics.extraCost.add({ policy, currency: this.#currency }, outcome.extra.costNanos);
    metrics.warnings.add({ policy }, outcome.warnings.length);
    const last = outcome.attempts.at(-1);
    for (const attempt of outcome.attempts) this.#attempt(attempt, attempt === last && result === "aborted");
    for (const decision of outcome.decisions) {
      const path = among(names.path, decision.path);
      const signal = among(names.signal, decision.signal);
      metrics.decisions.add({ policy, path, signal, action: among(names.action, decision.action) });
      for (const { action } of decision.refused) {
        metrics.refused.add({ policy, path, action: among(names.action, action) });
      }
    }
    for (const { kind, target } of outcome.hooks) {
      metrics.hooks.add({ policy, kind, target: among(names.target, target) });
    }
  }

  #attempt(attempt: AttemptRecord, last: boolean): void {
    const metrics = this.#metrics;
    const own = { policy: this.#policy.name, path: among(this.#names.path, attempt.path) };
    const signal = attempt.signal === null ? "" : among(this.#names.signal, attempt.signal);
    const result = signal !== "" ? "failed" : last ? "aborted" : "answered";
    metrics.attempts.add({ ...own, result, signal });
    // How long a call took that its caller gave up says nothing of the path.
    if (result !== "aborted") metrics.attemptDuration.observe(own, attempt.elapsedMs);
    metrics.tokens.add({ ...own, charge: attempt.charge }, attempt.tokens);
    metrics.cost.add({ ...own, currency: this.#currency }, attempt.costNanos);
    if (attempt.usage === null) return;
    metrics.usage.add({ ...own, type: "input" }, attempt.usage.input);
    metrics.usage.add({ ...own, type: "output" }, attempt.usage.output);
  }

  get #start(): string | undefined {
    return this.#policy.paths[this.#policy.start]?.name;
  }

  get #currency(): string {
    return (
      this.#policy.budget.currency ?? this.#policy.paths.find(({ price }) => price !== null)?.price?.currency ?? ""
    );
  }

  /** Every series whose labels are known before anything happens. */
  #begin(): void {
    const { name: policy } = this.#policy;
    const names = this.#names;
    const metrics = this.#metrics;
    const currency = this.#currency;
    metrics.requestDuration.begin({ policy });
    metrics.fallbackAnswers.begin({ policy });
    metrics.extraTokens.begin({ policy });
    metrics.extraCost.begin({ policy, currency });
    metrics.warnings.begin({ policy });
    for (const reason of names.reason) {
      metrics.reasons.begin({ policy, reason });
      metrics.requests.begin({ policy, result: "failure", source: "", reason });
    }
    for (const { kind, target } of names.hooks) metrics.hooks.begin({ policy, kind, target });
    for (const path of names.path) {
      metrics.requests.begin({ policy, result: "answer", source: path, reason: "" });
      metrics.attempts.begin({ policy, path, result: "answered", signal: "" });
      metrics.attempts.begin({ policy, path, result: "aborted", signal: "" });
      for (const signal of names.signal) metrics.attempts.begin({ policy, path, result: "failed", signal });
      metrics.attemptDuration.begin({ policy, path });
      metrics.cost.begin({ policy, path, currency });
      for (const charge of ["reported", "reserved", "none"]) metrics.tokens.begin({ policy, path, charge });
      for (const type of ["input", "output"]) metrics.usage.begin({ policy, path, type });
    }
  }
}

function metricsOf(registry: Registry, buckets: readonly number[]) {
  return {
    requests: registry.counter("fbp_requests_total", "Requests that are over, by what they came to."),
    reasons: registry.counter("fbp_request_reasons_total", "Requests that are over and have a reason, by it."),
    fallbackAnswers: registry.counter(
      "fbp_fallback_answers_total",
      "Requests that another path than the first answered.",
    ),
    requestDuration: registry.histogram(
      "fbp_request_duration_seconds",
      "Time that requests took, with all their attempts.",
      SECOND,
      buckets,
    ),
    attempts: registry.counter("fbp_attempts_total", "Calls that are over; one that failed has a signal."),
    attemptDuration: registry.histogram(
      "fbp_attempt_duration_seconds",
      "Time that calls took; without those that the caller gave up.",
      SECOND,
      buckets,
    ),
    decisions: registry.counter("fbp_decisions_total", "Signals that a rule was applied to, by what was done."),
    refused: registry.counter("fbp_refused_actions_total", "Actions that a rule named and that were not permitted."),
    tokens: registry.counter("fbp_tokens_total", "Tokens that calls are taken to have cost."),
    usage: registry.counter("fbp_usage_tokens_total", "Tokens that providers reported."),
    cost: registry.counter("fbp_cost_total", "Money that calls are taken to have cost.", NANOS),
    extraTokens: registry.counter("fbp_extra_tokens_total", "Tokens beyond each request's first call."),
    extraCost: registry.counter("fbp_extra_cost_total", "Money beyond each request's first call.", NANOS),
    hooks: registry.counter("fbp_hooks_total", "Pages and notifications that rules asked for."),
    warnings: registry.counter(
      "fbp_warnings_total",
      "Warnings in outcomes, such as that the caller retries by itself.",
    ),
  };
}
