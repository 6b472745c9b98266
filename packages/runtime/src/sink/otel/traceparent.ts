/** The W3C form in which a trace is handed on between processes: https://www.w3.org/TR/trace-context/#traceparent-header */
import { isSpanContextValid, type SpanContext } from "@opentelemetry/api";

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** Longer texts are no trace ids; the form has 55 characters. */
const LONGEST = 256;

/** The span that `text` names; null where it is none. */
export function spanOf(text: string | null): SpanContext | null {
  if (text === null || text.length > LONGEST) return null;
  const [, traceId = "", spanId = "", flags = ""] = TRACEPARENT.exec(text) ?? [];
  const span = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(span) ? span : null;
}
