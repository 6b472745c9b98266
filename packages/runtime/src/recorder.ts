/** Hands each outcome on, exactly once: to the counters, the sink and the hooks, none of which can fail a request. */
import type { Outcome } from "./core/outcome.ts";
import type { HookPlan } from "./core/policy.ts";
import { keepsSamples } from "./keeps-samples.ts";
import { milliseconds } from "./milliseconds.ts";
import type { InvalidOutput } from "./sink/invalid-output.ts";
import type { Sink } from "./sink/sink.ts";
import { isThenable, whenRejected } from "./thenable.ts";
import type { AnyPolicyTypes, Hooks } from "./types.ts";

export interface Fault {
  readonly of: "hook" | "sink";
  readonly error: unknown;
}

export interface RecorderOptions {
  /** Gets exactly one outcome for each request. */
  readonly sink?: Sink;
  readonly hooks?: Hooks<AnyPolicyTypes> | undefined;
  /** Told of each fault of a hook or of the sink, for the service's own log. What it throws or rejects with reaches nobody. */
  readonly onFault?: (fault: Fault) => unknown;
  /** A hook whose promise has not settled after so long is a fault, in milliseconds; left out: 30 seconds. */
  readonly hookMs?: number;
  /** `close` waits so long for hooks, and then for the sink, in milliseconds; left out: 10 seconds. */
  readonly drainMs?: number;
}

const HOOK_MS = 30_000;
const DRAIN_MS = 10_000;

/** Counts since the client was made. */
export interface Counters {
  readonly requests: number;
  readonly inFlight: number;
  readonly results: Readonly<Record<Outcome["result"], number>>;
  /** Hooks that were called and have not ended. */
  readonly hooksPending: number;
  /** Hooks that threw, rejected, or did not end in their time, and listeners that threw or rejected. */
  readonly hookFaults: number;
  readonly sinkFaults: number;
  /** Records that the sink says it has lost. */
  readonly recordsLost: number;
}

/** A hook that was called and has not ended. */
interface PendingHook {
  readonly limit: ReturnType<typeof setTimeout>;
  /** Counts it as a fault, and waits for it no more. */
  readonly overdue: () => void;
}

export class Recorder {
  readonly #options: RecorderOptions;
  readonly #sink: Sink | undefined;
  readonly #hookMs: number;
  readonly #drainMs: number;
  readonly #results = { answer: 0, degraded: 0, deferred: 0, failure: 0, aborted: 0 };
  #requests = 0;
  #inFlight = 0;
  #hookFaults = 0;
  #sinkFaults = 0;
  readonly #hooksPending = new Set<PendingHook>();
  #drained: (() => void) | null = null;
  #hooksEnded: (() => void) | null = null;

  /** @throws UsageError when a limit is no number of milliseconds */
  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#sink = options.sink;
    this.#hookMs = milliseconds("hookMs", options.hookMs, HOOK_MS);
    this.#drainMs = milliseconds("drainMs", options.drainMs, DRAIN_MS);
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

  /** What the sink wants to know of where the caller is; it comes back with the record. */
  origin(): unknown {
    const sink = this.#sink;
    if (sink?.origin === undefined) return undefined;
    try {
      return sink.origin();
    } catch (error) {
      this.#sinkFault(error);
      return undefined;
    }
  }

  /** The sink first, so that whoever is paged finds the record. */
  record(outcome: Outcome, origin?: unknown): void {
    this.#results[outcome.result] += 1;
    const sink = this.#sink;
    if (sink !== undefined) {
      try {
        whenRejected(sink.write(outcome, origin), this.#sinkFault);
      } catch (error) {
        this.#sinkFault(error);
      }
    }
    for (const hook of outcome.hooks) this.#call(hook, outcome);
  }

  /** Does the sink want answers that `accept` refused? */
  get keeps(): boolean {
    return this.#sink !== undefined && keepsSamples(this.#sink);
  }

  /** Hands on an answer that `accept` refused. Whether the policy keeps them was asked before. */
  keep(sample: InvalidOutput): void {
    try {
      whenRejected(this.#sink?.keep?.(sample), this.#sinkFault);
    } catch (error) {
      this.#sinkFault(error);
    }
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
      hooksPending: this.#hooksPending.size,
      hookFaults: this.#hookFaults,
      sinkFaults: this.#sinkFaults,
      recordsLost: this.#sink?.dropped ?? 0,
    };
  }

  /**
   * Waits for the requests in flight, however long they take; then for their hooks and for the sink, to a
   * bound each. What has not ended then is a fault.
   */
  async close(): Promise<void> {
    if (this.#inFlight > 0) {
      await new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
    }
    await this.#endHooks();
    await this.#closeSink();
  }

  #call(hook: HookPlan, outcome: Outcome): void {
    try {
      const result = this.#options.hooks?.[hook.kind]?.(hook.target, outcome);
      if (isThenable(result)) this.#follow(hook, result);
    } catch (error) {
      this.#hookFault(error);
    }
  }

  /** Counts a hook until its promise settles or its time is over, whichever is first. */
  #follow(hook: HookPlan, promise: PromiseLike<unknown>): void {
    const ended = (): boolean => {
      if (!this.#hooksPending.delete(pending)) return false;
      clearTimeout(pending.limit);
      if (this.#hooksPending.size === 0) this.#hooksEnded?.();
      return true;
    };
    const failed = (error: unknown): void => {
      if (ended()) this.#hookFault(error);
    };
    const overdue = (): void => failed(new Error(`${hook.kind} ${JSON.stringify(hook.target)} has not ended in time`));
    const pending: PendingHook = { overdue, limit: setTimeout(overdue, this.#hookMs) };
    // A hook that hangs does not keep the process alive.
    if (typeof pending.limit === "object") pending.limit.unref();
    this.#hooksPending.add(pending);
    Promise.resolve(promise).then(ended, failed);
  }

  async #endHooks(): Promise<void> {
    if (this.#hooksPending.size === 0) return;
    const ended = new Promise<void>((resolve) => {
      this.#hooksEnded = resolve;
    });
    if (await this.#inTime(ended)) return;
    for (const { overdue } of [...this.#hooksPending]) overdue();
  }

  async #closeSink(): Promise<void> {
    try {
      const closing = this.#sink?.close?.();
      if (closing !== undefined && !(await this.#inTime(closing))) throw new Error("the sink has not closed in time");
    } catch (error) {
      this.#sinkFault(error);
    }
  }

  /** Does `promise` settle in the time that there is for draining? */
  async #inTime(promise: Promise<unknown>): Promise<boolean> {
    let limit: ReturnType<typeof setTimeout> | undefined;
    const over = new Promise<false>((resolve) => {
      limit = setTimeout(() => resolve(false), this.#drainMs);
    });
    try {
      return await Promise.race([promise.then(() => true), over]);
    } finally {
      clearTimeout(limit);
    }
  }

  /** Whoever listens to events threw, or rejected. */
  listenerFailed(error: unknown): void {
    this.#hookFault(error);
  }

  #hookFault(error: unknown): void {
    this.#hookFaults += 1;
    this.#tell({ of: "hook", error });
  }

  readonly #sinkFault = (error: unknown): void => {
    this.#sinkFaults += 1;
    this.#tell({ of: "sink", error });
  };

  #tell(fault: Fault): void {
    try {
      whenRejected(this.#options.onFault?.(fault), nobody);
    } catch {
      // Whoever listens for faults and makes one is not told of it again.
    }
  }
}

const nobody = (): void => {};
