/** Hands each outcome on, exactly once: to the counters, the sink and the hooks, none of which can fail a request. */
import type { Outcome } from "./core/outcome.ts";
import type { HookPlan } from "./core/policy.ts";
import type { Sink } from "./sink/sink.ts";

/** Called with the target that the rule names. What it throws or rejects with is counted and goes no further. */
export type Hook = (target: string, outcome: Outcome) => unknown;

export interface Fault {
  readonly of: "hook" | "sink";
  readonly error: unknown;
}

export interface RecorderOptions {
  /** Gets exactly one outcome for each request. */
  readonly sink?: Sink;
  /** Handlers of `page "…"` and `notify "…"`. They are called when the outcome is known; nobody waits for them. */
  readonly hooks?: { readonly page?: Hook; readonly notify?: Hook };
  /** Told of each fault of a hook or of the sink, for the service's own log. */
  readonly onFault?: (fault: Fault) => void;
}

/** Counts since the client was made. */
export interface Counters {
  readonly requests: number;
  readonly inFlight: number;
  readonly results: Readonly<Record<Outcome["result"], number>>;
  readonly hookFaults: number;
  readonly sinkFaults: number;
  /** Records that the sink says it has lost. */
  readonly recordsLost: number;
}

export class Recorder {
  readonly #options: RecorderOptions;
  readonly #results = { answer: 0, degraded: 0, deferred: 0, failure: 0, aborted: 0 };
  #requests = 0;
  #inFlight = 0;
  #hookFaults = 0;
  #sinkFaults = 0;
  #drained: (() => void) | null = null;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  began(): void {
    this.#requests += 1;
    this.#inFlight += 1;
  }

  /** What had begun was no request: the caller's bug was found before anything happened. */
  withdrew(): void {
    this.#requests -= 1;
    this.left();
  }

  /** The sink first, so that whoever is paged finds the record. */
  record(outcome: Outcome): void {
    this.#results[outcome.result] += 1;
    const { sink } = this.#options;
    if (sink !== undefined) {
      try {
        sink.write(outcome);
      } catch (error) {
        this.#sinkFault(error);
      }
    }
    for (const hook of outcome.hooks) this.#call(hook, outcome);
  }

  left(): void {
    this.#inFlight -= 1;
    if (this.#inFlight === 0) this.#drained?.();
  }

  counters(): Counters {
    return {
      requests: this.#requests,
      inFlight: this.#inFlight,
      results: { ...this.#results },
      hookFaults: this.#hookFaults,
      sinkFaults: this.#sinkFaults,
      recordsLost: this.#options.sink?.dropped ?? 0,
    };
  }

  /** Waits for what is in flight, then closes the sink. */
  async close(): Promise<void> {
    if (this.#inFlight > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    }
    try {
      await this.#options.sink?.close?.();
    } catch (error) {
      this.#sinkFault(error);
    }
  }

  #call(hook: HookPlan, outcome: Outcome): void {
    try {
      const result = this.#options.hooks?.[hook.kind]?.(hook.target, outcome);
      if (isThenable(result)) Promise.resolve(result).catch((error: unknown) => this.#hookFault(error));
    } catch (error) {
      this.#hookFault(error);
    }
  }

  #hookFault(error: unknown): void {
    this.#hookFaults += 1;
    this.#tell({ of: "hook", error });
  }

  #sinkFault(error: unknown): void {
    this.#sinkFaults += 1;
    this.#tell({ of: "sink", error });
  }

  #tell(fault: Fault): void {
    try {
      this.#options.onFault?.(fault);
    } catch {
      // Whoever listens for faults and makes one is not told of it again.
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
