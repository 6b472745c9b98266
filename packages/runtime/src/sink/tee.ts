/** One sink that is several. */
import type { Outcome } from "../core/outcome.ts";
import type { InvalidOutput } from "./invalid-output.ts";
import type { Sink } from "./sink.ts";

/**
 * Hands every record to each of `sinks`, in their order. One that throws, rejects or hangs keeps nothing from the
 * others; the first fault is thrown on, and so is counted, when all have been called. `dropped` is the sum of theirs.
 */
export function teeSink(...sinks: readonly Sink[]): Sink {
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

  write(outcome: Outcome, origin?: unknown): void {
    const origins = Array.isArray(origin) ? origin : [];
    this.#each((sink, nth) => sink.write(outcome, origins[nth]));
  }

  keep(sample: InvalidOutput): void {
    this.#each((sink) => sink.keep?.(sample));
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

  #each(call: (sink: Sink, nth: number) => void): void {
    let fault: { readonly error: unknown } | null = null;
    for (const [nth, sink] of this.#sinks.entries()) {
      try {
        call(sink, nth);
      } catch (error) {
        fault ??= { error };
      }
    }
    if (fault !== null) throw fault.error;
  }

  async #all(call: (sink: Sink) => Promise<void> | undefined): Promise<void> {
    const ends = await Promise.allSettled(this.#sinks.map(async (sink) => call(sink)));
    const fault = ends.find((end) => end.status === "rejected");
    if (fault !== undefined) throw fault.reason;
  }
}
