/** The outcome, put together once at the end from what the request has behind it. */
import { type Call, type Decision, type Ended, listed, NONE, type Past, type Refusal, taken, told } from "./chain.ts";
import { signalOfCall } from "./classify.ts";
import { chargeOf } from "./ledger.ts";
import { nth } from "./lookup.ts";
import { type AttemptRecord, type DecisionRecord, OUTCOME_VERSION, type Outcome } from "./outcome.ts";
import type { ActionPlan, HookPlan, Policy } from "./policy.ts";
import type { CallTerms, Ending } from "./protocol.ts";

const NOTHING_EXTRA: Outcome["extra"] = { attempts: 0, tokens: 0, costNanos: 0, ms: 0 };

/**
 * Here and below what takes a decision is worked out before the literal: so the object is written once, without being made
 * empty first.
 */
export function outcomeOf(
  policy: Policy,
  past: Past,
  attempts: Outcome["attempts"],
  now: number,
  ending: Ending,
): Outcome {
  const { facts, decisions } = past;
  const elapsedMs = Math.floor(now - past.beganAt);
  const first = attempts[0];
  let tokens = 0;
  let costNanos = 0;
  for (let at = 0; at < attempts.length; at++) {
    const attempt = nth(attempts, at);
    tokens += attempt.tokens;
    costNanos += attempt.costNanos;
  }
  const source = ending.kind === "answer" ? (attempts[attempts.length - 1]?.path ?? null) : null;
  const partial = ending.kind === "failure" && ending.partial;
  const signals = listed(policy, past, decisions, signalName);
  const made = listed(policy, past, decisions, decisionRecord);
  const hooks = decisions === null ? NONE : listed(policy, past, decisions, hooksOf).flat();
  const retries = taken(past, "retry");
  const fallbacks = taken(past, "fallback");
  const extra =
    first === undefined || (attempts.length === 1 && elapsedMs === first.startMs + first.elapsedMs)
      ? NOTHING_EXTRA
      : {
          attempts: attempts.length - 1,
          tokens: tokens - first.tokens,
          costNanos: costNanos - first.costNanos,
          ms: elapsedMs - first.startMs - first.elapsedMs,
        };
  const warnings = facts.warnings ?? NONE;
  return {
    version: OUTCOME_VERSION,
    policy: policy.name,
    digest: policy.digest,
    id: facts.id,
    traceId: facts.traceId,
    startedAt: facts.startedAt,
    elapsedMs,
    result: ending.kind,
    source,
    reason: past.reason,
    partial,
    signals,
    attempts,
    decisions: made,
    retries,
    fallbacks,
    tokens,
    costNanos,
    extra,
    hooks,
    warnings,
  };
}

export function attemptsOf(policy: Policy, past: Past): Outcome["attempts"] {
  return listed(policy, past, past.calls, callRecord);
}

function callRecord(policy: Policy, past: Past, { asked, got }: Call): AttemptRecord {
  return attemptRecord(policy, past, asked, got);
}

export function attemptRecord(policy: Policy, past: Past, asked: CallTerms, got: Ended): AttemptRecord {
  const failure = got.kind === "failed" ? got.failure : null;
  const end = told(got);
  const seen: { readonly status?: number; readonly sent?: boolean } = "facts" in end ? end.facts : end;
  const status = seen.status || null;
  const sent = seen.sent !== false;
  const of = failure && nth(policy.signals, signalOfCall(asked, failure));
  const startMs = Math.floor(asked.since - past.beganAt);
  const elapsedMs = Math.floor(got.at - past.beganAt) - startMs;
  const { charge, usage, tokens, costNanos } = chargeOf(policy, past.facts, asked, got);
  const path = nth(policy.paths, asked.path).name;
  const transport = failure?.facts.transport ?? null;
  const signal = of?.name ?? null;
  const signalClass = of?.class ?? null;
  const check = failure?.check ?? null;
  const error = failure?.recorded ?? null;
  const providerRequestId = end.providerRequestId ?? null;
  return {
    path,
    startMs,
    elapsedMs,
    status,
    transport,
    sent,
    probe: asked.probe,
    signal,
    class: signalClass,
    check,
    error,
    providerRequestId,
    usage,
    tokens,
    costNanos,
    charge,
  };
}

function decisionRecord(policy: Policy, past: Past, { trial, action }: Decision): DecisionRecord {
  return {
    atMs: Math.floor(trial.at - past.beganAt),
    path: nth(policy.paths, trial.path).name,
    signal: nth(policy.signals, trial.signal).name,
    reason: trial.ruling.reason,
    line: trial.ruling.line,
    action: action === null ? "aborted" : actionName(policy, action),
    waitMs: Math.floor(trial.waitedMs),
    refused: listed(policy, past, trial.refused, refusalRecord),
  };
}

function signalName(policy: Policy, _past: Past, { trial }: Decision): string {
  return nth(policy.signals, trial.signal).name;
}

function hooksOf(_policy: Policy, _past: Past, { trial }: Decision): readonly HookPlan[] {
  return trial.ruling.hooks;
}

function refusalRecord(policy: Policy, _past: Past, { action, cause }: Refusal): DecisionRecord["refused"][number] {
  return { action: action === null ? "start" : actionName(policy, action), cause };
}

/** An action as the policy's text says it. */
function actionName(policy: Policy, action: ActionPlan): string {
  switch (action.kind) {
    case "fallback":
      return `fallback ${nth(policy.paths, action.path).name}`;
    case "defer":
      return `defer ${action.to}`;
    case "fail":
      return action.partial ? "fail with partial" : "fail";
    default:
      return action.kind;
  }
}
