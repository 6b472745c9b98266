/** Callers of every kind: some read all of a stream, some a part, some slowly, some give up. */
import type { Fallback } from "@fbp/runtime";

const REQUEST = { messages: [{ role: "user", content: "What is six times seven?" }] };

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves when the request has ended and its caller knows how. */
export async function call(chat: Fallback, nth: number, shared: AbortSignal): Promise<string> {
  const kind = nth % 20;
  if (kind < 4) return (await chat.complete(REQUEST, { signal: shared })).kind;
  const leaving = kind === 4 || kind === 5 ? new AbortController() : null;
  const timer = leaving === null ? undefined : setTimeout(() => leaving.abort(), (nth * 7919) % 1500);
  const stream = chat.stream(REQUEST, { signal: leaving?.signal ?? shared });
  let read = 0;
  try {
    for await (const _ of stream) {
      read += 1;
      if ((kind === 6 || kind === 7) && read === 2) break;
      if (kind === 8 || kind === 9) await pause(100);
    }
  } catch {
    // A `StreamError`: its completion is the one below.
  }
  clearTimeout(timer);
  return (await stream.completion).kind;
}
