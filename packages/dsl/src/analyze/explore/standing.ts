/** What of a standing can still make a difference: two with the same key have the same future. */
import {
  type ActionPlan,
  BUDGET_EXHAUSTED,
  backoffMs,
  LATENCY_SLO_BREACH,
  nth,
  type Past,
  type State,
  type Trial,
  taken,
  trialOf,
} from "@fbp/runtime/core";
import { type Behind, behind, type Numbers, withNumber } from "./behind.ts";
import { type Ground, numberOf } from "./ground.ts";

export interface Standing {
  /**
   * One character for each thing that makes a difference; the reason comes first. (There are fewer than 65,536 of each:
   * with more of them there are more standings than are looked at.)
   */
  readonly key: string;
  readonly rank: number;
  /** The calls that stand with their reservation, by what they cost. */
  readonly charges: Numbers;
}

export function standingOf(state: State, world: number, ground: Ground): Standing {
  const { past } = state;
  const trial = trialOf(state);
  const { budget } = ground.policy;
  const isOver = state.kind === "finish";
  const isCalled = state.kind === "attempt";
  const here = isOver ? sourceOf(state, ground) : pathOf(state);
  const on = isOver ? null : trial === null ? here : trial.path;
  const of = behind(past, on, ground);
  // What was done on a path is of the past where no retry can lead back to it, and where it is not used all the same.
  const mayRetry = of.retries < budget.retries && of.calls + +isCalled < budget.attempts;
  const isLeft = !mayRetry ? trial !== null || isCalled : trial !== null && !mayStay(trial);
  const proceeds = isLeft ? 0 : of.proceedsHere;
  const charges = isOver ? chargedAtEnd(of, state, ground) : of.charges;
  const key = String.fromCharCode(
    numbered(reasonOf(past, trial), ground),
    world,
    what(state),
    here === null ? 0 : here + 1,
    trial === null ? 0 : trial.path + 1,
    trial === null ? 0 : signalOf(trial, ground),
    trial === null ? 0 : ruleOf(trial, ground) + 1,
    trial === null ? 0 : trial.index,
    trial === null ? 0 : howOf(trial, past, ground),
    of.calls,
    of.retries,
    of.fallbacks,
    isLeft ? 0 : of.retriesHere,
    proceeds,
    isOver ? 0 : 4 * of.window + 2 * +of.forbidden + +of.unrepeatable,
    isOver ? 0 : numbered(of.accounts, ground),
    isOver ? 0 : numbered(of.visited, ground),
    numbered(charges, ground),
    ground.observed.length === 0 ? 0 : numbered(observedIn(past, trial, ground), ground),
  );
  return { key, rank: rankOf(state, of, proceeds), charges };
}

/** What is left of the key where only an answer would still be recorded under the reason. */
export function futureOf({ state, key }: { readonly state: State; readonly key: string }): string {
  return state.kind === "attempt" ? key.slice(1) : key;
}

/** Each of these only grows from event to event, the ones on the left more slowly. */
function rankOf(state: State, { calls, retries, fallbacks }: Behind, proceeds: number): number {
  const trial = trialOf(state);
  const index = trial === null ? 0 : trial.index + 1;
  const stage = state.kind === "attempt" ? 3 : state.kind === "wait" ? 1 : isRested(trial) ? 2 : 0;
  return (((calls * 128 + retries + fallbacks) * 4 + turnOf(state, proceeds)) * 64 + index) * 4 + stage;
}

/** Of what comes between two calls, retries or fallbacks: a path is chosen, is slow, is used all the same, is closed. */
function turnOf(state: State, proceeds: number): number {
  const trial = trialOf(state);
  if (state.kind === "attempt") return 3;
  if (trial === null) return proceeds > 0 ? 2 : 0;
  if (trial.failure !== null) return 0;
  return trial.signal === LATENCY_SLO_BREACH ? 1 : 3;
}

/** The path of which the standing speaks; null at the end. */
export function pathOf(state: State): number | null {
  return "path" in state ? state.path : (trialOf(state)?.path ?? null);
}

/** The path whose answer a request ends with. */
function sourceOf({ outcome, ending }: Asked<"finish">, { pathNumbers }: Ground): number | null {
  return ending.kind === "answer" ? (pathNumbers.get(outcome.source ?? "") ?? null) : null;
}

