/** The outcome, put together once at the end from what the request has behind it. */
import { type Call, type Decision, listed, type Past, type Refusal, type Run } from "./chain.ts";
import { recordedError } from "./errors.ts";
import { believed } from "./ledger.ts";
import { type AttemptRecord, type DecisionRecord, OUTCOME_VERSION, type Outcome, type Result } from "./outcome.ts";
import { pathPlan, signalPlan } from "./permitted.ts";
import type { ActionPlan, HookPlan, Policy } from "./policy.ts";

/** A provider's request id is kept up to this many characters. */
const REQUEST_ID_LIMIT = 128;

const NONE: readonly never[] = Object.freeze([]);

export function outcomeOf(
  policy: Policy,
  run: Run,
  past: Past,
  now: number,
  result: Result,
  partial: boolean,
): Outcome {
  const { facts } = run;
  const attempts = past.calls === null ? NONE : listed(past.calls, (call) => attemptRecord(policy, run, call));
  const decisions =
    past.decisions === null ? NONE : listed(past.decisions, (made) => decisionRecord(policy, run, made));
  const elapsedMs = Math.floor(now - run.beganAt);
  const first = attempts[0];
  return {
    version: OUTCOME_VERSION,
    policy: policy.name,
    digest: policy.digest,
    id: facts.id,
    traceId: facts.traceId,
    startedAt: facts.startedAt,
    elapsedMs,
    result,
    source: result === "answer" ? pathPlan(policy, past.path).name : null,
    reason: past.reason,
    partial,
    signals: decisions === NONE ? NONE : decisions.map((decision) => decision.signal),
    attempts,
    decisions,
    retries: past.retries,
    fallbacks: past.fallbacks,
    tokens: past.tokens,
    costNanos: past.costNanos,
    extra: {
      attempts: Math.max(0, attempts.length - 1),
      tokens: first === undefined ? 0 : past.tokens - first.tokens,
      costNanos: first === undefined ? 0 : past.costNanos - first.costNanos,
      ms: first === undefined ? 0 : elapsedMs - first.startMs - first.elapsedMs,
    },
    hooks: past.decisions === null ? NONE : hooksOf(past.decisions),
  };
}

function attemptRecord(policy: Policy, run: Run, call: Call): AttemptRecord {
  const { failure, answer, charge } = call;
  const signal = call.signal < 0 ? null : signalPlan(policy, call.signal);
  const startMs = Math.floor(call.startedAt - run.beganAt);
  const seen = failure ?? answer;
  const status = failure === null ? answer?.status : failure.facts.status;
  return {
    path: pathPlan(policy, call.path).name,
    startMs,
    elapsedMs: Math.floor(call.endedAt - run.beganAt) - startMs,
    status: status || null,
    transport: failure === null ? null : failure.facts.transport,
    sent: call.sent,
    probe: call.probe,
    signal: signal === null ? null : signal.name,
    class: signal === null ? null : signal.class,
    check: failure === null ? null : failure.check,
    error: failure === null ? null : recordedError(policy.record, failure.facts.error),
    providerRequestId: seen?.providerRequestId?.slice(0, REQUEST_ID_LIMIT) ?? null,
    usage: believed(seen?.usage),
    tokens: charge.tokens,
    costNanos: charge.costNanos,
    charge: charge.charge,
  };
}

function decisionRecord(policy: Policy, run: Run, { trial, action }: Decision): DecisionRecord {
  return {
    atMs: Math.floor(trial.at - run.beganAt),
    path: pathPlan(policy, trial.path).name,
    signal: signalPlan(policy, trial.signal).name,
    reason: trial.ruling.reason,
    line: trial.ruling.line,
    action: action === null ? "aborted" : actionName(policy, action),
    waitMs: Math.floor(trial.waitedMs),
    refused: listed(trial.refused, (refusal: Refusal) => ({
      action: refusal.action === null ? "start" : actionName(policy, refusal.action),
      cause: refusal.cause,
    })),
  };
}

/** An action as the policy's text says it. */
function actionName(policy: Policy, action: ActionPlan): string {
  switch (action.kind) {
    case "fallback":
      return `fallback ${pathPlan(policy, action.path).name}`;
    case "defer":
      return `defer ${action.to}`;
    case "fail":
      return action.partial ? "fail with partial" : "fail";
    default:
      return action.kind;
  }
}

function hooksOf(decisions: Decision): readonly HookPlan[] {
  return listed<Decision, readonly HookPlan[]>(decisions, (made) => made.trial.ruling.hooks).flat();
}
