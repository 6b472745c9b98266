/** Outcomes for the tests of the cost review: each of calls in a row, a second apart. */
import type { AttemptRecord, Outcome, Policy } from "@fbp/runtime/core";

export const START = Date.parse("2026-11-22T10:00:00Z");
export const DIGEST = "sha256-policy";

/** 2.50 and 10 USD for 1M tokens. */
const PRICE = { inputNanosPerToken: 2_500, outputNanosPerToken: 10_000, currency: "USD" };

/** What a review asks of a policy. */
export const POLICIES = [
  {
    name: "chat",
    digest: DIGEST,
    paths: [
      { name: "primary", model: "model-a", price: PRICE },
      { name: "backup", model: "model-b", price: PRICE },
      { name: "local", model: "model-c", price: null },
    ],
  },
] as unknown as readonly Policy[];

export type GivenCall = Partial<AttemptRecord> & { readonly path: string };

/** A call that was answered with 100 tokens in and 10 out, unless something else is said. */
export function attempt(given: GivenCall): AttemptRecord {
  const charge = given.charge ?? "reported";
  const usage = given.usage === undefined ? (charge === "reported" ? { input: 100, output: 10 } : null) : given.usage;
  const tokens = charge === "none" ? 0 : usage === null ? 500 : usage.input + usage.output;
  const isPriced = given.path !== "local";
  const cost = usage === null ? 2_000_000 : usage.input * 2_500 + usage.output * 10_000;
  return {
    startMs: 0,
    elapsedMs: 800,
    status: 200,
    transport: null,
    sent: true,
    probe: false,
    signal: null,
    class: null,
    check: null,
    error: null,
    providerRequestId: null,
    tokens,
    costNanos: charge === "none" || !isPriced ? 0 : cost,
    ...given,
    usage,
    charge,
  };
}

export function outcome(id: string, calls: readonly GivenCall[], more: Partial<Outcome> = {}): Outcome {
  const attempts = calls.map((call, index) => attempt({ startMs: index * 1000, ...call }));
  const sum = (of: readonly AttemptRecord[], what: "tokens" | "costNanos"): number =>
    of.reduce((all, one) => all + one[what], 0);
  return {
    version: 1,
    policy: "chat",
    digest: DIGEST,
    id,
    traceId: null,
    startedAt: START,
    elapsedMs: calls.length * 1000,
    result: "answer",
    source: calls.at(-1)?.path ?? null,
    reason: null,
    partial: false,
    signals: [],
    attempts,
    decisions: [],
    retries: 0,
    fallbacks: 0,
    tokens: sum(attempts, "tokens"),
    costNanos: sum(attempts, "costNanos"),
    extra: {
      attempts: attempts.length - 1,
      tokens: sum(attempts.slice(1), "tokens"),
      costNanos: sum(attempts.slice(1), "costNanos"),
      ms: 0,
    },
    hooks: [],
    warnings: [],
    ...more,
  };
}
