/**
 * Tokens and money of one request. Before a call what it may use is reserved; the reported usage settles it; what may
 * have been charged stays charged. Money is nano-units of the currency.
 */
import type { Call, Past } from "./chain.ts";
import { nth } from "./lookup.ts";
import type { AttemptRecord, Usage } from "./outcome.ts";
import type { PathPlan, Policy } from "./policy.ts";
import type { RequestFacts } from "./protocol.ts";
import { money } from "./words.ts";

/** Tokens and money. */
export interface Ledger {
  readonly tokens: number;
  readonly costNanos: number;
}

/** What one attempt is taken to have cost, and on what ground. */
export type Charge = Pick<AttemptRecord, "tokens" | "costNanos" | "charge">;

/** What the calls so far cost: settled usage, and reservations that stand. */
export function spent(policy: Policy, { facts, calls }: Past): Ledger {
  let tokens = 0;
  let costNanos = 0;
  for (let call = calls; call !== null; call = call.before) {
    const charge = chargeOf(policy, facts, call);
    tokens += charge.tokens;
    costNanos += charge.costNanos;
  }
  return { tokens, costNanos };
}

/** Why the budget does not hold a call over `path` any more, in the operator's words; null: it does. */
export function unaffordable(policy: Policy, past: Past, path: PathPlan): string | null {
  const { tokens, costNanos, currency } = policy.budget;
  if (tokens === null && costNanos === null) return null;
  const needs = reservation(path, past.facts);
  const gone = spent(policy, past);
  if (tokens !== null && gone.tokens + needs.tokens > tokens) {
    return `tokens: needs ${needs.tokens}, ${Math.max(0, tokens - gone.tokens)} left`;
  }
  if (costNanos !== null && gone.costNanos + needs.costNanos > costNanos) {
    return `cost: needs ${money(needs.costNanos, currency)}, ${money(Math.max(0, costNanos - gone.costNanos), currency)} left`;
  }
  return null;
}

/**
 * What a call over `path` may use: the estimated prompt, and for the answer the request's own limit or the path's
 * `max_output`, whichever is less.
 */
export function reservation(path: PathPlan, facts: RequestFacts): Charge {
  const output = Math.min(facts.outputLimit ?? Infinity, path.maxOutput ?? Infinity);
  return charged(path, facts.promptTokens, output === Infinity ? 0 : output, "reserved");
}

/**
 * What a call that has ended is taken to have cost. Nothing, when the request never left this machine; when the provider
 * answered with an error status and does not charge for that; when the caller cut it off and the provider does not charge
 * for that. Otherwise what was reported, and where nothing was, what had been reserved.
 */
export function chargeOf(policy: Policy, facts: RequestFacts, { asked, got }: Call): Charge {
  const path = nth(policy.paths, asked.path);
  if (got.kind === "answered") return settled(path, facts, got.answer.usage);
  const contract = nth(policy.contracts, path.contract);
  if (got.kind === "failed") {
    const { sent, status } = got.failure.facts;
    const free = !sent || (status >= 300 && !contract.chargesFailed);
    return free ? FREE : settled(path, facts, got.failure.usage);
  }
  const { usage = null } = got;
  const free = got.sent === false || (usage === null && !contract.chargesAborted);
  return free ? FREE : settled(path, facts, usage);
}

const FREE: Charge = { tokens: 0, costNanos: 0, charge: "none" };

function settled(path: PathPlan, facts: RequestFacts, usage: Usage | null): Charge {
  return usage === null ? reservation(path, facts) : charged(path, usage.input, usage.output, "reported");
}

function charged(path: PathPlan, input: number, output: number, charge: Charge["charge"]): Charge {
  const { price } = path;
  const costNanos =
    price === null ? 0 : Math.ceil(input * price.inputNanosPerToken + output * price.outputNanosPerToken);
  return { tokens: input + output, costNanos, charge };
}
