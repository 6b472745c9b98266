/** A policy at work in a service: requests in, answers and outcomes out. */
import { type Clock, systemClock } from "./clock.ts";
import type { Held } from "./core/breaker.ts";
import { hold } from "./core/breaker-control.ts";
import { Health } from "./core/health.ts";
import { type PathHealth, pathHealth } from "./core/path-health.ts";
import { POLICY_FORMAT, type Policy } from "./core/policy.ts";
import { BASE_URL, type DropInFetch, dropInFetch, type FetchWithOptions } from "./drop-in/fetch.ts";
import { Repeats } from "./drop-in/repeats.ts";
import { type EngineDeps, type Running, type RunOptions, runFor } from "./engine.ts";
import { listen, type RuntimeEvent, teller } from "./events.ts";
import { requestIds } from "./ids.ts";
import { checkOptions, checkSignal } from "./options.ts";
import { Pending } from "./pending.ts";
import { type Counters, Recorder, type RecorderOptions } from "./recorder.ts";
import { prepare } from "./route.ts";
import type { Membership, Store } from "./store/store.ts";
import { type ChatStream, LiveStream } from "./stream/chat-stream.ts";
import type { Transport } from "./transport/transport.ts";
import type {
  Adapter,
  AdapterOptions,
  AnyPolicyTypes,
  CompleteArguments,
  CompleteOptions,
  Completion,
  Hooks,
  PolicyTypes,
  TypedPolicy,
} from "./types.ts";
import { UsageError } from "./usage-error.ts";

export interface FallbackOptions<Types extends PolicyTypes = AnyPolicyTypes> extends Omit<RecorderOptions, "hooks"> {
  readonly hooks?: Hooks<Types> | undefined;
  readonly transport: Transport;
  /** Holds the providers' keys, read once; left out: the process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Left out: the real ones. */
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly ids?: () => string;
  /** Shares breakers, SLOs and retry budgets with other processes; left out: each process goes by itself. */
  readonly store?: Store;
  /** Told of each change of the paths' health, once. What it throws or rejects with is counted and goes no further. */
  readonly onEvent?: (event: RuntimeEvent) => unknown;
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
  /**
   * As `complete`, with the answer as it comes: when which piece of it is shown is the policy's to say (`stream`). A
   * provider without streams answers at once, as the last piece.
   *
   * @throws UsageError as `complete` rejects with
   */
  stream(
    request: Types["request"],
    ...options: CompleteArguments<Types>
  ): ChatStream<Types["chunk"], Completion<Types>>;
  /**
   * For clients of the chat-completion API that take a `fetch` and an address: what they send runs under the policy.
   * Set their own retries to 0; a policy whose context has fields without a default needs `fetchWith`.
   */
  readonly fetch: DropInFetch;
  /** The address for such a client. There is nothing at it. */
  readonly baseURL: string;
  /** As `fetch`, for requests that share a context, a trace or a count of their prompt. */
  fetchWith(options: FetchWithOptions<Types>): DropInFetch;
  /** What is known of the paths now: breakers, windows, SLOs. */
  health(): readonly PathHealth[];
  /**
   * Holds the breaker of a path open (nothing is sent there, no probe either) or closed (everything is), whatever its
   * calls come to, until it is called with null. With a store it holds in all processes.
   *
   * @throws UsageError when the policy has no such path, the path no breaker, or `to` is no way to hold it
   */
  force(path: Types["path"], to: Held | null): void;
  counters(): Counters;
  /** Takes no request any more, waits for those in flight, then closes the sink and leaves the store. The transport is its owner's. */
  close(): Promise<void>;
}

/**
 * @throws UsageError when the policy is of another format, an option is of no use, or the deployment does not fit the
 *   policy: a key's variable is missing, an adapter is missing, an address cannot be used
 */
export function createFallback<Types extends PolicyTypes = AnyPolicyTypes>(
  policy: TypedPolicy<Types>,
  options: FallbackOptions<Types> & AdapterOptions<Types>,
): Fallback<Types> {
  checkFormat(policy);
  checkOptions(options);
  // The policy's compiler wrote the types, and the checks that each response and outcome passes.
  const adapters = (options.adapters ?? {}) as Readonly<Record<string, Adapter>>;
  return new Client(policy, options as FallbackOptions, adapters) as Fallback<PolicyTypes> as Fallback<Types>;
}

