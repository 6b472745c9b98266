/** A board for the clients of one process: they share what they know of their providers, in memory. */
import type { Board, CountsNote, Notes, Reading, Triple } from "./board.ts";
import { type SharingOptions, sharedStore } from "./sharing.ts";
import type { Store } from "./store.ts";

/** Clients that are given the same store, and the same policy, share breakers, SLOs and retry budgets. */
export function memoryStore(options?: SharingOptions): Store {
  return sharedStore(new MemoryBoard(), options);
}

interface Counted {
  readonly tag: number;
  /** Calls ever, which is the clock of a window of calls. */
  readonly calls: number;
  readonly buckets: readonly { readonly at: number; readonly counts: Triple }[];
}

/** Does what the scripts for Redis do; `redis.test.ts` holds both against each other. */
export class MemoryBoard implements Board {
  readonly #now: () => number;
  readonly #counted = new Map<string, Counted>();
  readonly #records = new Map<string, string>();
  readonly #batches = new Map<string, number>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async exchange({ space, writer, batch, counts, paths }: Notes): Promise<Reading> {
    const now = this.#now();
    const again = this.#batches.get(writer) === batch;
    const told = counts.map((note) => this.#count(`${space} ${note.id}`, note, again, now));
    if (counts.some(({ add }) => add[0] > 0)) this.#batches.set(writer, batch);
    return {
      now,
      counts: told,
      records: paths.map((path) => this.#records.get(`${space} ${path}`) ?? null),
    };
  }

  async replace(space: string, path: string, expected: string | null, next: string): Promise<boolean> {
    const key = `${space} ${path}`;
    if ((this.#records.get(key) ?? null) !== expected) return false;
    this.#records.set(key, next);
    return true;
  }

  /** Forgets everything, as a store does that is started anew. */
  clear(): void {
    this.#counted.clear();
    this.#records.clear();
    this.#batches.clear();
  }

  #count(key: string, { width, byCalls, slots, tag, add }: CountsNote, again: boolean, now: number): Triple {
    const found = this.#counted.get(key);
    const counted = found === undefined || found.tag < tag ? { tag, calls: 0, buckets: [] } : found;
    if (counted.tag !== tag) return NONE;
    const adds = add[0] > 0 && !again;
    const calls = counted.calls + (adds ? add[0] : 0);
    const head = Math.floor((byCalls ? calls - 1 : now) / width);
    const buckets = counted.buckets.filter(({ at }) => at > head - slots && at <= head);
    if (adds) {
      const last = buckets.at(-1)?.at === head ? buckets.pop() : undefined;
      buckets.push({ at: head, counts: sum(last?.counts ?? NONE, add) });
      this.#counted.set(key, { tag, calls, buckets });
    }
    return buckets.reduce((total, { counts }) => sum(total, counts), NONE);
  }
}

const NONE: Triple = [0, 0, 0];

function sum([a, b, c]: Triple, [x, y, z]: Triple): Triple {
  return [a + x, b + y, c + z];
}
