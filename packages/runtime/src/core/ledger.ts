/**
 * Tokens and money of one request. Before a call what it may use is reserved; the reported usage settles it; what may
 * have been charged stays charged. Money is nano-units of the currency. All of it in plain numbers, since this runs for
 * every call.
 */
import { type Ended, type Past, told } from "./chain.ts";
import { mayBeCharged } from "./charge.ts";
import { nth } from "./lookup.ts";
import type { AttemptRecord, Usage } from "./outcome.ts";
import type { PathPlan, Policy } from "./policy.ts";
import type { CallTerms, RequestFacts } from "./protocol.ts";
import { money } from "./words.ts";

/** Settled by the reported usage, by what was reserved, or not charged. */
export type Ground = AttemptRecord["charge"];

/** What a call that has ended is taken to have cost. */
export type Charge = Pick<AttemptRecord, "charge" | "usage" | "tokens" | "costNanos">;

/** Why the budget does not hold a call over `path` any more, in the operator's words; null: it does. */
export function unaffordable(policy: Policy, past: Past, path: PathPlan): string | null {
  const { tokens, costNanos } = policy.budget;
  return tokens === null && costNanos === null ? null : lacking(policy, past, path);
}

function lacking(policy: Policy, { facts, calls }: Past, path: PathPlan): string | null {
  const { tokens, costNanos, currency } = policy.budget;
  const output = reservedOutput(facts, path);
  const cost = costOf(path, facts.promptTokens, output);
  const sum = facts.promptTokens + output;
  let tokensLeft = tokens ?? Infinity;
  let costLeft = costNanos ?? Infinity;
  for (let call = calls; call !== null; call = call.before) {
    const charge = chargeOf(policy, facts, call.asked, call.got);
    tokensLeft -= charge.tokens;
    costLeft -= charge.costNanos;
  }
  if (sum > tokensLeft) return `tokens: needs ${sum}, ${Math.max(0, tokensLeft)} left`;
  return cost > costLeft
    ? `cost: needs ${money(cost, currency)}, ${money(Math.max(0, costLeft), currency)} left`
    : null;
}

/** By what was reported, and where nothing was, by what had been reserved. */
export function chargeOf(policy: Policy, facts: RequestFacts, asked: CallTerms, got: Ended): Charge {
  const usage = told(got).usage ?? null;
  const path = nth(policy.paths, asked.path);
  if (!isCharged(policy, path, got, usage)) return { charge: "none", usage, tokens: 0, costNanos: 0 };
  const input = usage === null ? facts.promptTokens : usage.input;
  const output = usage === null ? reservedOutput(facts, path) : usage.output;
  return {
    charge: usage === null ? "reserved" : "reported",
    usage,
    tokens: input + output,
    costNanos: costOf(path, input, output),
  };
}

/**
 * Is a call that has ended charged? Not, when the request never left this machine; when the provider answered with an error
 * status and does not charge for that; when the caller cut it off and the provider does not charge for that.
 */
function isCharged(policy: Policy, path: PathPlan, got: Ended, usage: Usage | null): boolean {
  if (got.kind === "answered") return true;
  const contract = nth(policy.contracts, path.contract);
  return got.kind === "failed"
    ? mayBeCharged(contract, got.failure.facts)
    : got.sent !== false && (usage !== null || contract.chargesAborted);
}

/** What is set aside for an answer: the request's own limit or the path's `max_output`, whichever is less. */
function reservedOutput({ outputLimit }: RequestFacts, { maxOutput }: PathPlan): number {
  return Math.min(outputLimit ?? maxOutput ?? 0, maxOutput ?? Infinity);
}

/** In nano-units, rounded up. */
function costOf({ price }: PathPlan, input: number, output: number): number {
  return price === null ? 0 : Math.ceil(input * price.inputNanosPerToken + output * price.outputNanosPerToken);
}
