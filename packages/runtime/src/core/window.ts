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

/** How many calls a window holds, and how many of them carry each mark. */
export interface Counts {
  readonly calls: number;
  readonly first: number;
  readonly second: number;
}

/** What all processes that share a window have counted. Told of each call that is added here, and when it is emptied. */
export interface SharedCounts extends Counts {
  add(first: boolean, second: boolean): void;
  clear(): void;
}

/**
 * A ring of buckets: a window of time covers the current bucket and those before it, so its length less at most one
 * bucket; a window of calls has a bucket for each call.
 */
export class Window implements Counts {
  /** null: it is this process's alone. */
  shared: SharedCounts | null = null;
  /** Calls in the window, and how many carry the first and the second mark, as of the last `add` or `advance`. */
  calls = 0;
  first = 0;
  second = 0;
  readonly #widthMs: number | null;
  /** Three counts for each bucket. */
  readonly #counts: Int32Array;
  /** Where the current bucket's counts begin. */
  #at = 0;
  /** Of a window of time: the current bucket's number since the clock's zero, and when it ends. */
  #head = -1;
  #endsAt = 0;

  /** @param widthMs of a bucket; null: each call is one */
  constructor(buckets: number, widthMs: number | null) {
    this.#widthMs = widthMs;
    this.#counts = new Int32Array(3 * buckets);
  }

  add(first: boolean, second: boolean, now: number): void {
    if (this.#widthMs === null) this.#turn(1);
    else this.advance(now);
    this.#book(1, +first, +second);
    this.shared?.add(first, second);
  }

  /** The counts to decide by: of all processes, where they have told more than is known here. */
  get whole(): Counts {
    const { shared } = this;
    return shared !== null && shared.calls > this.calls ? shared : this;
  }

  /** Forgets what is too old at `now`. */
  advance(now: number): void {
    if (this.#widthMs === null || now < this.#endsAt) return;
    const head = Math.floor(now / this.#widthMs);
    this.#turn(head - this.#head);
    this.#head = head;
    this.#endsAt = (head + 1) * this.#widthMs;
  }

  clear(): void {
    this.#empty();
    this.shared?.clear();
  }

  #empty(): void {
    this.#counts.fill(0);
    this.calls = this.first = this.second = 0;
  }

  /** Goes on by so many buckets; what the ring held there is forgotten. */
  #turn(buckets: number): void {
    const counts = this.#counts;
    if (buckets * 3 >= counts.length) this.#empty();
    else {
      for (let turned = 0; turned < buckets; turned++) {
        const at = (this.#at + 3) % counts.length;
        this.#at = at;
        // `0 -`, since a negated zero would make doubles of all these whole numbers.
        this.#book(0 - (counts[at] ?? 0), 0 - (counts[at + 1] ?? 0), 0 - (counts[at + 2] ?? 0));
      }
    }
  }

  #book(calls: number, first: number, second: number): void {
    const counts = this.#counts;
    const at = this.#at;
    this.calls += calls;
    this.first += first;
    this.second += second;
    counts[at] = (counts[at] ?? 0) + calls;
    counts[at + 1] = (counts[at + 1] ?? 0) + first;
    counts[at + 2] = (counts[at + 2] ?? 0) + second;
  }
}
