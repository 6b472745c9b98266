/**
 * One request as a pure state machine: `next(policy, state, event)` gives the next command. No clock, no dice,
 * no I/O; states share their past and are never changed. Why it always ends: every signal ends the request or
 * uses up a retry, a path (none is entered twice) or the one `proceed` of a path.
 */
import { type Call, decided, ended, nothingYet, type Past, type Refusal, type Run, type Trial } from "./chain.ts";
import { ranIntoDeadline } from "./classify.ts";
import { settled, settledAbort, settledFailure } from "./ledger.ts";
import type { Result } from "./outcome.ts";
import {
  fallbackRefusal,
  lateness,
  pathPlan,
  retryRefusal,
  retryWaitMs,
  signalPlan,
  startRefusal,
} from "./permitted.ts";
import type { ActionPlan, ContractPlan, GuardFacts, PathPlan, Policy } from "./policy.ts";
import type { Answer, Command, Ending, Event, FailedAttempt, Purpose, RequestFacts } from "./protocol.ts";
import { outcomeOf } from "./record.ts";
import { BUDGET_EXHAUSTED, CIRCUIT_OPEN, LATENCY_SLO_BREACH } from "./signals.ts";

/** Opaque to drivers: hand back the one that the last step gave. */
export interface State {
  readonly run: Run;
  readonly past: Past;
  /** The command whose event is awaited. */
  readonly command: Command;
  /** When it was given. */
  readonly since: number;
  readonly probe: boolean;
  readonly committed: boolean;
  /** The signal whose action is being got ready; null during an attempt. */
  readonly trial: Trial | null;
}

export interface Step {
  readonly state: State;
  readonly command: Command;
}

type Asked<Kind extends Command["kind"]> = Extract<Command, { kind: Kind }>;
type Got<Kind extends Event["kind"]> = Extract<Event, { kind: Kind }>;

const CARRY_ON: Command = { kind: "carry_on" };
const ANSWER: Ending = { kind: "answer" };
const ABORTED: Ending = { kind: "aborted" };
const PROCEED: readonly ActionPlan[] = [{ kind: "proceed" }];
const FAIL = { kind: "fail", partial: false } as const;
const FAILS: readonly ActionPlan[] = [FAIL];
/** What a guard sees when a signal is raised before any attempt. */
const UNSEEN: FailedAttempt["facts"] = { transport: null, sent: false, status: 0, headers: {}, error: null };

/** Begins a request at `at`, milliseconds on the driver's monotonic clock. */
export function begin(policy: Policy, facts: RequestFacts, at: number): Step {
  const run: Run = { facts, beganAt: at, deadlineAt: at + policy.budget.deadlineMs };
  const past = nothingYet(policy.start);
  const cause = startRefusal(policy, run, past, past.path, at, 0, false);
  return cause === null
    ? admission(policy, run, past, at, past.path, "start", 0, false, null)
    : raise(policy, run, past, at, BUDGET_EXHAUSTED, null, false, "start", { action: null, cause, before: null });
}

/**
 * The step after `event`. Pure: the state given stays as it is.
 *
 * @throws Error when the event does not answer the state's last command: a bug of the driver.
 */
export function next(policy: Policy, state: State, event: Event): Step {
  const asked = state.command;
  switch (event.kind) {
    case "admitted":
      if (asked.kind === "admit") return admitted(policy, state, asked, event);
      break;
    case "answered":
      if (asked.kind === "attempt") return answered(policy, state, asked, event.at, event.answer);
      break;
    case "failed":
      if (asked.kind === "attempt") return failed(policy, state, asked, event.at, event.failure);
      break;
    case "refused":
      if (asked.kind === "admit" && mayRefuse(asked, event)) return refused(policy, state, asked, event);
      break;
    case "woke":
      if (asked.kind === "wait" && state.trial !== null) return woke(policy, state, state.trial, event.at);
      break;
    case "committed":
      if (asked.kind === "attempt") return { state: { ...state, committed: true }, command: CARRY_ON };
      break;
    case "aborted":
      if (asked.kind !== "finish") return aborted(policy, state, event);
  }
  throw new Error(`the machine had asked for "${asked.kind}" and was told "${event.kind}"`);
}

// ---------------------------------------------------------------- before an attempt

/** Asks leave for a call on `path`; `trial` is the signal whose action this is. */
function admission(
  policy: Policy,
  run: Run,
  past: Past,
  at: number,
  path: number,
  purpose: Purpose,
  inMs: number,
  drawRetryBudget: boolean,
  trial: Trial | null,
): Step {
  const plan = pathPlan(policy, path);
  const sloKnown = plan.slo === null || inMs > 0 || (path === past.path && past.proceeded);
  const command: Command = {
    kind: "admit",
    path,
    purpose,
    inMs,
    askSlo: !sloKnown,
    askRetryBudget:
      drawRetryBudget && (plan.retryBudget !== null || (purpose === "retry" && policy.retryBudget !== null)),
  };
  return step(run, past, command, at, false, trial);
}

