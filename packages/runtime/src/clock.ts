/** Time as the engine sees it, and the real one. Works in Node.js and in browsers. */
import { LONGEST_DELAY_MS } from "./milliseconds.ts";
import { TimerHeap } from "./timer-heap.ts";

/** A scheduled call. Opaque: hand it back to `cancel`. */
export interface Timer {
  /** When it is due, on the clock that made it. */
  readonly at: number;
}

export interface Clock {
  /** Milliseconds since an arbitrary moment; never goes back. */
  now(): number;
  /** The time of day at the moment `now` of this clock: whole milliseconds since 1970. */
  wallAt(now: number): number;
  /** Calls `fire` once, not earlier than in `ms` milliseconds. */
  schedule(ms: number, fire: () => void): Timer;
  /** After this `fire` is not called; nothing happens when it was called already. */
  cancel(timer: Timer): void;
}

/** So long the time of day is told from the monotonic clock alone, which costs less than to ask for it. */
const WALL_AGAIN_MS = 1000;

/** A timer of the platform that rings so late, in milliseconds, rings in a loop that was busy. */
const LATE_MS = 10;

/**
 * The clock counts in such parts of a millisecond. With a power of two whole milliseconds are added and taken away
 * exactly; of plain readings `now + 8000 - now` is less than 8000 for one in seventy, and a path that may take the whole
 * deadline would find too little of it left.
 */
const PARTS = 1024;

/**
 * The real clock. However many calls are scheduled, one timer of the platform is armed at most, and
 * none keeps a process alive when nothing is scheduled: it can end as soon as its requests have.
 */
export function systemClock(): Clock {
  return new SystemClock();
}

class SystemClock implements Clock {
  readonly #heap = new TimerHeap();
  #armed: ReturnType<typeof setTimeout> | null = null;
  #armedFor = Number.POSITIVE_INFINITY;
  /** The time of day less the monotonic clock, when last asked for. */
  #wallOffset = 0;
  #wallAskedAt = Number.NEGATIVE_INFINITY;

  now(): number {
    return Math.floor(performance.now() * PARTS) / PARTS;
  }

  wallAt(now: number): number {
    if (now - this.#wallAskedAt >= WALL_AGAIN_MS) {
      this.#wallAskedAt = performance.now();
      this.#wallOffset = Date.now() - this.#wallAskedAt;
    }
    return Math.round(this.#wallOffset + now);
  }

  schedule(ms: number, fire: () => void): Timer {
    const now = performance.now();
    const wasEmpty = this.#heap.size === 0;
    const timer = this.#heap.add(now + Math.max(0, ms), fire);
    if (timer.at < this.#armedFor) this.#arm(timer.at, now);
    else if (wasEmpty && typeof this.#armed === "object") this.#armed?.ref();
    return timer;
  }

  cancel(timer: Timer): void {
    this.#heap.remove(timer);
    // With entries left the platform's timer stays as it is, also when it was armed for the one
    // that left: ringing once for nothing is cheaper than arming it anew for each request.
    if (this.#heap.size === 0) this.#rest();
  }

  #arm(at: number, now: number): void {
    if (this.#armed !== null) clearTimeout(this.#armed);
    this.#armedFor = at;
    // What became due while others rang is late already: Node.js warns of a delay below 0.
    this.#armed = setTimeout(this.#ring, Math.min(LONGEST_DELAY_MS, Math.max(0, Math.ceil(at - now))));
  }

  /**
   * Nothing is scheduled. Where the platform's timer can be told to hold nobody up it stays armed, for the next request
   * is often near, and to arm one costs more than a microsecond.
   */
  #rest(): void {
    if (typeof this.#armed === "object") this.#armed?.unref();
    else this.#disarm();
  }

  #disarm(): void {
    if (this.#armed !== null) clearTimeout(this.#armed);
    this.#armed = null;
    this.#armedFor = Number.POSITIVE_INFINITY;
  }

  /**
   * A loop that was busy has not read yet what came meanwhile, and timers are looked at before sockets: an answer that is
   * there would be called late, and asked and paid for again. So what is late waits until sockets were read.
   */
  readonly #ring = (): void => {
    if (typeof setImmediate !== "function" || performance.now() - this.#armedFor <= LATE_MS) {
      this.#fire();
      return;
    }
    this.#armed = null;
    // Nothing is armed beside it.
    this.#armedFor = Number.NEGATIVE_INFINITY;
    setImmediate(this.#fire);
  };

  readonly #fire = (): void => {
    this.#disarm();
    const now = performance.now();
    try {
      while (this.#heap.earliest <= now) this.#heap.take()?.();
    } finally {
      // A platform's timer may ring up to a millisecond early: then this arms it again.
      if (this.#heap.size > 0 && this.#heap.earliest < this.#armedFor)
        this.#arm(this.#heap.earliest, performance.now());
    }
  };
}
