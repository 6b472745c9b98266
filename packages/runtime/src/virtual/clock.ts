/** Time that passes only when told to. */
import type { Clock, Timer } from "../clock.ts";
import { TimerHeap } from "../timer-heap.ts";

/** 2026-01-01T00:00:00Z, so that records made under a virtual clock are the same in each run. */
const VIRTUAL_EPOCH_MS = 1_767_225_600_000;

/** Far more than any request needs; what comes near it loops. */
const MOST_CALLS = 10_000_000;

/** Calls fire in order of time, then of scheduling; `now` is the time that each was due. */
export class VirtualClock implements Clock {
  readonly #heap = new TimerHeap();
  readonly #epoch: number;
  #now: number;

  constructor(options: { readonly now?: number; readonly epoch?: number } = {}) {
    this.#now = options.now ?? 0;
    this.#epoch = options.epoch ?? VIRTUAL_EPOCH_MS;
  }

  now(): number {
    return this.#now;
  }

  wallAt(now: number): number {
    return this.#epoch + now;
  }

  schedule(ms: number, fire: () => void): Timer {
    return this.#heap.add(this.#now + Math.max(0, ms), fire);
  }

  cancel(timer: Timer): void {
    this.#heap.remove(timer);
  }

  /** How many calls are scheduled. */
  get scheduled(): number {
    return this.#heap.size;
  }

  /** Lets `ms` milliseconds pass; what becomes due meanwhile fires, each at its own time. */
  advance(ms: number): void {
    const until = this.#now + ms;
    this.#fireUntil(until);
    this.#now = until;
  }

  /**
   * Lets time pass until nothing is scheduled, and stops at the last call's time.
   *
   * @throws Error when calls keep scheduling further calls without end.
   */
  run(): void {
    this.#fireUntil(Number.POSITIVE_INFINITY);
  }

  #fireUntil(until: number): void {
    for (let fired = 0; this.#heap.size > 0 && this.#heap.earliest <= until; fired += 1) {
      if (fired === MOST_CALLS) throw new Error("the virtual clock does not come to rest");
      this.#now = this.#heap.earliest;
      this.#heap.take()?.();
    }
  }
}
