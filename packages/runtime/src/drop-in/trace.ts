/** Finds the trace that a request belongs to in what its client sends along. */

/** W3C Trace Context, section 3.2: version, trace id, parent id, flags. */
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/;

/** In this order, after `traceparent`. */
const ID_HEADERS = ["x-trace-id", "x-request-id", "x-client-request-id", "x-correlation-id"];

/** Longer ones are cut. */
const MOST_CHARACTERS = 128;

export function traceIdOf(headers: Headers): string | null {
  const trace = TRACEPARENT.exec(headers.get("traceparent") ?? "")?.[1];
  if (trace !== undefined && /[1-9a-f]/.test(trace)) return trace;
  for (const name of ID_HEADERS) {
    const id = headers.get(name)?.trim().slice(0, MOST_CHARACTERS);
    if (id) return id;
  }
  return null;
}
