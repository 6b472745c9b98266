/**
 * One request as a pure state machine: `next(policy, state, event)` gives the next command. No clock, no dice, no I/O;
 * states share their past and are never changed. Why it always ends: every signal ends the request or uses up a retry, a
 * path (none is entered twice) or the one `proceed` of a path.
 */
import { afterDecision, type Got, length, type Past, type Refusal, type Trial, taken } from "./chain.ts";
import { signalOfCall } from "./classify.ts";
import { nth } from "./lookup.ts";
import type { Outcome } from "./outcome.ts";
import { lateness, leftMs, repeatRefusal, startRefusal, waitBefore } from "./permitted.ts";
import type { ActionPlan, GuardFacts, Policy } from "./policy.ts";
import type { Ending, Event, FailedAttempt, Purpose, RequestFacts } from "./protocol.ts";
import { attemptRecord, attemptsOf, outcomeOf } from "./record.ts";
import { BUDGET_EXHAUSTED, CIRCUIT_OPEN, LATENCY_SLO_BREACH } from "./signals.ts";
import type { Asking, State, Waiting } from "./state.ts";

const ANSWER: Ending = { kind: "answer" };
const ABORTED: Ending = { kind: "aborted" };
const PROCEED = { kind: "proceed" } as const;
const FAIL = { kind: "fail", partial: false } as const;
/** What a guard sees when a signal is raised before any attempt. */
const UNSEEN: FailedAttempt["facts"] = { transport: null, sent: false, status: 0, headers: {}, error: null };

/** Begins a request at `at`, milliseconds on the driver's monotonic clock. */
export function begin(policy: Policy, facts: RequestFacts, at: number): State {
  const { start } = policy;
  const past = { facts, beganAt: at, calls: null, decisions: null, reason: null };
  const cause = startRefusal(policy, past, nth(policy.paths, start), at);
  return cause === null ? admission(past, start, "start") : cannotStart(policy, past, at, start, null, cause);
}

/**
 * The state after `event`. Pure: the state given stays as it is.
 *
 * @throws Error when the event does not answer the state's command: a bug of the driver.
 */
export function next(policy: Policy, state: State, event: Event): State {
  const { past } = state;
  const { at } = event;
  if (state.kind === "admit" || state.kind === "wait") {
    if (event.kind === "aborted") return abortedBetween(policy, state, at);
    if (state.kind === "wait") {
      if (event.kind === "woke") {
        const trial = rested(state, at);
        return admission(past, trial.path, "retry", 0, true, trial);
      }
    } else if (event.kind === "admitted") return admitted(policy, state, event);
    else if (event.kind === "refused") return refused(policy, state, event);
  } else if (state.kind !== "finish") {
    if (event.kind === "committed") return { ...state, kind: "carry_on" };
    if (event.kind === "answered" || event.kind === "aborted") {
      const last = attemptRecord(policy, past, state, event);
      // Nearly every request makes one call.
      const attempts = past.calls === null ? [last] : [...attemptsOf(policy, past), last];
      return finish(policy, past, attempts, at, event.kind === "answered" ? ANSWER : ABORTED);
    }
    if (event.kind === "failed") {
      const { failure } = event;
      const calls = { asked: state, got: event, before: past.calls };
      const signal = signalOfCall(state, failure);
      return raise(policy, { ...past, calls }, at, state.path, signal, failure, state.kind === "carry_on");
    }
  }
  throw new Error(`asked for "${state.kind}", told "${event.kind}"`);
}

// ---------------------------------------------------------------- before an attempt

/**
 * Asks leave for a call on `path`.
 *
 * @param drawn the retry budget was drawn on before
 * @param trial the signal whose action the call is; null where nothing has to be decided any more
 */
function admission(
  past: Past,
  path: number,
  purpose: Purpose,
  inMs = 0,
  drawn = false,
  trial: Trial | null = null,
): State {
  const askSlo = inMs === 0 && taken(past, "proceed", path) === 0;
  const askRetryBudget = purpose !== "start" && !drawn;
  return { kind: "admit", path, purpose, inMs, askSlo, askRetryBudget, past, trial };
}

function admitted(policy: Policy, asked: Asking, { at, permit, probe }: Got<"admitted">): State {
  const { past, trial, path, inMs } = asked;
  if (inMs > 0 && trial !== null) return { kind: "wait", ms: inMs, since: at, past, trial };
  const plan = nth(policy.paths, path);
  const late = lateness(policy, past, plan, at);
  if (late !== null) return cannotStart(policy, past, at, path, trial, late);
  const left = leftMs(policy, past, at);
  const cutByDeadline = left < plan.mostMs;
  const timeoutMs = cutByDeadline ? left : plan.mostMs;
  const now = applied(past, trial);
  return { kind: "attempt", path, timeoutMs, cutByDeadline, permit, probe, since: at, past: now };
}

