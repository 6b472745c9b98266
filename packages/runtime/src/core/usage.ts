import type { Usage } from "./outcome.ts";
import { at } from "./pointer.ts";
import type { ContractPlan } from "./policy.ts";

/** What the provider says was used; null unless both counts are where the contract says, and are whole numbers. */
export function usageOf(contract: Pick<ContractPlan, "usage">, body: unknown): Usage | null {
  const input = at(body, contract.usage.input);
  const output = at(body, contract.usage.output);
  return isCount(input) && isCount(output) ? { input, output } : null;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
