/** Keeps the last outcomes in memory: for tests, and for services that show them. */
import type { Outcome } from "../core/outcome.ts";
import type { Sink } from "./sink.ts";

export interface MemorySink extends Sink {
  /** The oldest first. */
  readonly outcomes: readonly Outcome[];
  readonly dropped: number;
}

/** @param options.most how many are kept, 1000 where it is left out; of more the oldest are dropped and counted */
export function memorySink(options: { readonly most?: number } = {}): MemorySink {
  const most = options.most ?? 1000;
  const outcomes: Outcome[] = [];
  let dropped = 0;
  return {
    outcomes,
    get dropped() {
      return dropped;
    },
    write(outcome) {
      outcomes.push(outcome);
      if (outcomes.length > most) {
        outcomes.shift();
        dropped += 1;
      }
    },
  };
}
