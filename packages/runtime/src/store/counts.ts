/** This process's side of a window that all processes count in. */
import type { WindowPlan } from "../core/policy.ts";
import { BUCKETS } from "../core/window.ts";
import type { CountsNote, CountsShape, Triple } from "./board.ts";

/** A window of calls is shared in at most so many buckets, and one more that is being filled. */
export function shapeOf(id: string, window: WindowPlan): CountsShape {
  if (window.kind === "time") return { id, width: window.ms / BUCKETS, byCalls: false, slots: BUCKETS };
  const buckets = Math.min(BUCKETS, window.calls);
  return { id, width: window.calls / buckets, byCalls: true, slots: buckets + 1 };
}

const NONE: Triple = [0, 0, 0];

export class CountsShare {
  calls = 0;
  first = 0;
  second = 0;
  readonly #shape: CountsShape;
  /** What all had counted when that was last read. */
  #read = NONE;
  /** On its way. */
  #sent = NONE;
  /** Counted since. */
  #fresh = { calls: 0, first: 0, second: 0 };
  #up = false;

  constructor(shape: CountsShape) {
    this.#shape = shape;
  }

  add(first: boolean, second: boolean): void {
    this.#fresh.calls += 1;
    this.#fresh.first += +first;
    this.#fresh.second += +second;
    if (!this.#up) return;
    this.calls += 1;
    this.first += +first;
    this.second += +second;
  }

  clear(): void {
    this.#read = this.#sent = NONE;
    this.#fresh = { calls: 0, first: 0, second: 0 };
    this.calls = this.first = this.second = 0;
  }

  /** @param again the last batch may not have arrived: it is told once more, and nothing is added to it */
  note(tag: number, again: boolean): CountsNote {
    if (!again) {
      const { calls, first, second } = this.#fresh;
      this.#sent = [calls, first, second];
      this.#fresh = { calls: 0, first: 0, second: 0 };
    }
    return { ...this.#shape, tag, add: this.#sent };
  }

  /** What all have counted, with what was sent. */
  told(read: Triple): void {
    this.#up = true;
    this.#read = read;
    this.#sent = NONE;
    this.#sum();
  }

  /** From now on only what is known in this process counts. What it counts is told later, unless it is forgotten. */
  lost(): void {
    this.#up = false;
    this.#read = NONE;
    this.calls = this.first = this.second = 0;
  }

  /** What has not been told is too old to be told. */
  forget(): void {
    this.#sent = NONE;
    this.#fresh = { calls: 0, first: 0, second: 0 };
  }

  /** Is there something to tell? */
  get isFresh(): boolean {
    return this.#fresh.calls > 0;
  }

  #sum(): void {
    const [calls, first, second] = this.#read;
    this.calls = calls + this.#fresh.calls;
    this.first = first + this.#fresh.first;
    this.second = second + this.#fresh.second;
  }
}
