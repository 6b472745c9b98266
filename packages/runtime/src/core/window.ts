/**
 * A sliding window over calls, each call with two marks (failed and slow, or fast). Adding and reading cost the same
 * however many calls it holds.
 */
import type { WindowPlan } from "./policy.ts";

/** Into how many buckets a window of time is cut. */
export const BUCKETS = 20;

export function windowOf(plan: WindowPlan): Counting {
  return plan.kind === "time" ? new Window(BUCKETS, plan.ms / BUCKETS) : new Window(plan.calls);
}

/** How many calls a window holds, and how many of them carry the first and the second mark. */
export type Counts = readonly [calls: number, first: number, second: number];

/** What breakers, SLOs and retry budgets count in. */
export interface Counting {
  add(now: number, first?: boolean, second?: boolean): void;
  /** The counts to decide by, without what is too old at `now`. */
  counted(now: number): Counts;
  clear(): void;
}

/**
 * A ring of buckets: a window of time covers the current bucket and those before it, so its length less at most one
 * bucket; a window of calls has a bucket for each call.
 */
export class Window implements Counting {
  /** As of the last `add` or `counted`. */
  readonly #counts: [number, number, number] = [0, 0, 0];
  /** The same when the current bucket began. */
  readonly #begun = [0, 0, 0];
  readonly #widthMs: number;
  /** Three counts for each bucket before the current one. */
  readonly #ring: Int32Array;
  /** Where the current bucket's counts will stand. */
  #at = 0;
  /** Of a window of time: the current bucket's number since the clock's zero, and when it ends; of a window of calls: 0, and never. */
  #head = 0;
  #endsAt = 0;

  /** @param widthMs of a bucket; Infinity: each call is one */
  constructor(buckets: number, widthMs = Infinity) {
    this.#widthMs = widthMs;
    this.#ring = new Int32Array(3 * buckets);
  }

  add(now: number, first = false, second = false): void {
    if (this.#widthMs === Infinity) this.#turn(1);
    else this.#advance(now);
    this.#counts[0]++;
    if (first) this.#counts[1]++;
    if (second) this.#counts[2]++;
  }

  counted(now: number): Counts {
    this.#advance(now);
    return this.#counts;
  }

  #advance(now: number): void {
    if (now < this.#endsAt) return;
    const head = Math.floor(now / this.#widthMs);
    this.#turn(head - this.#head);
    this.#head = head;
    this.#endsAt = (head + 1) * this.#widthMs;
  }

  clear(): void {
    for (const counts of [this.#ring, this.#counts, this.#begun]) counts.fill(0);
  }

  /** Goes on by so many buckets; what the ring held there is forgotten. */
  #turn(buckets: number): void {
    const ring = this.#ring;
    if (buckets * 3 >= ring.length) this.clear();
    else {
      for (let turned = 0; turned < buckets; turned++) {
        const at = this.#at;
        this.#at = (at + 3) % ring.length;
        for (let mark = 0; mark < 3; mark++) {
          const count = this.#counts[mark] ?? 0;
          ring[at + mark] = count - (this.#begun[mark] ?? 0);
          this.#begun[mark] = this.#counts[mark] = count - (ring[this.#at + mark] ?? 0);
        }
      }
    }
  }
}
