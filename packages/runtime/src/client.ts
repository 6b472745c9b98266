/** A policy at work in a service: requests in, answers and outcomes out. */
import { type Clock, systemClock } from "./clock.ts";
import { completionOf } from "./completion.ts";
import { Health, type PathHealth } from "./core/health.ts";
import type { Outcome } from "./core/outcome.ts";
import { type HookPlan, POLICY_FORMAT, type Policy } from "./core/policy.ts";
import type { Ending } from "./core/protocol.ts";
import { type EngineDeps, type Running, run } from "./engine.ts";
import { requestIds } from "./ids.ts";
import { type Adapter, prepare } from "./route.ts";
import type { Sink } from "./sink/sink.ts";
import type { Transport } from "./transport/transport.ts";
import type {
  AnyPolicyTypes,
  CompleteArguments,
  CompleteOptions,
  Completion,
  PolicyTypes,
  TypedPolicy,
} from "./types.ts";
import { UsageError } from "./usage-error.ts";

/** Called with the target that the rule names. What it throws or rejects with is counted and goes no further. */
export type Hook = (target: string, outcome: Outcome) => unknown;

export interface FallbackOptions {
  readonly transport: Transport;
  /** Gets exactly one outcome for each request. */
  readonly sink?: Sink;
  /** Handlers of `page "…"` and `notify "…"`. They are called when the outcome is known; nobody waits for them. */
  readonly hooks?: { readonly page?: Hook; readonly notify?: Hook };
  /** Holds the providers' keys, read once; left out: the process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** For the paths that name an `adapter`. */
  readonly adapters?: Readonly<Record<string, Adapter>>;
  /** Left out: the real ones. */
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly ids?: () => string;
  /** Told of each fault of a hook or of the sink, for the service's own log. */
  readonly onFault?: (fault: Fault) => void;
}

export interface Fault {
  readonly of: "hook" | "sink";
  readonly error: unknown;
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

export interface Fallback<Types extends PolicyTypes = AnyPolicyTypes> {
  /**
   * Runs one request under the policy. Whatever a provider does, this resolves, with exactly one
   * outcome. The request is read at once and never changed.
   *
   * Rejects with `UsageError` for a bug of the caller alone: a request that is no object or cannot be
   * serialised, a context that does not fit the policy, a client that was closed.
   */
  complete(request: Types["request"], ...options: CompleteArguments<Types>): Promise<Completion<Types>>;
  /** What is known of the paths now: breakers, windows, SLOs. */
  health(): readonly PathHealth[];
  counters(): Counters;
  /** Takes no request any more, waits for those in flight, then closes the sink. The transport is its owner's. */
  close(): Promise<void>;
}

/**
 * @throws UsageError when the policy is of another format, or the deployment does not fit it: a key's
 *   variable is missing, an adapter is missing, an address cannot be used
 */
export function createFallback<Types extends PolicyTypes = AnyPolicyTypes>(
  policy: TypedPolicy<Types>,
  options: FallbackOptions,
): Fallback<Types> {
  checkFormat(policy);
  return new Client<Types>(policy, options);
}

function checkFormat(policy: unknown): void {
  if (typeof policy !== "object" || policy === null || !("format" in policy)) {
    throw new UsageError("this is no compiled policy: import the module that fbp build wrote");
  }
  if (policy.format !== POLICY_FORMAT) {
    throw new UsageError(
      `the policy has format ${String(policy.format)} and this runtime reads format ${POLICY_FORMAT}: ` +
        "build the policy again with the fbp of the same version as @fbp/runtime",
    );
  }
}

class Client<Types extends PolicyTypes> implements Fallback<Types> {
  readonly #policy: Policy;
  readonly #health: Health;
  readonly #deps: EngineDeps;
  readonly #options: FallbackOptions;
  readonly #results: Record<Outcome["result"], number> = {
    answer: 0,
    degraded: 0,
    deferred: 0,
    failure: 0,
    aborted: 0,
  };
  #requests = 0;
  #inFlight = 0;
  #hookFaults = 0;
  #sinkFaults = 0;
  #closed: Promise<void> | null = null;
  #drained: (() => void) | null = null;

  constructor(policy: Policy, options: FallbackOptions) {
    const env = options.env ?? processEnv();
    this.#policy = policy;
    this.#options = options;
    this.#health = new Health(policy);
    this.#deps = {
      clock: options.clock ?? systemClock(),
      transport: options.transport,
      random: options.random ?? Math.random,
      ids: options.ids ?? requestIds(),
      prepared: prepare(policy, {
        env: (name) => (Object.hasOwn(env, name) ? env[name] : undefined),
        adapters: options.adapters ?? {},
      }),
    };
  }

  complete(request: Types["request"], ...[options]: CompleteArguments<Types>): Promise<Completion<Types>> {
    return new Promise((resolve, reject) => {
      this.#start(request, options, resolve, reject);
    });
  }

  health(): readonly PathHealth[] {
    return this.#health.snapshot(this.#deps.clock.now());
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

  close(): Promise<void> {
    this.#closed ??= this.#drain();
    return this.#closed;
  }

  async #drain(): Promise<void> {
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

  #start(
    request: unknown,
    options: CompleteOptions<Types> | undefined,
    resolve: (completion: Completion<Types>) => void,
    reject: (error: unknown) => void,
  ): void {
    if (this.#closed !== null) throw new UsageError("the client is closed");
    const signal = options?.signal ?? null;
    let running: Running | null = null;
    const giveUp = (): void => running?.abort();
    let over = false;
    const done = (outcome: Outcome, ending: Ending, response: unknown): void => {
      over = true;
      signal?.removeEventListener("abort", giveUp);
      this.#results[outcome.result] += 1;
      this.#record(outcome);
      resolve(completionOf<Types>(outcome, ending, response));
      this.#leave();
    };
    const broken = (error: unknown): void => {
      over = true;
      signal?.removeEventListener("abort", giveUp);
      reject(error);
      this.#leave();
    };
    const { traceId = null, context, promptTokens } = options ?? NO_OPTIONS;
    const aborted = signal?.aborted ?? false;
    this.#inFlight += 1;
    this.#requests += 1;
    try {
      running = run(
        this.#deps,
        this.#policy,
        this.#health,
        request,
        { traceId, context, promptTokens, aborted },
        done,
        broken,
      );
    } catch (error) {
      this.#requests -= 1;
      this.#leave();
      throw error;
    }
    if (signal !== null && !over) {
      signal.addEventListener("abort", giveUp, { once: true });
      if (signal.aborted) running.abort();
    }
  }

  #leave(): void {
    this.#inFlight -= 1;
    if (this.#inFlight === 0) this.#drained?.();
  }

  /** The sink first, so that whoever is paged finds the record. */
  #record(outcome: Outcome): void {
    try {
      this.#options.sink?.write(outcome);
    } catch (error) {
      this.#sinkFault(error);
    }
    for (const hook of outcome.hooks) this.#call(hook, outcome);
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

const NO_OPTIONS: CompleteOptions<PolicyTypes> = {};

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

function processEnv(): Readonly<Record<string, string | undefined>> {
  return typeof process === "undefined" ? {} : process.env;
}