function admitted(policy: Policy, state: State, asked: Asked<"admit">, event: Got<"admitted">): Step {
  const { run, trial } = state;
  const { at } = event;
  if (asked.inMs > 0) return step(run, state.past, { kind: "wait", ms: asked.inMs }, at, false, trial);
  const plan = pathPlan(policy, asked.path);
  const late = lateness(run, plan, at, 0, false);
  if (late !== null) return refusedStart(policy, state, asked, at, late);
  const past = trial === null ? state.past : decided(state.past, trial, trial.ruling.actions[trial.index] ?? null);
  const leftMs = run.deadlineAt - at;
  const command: Command = {
    kind: "attempt",
    path: asked.path,
    timeoutMs: Math.min(plan.mostMs, leftMs),
    cutByDeadline: leftMs < plan.mostMs,
    permit: event.permit,
  };
  return step(run, past, command, at, event.probe, null);
}

function mayRefuse(asked: Asked<"admit">, event: Got<"refused">): boolean {
  return event.by === "breaker" || (event.by === "slo" ? asked.askSlo : asked.askRetryBudget);
}

function refused(policy: Policy, state: State, asked: Asked<"admit">, event: Got<"refused">): Step {
  const { run, past, trial } = state;
  const { at, by } = event;
  if (by === "slo") {
    // The path was chosen and the repeat is counted; now the path itself shows a signal.
    const there = trial === null ? past : decided(past, trial, trial.ruling.actions[trial.index] ?? null);
    return raise(policy, run, there, at, LATENCY_SLO_BREACH, null, false, asked.purpose, null);
  }
  if (trial === null) return raise(policy, run, past, at, CIRCUIT_OPEN, null, false, asked.purpose, null);
  const cause =
    by === "breaker" ? `the breaker of ${pathPlan(policy, asked.path).name} is open` : "the retry budget is spent";
  return act(policy, run, past, at, withRefusal(trial, cause));
}

/** Leave was given too late: the next action, or where no rule was at work, the end. */
function refusedStart(policy: Policy, state: State, asked: Asked<"admit">, at: number, cause: string): Step {
  const { run, past, trial } = state;
  return trial === null
    ? raise(policy, run, past, at, BUDGET_EXHAUSTED, null, false, asked.purpose, { action: null, cause, before: null })
    : act(policy, run, past, at, withRefusal(trial, cause));
}

function woke(policy: Policy, state: State, slept: Trial, at: number): Step {
  const { run, past } = state;
  const trial = { ...slept, waitedMs: slept.waitedMs + at - state.since };
  const late = lateness(run, pathPlan(policy, past.path), at, 0, false);
  return late === null
    ? admission(policy, run, past, at, past.path, "retry", 0, false, trial)
    : act(policy, run, past, at, withRefusal(trial, late));
}

// ---------------------------------------------------------------- after an attempt

function answered(policy: Policy, state: State, asked: Asked<"attempt">, at: number, answer: Answer): Step {
  const { run } = state;
  const charge = settled(pathPlan(policy, asked.path), run.facts, answer.usage);
  const past = ended(state.past, callOf(state, asked, at, -1, null, answer, true, charge));
  return finish(policy, run, past, at, "answer", ANSWER);
}

function failed(policy: Policy, state: State, asked: Asked<"attempt">, at: number, failure: FailedAttempt): Step {
  const { run } = state;
  const { facts } = failure;
  const plan = pathPlan(policy, asked.path);
  const signal = ranIntoDeadline(facts, asked.cutByDeadline) ? BUDGET_EXHAUSTED : failure.signal;
  const charge = settledFailure(contractOf(policy, plan), plan, run.facts, facts.sent, facts.status, failure.usage);
  const past = ended(state.past, callOf(state, asked, at, signal, failure, null, facts.sent, charge));
  return raise(policy, run, past, at, signal, failure, state.committed, "start", null);
}

function aborted(policy: Policy, state: State, event: Got<"aborted">): Step {
  const { run, command, trial } = state;
  const { at } = event;
  let past = state.past;
  if (command.kind === "attempt") {
    const { sent = true, status = 0, usage = null, providerRequestId = null } = event;
    const plan = pathPlan(policy, command.path);
    const charge = settledAbort(contractOf(policy, plan), plan, run.facts, sent, usage);
    past = ended(past, callOf(state, command, at, -1, null, { status, usage, providerRequestId }, sent, charge));
  } else if (trial !== null) {
    const waitedMs = command.kind === "wait" ? trial.waitedMs + at - state.since : trial.waitedMs;
    past = decided(past, { ...trial, waitedMs }, null);
  }
  return finish(policy, run, past, at, "aborted", ABORTED);
}

