/**
 * Tokens and money of one request. Before a call what it may use is reserved; the reported usage
 * settles it; what may have been charged stays charged. Money is nano-units of the currency.
 */
import type { Usage } from "./outcome.ts";
import type { BudgetPlan, ContractPlan, PathPlan } from "./policy.ts";
import type { RequestFacts } from "./protocol.ts";
import { money } from "./words.ts";

/** What a request has spent so far: settled usage, and reservations that stand. */
export interface Ledger {
  readonly tokens: number;
  readonly costNanos: number;
}

/** What one attempt is taken to have cost, and on what ground. */
export interface Charge extends Ledger {
  readonly charge: "reported" | "reserved" | "none";
}

const NO_CHARGE: Charge = { tokens: 0, costNanos: 0, charge: "none" };

/**
 * What a call over `path` may use: the estimated prompt, and for the answer the request's own limit
 * or the path's `max_output`, whichever is less.
 */
export function reservation(path: PathPlan, facts: RequestFacts): Charge {
  const output = Math.min(facts.outputLimit ?? Infinity, path.maxOutput ?? Infinity);
  return charge(path, facts.promptTokens, output === Infinity ? 0 : output, "reserved");
}

/** Why the budget does not hold a call over `path` any more, in the operator's words; null: it does. */
export function unaffordable(budget: BudgetPlan, spent: Ledger, path: PathPlan, facts: RequestFacts): string | null {
  if (budget.tokens === null && budget.costNanos === null) return null;
  const needs = reservation(path, facts);
  if (budget.tokens !== null && spent.tokens + needs.tokens > budget.tokens) {
    return `tokens: needs ${needs.tokens}, ${Math.max(0, budget.tokens - spent.tokens)} left`;
  }
  if (budget.costNanos !== null && spent.costNanos + needs.costNanos > budget.costNanos) {
    const left = Math.max(0, budget.costNanos - spent.costNanos);
    return `cost: needs ${money(needs.costNanos, budget.currency)}, ${money(left, budget.currency)} left`;
  }
  return null;
}

/** Settles a call that the provider may charge: by the reported usage, else the reservation stands. */
export function settled(path: PathPlan, facts: RequestFacts, usage: Usage | null): Charge {
  const known = believed(usage);
  return known === null ? reservation(path, facts) : charge(path, known.input, known.output, "reported");
}

/**
 * Settles a failed call: nothing when the request never left this machine, or when the provider
 * answered with an error status and does not charge for that; otherwise as if it was charged.
 *
 * @param status 0 where no status line came
 */
export function settledFailure(
  contract: ContractPlan,
  path: PathPlan,
  facts: RequestFacts,
  sent: boolean,
  status: number,
  usage: Usage | null,
): Charge {
  return !sent || (status >= 400 && !contract.chargesFailed) ? NO_CHARGE : settled(path, facts, usage);
}

/** Settles a call that the caller's abort cut off. */
export function settledAbort(
  contract: ContractPlan,
  path: PathPlan,
  facts: RequestFacts,
  sent: boolean,
  usage: Usage | null,
): Charge {
  return !sent || (believed(usage) === null && !contract.chargesAborted) ? NO_CHARGE : settled(path, facts, usage);
}

function charge(path: PathPlan, input: number, output: number, ground: Charge["charge"]): Charge {
  const price = path.price;
  return {
    tokens: input + output,
    costNanos: price === null ? 0 : Math.ceil(input * price.inputNanosPerToken + output * price.outputNanosPerToken),
    charge: ground,
  };
}

/** Usage comes from outside: only whole numbers are believed. */
export function believed(usage: Usage | null | undefined): Usage | null {
  return usage != null && isCount(usage.input) && isCount(usage.output) ? usage : null;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
