/** A streamed answer as server-sent events. */
import { type ChatStream, StreamError } from "../stream/chat-stream.ts";
import type { Completion, PolicyTypes } from "../types.ts";
import { abortOf } from "./abort.ts";
import { problemOf } from "./problem.ts";

const UTF8 = new TextEncoder();

const event = (data: unknown): Uint8Array => UTF8.encode(`data: ${JSON.stringify(data)}\n\n`);

/** What ends a stream of the chat-completion API. */
const DONE = UTF8.encode("data: [DONE]\n\n");

/** Reads a chunk when the client wants one, and not before: the provider is held up by a client that is slow. */
const ON_DEMAND = { highWaterMark: 0 };

export function eventsOf(chunks: readonly unknown[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(event(chunk));
      controller.enqueue(DONE);
      controller.close();
    },
  });
}

/**
 * After an answer comes `[DONE]`. Anything else that the request ends as is told as an event with an
 * `error`, which clients throw; whoever reads on without looking at it finds the body broken off, never
 * a quiet end. To cancel the body gives the request up.
 *
 * @param failed called when the request has ended without an answer
 */
export function eventsOfStream(
  stream: ChatStream<unknown, Completion<PolicyTypes>>,
  signal: AbortSignal | null,
  failed: () => void,
): ReadableStream<Uint8Array> {
  const chunks = stream[Symbol.asyncIterator]();
  let broken: unknown = null;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (broken !== null) throw broken;
        try {
          const { done, value } = await chunks.next();
          if (done !== true) controller.enqueue(event(value));
          else {
            controller.enqueue(DONE);
            controller.close();
          }
        } catch (error) {
          if (!(error instanceof StreamError)) throw error;
          const { completion } = error;
          if (completion.kind === "aborted") throw abortOf(signal);
          if (completion.kind === "answer") throw error;
          failed();
          broken = error;
          controller.enqueue(event({ error: problemOf(completion).error }));
        }
      },
      cancel: () => stream.abort(),
    },
    ON_DEMAND,
  );
}
