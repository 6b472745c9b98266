import type { ContractPlan, Failure } from "./policy.ts";
import type { FailedAttempt } from "./protocol.ts";
import { BUDGET_EXHAUSTED } from "./signals.ts";

/**
 * The signal of a failed attempt: what the contract's classifier says, but an attempt that ran into the request's own
 * deadline says nothing of the provider.
 *
 * @param cutByDeadline as the `attempt` command had it
 */
export function signalOf(contract: ContractPlan, failure: Failure, cutByDeadline: boolean): number {
  return ranIntoDeadline(failure, cutByDeadline) ? BUDGET_EXHAUSTED : contract.classify(failure);
}

/** Was it the deadline, not the path's own timeout, that ended the attempt? */
export function ranIntoDeadline(failure: Pick<Failure, "transport">, cutByDeadline: boolean): boolean {
  return cutByDeadline && failure.transport === "attempt_timeout";
}

/** The signal of an attempt as the driver told it, the deadline minded here too. */
export function signalOfCall(asked: { readonly cutByDeadline: boolean }, failure: FailedAttempt): number {
  return ranIntoDeadline(failure.facts, asked.cutByDeadline) ? BUDGET_EXHAUSTED : failure.signal;
}
