/** One span for a request, one in it for each attempt; made when the request is over, with the times at which things were. */
import {
  type Attributes,
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { AttemptRecord, DecisionRecord, Outcome } from "../../core/outcome.ts";
import type { CallAttributes } from "./calls.ts";
import { spanOf } from "./traceparent.ts";

/** Nano-units of money in one. */
const NANOS = 1e9;

/** @param from where the request was made, and what is active there */
export function traceOutcome(
  tracer: Tracer,
  calls: ReadonlyMap<string, CallAttributes>,
  outcome: Outcome,
  from: Context = ROOT_CONTEXT,
): void {
  const given = spanOf(outcome.traceId);
  const active = trace.getSpanContext(from);
  const parent = active === undefined && given !== null ? trace.setSpanContext(from, given) : from;
  const links: Link[] =
    active !== undefined && given !== null && given.spanId !== active.spanId ? [{ context: given }] : [];
  const request = tracer.startSpan(
    `fbp ${outcome.policy}`,
    {
      kind: SpanKind.INTERNAL,
      startTime: outcome.startedAt,
      attributes: { "fbp.policy": outcome.policy },
      links,
    },
    parent,
  );
  // Of a span that is not sampled nothing is kept: then the rest need not be made.
  if (request.isRecording()) {
    request.setAttributes(requestAttributes(outcome, given === null ? outcome.traceId : null));
    for (const decision of outcome.decisions) addDecision(request, outcome, decision);
    if (outcome.result === "failure") request.setStatus({ code: SpanStatusCode.ERROR });
  }
  const inside = trace.setSpan(parent, request);
  outcome.attempts.forEach((attempt, nth) => {
    traceAttempt(tracer, calls, outcome, attempt, nth, inside);
  });
  request.end(outcome.startedAt + outcome.elapsedMs);
}

/** What is not known is left out: an attribute has no null. */
function requestAttributes(outcome: Outcome, traceId: string | null): Attributes {
  const { extra } = outcome;
  return known({
    "fbp.policy.digest": outcome.digest,
    "fbp.request.id": outcome.id,
    "fbp.trace_id": traceId,
    "fbp.result": outcome.result,
    "fbp.source": outcome.source,
    "fbp.reason": outcome.reason,
    "fbp.partial": outcome.partial,
    "fbp.signals": [...outcome.signals],
    "fbp.attempts": outcome.attempts.length,
    "fbp.retries": outcome.retries,
    "fbp.fallbacks": outcome.fallbacks,
    "fbp.tokens": outcome.tokens,
    "fbp.cost": outcome.costNanos / NANOS,
    "fbp.extra.attempts": extra.attempts,
    "fbp.extra.tokens": extra.tokens,
    "fbp.extra.cost": extra.costNanos / NANOS,
    "fbp.extra.ms": extra.ms,
    "fbp.hooks": outcome.hooks.map(({ kind, target }) => `${kind} ${target}`),
    "fbp.warnings": [...outcome.warnings],
    "error.type": outcome.result === "failure" ? (outcome.reason ?? "failure") : null,
  });
}

function addDecision(span: Span, { startedAt }: Outcome, decision: DecisionRecord): void {
  const attributes = known({
    "fbp.path": decision.path,
    "fbp.signal": decision.signal,
    "fbp.reason": decision.reason,
    "fbp.line": decision.line,
    "fbp.action": decision.action,
    "fbp.wait_ms": decision.waitMs,
    "fbp.refused": decision.refused.map(({ action, cause }) => `${action}: ${cause}`),
  });
  span.addEvent("fbp.decision", attributes, startedAt + decision.atMs);
}

function traceAttempt(
  tracer: Tracer,
  calls: ReadonlyMap<string, CallAttributes>,
  outcome: Outcome,
  attempt: AttemptRecord,
  nth: number,
  inside: Context,
): void {
  const call = calls.get(attempt.path);
  const startTime = outcome.startedAt + attempt.startMs;
  const name = call === undefined ? "chat" : `chat ${call["gen_ai.request.model"]}`;
  const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, startTime, attributes: call ?? {} }, inside);
  if (span.isRecording()) {
    span.setAttributes(attemptAttributes(attempt, nth));
    if (attempt.signal !== null) span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end(startTime + attempt.elapsedMs);
}

function attemptAttributes(attempt: AttemptRecord, nth: number): Attributes {
  const error = Object.entries(attempt.error ?? {}).map(([field, value]) => [`fbp.error.${field}`, value]);
  return known({
    "gen_ai.usage.input_tokens": attempt.usage?.input ?? null,
    "gen_ai.usage.output_tokens": attempt.usage?.output ?? null,
    "http.response.status_code": attempt.status,
    "error.type": attempt.signal,
    "fbp.path": attempt.path,
    "fbp.attempt": nth,
    "fbp.transport": attempt.transport,
    "fbp.sent": attempt.sent,
    "fbp.probe": attempt.probe,
    "fbp.signal": attempt.signal,
    "fbp.class": attempt.class,
    "fbp.check": attempt.check,
    "fbp.provider_request_id": attempt.providerRequestId,
    "fbp.tokens": attempt.tokens,
    "fbp.cost": attempt.costNanos / NANOS,
    "fbp.charge": attempt.charge,
    ...Object.fromEntries(error),
  });
}

function known(attributes: Readonly<Record<string, Attributes[string] | null>>): Attributes {
  const kept: Attributes = {};
  for (const [name, value] of Object.entries(attributes)) if (value !== null) kept[name] = value;
  return kept;
}
