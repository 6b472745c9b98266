/** The metrics of OpenTelemetry's conventions for generative AI, for each call, and this runtime's own, for each request. */
import type { Attributes, Counter, Histogram, Meter } from "@opentelemetry/api";
import type { AttemptRecord, Outcome } from "../../core/outcome.ts";
import type { CallAttributes } from "./calls.ts";

/** As the conventions give them: https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics */
const SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const TOKENS = Array.from({ length: 14 }, (_, power) => 4 ** power);

/** Nano-units of money in one. */
const NANOS = 1e9;

export class OutcomeMeter {
  readonly #calls: ReadonlyMap<string, CallAttributes>;
  readonly #callDuration: Histogram;
  readonly #tokenUsage: Histogram;
  readonly #requestDuration: Histogram;
  readonly #requests: Counter;
  readonly #attempts: Counter;
  readonly #decisions: Counter;
  readonly #hooks: Counter;
  readonly #tokens: Counter;
  readonly #cost: Counter;

  /** @param currency of the budget; null: the policy knows no money */
  constructor(meter: Meter, currency: string | null, calls: ReadonlyMap<string, CallAttributes>) {
    this.#calls = calls;
    this.#callDuration = meter.createHistogram("gen_ai.client.operation.duration", {
      description: "GenAI operation duration.",
      unit: "s",
      advice: { explicitBucketBoundaries: SECONDS },
    });
    this.#tokenUsage = meter.createHistogram("gen_ai.client.token.usage", {
      description: "Number of input and output tokens used.",
      unit: "{token}",
      advice: { explicitBucketBoundaries: TOKENS },
    });
    this.#requestDuration = meter.createHistogram("fbp.request.duration", {
      description: "Time that requests took, with all their attempts.",
      unit: "s",
      advice: { explicitBucketBoundaries: SECONDS },
    });
    this.#requests = meter.createCounter("fbp.requests", { description: "Requests that are over.", unit: "{request}" });
    this.#attempts = meter.createCounter("fbp.attempts", { description: "Calls that are over.", unit: "{attempt}" });
    this.#decisions = meter.createCounter("fbp.decisions", {
      description: "Rules that were applied.",
      unit: "{decision}",
    });
    this.#hooks = meter.createCounter("fbp.hooks", { description: "Pages and notifications.", unit: "{call}" });
    this.#tokens = meter.createCounter("fbp.tokens", {
      description: "Tokens that attempts are taken to have cost.",
      unit: "{token}",
    });
    this.#cost = meter.createCounter("fbp.cost", {
      description: "Money that attempts are taken to have cost.",
      unit: currency ?? "1",
    });
  }

  record(outcome: Outcome): void {
    const own = { "fbp.policy": outcome.policy };
    const { result, reason, source } = outcome;
    this.#requests.add(1, { ...own, "fbp.result": result, "fbp.reason": reason ?? "", "fbp.source": source ?? "" });
    this.#requestDuration.record(outcome.elapsedMs / 1000, { ...own, "fbp.result": result });
    for (const attempt of outcome.attempts) this.#attempt(attempt, own);
    for (const { path, signal, action } of outcome.decisions) {
      this.#decisions.add(1, { ...own, "fbp.path": path, "fbp.signal": signal, "fbp.action": action });
    }
    for (const { kind, target } of outcome.hooks) {
      this.#hooks.add(1, { ...own, "fbp.hook": kind, "fbp.target": target });
    }
  }

  #attempt(attempt: AttemptRecord, policy: Attributes): void {
    const own = { ...policy, "fbp.path": attempt.path };
    const call: Attributes = { ...this.#calls.get(attempt.path) };
    const error: Attributes = attempt.signal === null ? {} : { "error.type": attempt.signal };
    this.#callDuration.record(attempt.elapsedMs / 1000, { ...call, ...error });
    if (attempt.usage !== null) {
      this.#tokenUsage.record(attempt.usage.input, { ...call, "gen_ai.token.type": "input" });
      this.#tokenUsage.record(attempt.usage.output, { ...call, "gen_ai.token.type": "output" });
    }
    this.#attempts.add(1, { ...own, "fbp.signal": attempt.signal ?? "" });
    this.#tokens.add(attempt.tokens, { ...own, "fbp.charge": attempt.charge });
    this.#cost.add(attempt.costNanos / NANOS, { ...own, "fbp.charge": attempt.charge });
  }
}
