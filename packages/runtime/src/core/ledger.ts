/**
 * Tokens and money of one request. Before a call what it may use is reserved; the reported usage settles it; what may
 * have been charged stays charged. Money is nano-units of the currency. All of it in plain numbers, since this runs for
 * every call.
 */
import type { Call, Past } from "./chain.ts";
import { mayBeCharged } from "./charge.ts";
import { nth } from "./lookup.ts";
import type { AttemptRecord, Usage } from "./outcome.ts";
import type { PathPlan, Policy } from "./policy.ts";
import type { RequestFacts } from "./protocol.ts";
import { money } from "./words.ts";

/** Settled by the reported usage, by what was reserved, or not charged. */
export type Ground = AttemptRecord["charge"];

/** Why the budget does not hold a call over `path` any more, in the operator's words; null: it does. */
export function unaffordable(policy: Policy, { facts, calls }: Past, path: PathPlan): string | null {
  const { tokens, costNanos, currency } = policy.budget;
  if (tokens === null && costNanos === null) return null;
  const input = inputTokens("reserved", facts, null);
  const output = outputTokens("reserved", facts, null, path);
  const cost = costOf(path, input, output);
  let tokensLeft = tokens ?? Infinity;
  let costLeft = costNanos ?? Infinity;
  for (let call = calls; call !== null; call = call.before) {
    const on = nth(policy.paths, call.asked.path);
    const ground = groundOf(policy, call);
    const usage = usageOfCall(call);
    const used = inputTokens(ground, facts, usage);
    const made = outputTokens(ground, facts, usage, on);
    tokensLeft -= used + made;
    costLeft -= costOf(on, used, made);
  }
  if (input + output > tokensLeft) return `tokens: needs ${input + output}, ${Math.max(0, tokensLeft)} left`;
  return cost > costLeft
    ? `cost: needs ${money(cost, currency)}, ${money(Math.max(0, costLeft), currency)} left`
    : null;
}

/**
 * On what ground a call that has ended is charged. Not at all, when the request never left this machine; when the provider
 * answered with an error status and does not charge for that; when the caller cut it off and the provider does not charge
 * for that. Otherwise by what was reported, and where nothing was, by what had been reserved.
 */
export function groundOf(policy: Policy, call: Call): Ground {
  const { asked, got } = call;
  const usage = usageOfCall(call);
  if (got.kind !== "answered") {
    const contract = nth(policy.contracts, nth(policy.paths, asked.path).contract);
    if (got.kind === "failed") {
      if (!mayBeCharged(contract, got.failure.facts)) return "none";
    } else if (got.sent === false || (usage === null && !contract.chargesAborted)) {
      return "none";
    }
  }
  return usage === null ? "reserved" : "reported";
}

/** The usage that came with the end of a call, however it ended. */
export function usageOfCall({ got }: Call): Usage | null {
  if (got.kind === "answered") return got.answer.usage;
  return got.kind === "failed" ? got.failure.usage : (got.usage ?? null);
}

export function inputTokens(ground: Ground, facts: RequestFacts, usage: Usage | null): number {
  if (ground === "none") return 0;
  return usage === null ? facts.promptTokens : usage.input;
}

/** Reserved is the request's own limit or the path's `max_output`, whichever is less. */
export function outputTokens(ground: Ground, facts: RequestFacts, usage: Usage | null, path: PathPlan): number {
  if (ground === "none") return 0;
  if (usage !== null) return usage.output;
  return Math.min(facts.outputLimit ?? path.maxOutput ?? 0, path.maxOutput ?? Infinity);
}

/** In nano-units, rounded up. */
export function costOf({ price }: PathPlan, input: number, output: number): number {
  return price === null ? 0 : Math.ceil(input * price.inputNanosPerToken + output * price.outputNanosPerToken);
}
