/** What a call costs by the price that its path declares, against what the bill has. Money is nano-units. */
import type { PricePlan, Usage } from "@fbp/runtime/core";
import type { Match } from "./match.ts";

export interface Compared {
  readonly price: PricePlan;
  readonly tokens: Usage;
  readonly declaredNanos: number;
  readonly billedNanos: number;
}

/** null where there is nothing to compare: no price, another currency, no cost on the bill, or no tokens. */
export function compared({ call: { declared, usage }, entry }: Match): Compared | null {
  const price = declared?.price ?? null;
  const { costNanos: billedNanos, currency, input, output } = entry;
  const tokens = input === null || output === null ? usage : { input, output };
  if (price === null || billedNanos === null || tokens === null) return null;
  if (currency !== null && currency !== price.currency) return null;
  const declaredNanos = Math.ceil(tokens.input * price.inputNanosPerToken + tokens.output * price.outputNanosPerToken);
  return { price, tokens, declaredNanos, billedNanos };
}

/** A bill is right to the last decimal place that it has. */
export function differsInCost(match: Match): boolean {
  const both = compared(match);
  return both !== null && Math.abs(both.declaredNanos - both.billedNanos) > Math.max(1, match.entry.costStepNanos);
}
