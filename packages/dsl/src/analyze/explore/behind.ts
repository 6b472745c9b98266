/** What a request has behind it, as far as it can still make a difference: one walk along its decisions, one along its calls. */
import { mayBeCharged, nth, type Past, type SignalClass, signalOfCall } from "@fbp/runtime/core";
import type { Ground } from "./ground.ts";

export interface Behind {
  readonly calls: number;
  readonly retries: number;
  readonly fallbacks: number;
  /** Of those, what was done on the path in question. */
  readonly retriesHere: number;
  readonly proceedsHere: number;
  /** The paths used before that a later fallback could name again; none of them is entered twice. */
  readonly visited: Numbers;
  /** What the failures so far forbid: every other call, a call after one that was sent, calls on these accounts, */
  readonly forbidden: boolean;
  readonly unrepeatable: boolean;
  readonly accounts: Numbers;
  /** and calls on paths without a larger context window than that with this number; see `PathGround`. */
  readonly window: number;
  /** The calls that stand with their reservation, by what they cost. */
  readonly charges: Numbers;
}

/** Small numbers in order, each of them one character: such lists are short, and compared more often than read. */
export type Numbers = string;

/** @param on the path in question; null: none */
export function behind({ facts, decisions, calls: last }: Past, on: number | null, ground: Ground): Behind {
  const { policy, paths } = ground;
  let calls = 0;
  let retries = 0;
  let fallbacks = 0;
  let retriesHere = 0;
  let proceedsHere = 0;
  let visited: Numbers = "";
  let accounts: Numbers = "";
  let charges: Numbers = "";
  let forbidden = false;
  let unrepeatable = false;
  let window = 0;
  const ahead = on === null ? NONE : nth(paths, on).ahead;
  if (ahead.has(policy.start)) visited = withNumber(visited, policy.start);
  for (let made = decisions; made !== null; made = made.before) {
    const { action, trial } = made;
    if (action === null) continue;
    if (action.kind === "retry") {
      retries++;
      if (trial.path === on) retriesHere++;
    } else if (action.kind === "fallback") {
      fallbacks++;
      if (ahead.has(action.path)) visited = withNumber(visited, action.path);
    } else if (action.kind === "proceed" && trial.path === on) proceedsHere++;
  }
  for (let call = last; call !== null; call = call.before) {
    calls++;
    const { asked, got } = call;
    const { plan, account, window: here, priced } = nth(paths, asked.path);
    if (got.kind !== "failed") continue;
    const { failure } = got;
    const failed: SignalClass = nth(policy.signals, signalOfCall(asked, failure)).class;
    if (failed === "client_defect" || failed === "auth_defect") forbidden = true;
    else if (failed === "quota") {
      if (!accounts.includes(String.fromCharCode(account))) accounts = withNumber(accounts, account);
    } else if (failed === "route_limit") window = Math.max(window, here);
    if (failure.facts.sent && !facts.repeatable) unrepeatable = true;
    if (ground.sized && failure.usage === null && mayBeCharged(nth(policy.contracts, plan.contract), failure.facts)) {
      charges = withNumber(charges, priced);
    }
  }
  return {
    calls,
    retries,
    fallbacks,
    retriesHere,
    proceedsHere,
    visited,
    forbidden,
    unrepeatable,
    accounts,
    window,
    charges,
  };
}

const NONE: ReadonlySet<number> = new Set();

/** The number put in at its place. */
export function withNumber(numbers: Numbers, number: number): Numbers {
  let at = numbers.length;
  while (at > 0 && numbers.charCodeAt(at - 1) > number) at--;
  const added = String.fromCharCode(number);
  return at === numbers.length ? numbers + added : numbers.slice(0, at) + added + numbers.slice(at);
}
