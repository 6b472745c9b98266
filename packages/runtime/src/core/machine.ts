/**
 * One request as a pure state machine: `next(policy, state, event)` gives the next command. No clock, no dice, no I/O;
 * states share their past and are never changed. Why it always ends: every signal ends the request or uses up a retry, a
 * path (none is entered twice) or the one `proceed` of a path.
 */
import {
  type Asked,
  afterCall,
  afterDecision,
  type Call,
  type Got,
  length,
  type Past,
  type Refusal,
  type Trial,
  taken,
} from "./chain.ts";
import { signalOfCall } from "./classify.ts";
import { nth } from "./lookup.ts";
import { lateness, repeatRefusal, startRefusal, waitBefore } from "./permitted.ts";
import type { ActionPlan, GuardFacts, Policy } from "./policy.ts";
import type { AttemptCommand, Command, Ending, Event, FailedAttempt, Purpose, RequestFacts } from "./protocol.ts";
import { outcomeOf } from "./record.ts";
import { BUDGET_EXHAUSTED, CIRCUIT_OPEN, LATENCY_SLO_BREACH } from "./signals.ts";

/** Opaque to drivers: hand back the one that the last step gave. */
export type State = Standing;

export interface Step {
  readonly state: State;
  readonly command: Command;
}

/** Where a request stands. It is a step and its state at once, which spares an object in each. */
class Standing implements Step {
  declare readonly past: Past;
  /** The command whose event is awaited. */
  declare readonly command: Command;
  /** When it was given. */
  declare readonly since: number;
  /** Of the attempt that runs: is it a probe? */
  declare readonly probe: boolean;
  /** The signal whose action is being got ready; null at the start and during an attempt. */
  declare readonly trial: Trial | null;

  constructor(past: Past, command: Command, since: number, probe: boolean, trial: Trial | null) {
    this.past = past;
    this.command = command;
    this.since = since;
    this.probe = probe;
    this.trial = trial;
  }

  get state(): State {
    return this;
  }
}

const ANSWER: Ending = { kind: "answer" };
const ABORTED: Ending = { kind: "aborted" };
const PROCEED = { kind: "proceed" } as const;
const FAIL = { kind: "fail", partial: false } as const;
/** What a guard sees when a signal is raised before any attempt. */
const UNSEEN: FailedAttempt["facts"] = { transport: null, sent: false, status: 0, headers: {}, error: null };

/** Begins a request at `at`, milliseconds on the driver's monotonic clock. */
export function begin(policy: Policy, facts: RequestFacts, at: number): Step {
  const deadlineAt = at + policy.budget.deadlineMs;
  const past: Past = { facts, beganAt: at, deadlineAt, calls: null, decisions: null, reason: null };
  const { start } = policy;
  const cause = startRefusal(policy, past, nth(policy.paths, start), at, 0, false);
  return cause === null
    ? admission(policy, past, at, start, "start", 0, false, null)
    : cannotStart(policy, past, at, start, null, cause);
}

/**
 * The step after `event`. Pure: the state given stays as it is.
 *
 * @throws Error when the event does not answer the state's last command: a bug of the driver.
 */
export function next(policy: Policy, state: State, event: Event): Step {
  const asked = state.command;
  const attempt = asked.kind === "attempt" ? asked : asked.kind === "carry_on" ? asked.attempt : null;
  switch (event.kind) {
    case "admitted":
      if (asked.kind === "admit") return admitted(policy, state, asked, event);
      break;
    case "answered":
      if (attempt !== null) return finish(policy, state.past, callOf(state, attempt, event), event.at, ANSWER);
      break;
    case "failed":
      if (attempt !== null) return failed(policy, state, attempt, event);
      break;
    case "refused":
      if (asked.kind === "admit" && mayRefuse(asked, event)) return refused(policy, state, asked, event);
      break;
    case "woke":
      if (asked.kind === "wait" && state.trial !== null) return woke(policy, state, state.trial, event.at);
      break;
    case "committed":
      if (attempt !== null) return step(state.past, { kind: "carry_on", attempt }, state.since, state.probe, null);
      break;
    case "aborted":
      if (asked.kind !== "finish") return aborted(policy, state, attempt, event);
  }
  throw new Error(`the machine had asked for "${asked.kind}" and was told "${event.kind}"`);
}

/**
 * The same standing, had the request been another one, and the last command given at another time: for who explores what
 * can happen instead of running a request.
 */
export function supposing({ past, command, probe, trial }: State, facts: RequestFacts, since: number): State {
  return new Standing({ ...past, facts }, command, since, probe, trial);
}

// ---------------------------------------------------------------- before an attempt

/**
 * Asks leave for a call on `path`.
 *
 * @param drawn the retry budget was drawn on before
 * @param trial the signal whose action the call is; null where nothing has to be decided any more
 */
function admission(
  policy: Policy,
  past: Past,
  at: number,
  path: number,
  purpose: Purpose,
  inMs: number,
  drawn: boolean,
  trial: Trial | null,
): Step {
  const { slo, retryBudget } = nth(policy.paths, path);
  const command: Command = {
    kind: "admit",
    path,
    purpose,
    inMs,
    askSlo: slo !== null && inMs === 0 && taken(past, "proceed", path) === 0,
    askRetryBudget:
      purpose !== "start" && !drawn && (retryBudget !== null || (purpose === "retry" && policy.retryBudget !== null)),
  };
  return step(past, command, at, false, trial);
}

