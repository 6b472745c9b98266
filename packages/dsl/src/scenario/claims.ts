/** What assertions say of one request that has ended. */
import type { Outcome } from "@fbp/runtime/core";
import type { AssertModel } from "../check/model.ts";
import { evaluate, type Facts } from "../check/predicate/evaluate.ts";

/** An outcome as assertions read it: `elapsed` in milliseconds, `cost` in nano-units. */
export function claimFacts(outcome: Outcome): Readonly<Record<string, unknown>> {
  const { result, source, reason, attempts, retries, fallbacks, signals, elapsedMs, tokens, costNanos } = outcome;
  return {
    result,
    source,
    reason,
    attempts: attempts.length,
    retries,
    fallbacks,
    signals,
    elapsed: elapsedMs,
    tokens,
    cost: costNanos,
  };
}

/** Does the request break the assertion? One request never breaks a possibility. */
export function isBroken({ mode, claim, when }: AssertModel, facts: Facts): boolean {
  if (mode === "possible" || (when !== null && !evaluate(when, facts))) return false;
  return evaluate(claim, facts) === (mode === "never");
}
