import { believed } from "./ledger.ts";
import type { Usage } from "./outcome.ts";
import { at } from "./pointer.ts";
import type { ContractPlan } from "./policy.ts";

/** What the provider says was used; null unless both counts are where the contract says, and are whole numbers. */
export function usageOf(contract: Pick<ContractPlan, "usage">, body: unknown): Usage | null {
  const input = at(body, contract.usage.input);
  const output = at(body, contract.usage.output);
  return typeof input === "number" && typeof output === "number" ? believed({ input, output }) : null;
}
