import type { ContractPlan, Failure } from "./policy.ts";

/**
 * May a failed attempt be on the bill? Never when it did not leave this machine. Else as the documented
 * condition that takes it says, and where that is silent: an answer with an error status as the contract says of
 * all of them, and whatever else may have been worked on, yes.
 */
export function mayBeCharged(contract: Pick<ContractPlan, "charged" | "chargesFailed">, failure: Failure): boolean {
  if (!failure.sent) return false;
  return contract.charged?.(failure) ?? (failure.status < 300 || contract.chargesFailed);
}
