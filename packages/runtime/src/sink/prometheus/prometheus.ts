/** Counts outcomes for Prometheus. Works anywhere: how the text is served is the service's. */
import type { AttemptRecord, Outcome } from "../../core/outcome.ts";
import type { Policy } from "../../core/policy.ts";
import { UsageError } from "../../usage-error.ts";
import type { Sink } from "../sink.ts";
import { bucketBounds } from "./buckets.ts";
import { readGauges, type Watchable } from "./gauges.ts";
import { type Metrics, metricsOf } from "./metrics.ts";
import { among, type Names, namesOf } from "./names.ts";
import { Registry } from "./registry.ts";

export { bucketBounds } from "./buckets.ts";
export type { Watchable } from "./gauges.ts";

export interface PrometheusOptions {
  /** Bounds of the histograms' buckets beside the usual ones and the policy's own limits, in seconds. */
  readonly buckets?: readonly number[];
  /** The sink of another policy: both count into one text. The buckets are those of the first. */
  readonly beside?: PrometheusSink;
}

export interface PrometheusSink extends Sink {
  write(outcome: Outcome): void;
  /**
   * Has the text tell of the client's health and losses too, as they are when it is asked for. Of several clients of a policy
   * the last one is told of: the others, as after a policy was loaded anew, are let go.
   */
  watch(client: Watchable): void;
  /** All metrics in the text format. */
  text(): string;
  /** For the header `content-type` of whoever serves `text`. */
  readonly contentType: string;
}

const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Milliseconds in a second. */
const SECOND = 1000;

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

/** @throws UsageError when one of `more`, in seconds, is no number above 0 */
function bounds(policy: Policy, more: readonly number[]): readonly number[] {
  if (!more.every((bound) => Number.isFinite(bound) && bound > 0)) {
    throw new UsageError("each of buckets must be a number of seconds above 0");
  }
  return bucketBounds(
    policy,
    more.map((bound) => bound * SECOND),
  );
}

/** What is served as one text. */
class Page {
  readonly registry = new Registry();
  /** By the policy's name. */
  readonly watched = new Map<string, Watchable>();

  text(): string {
    for (const [policy, client] of this.watched) readGauges(this.registry, policy, client);
    return this.registry.text();
  }
}

class Counting implements PrometheusSink {
  readonly contentType = CONTENT_TYPE;
  readonly page: Page;
  readonly #policy: Policy;
  readonly #names: Names;
  readonly #metrics: Metrics;
  readonly #start: string | undefined;
  readonly #currency: string;

  constructor(policy: Policy, page: Page, buckets: readonly number[]) {
    this.page = page;
    this.#policy = policy;
    this.#names = namesOf(policy);
    this.#metrics = metricsOf(page.registry, buckets);
    this.#start = policy.paths[policy.start]?.name;
    const priced = policy.paths.find(({ price }) => price !== null);
    this.#currency = policy.budget.currency ?? priced?.price?.currency ?? "";
    this.#begin();
  }

  watch(client: Watchable): void {
    this.page.watched.set(this.#policy.name, client);
  }

  text(): string {
    return this.page.text();
  }

  write(outcome: Outcome): void {
    const { name: policy } = this.#policy;
    const names = this.#names;
    const metrics = this.#metrics;
    const { result, source, extra } = outcome;
    const reason = outcome.reason === null ? "" : among(names.reason, outcome.reason);
    metrics.requests.add(1, policy, result, source === null ? "" : among(names.path, source), reason);
    if (reason !== "") metrics.reasons.add(1, policy, reason);
    if (source !== null && source !== this.#start) metrics.fallbackAnswers.add(1, policy);
    metrics.requestDuration.observe(outcome.elapsedMs, policy);
    if (extra.tokens !== 0) metrics.extraTokens.add(extra.tokens, policy);
    if (extra.costNanos !== 0) metrics.extraCost.add(extra.costNanos, policy, this.#currency);
    if (outcome.warnings.length > 0) metrics.warnings.add(outcome.warnings.length, policy);
    const last = outcome.attempts.at(-1);
    for (const attempt of outcome.attempts) this.#attempt(attempt, attempt === last && result === "aborted");
    for (const decision of outcome.decisions) {
      const path = among(names.path, decision.path);
      const signal = among(names.signal, decision.signal);
      metrics.decisions.add(1, policy, path, signal, among(names.action, decision.action));
      for (const { action } of decision.refused) metrics.refused.add(1, policy, path, among(names.action, action));
    }
    for (const { kind, target } of outcome.hooks) metrics.hooks.add(1, policy, kind, among(names.target, target));
  }

  #attempt(attempt: AttemptRecord, last: boolean): void {
    const { name: policy } = this.#policy;
    const metrics = this.#metrics;
    const path = among(this.#names.path, attempt.path);
    const signal = attempt.signal === null ? "" : among(this.#names.signal, attempt.signal);
    const result = signal !== "" ? "failed" : last ? "aborted" : "answered";
    metrics.attempts.add(1, policy, path, result, signal);
    // How long a call took that its caller gave up says nothing of the path.
    if (result !== "aborted") metrics.attemptDuration.observe(attempt.elapsedMs, policy, path);
    metrics.tokens.add(attempt.tokens, policy, path, attempt.charge);
    metrics.cost.add(attempt.costNanos, policy, path, this.#currency);
    if (attempt.usage === null) return;
    metrics.usage.add(attempt.usage.input, policy, path, "input");
    metrics.usage.add(attempt.usage.output, policy, path, "output");
  }

  /** Every series whose labels are known before anything happens. */
  #begin(): void {
    const { name: policy } = this.#policy;
    const names = this.#names;
    const metrics = this.#metrics;
    const currency = this.#currency;
    metrics.requestDuration.begin(policy);
    metrics.fallbackAnswers.begin(policy);
    metrics.extraTokens.begin(policy);
    metrics.extraCost.begin(policy, currency);
    metrics.warnings.begin(policy);
    for (const reason of names.reason) {
      metrics.reasons.begin(policy, reason);
      metrics.requests.begin(policy, "failure", "", reason);
    }
    for (const { kind, target } of names.hooks) metrics.hooks.begin(policy, kind, target);
    for (const path of names.path) {
      metrics.requests.begin(policy, "answer", path, "");
      metrics.attempts.begin(policy, path, "answered", "");
      metrics.attempts.begin(policy, path, "aborted", "");
      for (const signal of names.signal) metrics.attempts.begin(policy, path, "failed", signal);
      metrics.attemptDuration.begin(policy, path);
      metrics.cost.begin(policy, path, currency);
      for (const charge of ["reported", "reserved", "none"]) metrics.tokens.begin(policy, path, charge);
      for (const type of ["input", "output"]) metrics.usage.begin(policy, path, type);
    }
  }
}
