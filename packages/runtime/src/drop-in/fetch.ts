/**
 * A `fetch` for clients of the chat-completion API that runs each request under a policy: the official
 * `openai` client, `@ai-sdk/openai-compatible`, and whatever else takes a `fetch` of one's own. What
 * they send as model and as key is ignored; the policy has its own.
 */
import type { ChatStream } from "../stream/chat-stream.ts";
import type { CompleteOptions, Completion, PolicyTypes } from "../types.ts";
import { UsageError } from "../usage-error.ts";
import { abortOf } from "./abort.ts";
import { eventsOf, eventsOfStream } from "./body.ts";
import { type Call, type FetchInput, readCall } from "./call.ts";
import { degradedAnswer, degradedChunks } from "./degraded.ts";
import { problem, problemOf } from "./problem.ts";
import type { Repeats } from "./repeats.ts";
import { events, failed, headersOf, idHeaders, whole } from "./response.ts";
import { traceIdOf } from "./trace.ts";

/** To be given to clients that want an address. It belongs to nobody (RFC 2606): without `chat.fetch` nothing is sent. */
export const BASE_URL = "https://fbp.invalid/v1";

export type DropInFetch = (input: FetchInput, init?: RequestInit) => Promise<Response>;

/** What all requests of one drop-in `fetch` have in common. */
export interface FetchWithOptions<Types extends PolicyTypes> {
  readonly context?: Types["context"] | undefined;
  /** Left out: read from `traceparent`, `x-trace-id`, `x-request-id`, `x-client-request-id` or `x-correlation-id`. */
  readonly traceId?: string | null | undefined;
  readonly promptTokens?: number | undefined;
}

/** Where the requests go. */
export interface Chat {
  complete(request: object, options: CompleteOptions<PolicyTypes>): Promise<Completion<PolicyTypes>>;
  stream(request: object, options: CompleteOptions<PolicyTypes>): ChatStream<unknown, Completion<PolicyTypes>>;
}

export function dropInFetch(chat: Chat, repeats: Repeats, shared: FetchWithOptions<PolicyTypes> = {}): DropInFetch {
  return async (input, init) => {
    const call = await readCall(input, init);
    if (call.kind === "refused") return failed(call.problem);
    const options = {
      ...shared,
      traceId: shared.traceId ?? traceIdOf(call.headers),
      signal: call.signal,
      warnings: repeats.warnings(call.text, call.headers),
    };
    const onFailure = (): void => repeats.failed(call.text);
    try {
      return call.streams
        ? await streamed(chat.stream(call.request, options), call, options.traceId, onFailure)
        : wholly(await chat.complete(call.request, options), call, onFailure);
    } catch (error) {
      // Rejecting is how a network fails: clients would repeat it, and hide what is wrong with the request.
      if (error instanceof UsageError) return failed(problem(400, "invalid_request_error", "usage", error.message));
      throw error;
    }
  };
}

async function streamed(
  stream: ChatStream<unknown, Completion<PolicyTypes>>,
  call: Call,
  traceId: string | null,
  onFailure: () => void,
): Promise<Response> {
  if ((await stream.started) === "over") {
    const completion = await stream.completion;
    if (completion.kind !== "answer") return wholly(completion, call, onFailure);
  }
  return events(eventsOfStream(stream, call.signal, onFailure), idHeaders(stream.id, traceId));
}

function wholly(completion: Completion<PolicyTypes>, call: Call, onFailure: () => void): Response {
  const { outcome } = completion;
  switch (completion.kind) {
    case "answer":
      return whole(completion.response, headersOf(outcome));
    case "degraded":
      return call.streams
        ? events(eventsOf(degradedChunks(completion.text, call.model, outcome)), headersOf(outcome))
        : whole(degradedAnswer(completion.text, call.model, outcome), headersOf(outcome));
    case "aborted":
      throw abortOf(call.signal);
    default:
      onFailure();
      return failed(problemOf(completion), headersOf(outcome));
  }
}