function checkFormat(policy: unknown): void {
  if (typeof policy !== "object" || policy === null || !("format" in policy)) {
    throw new UsageError("this is no compiled policy: give the default export of the module that fbp build wrote");
  }
  if (policy.format !== POLICY_FORMAT) {
    throw new UsageError(
      `the policy has format ${String(policy.format)} and this runtime reads format ${POLICY_FORMAT}: ` +
        "build the policy again with the fbp of the same version as @fbp/runtime",
    );
  }
}

class Client implements Fallback<PolicyTypes> {
  readonly baseURL = BASE_URL;
  readonly fetch: DropInFetch;
  readonly #policy: Policy;
  readonly #health: Health;
  readonly #deps: EngineDeps;
  readonly #recorder: Recorder;
  readonly #repeats: Repeats;
  readonly #membership: Membership | null;
  #closed: Promise<void> | null = null;

  constructor(policy: Policy, options: FallbackOptions, adapters: Readonly<Record<string, Adapter>>) {
    const env = options.env ?? processEnv();
    this.#policy = policy;
    this.#recorder = new Recorder(options);
    this.#health = new Health(policy);
    this.#deps = {
      clock: options.clock ?? systemClock(),
      transport: options.transport,
      random: options.random ?? Math.random,
      ids: options.ids ?? requestIds(),
      prepared: prepare(policy, {
        env: (name) => (Object.hasOwn(env, name) ? env[name] : undefined),
        adapters,
      }),
    };
    const { clock } = this.#deps;
    const { onEvent, store } = options;
    const tell = onEvent && teller(policy, clock, onEvent, (error) => this.#recorder.listenerFailed(error));
    if (tell !== undefined) listen(policy, this.#health, tell);
    const timers = options.clock && { timers: options.clock };
    this.#membership = store?.join({ policy, health: this.#health, clock, tell: tell ?? noOne, ...timers }) ?? null;
    this.#repeats = new Repeats(() => this.#deps.clock.now());
    this.fetch = dropInFetch(this, this.#repeats);
  }

  fetchWith(options: FetchWithOptions<PolicyTypes>): DropInFetch {
    return dropInFetch(this, this.#repeats, options);
  }

  complete(request: object, options: CompleteOptions<PolicyTypes> = NO_OPTIONS): Promise<Completion<PolicyTypes>> {
    return new Promise((resolve, reject) => {
      this.#start(request, options, new Pending(this.#recorder, resolve, reject));
    });
  }

  stream(
    request: object,
    options: CompleteOptions<PolicyTypes> = NO_OPTIONS,
  ): ChatStream<unknown, Completion<PolicyTypes>> {
    const stream = new LiveStream();
    const pending = new Pending(this.#recorder, stream.completed, stream.failed);
    stream.flowsFrom(this.#start(request, { ...options, viewer: stream }, pending));
    return stream;
  }

  health(): readonly PathHealth[] {
    return pathHealth(this.#health, this.#deps.clock.now());
  }

  force(path: string, to: Held | null): void {
    const watched = this.#health.paths.find(({ name }) => name === path);
    if (watched === undefined) throw new UsageError(`the policy has no path ${JSON.stringify(path)}`);
    if (watched.breaker === null) throw new UsageError(`the path ${JSON.stringify(path)} has no breaker`);
    if (to !== null && to !== "open" && to !== "closed") {
      throw new UsageError('a breaker is held "open" or "closed", and released by null');
    }
    hold(watched.breaker, to, true, this.#deps.clock.now());
  }

  counters(): Counters {
    return this.#recorder.counters();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#recorder.close();
    await this.#membership?.close();
  }

  #start(request: object, options: CompleteOptions<PolicyTypes> & RunOptions, pending: Pending): Running {
    if (this.#closed !== null) throw new UsageError("the client is closed");
    const { signal } = options;
    checkSignal(signal);
    this.#recorder.began();
    let running: Running;
    try {
      running = runFor(this.#deps, this.#policy, this.#health, request, options, pending);
    } catch (error) {
      this.#recorder.withdrew();
      throw error;
    }
    if (signal !== undefined && signal !== null) pending.listen(signal, running);
    return running;
  }
}

const noOne = (): void => {};

const NO_OPTIONS: CompleteOptions<PolicyTypes> = Object.freeze({});

function processEnv(): Readonly<Record<string, string | undefined>> {
  return typeof process === "undefined" ? {} : process.env;
}