/** The budget or the clock refuses an attempt: on to the next action, or where no rule is at work, a signal. */
function cannotStart(policy: Policy, past: Past, at: number, path: number, trial: Trial | null, cause: string): State {
  return trial === null
    ? raise(policy, past, at, path, BUDGET_EXHAUSTED, null, false, { action: null, cause, before: null })
    : act(policy, past, at, withRefusal(trial, cause));
}

function refused(policy: Policy, { past, trial, path }: Asking, { at, by }: Got<"refused">): State {
  // Refused by its SLO, the path was chosen and the repeat is counted; now the path shows a signal of its own.
  if (by === "slo") return raise(policy, applied(past, trial), at, path, LATENCY_SLO_BREACH);
  if (trial === null) return raise(policy, past, at, path, CIRCUIT_OPEN);
  const cause =
    by === "breaker" ? `the breaker of ${nth(policy.paths, path).name} is open` : "the retry budget is spent";
  return act(policy, past, at, withRefusal(trial, cause));
}

/** The caller gives up while nothing is in flight. */
function abortedBetween(policy: Policy, state: Asking | Waiting, at: number): State {
  const { past, trial } = state;
  const decided = trial === null ? past : afterDecision(past, state.kind === "wait" ? rested(state, at) : trial, null);
  return finish(policy, decided, attemptsOf(policy, past), at, ABORTED);
}

// ---------------------------------------------------------------- signals and actions

/** Applies the first rule for `signal` on `path`. */
function raise(
  policy: Policy,
  past: Past,
  at: number,
  path: number,
  signal: number,
  failure: FailedAttempt | null = null,
  committed = false,
  refused: Refusal | null = null,
): State {
  const plan = nth(policy.paths, path);
  const { request, context } = past.facts;
  const facts: GuardFacts = {
    ...(failure === null ? UNSEEN : failure.facts),
    request,
    context,
    attempts: length(past.calls),
    elapsedMs: at - past.beganAt,
    committed,
  };
  const ruling = plan.rules[plan.decide(signal, facts)] ?? defaultRuling(policy, signal, failure);
  return act(policy, past, at, { at, path, signal, failure, committed, ruling, index: 0, refused, waitedMs: 0 });
}

/** Where a policy is silent: a slow path is used all the same, anything else fails under its own name. */
function defaultRuling(policy: Policy, signal: number, failure: FailedAttempt | null): Trial["ruling"] {
  const slow = isSlow(signal, failure);
  return {
    line: null,
    reason: slow ? null : nth(policy.signals, signal).name,
    actions: [slow ? PROCEED : FAIL],
    hooks: [],
  };
}

/** Is a path waiting to be used, though it is slow? Where an attempt has failed there is nothing to proceed with. */
function isSlow(signal: number, failure: FailedAttempt | null): boolean {
  return signal === LATENCY_SLO_BREACH && failure === null;
}

/** Takes the first action, from the trial's on, that is permitted now. */
function act(policy: Policy, past: Past, at: number, begun: Trial): State {
  for (let trial = begun; ; ) {
    const action = actionOf(trial);
    let cause: string | null;
    switch (action.kind) {
      case "retry":
      case "fallback": {
        const path = action.kind === "fallback" ? action.path : trial.path;
        const waitMs = waitBefore(past, action, trial);
        cause = repeatRefusal(policy, past, trial, at, action, path, waitMs);
        if (cause === null) return admission(past, path, action.kind, waitMs, false, trial);
        break;
      }
      case "proceed":
        if (isSlow(trial.signal, trial.failure)) {
          return admission(applied(past, trial), trial.path, "start");
        }
        cause = "no path waits";
        break;
      default:
        return finish(policy, applied(past, trial), attemptsOf(policy, past), at, endingOf(action, trial));
    }
    trial = withRefusal(trial, cause);
  }
}

function endingOf(action: Exclude<ActionPlan, { kind: "retry" | "fallback" | "proceed" }>, trial: Trial): Ending {
  if (action.kind === "respond") return { kind: "degraded", text: action.text };
  if (action.kind === "defer") return { kind: "deferred", to: action.to };
  return { kind: "failure", partial: action.partial && trial.committed };
}

/** The action under trial; after the last one of a policy made by hand, plain failure. */
function actionOf(trial: Trial): ActionPlan {
  return trial.ruling.actions[trial.index] ?? FAIL;
}

function applied(past: Past, trial: Trial | null): Past {
  return trial === null ? past : afterDecision(past, trial, actionOf(trial));
}

/** The action was refused: on to the next. */
function withRefusal(trial: Trial, cause: string): Trial {
  return { ...trial, index: trial.index + 1, refused: { action: actionOf(trial), cause, before: trial.refused } };
}

/** The wait that was ended at `at` is part of the decision. */
function rested({ trial, since }: Waiting, at: number): Trial {
  return { ...trial, waitedMs: trial.waitedMs + at - since };
}

function finish(policy: Policy, past: Past, attempts: Outcome["attempts"], at: number, ending: Ending): State {
  return { kind: "finish", outcome: outcomeOf(policy, past, attempts, at, ending), ending, past };
}
