import type { Usage } from "./outcome.ts";
import { at } from "./pointer.ts";
import type { ContractPlan } from "./policy.ts";

/** What the provider says was used; null unless both counts are where the contract says, and are whole numbers up to 10^9. */
export function usageOf(contract: Pick<ContractPlan, "usage">, body: unknown): Usage | null {
  const input = at(body, contract.usage.input);
  const output = at(body, contract.usage.output);
  return isCount(input) && isCount(output) ? { input, output } : null;
}

/** No answer has more, and so sums over a service's life stay whole numbers. */
const MOST_TOKENS = 1e9;

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST_TOKENS;
}
