/** What of a standing can still make a difference: two with the same key have the same future. */
import {
  type ActionPlan,
  BUDGET_EXHAUSTED,
  backoffMs,
  chargeOf,
  LATENCY_SLO_BREACH,
  length,
  nth,
  type Past,
  type State,
  signalOfCall,
  type Trial,
  taken,
} from "@fbp/runtime/core";
import type { Ground } from "./ground.ts";

export interface Standing {
  readonly key: string;
  /** The key without the reason, where only an answer would still be recorded under it. */
  readonly future: string;
  readonly rank: number;
}

export function standingOf(state: State, world: number, ground: Ground): Standing {
  const { past, trial } = state;
  const calls = length(past.calls);
  const retries = taken(past, "retry");
  const fallbacks = taken(past, "fallback");
  const here = pathOf(state);
  const proceeds = taken(past, "proceed");
  const rested = trial !== null && trial.waitedMs > 0;
  const isOver = state.kind === "finish";
  const rest = [
    commandKey(state),
    trial === null ? "" : trialKey(trial, past, ground, rested),
    calls,
    retries,
    fallbacks,
    here === null ? "" : taken(past, "retry", here),
    here === null ? "" : visitedAhead(past, here, ground),
    proceeds,
    here === null ? "" : taken(past, "proceed", here),
    isOver ? "" : failuresKey(past, ground),
    ground.observed.length === 0 ? "" : observedKey(past, trial, ground),
    ground.sized ? chargesKey(past, ground, state) : "",
  ].join("|");
  // The rule at work has a reason of its own, which takes the place of the one before.
  const isReplaced = trial !== null && trial.ruling.reason !== null;
  const key = isReplaced ? `${world}|${rest}` : `${world}|${rest}|${past.reason ?? ""}`;
  const future = state.kind === "attempt" ? `${world}|${rest}` : key;
  const stage = state.kind === "attempt" ? 3 : state.kind === "wait" ? 1 : rested ? 2 : 0;
  const index = trial === null ? 0 : trial.index + 1;
  // Each of these only grows, the ones on the left more slowly.
  const rank = (((calls * 128 + retries + fallbacks) * 128 + proceeds) * 64 + index) * 4 + stage;
  return { key, future, rank };
}

/** The path of which the standing speaks; null at the end. */
export function pathOf(state: State): number | null {
  if (state.kind === "admit" || state.kind === "attempt") return state.path;
  return state.kind === "carry_on" ? state.attempt.path : (state.trial?.path ?? null);
}

function commandKey(command: State): string {
  switch (command.kind) {
    case "admit": {
      const { path, purpose, inMs, askSlo, askRetryBudget } = command;
      return `admit ${path} ${purpose} ${+(inMs > 0)}${+askSlo}${+askRetryBudget}`;
    }
    case "attempt":
      return `attempt ${command.path} ${+command.cutByDeadline}`;
    case "carry_on":
      return `carry on ${command.attempt.path} ${+command.attempt.cutByDeadline}`;
    case "finish": {
      const { ending, outcome } = command;
      const what = ending.kind === "failure" ? `failure ${+ending.partial}` : ending.kind;
      return `finish ${what} ${outcome.source ?? "-"}`;
    }
    case "wait":
      return "wait";
  }
}

function trialKey(trial: Trial, past: Past, ground: Ground, rested: boolean): string {
  const rule = ground.paths[trial.path]?.rules.get(trial.ruling) ?? -1;
  const isOver = trial.signal === BUDGET_EXHAUSTED;
  const isSlow = trial.signal === LATENCY_SLO_BREACH;
  // A default is named after its signal.
  const signal = rule < 0 ? trial.signal : `${+isOver}${+isSlow}`;
  return `${trial.path} ${signal} ${rule} ${trial.index} ${+trial.committed}${+(trial.failure === null)}${+rested} ${waitOf(trial, past, ground)}`;
}