function admitted(policy: Policy, state: State, asked: Asked<"admit">, { at, permit, probe }: Got<"admitted">): Step {
  const { past, trial } = state;
  const { path, inMs } = asked;
  if (inMs > 0) return step(past, { kind: "wait", ms: inMs }, at, false, trial);
  const plan = nth(policy.paths, path);
  const late = lateness(past, plan, at, 0, false);
  if (late !== null) return cannotStart(policy, past, at, path, trial, late);
  const leftMs = past.deadlineAt - at;
  const cutByDeadline = leftMs < plan.mostMs;
  const timeoutMs = cutByDeadline ? leftMs : plan.mostMs;
  return step(applied(past, trial), { kind: "attempt", path, timeoutMs, cutByDeadline, permit }, at, probe, null);
}

/** The budget or the clock refuses an attempt: on to the next action, or where no rule is at work, a signal. */
function cannotStart(policy: Policy, past: Past, at: number, path: number, trial: Trial | null, cause: string): Step {
  return trial === null
    ? raise(policy, past, at, path, BUDGET_EXHAUSTED, null, false, { action: null, cause, before: null })
    : act(policy, past, at, withRefusal(trial, cause));
}

function mayRefuse(asked: Asked<"admit">, { by }: Got<"refused">): boolean {
  return by === "breaker" || (by === "slo" ? asked.askSlo : asked.askRetryBudget);
}

function refused(policy: Policy, state: State, { path }: Asked<"admit">, { at, by }: Got<"refused">): Step {
  const { past, trial } = state;
  // Refused by its SLO, the path was chosen and the repeat is counted; now the path shows a signal of its own.
  if (by === "slo") return raise(policy, applied(past, trial), at, path, LATENCY_SLO_BREACH, null, false, null);
  if (trial === null) return raise(policy, past, at, path, CIRCUIT_OPEN, null, false, null);
  const cause =
    by === "breaker" ? `the breaker of ${nth(policy.paths, path).name} is open` : "the retry budget is spent";
  return act(policy, past, at, withRefusal(trial, cause));
}

function woke(policy: Policy, state: State, slept: Trial, at: number): Step {
  const { past } = state;
  const trial = rested(slept, at - state.since);
  const late = lateness(past, nth(policy.paths, trial.path), at, 0, false);
  return late === null
    ? admission(policy, past, at, trial.path, "retry", 0, true, trial)
    : cannotStart(policy, past, at, trial.path, trial, late);
}

// ---------------------------------------------------------------- after an attempt

function callOf(state: State, asked: AttemptCommand, got: Call["got"]): Call {
  return { asked, startedAt: state.since, probe: state.probe, got, before: state.past.calls };
}

function failed(policy: Policy, state: State, asked: AttemptCommand, event: Got<"failed">): Step {
  const { failure } = event;
  const signal = signalOfCall(asked, failure);
  return raise(
    policy,
    afterCall(state.past, callOf(state, asked, event)),
    event.at,
    asked.path,
    signal,
    failure,
    state.command.kind === "carry_on",
    null,
  );
}

function aborted(policy: Policy, state: State, attempt: AttemptCommand | null, event: Got<"aborted">): Step {
  const { trial, command } = state;
  let { past } = state;
  if (attempt !== null) past = afterCall(past, callOf(state, attempt, event));
  else if (trial !== null) {
    past = afterDecision(past, command.kind === "wait" ? rested(trial, event.at - state.since) : trial, null);
  }
  return finish(policy, past, past.calls, event.at, ABORTED);
}

// ---------------------------------------------------------------- signals and actions

/** Applies the first rule for `signal` on `path`. */
function raise(
  policy: Policy,
  past: Past,
  at: number,
  path: number,
  signal: number,
  failure: FailedAttempt | null,
  committed: boolean,
  refused: Refusal | null,
): Step {
  const plan = nth(policy.paths, path);
  const seen = failure === null ? UNSEEN : failure.facts;
  const facts: GuardFacts = {
    transport: seen.transport,
    sent: seen.sent,
    status: seen.status,
    headers: seen.headers,
    error: seen.error,
    request: past.facts.request,
    context: past.facts.context,
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
function act(policy: Policy, past: Past, at: number, begun: Trial): Step {
  for (let trial = begun; ; ) {
    const action = actionOf(trial);
    let cause: string | null;
    switch (action.kind) {
      case "retry":
      case "fallback": {
        const path = action.kind === "fallback" ? action.path : trial.path;
        const waitMs = waitBefore(past, action, trial);
        cause = repeatRefusal(policy, past, trial, at, action, path, waitMs);
        if (cause === null) return admission(policy, past, at, path, action.kind, waitMs, false, trial);
        break;
      }
      case "proceed":
        if (isSlow(trial.signal, trial.failure)) {
          return admission(policy, applied(past, trial), at, trial.path, "start", 0, false, null);
        }
        cause = "no path is waiting to be used";
        break;
      default:
        return finish(policy, applied(past, trial), past.calls, at, endingOf(action, trial));
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

function rested(trial: Trial, ms: number): Trial {
  return { ...trial, waitedMs: trial.waitedMs + ms };
}

// ---------------------------------------------------------------- steps

function step(past: Past, command: Command, since: number, probe: boolean, trial: Trial | null): Step {
  return new Standing(past, command, since, probe, trial);
}

function finish(policy: Policy, past: Past, calls: Call | null, at: number, ending: Ending): Step {
  return step(past, { kind: "finish", outcome: outcomeOf(policy, past, calls, at, ending), ending }, at, false, null);
}
