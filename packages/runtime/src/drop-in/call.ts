/** What a client hands to a drop-in `fetch`: read into a request, or into the answer that refuses it. */
import { Body } from "../body.ts";
import { type Problem, problem } from "./problem.ts";

/** The arguments of `fetch`. */
export type FetchInput = string | URL | Request;

/** A chat completion that is asked for. */
export interface Call {
  readonly kind: "call";
  /** The body, parsed. What it says of `model` and `stream` is for the policy to decide, and taken out. */
  readonly request: Readonly<Record<string, unknown>>;
  /** The body as it came. */
  readonly text: string;
  readonly streams: boolean;
  /** The model that was asked for; only an answer of the operator's own names it. */
  readonly model: string;
  readonly headers: Headers;
  readonly signal: AbortSignal | null;
}

export interface Refused {
  readonly kind: "refused";
  readonly problem: Problem;
}

/** What a request may hold; pictures and files are in it as base64. */
const MOST_BYTES = 64 * 1024 * 1024;

const ENDPOINT = "/chat/completions";

/** Rejects as `fetch` does: for an address that is none, a body that cannot be read, and one that is given up meanwhile. */
export async function readCall(input: FetchInput, init: RequestInit = {}): Promise<Call | Refused> {
  const given = isRequest(input) ? input : null;
  const { pathname } = new URL(given === null ? String(input) : given.url);
  const method = (init.method ?? given?.method ?? "GET").toUpperCase();
  if (method !== "POST" || !pathname.endsWith(ENDPOINT)) {
    return refused(404, "not_found", `there is no ${method} ${pathname} here, only POST …${ENDPOINT}`);
  }
  const signal = init.signal ?? given?.signal ?? null;
  const text = await textOf(init.body ?? given?.body ?? "", signal);
  if (text === null) return refused(413, "too_large", `the request is longer than ${MOST_BYTES} bytes`);
  const body = parsed(text);
  if (body === null) return refused(400, "invalid_json", "the request is no JSON object");
  const { model, stream, ...request } = body;
  return {
    kind: "call",
    request,
    text,
    streams: stream === true,
    model: typeof model === "string" ? model : "",
    headers: new Headers(init.headers ?? given?.headers),
    signal,
  };
}

/** Also one of another make than the platform's: of undici's package, or of a test's. */
function isRequest(input: FetchInput): input is Request {
  return typeof input === "object" && "url" in input;
}

function refused(status: number, code: string, message: string): Refused {
  return { kind: "refused", problem: problem(status, "invalid_request_error", code, message) };
}

/** null: longer than the bound. */
async function textOf(body: NonNullable<RequestInit["body"]>, signal: AbortSignal | null): Promise<string | null> {
  if (typeof body === "string") return body.length > MOST_BYTES ? null : body;
  const reader = new Response(body).body?.getReader();
  const leave = (): void => void reader?.cancel(signal?.reason).catch(() => {});
  signal?.addEventListener("abort", leave, { once: true });
  try {
    return await read(reader, signal);
  } finally {
    signal?.removeEventListener("abort", leave);
    leave();
  }
}

async function read(
  reader: ReadableStreamDefaultReader<Uint8Array> | undefined,
  signal: AbortSignal | null,
): Promise<string | null> {
  const kept = new Body();
  for (;;) {
    // Asked each time: one that was aborted before is not heard of.
    signal?.throwIfAborted();
    const piece = await reader?.read();
    if (piece?.value === undefined) break;
    if (!kept.add(piece.value, MOST_BYTES)) return null;
  }
  signal?.throwIfAborted();
  return kept.text();
}

/** null: no JSON, or no object. */
function parsed(text: string): Record<string, unknown> | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
