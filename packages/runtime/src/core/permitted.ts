/**
 * Whether an action may happen now, by the language's rules. Each function gives the cause of a refusal as one sentence in
 * the operator's words, or null when nothing stands against it. The compiler refuses much of this long before; here it
 * holds for any policy, also one made by hand.
 */
import { backoffMs } from "./backoff.ts";
import { length, type Past, type Trial, taken } from "./chain.ts";
import { signalOfCall } from "./classify.ts";
import { unaffordable } from "./ledger.ts";
import { nth } from "./lookup.ts";
import type { ActionPlan, PathPlan, Policy } from "./policy.ts";
import { BUDGET_EXHAUSTED, forbidsSecondCall } from "./signals.ts";
import { duration } from "./words.ts";

/** A second call: a retry, or a fallback to another path. */
export type Repeat = Extract<ActionPlan, { kind: "retry" | "fallback" }>;

/** The wait before a repeat: what the server asked for, else the rule's own back-off. A fallback waits for nobody. */
export function waitBefore(past: Past, action: Repeat, { failure, path }: Trial): number {
  if (failure === null || action.kind === "fallback") return 0;
  return failure.serverWaitMs ?? backoffMs(action.fromMs, action.toMs, taken(past, "retry", path), failure.dice);
}

/** What stands against repeating the request `waitMs` after `now` on path number `target`. */
export function repeatRefusal(
  policy: Policy,
  past: Past,
  trial: Trial,
  now: number,
  action: Repeat,
  target: number,
  waitMs: number,
): string | null {
  const { retries, fallbacks } = policy.budget;
  const to = nth(policy.paths, target);
  const retry = action.kind === "retry";
  if (trial.signal === BUDGET_EXHAUSTED) return "the budget is spent";
  if (trial.committed) return "a token may have been seen";
  if (retry && trial.failure === null) return "no attempt failed";
  if (!retry && wasUsed(policy, past, trial.path, target)) return `${to.name} was already used`;
  return (
    failureRefusal(policy, past, to) ??
    (retry ? used("retries", taken(past, "retry"), retries) : used("fallbacks", taken(past, "fallback"), fallbacks)) ??
    startRefusal(policy, past, to, now, waitMs, retry && trial.failure?.serverWaitMs != null)
  );
}

/** Every request has been on the path that it starts on. */
function wasUsed(policy: Policy, past: Past, here: number, target: number): boolean {
  return target === here || target === policy.start || taken(past, "fallback", target) > 0;
}

/**
 * What the failures so far say against a call on `to`. Not only the last one: an account that is exhausted stays so, also
 * after a detour.
 */
function failureRefusal(policy: Policy, past: Past, to: PathPlan): string | null {
  for (let call = past.calls; call !== null; call = call.before) {
    if (call.got.kind !== "failed") continue;
    const { failure } = call.got;
    const on = nth(policy.paths, call.asked.path);
    const signal = nth(policy.signals, signalOfCall(call.asked, failure));
    if (forbidsSecondCall(signal.class)) return `nothing may follow ${signal.name}`;
    if (signal.class === "quota" && on.account === to.account) return `${to.name} is on the exhausted account`;
    if (signal.class === "route_limit" && (to.contextWindow ?? 0) <= (on.contextWindow ?? 0)) {
      return `${to.name} has no larger context window`;
    }
    if (failure.facts.sent && !past.facts.repeatable) {
      return "the request was sent and may not be repeated";
    }
  }
  return null;
}

/** What the request's budget says to one more attempt on `path`, `waitMs` from now. */
export function startRefusal(
  policy: Policy,
  past: Past,
  path: PathPlan,
  now: number,
  waitMs = 0,
  serverAsks = false,
): string | null {
  return (
    used("attempts", length(past.calls), policy.budget.attempts) ??
    lateness(policy, past, path, now, waitMs, serverAsks) ??
    unaffordable(policy, past, path)
  );
}

/** Nothing starts at or after the deadline, nor with less time left than the path's least. */
export function lateness(
  policy: Policy,
  past: Past,
  path: PathPlan,
  now: number,
  waitMs = 0,
  serverAsks = false,
): string | null {
  const left = leftMs(policy, past, now);
  if (left - waitMs >= path.leastMs && left > waitMs) return null;
  const needs = serverAsks ? "the server asks for" : "needs";
  const needsMs = serverAsks ? waitMs : waitMs + path.leastMs;
  return `${needs} ${duration(Math.ceil(needsMs))}, ${duration(Math.max(0, Math.floor(left)))} left`;
}

/** Until the deadline of the whole request. */
export function leftMs({ budget }: Policy, { beganAt }: Past, now: number): number {
  return beganAt + budget.deadlineMs - now;
}

function used(what: string, count: number, most: number): string | null {
  return count < most ? null : `${what} ${count} of ${most} used`;
}