/** The call that was answered stands in the outcome alone. */
function chargedAtEnd({ charges }: Behind, { outcome, ending }: Asked<"finish">, ground: Ground): Numbers {
  const answered = ending.kind === "answer" ? outcome.attempts.at(-1) : undefined;
  if (!ground.sized || answered?.charge !== "reserved") return charges;
  return withNumber(charges, nth(ground.paths, ground.pathNumbers.get(answered.path) ?? -1).priced);
}

type Asked<Kind extends State["kind"]> = Extract<State, { readonly kind: Kind }>;

// ---------------------------------------------------------------- parts of the key

const PURPOSES = ["start", "retry", "fallback"] as const;
const ENDINGS = ["answer", "degraded", "deferred", "failure", "aborted"] as const;

function what(state: State): number {
  switch (state.kind) {
    case "wait":
      return 0;
    case "attempt":
      return 2 + +state.cutByDeadline;
    case "carry_on":
      return 4 + +state.cutByDeadline;
    case "finish": {
      const { ending } = state;
      return 8 + 2 * ENDINGS.indexOf(ending.kind) + +(ending.kind === "failure" && ending.partial);
    }
    case "admit": {
      const { purpose, inMs, askSlo, askRetryBudget } = state;
      return 32 + 8 * PURPOSES.indexOf(purpose) + 4 * +(inMs > 0) + 2 * +askSlo + +askRetryBudget;
    }
  }
}

function ruleOf({ path, ruling }: Trial, ground: Ground): number {
  return nth(ground.paths, path).rules.get(ruling) ?? -1;
}

/** A default is named after its signal; of a rule only what the machine still asks for. */
function signalOf(trial: Trial, ground: Ground): number {
  if (ruleOf(trial, ground) < 0) return 4 + trial.signal;
  return 2 * +(trial.signal === BUDGET_EXHAUSTED) + +(trial.signal === LATENCY_SLO_BREACH);
}

function howOf(trial: Trial, past: Past, ground: Ground): number {
  const flags = 4 * +trial.committed + 2 * +(trial.failure === null) + +isRested(trial);
  return 8 * waitOf(trial, past, ground) + flags;
}

function isRested(trial: Trial | null): boolean {
  return trial !== null && trial.waitedMs > 0;
}

/** How long a retry would wait that the rule still has: by the server (from 4) or by the dice, not at all, so that it fits, or too long. */
function waitOf(trial: Trial, past: Past, ground: Ground): number {
  const { failure, path } = trial;
  const retry = retryFrom(trial);
  if (retry === null || failure === null) return 0;
  const { serverWaitMs, dice } = failure;
  const waitMs = serverWaitMs ?? backoffMs(retry.fromMs, retry.toMs, taken(past, "retry", path), dice);
  const leftMs = past.beganAt + ground.policy.budget.deadlineMs - trial.at - waitMs;
  const fits = leftMs > 0 && leftMs >= nth(ground.policy.paths, path).leastMs;
  return (serverWaitMs === null ? 1 : 4) + (waitMs === 0 ? 0 : fits ? 1 : 2);
}

/** The retry that the rule tries now, or may still come to. */
export function retryFrom({ ruling, index }: Trial): Retry | null {
  for (let at = index; at < ruling.actions.length; at++) {
    const action = nth(ruling.actions, at);
    if (action.kind === "retry") return action;
  }
  return null;
}

/** May the path of the rule be given another call? By a retry, or because it waits to be used and nothing else is. */
function mayStay(trial: Trial): boolean {
  if (retryFrom(trial) !== null) return true;
  return trial.failure === null && trial.ruling.actions.some(({ kind }) => kind === "proceed");
}

type Retry = Extract<ActionPlan, { readonly kind: "retry" }>;

/** Mostly there is none. */
function numbered(text: string, ground: Ground): number {
  return text === "" ? 0 : 1 + numberOf(ground.numbered, text);
}

/** The rule at work has a reason of its own, which takes the place of the one before. */
function reasonOf(past: Past, trial: Trial | null): string {
  return trial !== null && trial.ruling.reason !== null ? "" : (past.reason ?? "");
}

/** Which of the signals that assertions ask after were seen. */
function observedIn(past: Past, trial: Trial | null, { observed }: Ground): string {
  let seen = "";
  for (const signal of observed) {
    let isSeen = trial !== null && trial.signal === signal;
    for (let made = past.decisions; made !== null && !isSeen; made = made.before) isSeen = made.trial.signal === signal;
    seen += isSeen ? "1" : "0";
  }
  return seen;
}