/** How long a retry would wait that the rule still has: by the server or by the dice, not at all, so that it fits, or too long. */
function waitOf(trial: Trial, past: Past, ground: Ground): string {
  const { failure, path } = trial;
  const retry = retryFrom(trial);
  if (retry === null || failure === null) return "";
  const { serverWaitMs, dice } = failure;
  const waitMs = serverWaitMs ?? backoffMs(retry.fromMs, retry.toMs, taken(past, "retry", path), dice);
  const leftMs = past.deadlineAt - trial.at - waitMs;
  const fits = leftMs > 0 && leftMs >= nth(ground.policy.paths, path).leastMs;
  return `${serverWaitMs === null ? "own" : "server"} ${waitMs === 0 ? "none" : fits ? "fits" : "long"}`;
}

/** The retry that the rule tries now, or may still come to. */
export function retryFrom({ ruling, index }: Trial): Retry | null {
  return ruling.actions.slice(index).find((action): action is Retry => action.kind === "retry") ?? null;
}

type Retry = Extract<ActionPlan, { readonly kind: "retry" }>;

/** The paths used before that a later fallback could name again; none of them is entered twice. */
function visitedAhead(past: Past, here: number, ground: Ground): string {
  const ahead = ground.paths[here]?.ahead;
  if (ahead === undefined || ahead.size === 0) return "";
  const visited: number[] = ahead.has(ground.policy.start) ? [ground.policy.start] : [];
  for (let made = past.decisions; made !== null; made = made.before) {
    if (made.action?.kind === "fallback" && ahead.has(made.action.path)) visited.push(made.action.path);
  }
  return visited.sort((a, b) => a - b).join();
}

/** What the failures so far forbid. */
function failuresKey(past: Past, ground: Ground): string {
  let forbidden = false;
  let unrepeatable = false;
  let window = -1;
  const accounts = new Set<string>();
  for (let call = past.calls; call !== null; call = call.before) {
    if (call.got.kind !== "failed") continue;
    const { failure } = call.got;
    const path = ground.policy.paths[call.asked.path];
    const signal = ground.policy.signals[signalOfCall(call.asked, failure)];
    if (signal?.class === "client_defect" || signal?.class === "auth_defect") forbidden = true;
    if (signal?.class === "quota") accounts.add(path?.account ?? "");
    if (signal?.class === "route_limit") window = Math.max(window, path?.contextWindow ?? 0);
    if (failure.facts.sent && !past.facts.repeatable) unrepeatable = true;
  }
  return `${+forbidden}${+unrepeatable} ${window} ${[...accounts].sort().join()}`;
}

function observedKey(past: Past, trial: Trial | null, { observed }: Ground): string {
  const seen = new Set<number>(trial === null ? [] : [trial.signal]);
  for (let made = past.decisions; made !== null; made = made.before) seen.add(made.trial.signal);
  return observed.map((signal) => +seen.has(signal)).join("");
}

/** How many calls stand with their reservation, by what they cost. */
export function chargesOf(past: Past, ground: Ground): string {
  const counts: number[] = [];
  for (let call = past.calls; call !== null; call = call.before) {
    if (chargeOf(ground.policy, past.facts, call.asked, call.got).charge === "reserved")
      countOne(counts, call.asked.path, ground);
  }
  return counts.join();
}

function chargesKey(past: Past, ground: Ground, command: State): string {
  if (command.kind !== "finish") return chargesOf(past, ground);
  // The call that was answered stands in the outcome alone.
  const counts: number[] = [];
  for (const { path: name, charge } of command.outcome.attempts) {
    const path = ground.policy.paths.findIndex((one) => one.name === name);
    if (charge === "reserved") countOne(counts, path, ground);
  }
  return counts.join();
}

function countOne(counts: number[], path: number, ground: Ground): void {
  const priced = ground.paths[path]?.priced ?? 0;
  counts[priced] = (counts[priced] ?? 0) + 1;
}
