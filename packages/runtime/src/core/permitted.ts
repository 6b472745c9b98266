/**
 * Whether an action may happen now, by the rules of the language's section on rules. Each function gives the
 * cause of a refusal as one sentence in the operator's words, or null when nothing stands against it. The
 * compiler refuses most of this long before; here it holds for any policy, also one made by hand.
 */
import { backoffMs } from "./backoff.ts";
import type { Past, Run, Trial } from "./chain.ts";
import { unaffordable } from "./ledger.ts";
import type { ActionPlan, PathPlan, Policy } from "./policy.ts";
import { BUDGET_EXHAUSTED, forbidsSecondCall } from "./signals.ts";
import { duration } from "./words.ts";

/** The wait before a retry: what the server asked for, else the rule's own back-off. */
export function retryWaitMs(action: Extract<ActionPlan, { kind: "retry" }>, past: Past, trial: Trial): number {
  return trial.serverWaitMs ?? backoffMs(action.fromMs, action.toMs, past.retriesHere, trial.dice);
}

export function retryRefusal(
  policy: Policy,
  run: Run,
  past: Past,
  trial: Trial,
  now: number,
  waitMs: number,
): string | null {
  const signal = signalPlan(policy, trial.signal);
  const { retries } = policy.budget;
  if (signal.class === "health") return "no attempt failed";
  if (signal.class === "quota" || signal.class === "route_limit") return `a retry does not cure ${signal.name}`;
  return (
    repeatRefusal(policy, run, past, trial) ??
    (past.retries >= retries ? `retries ${past.retries} of ${retries} used` : null) ??
    startRefusal(policy, run, past, past.path, now, waitMs, trial.serverWaitMs !== null)
  );
}

export function fallbackRefusal(
  policy: Policy,
  run: Run,
  past: Past,
  trial: Trial,
  now: number,
  target: number,
): string | null {
  const signal = signalPlan(policy, trial.signal);
  const { fallbacks } = policy.budget;
  const from = pathPlan(policy, past.path);
  const to = pathPlan(policy, target);
  if (trial.signal === BUDGET_EXHAUSTED) return "the budget is spent";
  if (signal.class === "quota" && from.account === to.account) return `${to.name} is on the same account`;
  if (signal.class === "route_limit" && (to.contextWindow ?? 0) <= (from.contextWindow ?? 0)) {
    return `${to.name} has no larger context window`;
  }
  return (
    repeatRefusal(policy, run, past, trial) ??
    (past.fallbacks >= fallbacks ? `fallbacks ${past.fallbacks} of ${fallbacks} used` : null) ??
    (wasUsed(past, target) ? `${to.name} was already used` : null) ??
    startRefusal(policy, run, past, target, now, 0, false)
  );
}

/** What stands against any call after this signal, on whatever path. */
function repeatRefusal(policy: Policy, run: Run, past: Past, trial: Trial): string | null {
  const signal = signalPlan(policy, trial.signal);
  if (forbidsSecondCall(signal.class)) return `nothing may follow ${signal.name}`;
  if (trial.committed) return "a token may already have been seen";
  if (past.sent && !run.facts.repeatable) {
    return "the request may not be repeated and may have reached the provider";
  }
  return null;
}

/** What the request's budget says to one more attempt on `path`, `waitMs` from now. */
export function startRefusal(
  policy: Policy,
  run: Run,
  past: Past,
  path: number,
  now: number,
  waitMs: number,
  serverAsks: boolean,
): string | null {
  const { budget } = policy;
  const plan = pathPlan(policy, path);
  if (past.attempts >= budget.attempts) return `attempts ${past.attempts} of ${budget.attempts} used`;
  return lateness(run, plan, now, waitMs, serverAsks) ?? unaffordable(budget, past, plan, run.facts);
}

/** Nothing starts at or after the deadline, nor with less time left than the path's least. */
export function lateness(run: Run, plan: PathPlan, now: number, waitMs: number, serverAsks: boolean): string | null {
  const leftMs = run.deadlineAt - now;
  if (leftMs - waitMs >= plan.leastMs && leftMs > waitMs) return null;
  const left = `${duration(Math.max(0, Math.floor(leftMs)))} left`;
  return serverAsks
    ? `the server asks for ${duration(Math.ceil(waitMs))}, ${left}`
    : `needs ${duration(Math.ceil(waitMs + plan.leastMs))}, ${left}`;
}

function wasUsed(past: Past, path: number): boolean {
  if (past.path === path) return true;
  for (let left = past.left; left !== null; left = left.before) if (left.path === path) return true;
  return false;
}

export function pathPlan(policy: Policy, path: number): PathPlan {
  return policy.paths[path] ?? missing("path", path);
}

export function signalPlan(policy: Policy, signal: number): Policy["signals"][number] {
  return policy.signals[signal] ?? missing("signal", signal);
}

function missing(what: string, index: number): never {
  throw new RangeError(`the policy has no ${what} number ${index}`);
}