function callOf(
  state: State,
  asked: Asked<"attempt">,
  at: number,
  signal: number,
  failure: FailedAttempt | null,
  answer: Answer | null,
  sent: boolean,
  charge: Call["charge"],
): Call {
  return {
    path: asked.path,
    startedAt: state.since,
    endedAt: at,
    probe: state.probe,
    signal,
    failure,
    answer,
    sent,
    charge,
    before: state.past.calls,
  };
}

// ---------------------------------------------------------------- signals and actions

/** Applies the first rule for `signal` on the path that the request is on. */
function raise(
  policy: Policy,
  run: Run,
  past: Past,
  at: number,
  signal: number,
  failure: FailedAttempt | null,
  committed: boolean,
  purpose: Purpose,
  refusal: Refusal | null,
): Step {
  const plan = pathPlan(policy, past.path);
  const seen = failure === null ? UNSEEN : failure.facts;
  const facts: GuardFacts = {
    transport: seen.transport,
    sent: seen.sent,
    status: seen.status,
    headers: seen.headers,
    error: seen.error,
    request: run.facts.request,
    context: run.facts.context,
    attempts: past.attempts,
    elapsedMs: at - run.beganAt,
    committed,
  };
  const rule = plan.rules[plan.decide(signal, facts)];
  const trial: Trial = {
    at,
    path: past.path,
    signal,
    committed,
    ruling: rule ?? defaultRuling(policy, signal),
    purpose,
    dice: failure === null ? 0 : failure.dice,
    serverWaitMs: failure === null ? null : failure.serverWaitMs,
    index: 0,
    refused: refusal,
    waitedMs: 0,
  };
  return act(policy, run, past, at, trial);
}

/** Where the policy is silent: a slow path is used all the same, anything else fails under its own name. */
function defaultRuling(policy: Policy, signal: number): Trial["ruling"] {
  return signal === LATENCY_SLO_BREACH
    ? { line: null, reason: null, actions: PROCEED, hooks: [] }
    : { line: null, reason: signalPlan(policy, signal).name, actions: FAILS, hooks: [] };
}

/** The first action, from the trial's on, that is permitted now. */
function act(policy: Policy, run: Run, past: Past, at: number, begun: Trial): Step {
  for (let trial = begun; ; ) {
    const action = trial.ruling.actions[trial.index] ?? FAIL;
    let cause: string | null;
    switch (action.kind) {
      case "retry": {
        const waitMs = retryWaitMs(action, past, trial);
        cause = retryRefusal(policy, run, past, trial, at, waitMs);
        if (cause === null) return admission(policy, run, past, at, past.path, "retry", waitMs, true, trial);
        break;
      }
      case "fallback":
        cause = fallbackRefusal(policy, run, past, trial, at, action.path);
        if (cause === null) return admission(policy, run, past, at, action.path, "fallback", 0, true, trial);
        break;
      case "proceed":
        if (trial.signal === LATENCY_SLO_BREACH) {
          return admission(policy, run, decided(past, trial, action), at, past.path, trial.purpose, 0, false, null);
        }
        cause = "no path is waiting to be used";
        break;
      case "respond":
        return finish(policy, run, decided(past, trial, action), at, "degraded", {
          kind: "degraded",
          text: action.text,
        });
      case "defer":
        return finish(policy, run, decided(past, trial, action), at, "deferred", { kind: "deferred", to: action.to });
      case "fail":
        return finish(policy, run, decided(past, trial, action), at, "failure", {
          kind: "failure",
          partial: action.partial && trial.committed,
        });
    }
    trial = withRefusal(trial, cause);
  }
}

/** The trial's action was refused: on to the next. */
function withRefusal(trial: Trial, cause: string): Trial {
  const action = trial.ruling.actions[trial.index] ?? FAIL;
  return { ...trial, index: trial.index + 1, refused: { action, cause, before: trial.refused } };
}

// ---------------------------------------------------------------- steps

function step(run: Run, past: Past, command: Command, since: number, probe: boolean, trial: Trial | null): Step {
  return { state: { run, past, command, since, probe, committed: false, trial }, command };
}

function finish(policy: Policy, run: Run, past: Past, at: number, result: Result, ending: Ending): Step {
  const partial = ending.kind === "failure" && ending.partial;
  const outcome = outcomeOf(policy, run, past, at, result, partial);
  return step(run, past, { kind: "finish", outcome, ending }, at, false, null);
}

function contractOf(policy: Policy, path: PathPlan): ContractPlan {
  const contract = policy.contracts[path.contract];
  if (contract === undefined) throw new RangeError(`the policy has no contract number ${path.contract}`);
  return contract;
}
