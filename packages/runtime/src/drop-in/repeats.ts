/**
 * Sees that a client repeats by itself what the policy has given up: then the budget for the whole
 * request is one budget for each of its parts. Nothing is refused for it; the record says so.
 */

/** Counts the repeats that a client makes by itself: clients that Stainless generates send it, `openai` is one. */
const COUNT_HEADER = "x-stainless-retry-count";

/** Failures that are remembered, the last ones. */
const MOST_FAILURES = 256;

/** For so long, in milliseconds; the longest wait that the `openai` client takes between two calls. */
const REMEMBERED_MS = 60_000;

export class Repeats {
  readonly #now: () => number;
  /** When a request with this mark failed, oldest first. Marks, for prompts are not kept. */
  readonly #failures = new Map<number, number>();

  /** @param now milliseconds on a clock that never goes back */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** What the record is to say of a request with this body. */
  warnings(body: string, headers: Headers): readonly string[] {
    const count = Number(headers.get(COUNT_HEADER) ?? 0);
    if (count > 0) return [`the caller repeats by itself (${COUNT_HEADER} ${count}): set maxRetries to 0`];
    this.#forget();
    // A mark costs as much as the body is long: only where something failed lately.
    if (this.#failures.size === 0) return NONE;
    // Whoever asks the same again later is not repeating this failure.
    if (!this.#failures.delete(markOf(body))) return NONE;
    return ["the same request failed in the last minute, so the caller may repeat by itself: set maxRetries to 0"];
  }

  /** What failed too long ago to be repeated by a client. */
  #forget(): void {
    const since = this.#now() - REMEMBERED_MS;
    for (const [mark, failedAt] of this.#failures) {
      if (failedAt >= since) break;
      this.#failures.delete(mark);
    }
  }

  failed(body: string): void {
    const mark = markOf(body);
    this.#failures.delete(mark);
    this.#failures.set(mark, this.#now());
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= MOST_FAILURES) break;
      this.#failures.delete(oldest);
    }
  }
}

const NONE: readonly string[] = [];

/** FNV-1a over the text's code units: a mark that two texts share costs a wrong warning, no more. */
function markOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
