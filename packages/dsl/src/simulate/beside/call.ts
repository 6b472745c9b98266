/** One call of a gateway: what the world does with it, in the words of a gateway. */
import type { Failure } from "@fbp/runtime/core";
import type { WorldEvent } from "@fbp/runtime/virtual";
import type { Play, Reply } from "./rules.ts";

/** What came of a call, and what is needed to say what it cost. */
export interface Called {
  readonly reply: Reply;
  /** null: it was answered. */
  readonly failure: Failure | null;
}

/** @param limitMs the longest silence */
export function* called(event: WorldEvent, limitMs: number): Play<Called> {
  switch (event.kind) {
    case "hangs":
      yield limitMs;
      return timedOut(event.sent ?? true);
    case "fails": {
      const sent = event.sent ?? !["connect", "dns", "tls"].includes(event.fault);
      const isLate = (event.afterMs ?? 0) > limitMs;
      yield Math.min(limitMs, event.afterMs ?? 0);
      return isLate
        ? timedOut(sent)
        : { reply: { kind: "failed" }, failure: failureOf({ transport: event.fault, sent }) };
    }
    case "returns":
      return yield* returned(event, limitMs);
    case "streams":
      return yield* streamed(event, limitMs);
  }
}

function* returned(event: Extract<WorldEvent, { readonly kind: "returns" }>, limitMs: number): Play<Called> {
  for (const ms of [event.afterMs ?? 0, event.bodyAfterMs ?? 0]) {
    yield Math.min(limitMs, ms);
    if (ms > limitMs) return timedOut(true);
  }
  const { status, headers = {}, body } = event;
  if (event.breaksOff !== undefined) {
    return { reply: { kind: "failed" }, failure: failureOf({ transport: event.breaksOff }) };
  }
  if (status >= 200 && status < 300) return { reply: { kind: "answered" }, failure: null };
  const text = typeof body === "string" ? body : JSON.stringify(body ?? null);
  return { reply: { kind: "returned", status, text, headers }, failure: failureOf({ status, headers, error: body }) };
}

function* streamed(event: Extract<WorldEvent, { readonly kind: "streams" }>, limitMs: number): Play<Called> {
  const waits = [event.afterMs ?? 0, ...event.pieces.map(({ afterMs }) => afterMs ?? 0), event.endsAfterMs ?? 0];
  const broken = { reply: { kind: "broke_off" }, failure: failureOf({ status: 200 }) } as const;
  for (const [part, ms] of waits.entries()) {
    yield Math.min(limitMs, ms);
    // The first two are the status line and the first token.
    if (ms > limitMs) return part < 2 ? timedOut(true) : broken;
  }
  if (event.ends === "silence") {
    yield limitMs;
    return broken;
  }
  return event.ends === undefined ? { reply: { kind: "answered" }, failure: null } : broken;
}

function timedOut(sent: boolean): Called {
  return { reply: { kind: "timed_out" }, failure: failureOf({ transport: "attempt_timeout", sent }) };
}

function failureOf(what: Partial<Failure>): Failure {
  return { transport: null, sent: true, status: 0, headers: {}, error: null, ...what };
}
