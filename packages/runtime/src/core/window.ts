/**
 * A sliding window over calls, each call with two marks (failed and slow, or fast). Adding and reading cost the same
 * however many calls it holds.
 */
import type { WindowPlan } from "./policy.ts";

/** Into how many buckets a window of time is cut. */
export const BUCKETS = 20;

export function windowOf(plan: WindowPlan): Window {
  return plan.kind === "time" ? new Window(BUCKETS, plan.ms / BUCKETS) : new Window(plan.calls, null);
}

/**
 * A ring of buckets: a window of time covers the current bucket and those before it, so its length less at most one
 * bucket; a window of calls has a bucket for each call.
 */
export class Window {
  /** Calls in the window, and how many carry the first and the second mark, as of the last `add` or `advance`. */
  calls = 0;
  first = 0;
  second = 0;
  readonly #buckets: number;
  readonly #widthMs: number | null;
  /** Three counts for each bucket. */
  readonly #counts: Uint32Array;
  /** Number of the current bucket, since the clock's zero or the first call. */
  #head = -1;

  /** @param widthMs of a bucket; null: each call is one */
  constructor(buckets: number, widthMs: number | null) {
    this.#buckets = buckets;
    this.#widthMs = widthMs;
    this.#counts = new Uint32Array(3 * buckets);
  }

  add(first: boolean, second: boolean, now: number): void {
    if (this.#widthMs === null) this.#moveTo(this.#head + 1);
    else this.advance(now);
    this.#book((this.#head % this.#buckets) * 3, 1, +first, +second);
  }

  /** Forgets what is too old at `now`. */
  advance(now: number): void {
    if (this.#widthMs !== null) this.#moveTo(Math.floor(now / this.#widthMs));
  }

  clear(): void {
    this.#counts.fill(0);
    this.calls = this.first = this.second = 0;
  }

  #moveTo(head: number): void {
    if (head - this.#head >= this.#buckets) {
      this.clear();
      this.#head = head;
    }
    while (this.#head < head) {
      const at = (++this.#head % this.#buckets) * 3;
      const counts = this.#counts;
      this.#book(at, -(counts[at] ?? 0), -(counts[at + 1] ?? 0), -(counts[at + 2] ?? 0));
    }
  }

  #book(at: number, calls: number, first: number, second: number): void {
    const counts = this.#counts;
    this.calls += calls;
    this.first += first;
    this.second += second;
    counts[at] = (counts[at] ?? 0) + calls;
    counts[at + 1] = (counts[at + 1] ?? 0) + first;
    counts[at + 2] = (counts[at + 2] ?? 0) + second;
  }
}
