/**
 * Timers in order of time, then of insertion: a binary heap whose entries know their own place, so
 * that cancelling one costs O(log n) and leaves nothing behind.
 */
import type { Timer } from "./clock.ts";

/** Of an entry that is not in a heap: it has fired or was cancelled. */
const NOWHERE = -1;

class Entry implements Timer {
  readonly at: number;
  readonly order: number;
  place: number;
  /** Dropped as soon as the entry leaves the heap, so that a kept timer keeps nothing else alive. */
  fire: (() => void) | null;

  constructor(at: number, order: number, place: number, fire: () => void) {
    this.at = at;
    this.order = order;
    this.place = place;
    this.fire = fire;
  }
}

export class TimerHeap {
  readonly #entries: Entry[] = [];
  #added = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** Time of the earliest entry; `Infinity` where there is none. */
  get earliest(): number {
    return this.#entries[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  add(at: number, fire: () => void): Timer {
    const entry = new Entry(at, this.#added++, this.#entries.length, fire);
    this.#entries.push(entry);
    this.#rise(entry);
    return entry;
  }

  /** Takes the earliest entry out and gives what it was to call; null where there is none. */
  take(): (() => void) | null {
    const entry = this.#entries[0];
    if (entry === undefined) return null;
    const fire = entry.fire;
    this.#drop(entry);
    return fire;
  }

  /** Takes `timer` out; nothing happens when it has fired or was cancelled before. */
  remove(timer: Timer): void {
    if (timer instanceof Entry && this.#entries[timer.place] === timer) this.#drop(timer);
  }

  #drop(entry: Entry): void {
    const last = this.#entries.pop();
    if (last !== undefined && last !== entry) {
      this.#put(last, entry.place);
      this.#rise(last);
      this.#sink(last);
    }
    entry.place = NOWHERE;
    entry.fire = null;
  }

  #put(entry: Entry, place: number): void {
    this.#entries[place] = entry;
    entry.place = place;
  }

  #rise(entry: Entry): void {
    while (entry.place > 0) {
      const place = entry.place;
      const above = this.#entries[(place - 1) >> 1];
      if (above === undefined || !before(entry, above)) return;
      this.#put(entry, above.place);
      this.#put(above, place);
    }
  }

  #sink(entry: Entry): void {
    for (;;) {
      const place = entry.place;
      const left = this.#entries[2 * place + 1];
      const right = this.#entries[2 * place + 2];
      const below = left !== undefined && right !== undefined && before(right, left) ? right : left;
      if (below === undefined || !before(below, entry)) return;
      this.#put(entry, below.place);
      this.#put(below, place);
    }
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
