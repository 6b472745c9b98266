/** One sink that is several. */
import type { Outcome } from "../core/outcome.ts";
import { keepsSamples } from "../keeps-samples.ts";
import { isThenable, whenRejected } from "../thenable.ts";
import { UsageError } from "../usage-error.ts";
import type { InvalidOutput } from "./invalid-output.ts";
import type { Sink } from "./sink.ts";

/**
 * Hands every record to each of `sinks`, in their order. One that throws, rejects or hangs keeps nothing from the
 * others; the first fault is thrown on, and so is counted, when all have been called. `dropped` is the sum of theirs.
 *
 * @throws UsageError when one of them is no sink
 */
export function teeSink(...sinks: readonly Sink[]): Sink {
  const none = sinks.findIndex((sink) => typeof sink?.write !== "function");
  if (none >= 0) throw new UsageError(`number ${none + 1} of the sinks of teeSink is no object with write`);
  return new Tee(sinks);
}

class Tee implements Sink {
  readonly #sinks: readonly Sink[];
  readonly origin?: () => unknown;

  constructor(sinks: readonly Sink[]) {
    this.#sinks = sinks;
    // Where no sink asks, no request pays for the question.
    if (sinks.some(({ origin }) => origin !== undefined)) this.origin = () => this.#origins();
  }

  get dropped(): number {
    return this.#sinks.reduce((sum, { dropped = 0 }) => sum + dropped, 0);
  }

  get keeps(): boolean {
    return this.#sinks.some(keepsSamples);
  }

  /** A promise where one of the sinks gives one. */
  write(outcome: Outcome, origin?: unknown): unknown {
    const origins = Array.isArray(origin) ? origin : [];
    return this.#each((sink, nth) => sink.write(outcome, origins[nth]));
  }

  keep(sample: InvalidOutput): unknown {
    return this.#each((sink) => sink.keep?.(sample));
  }

  async flush(): Promise<void> {
    await this.#all((sink) => sink.flush?.());
  }

  async close(): Promise<void> {
    await this.#all((sink) => sink.close?.());
  }

  #origins(): unknown[] {
    return this.#sinks.map((sink) => {
      try {
        return sink.origin?.();
      } catch {
        // Whoever cannot say where it is gets the record all the same, and so do the others.
        return undefined;
      }
    });
  }

  #each(call: (sink: Sink, nth: number) => unknown): unknown {
    let fault: { readonly error: unknown } | null = null;
    const ends: PromiseLike<unknown>[] = [];
    for (const [nth, sink] of this.#sinks.entries()) {
      try {
        const end = call(sink, nth);
        if (isThenable(end)) ends.push(end);
      } catch (error) {
        fault ??= { error };
      }
    }
    const ended = ends.length === 0 ? undefined : Promise.all(ends);
    if (fault === null) return ended;
    // One fault is told of each record: that of the others is not.
    whenRejected(ended, () => {});
    throw fault.error;
  }

  async #all(call: (sink: Sink) => Promise<void> | undefined): Promise<void> {
    const ends = await Promise.allSettled(this.#sinks.map(async (sink) => call(sink)));
    const fault = ends.find((end) => end.status === "rejected");
    if (fault !== undefined) throw fault.reason;
  }
}
