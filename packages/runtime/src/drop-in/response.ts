/** The answers of a drop-in `fetch`. */
import type { Outcome } from "../core/outcome.ts";
import type { Problem } from "./problem.ts";

/** Says in headers what came of a request. `x-request-id` is where clients look for an id to show. */
export function headersOf(outcome: Outcome): Record<string, string> {
  const headers: Record<string, string> = {
    ...idHeaders(outcome.id, outcome.traceId),
    "x-fbp-result": outcome.result,
    "x-fbp-attempts": String(outcome.attempts.length),
  };
  if (outcome.reason !== null) headers["x-fbp-reason"] = printable(outcome.reason);
  if (outcome.source !== null) headers["x-fbp-source"] = printable(outcome.source);
  return headers;
}

/** What is known when a stream begins: what came of the request is not yet. */
export function idHeaders(id: string, traceId: string | null): Record<string, string> {
  return { "x-request-id": printable(id), "x-fbp-request-id": printable(id), ...traceHeader(traceId) };
}

function traceHeader(traceId: string | null): Record<string, string> {
  return traceId === null ? {} : { "x-fbp-trace-id": printable(traceId) };
}

export function whole(body: unknown, headers: Record<string, string>): Response {
  return json(200, body, headers);
}

/** The header keeps the `openai` client from repeating it by itself. */
export function failed({ status, error }: Problem, headers: Record<string, string> = {}): Response {
  return json(status, { error }, { ...headers, "x-should-retry": "false" });
}

function json(status: number, body: unknown, headers: Record<string, string>): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...headers, "content-type": "application/json" } });
}

export function events(body: ReadableStream<Uint8Array>, headers: Record<string, string>): Response {
  return new Response(body, {
    headers: { ...headers, "content-type": "text/event-stream", "cache-control": "no-cache" },
  });
}

/** A header's value may not hold everything that a service may use as an id. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?");
}
