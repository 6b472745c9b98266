/**
 * Carries out what the machine commands: asks the paths' health, makes the calls, waits, and ends with
 * exactly one outcome. Callbacks only, no promise inside, so that on a virtual clock all of it happens
 * in one synchronous run.
 */
import { Attempt, type AttemptOwner, type StreamTerms } from "./attempt.ts";
import { BODY_LIMITS, type BodyLimits } from "./body.ts";
import type { Clock, Timer } from "./clock.ts";
import { type Health, type Verdict, verdictOf } from "./core/health.ts";
import { begin, next } from "./core/machine.ts";
import type { Outcome } from "./core/outcome.ts";
import { at } from "./core/pointer.ts";
import type { ContractPlan, Policy } from "./core/policy.ts";
import type { AttemptCommand, Command, Ending, Event, Permit } from "./core/protocol.ts";
import type { State } from "./core/state.ts";
import { Facts, type RunOptions } from "./facts.ts";
import { read, refusedText, unmade } from "./reading.ts";
import { bodyFor, type ChatRequest, checkedRequest, serialise } from "./request.ts";
import { type Prepared, prepare, type Route } from "./route.ts";
import { type InvalidOutput, invalidOutput } from "./sink/invalid-output.ts";
import { chunksOf } from "./stream/assembly.ts";
import { Gate, type Viewer } from "./stream/gate.ts";
import { readStream, usageIn } from "./stream/read-stream.ts";
import { isThenable, whenRejected } from "./thenable.ts";
import type { Transport } from "./transport/transport.ts";
import type { Adapter } from "./types.ts";
import { UsageError } from "./usage-error.ts";

export type { BodyLimits } from "./body.ts";
export type { Clock, Timer } from "./clock.ts";
export type { RunOptions } from "./facts.ts";
export { type Prepared, type PrepareOptions, prepare, type Route } from "./route.ts";
export type { Viewer } from "./stream/gate.ts";
export type { HttpCall, HttpExchange, HttpObserver, Transport } from "./transport/transport.ts";
export type { Adapter } from "./types.ts";
export { UsageError } from "./usage-error.ts";

/** The world that requests run in. */
export interface EngineDeps {
  readonly clock: Clock;
  readonly transport: Transport;
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  /** An id for each request. */
  readonly ids: () => string;
  /** Addresses, headers and keys; left out: worked out from the policy, without keys. */
  readonly prepared?: Prepared;
  readonly limits?: BodyLimits;
}

/** Called once. `response` is the parsed answer where `ending` is one, else null. */
export type Done = (outcome: Outcome, ending: Ending, response: unknown) => void;

/** Whoever started a request is told of its end: one of these is called, once. */
export interface RunOwner {
  readonly done: Done;
  /** A policy's own code threw: a bug, not a provider's doing. */
  readonly broken: (error: unknown) => void;
  /** An answer that a check refused, where the policy's `record` keeps them; before the end is told. */
  readonly keep?: (sample: InvalidOutput) => void;
  /** false: nobody wants them, so none is made: that takes milliseconds, and comes with each answer of an outage. */
  readonly keeps?: boolean;
}

export interface Running {
  /** The request's id, as its outcome will have it. */
  readonly id: string;
  /** The caller gives up: the call in flight or the wait ends at once, with an outcome. Later calls do nothing. */
  abort(): void;
  /** Of a stream: the caller cannot take more now. Chunks that were read before may still be shown. */
  pause(): void;
  resume(): void;
}

/**
 * Runs one request. With a transport that answers at once, `done` is called before `run` returns. Should
 * a policy's own code throw, so does whatever callback met it.
 *
 * @throws UsageError, before anything has happened, when the request or the options are of no use
 */
export function run(
  deps: EngineDeps,
  policy: Policy,
  health: Health,
  request: unknown,
  options: RunOptions,
  done: Done,
): Running {
  return runFor(deps, policy, health, request, options, { done, broken: rethrow });
}

/** As `run`, for an owner that wants to be told of bugs too. */
export function runFor(
  deps: EngineDeps,
  policy: Policy,
  health: Health,
  request: unknown,
  options: RunOptions,
  owner: RunOwner,
): Running {
  const running = new Run(deps, policy, health, checkedRequest(request), options, owner);
  running.begin();
  return running;
}

function rethrow(error: unknown): never {
  throw error;
}

const NO_EVENT = null;

class Run implements Running, AttemptOwner {
  readonly #deps: EngineDeps;
  readonly #policy: Policy;
  readonly #health: Health;
  readonly #prepared: Prepared;
  readonly #request: ChatRequest;
  readonly #facts: Facts;
  readonly #beganAt: number;
  readonly #owner: RunOwner;
  /** Whoever is shown the answer as it comes; null: a whole answer was asked for. */
  readonly #viewer: Viewer | null;
  readonly #terms: StreamTerms | null;
  readonly #start: ContractPlan;
  /** The service's request as JSON, for the start: from then on the service may do with it what it likes. */
  readonly #serialised: string;
  /** The same for the contract of the last path without an adapter. */
  #rest: string;
  #restFor: ContractPlan;
  #state: State | null = null;
  #attempt: Attempt | null = null;
  /** What the caller may see of the attempt. */
  #gate: Gate | null = null;
  #paused = false;
  /** Attempts that have ended. */
  #made = 0;
  #wait: Timer | null = null;
  /** A permit that was given and not used yet; -1: none. */
  #permit: Permit = -1;
  #permitPath = 0;
  #response: unknown = null;
  /** Inside `#drive`: what happens now is told by return, not by callback. */
  #driving = false;
  #aborting: boolean;
  #over = false;

  constructor(
    deps: EngineDeps,
    policy: Policy,
    health: Health,
    request: ChatRequest,
    options: RunOptions,
    owner: RunOwner,
  ) {
    this.#deps = deps;
    this.#policy = policy;
    this.#health = health;
    this.#request = request;
    this.#owner = owner;
    this.#viewer = options.viewer ?? null;
    this.#terms = this.#viewer === null ? null : policy.stream;
    this.#aborting = options.signal?.aborted ?? false;
    this.#prepared = deps.prepared ?? preparedOnce(policy);
    const start = this.#route(policy.start);
    const { contract } = start;
    const context = this.#prepared.context(options.context);
    this.#start = this.#restFor = contract;
    this.#serialised = this.#rest = serialise(request, contract, this.#viewer && this.#streams(start));
    this.#beganAt = deps.clock.now();
    this.#facts = new Facts(deps.ids(), deps.clock.wallAt(this.#beganAt), policy, contract, request, context, options);
  }

  get id(): string {
    return this.#facts.id;
  }

  begin(): void {
    this.#health.began(this.#beganAt);
    this.#drive(begin(this.#policy, this.#facts, this.#beganAt), this.#beganAt);
  }

  abort(): void {
    if (this.#over || this.#aborting) return;
    this.#aborting = true;
    if (this.#driving) return;
    this.#resume(this.#abandon(this.#deps.clock.now()));
  }

  pause(): void {
    this.#paused = true;
    this.#attempt?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#attempt?.resume();
  }

  attemptStreamed({ stream }: Attempt, chunk: unknown): void {
    if (stream !== null) this.#gate?.take(chunk, stream.assembly);
  }

  attemptEnded(attempt: Attempt): void {
    // While it is being started, `#call` sees for itself that it is over.
    if (this.#driving) return;
    let event: Event;
    try {
      event = this.#conclude(attempt);
    } catch (error) {
      this.#breakDown(error);
      return;
    }
    this.#resume(event);
  }

  // -------------------------------------------------------------- commands

  #resume(event: Event): void {
    if (this.#state === null) return;
    let step: State;
    try {
      step = next(this.#policy, this.#state, event);
    } catch (error) {
      this.#breakDown(error);
      return;
    }
    this.#drive(step, event.at);
  }

  /** Carries out commands until one has to wait for the world, or the request is over. */
  #drive(first: State, began: number): void {
    this.#driving = true;
    let step = first;
    let now = began;
    try {
      for (;;) {
        this.#state = step;
        const event = this.#carryOut(step, now);
        if (event === NO_EVENT) break;
        now = event.at;
        // Not the step's own: a token may have been shown meanwhile.
        step = next(this.#policy, this.#state ?? step, event);
      }
      this.#driving = false;
    } catch (error) {
      this.#driving = false;
      this.#breakDown(error);
    }
  }

  /** A token is about to be shown: from now on there is no second call. */
  #commit(): void {
    if (this.#state === null) return;
    this.#state = next(this.#policy, this.#state, { kind: "committed", at: this.#deps.clock.now() });
  }

  /** The event that answers `command`, or null where it comes later or never. */
  #carryOut(command: Command, now: number): Event | null {
    if (this.#permit >= 0 && command.kind !== "attempt") this.#giveBack(now);
    if (command.kind === "finish") {
      this.#over = true;
      this.#state = null;
      this.#owner.done(command.outcome, command.ending, command.ending.kind === "answer" ? this.#response : null);
      return NO_EVENT;
    }
    if (this.#aborting) return this.#abandon(now);
    switch (command.kind) {
      case "admit":
        return this.#ask(command, now);
      case "attempt":
        return this.#call(command, now);
      case "wait":
        this.#wait = this.#deps.clock.schedule(command.ms, () => {
          this.#wait = null;
          this.#resume({ kind: "woke", at: this.#deps.clock.now() });
        });
        return NO_EVENT;
      case "carry_on":
        return NO_EVENT;
    }
  }

  #ask(command: Extract<Command, { kind: "admit" }>, now: number): Event {
    const answer = this.#health.answer(command, now);
    if (answer.kind === "admitted") {
      this.#permit = answer.permit;
      this.#permitPath = command.path;
    }
    return answer;
  }

  /** The machine asked for leave and then did not make the call. */
  #giveBack(now: number): void {
    const permit = this.#permit;
    this.#permit = -1;
    this.#health.settle(this.#permitPath, permit, "neutral", 0, now);
  }

  // -------------------------------------------------------------- calls

  #call(command: AttemptCommand, now: number): Event | null {
    this.#permit = -1;
    const deps = this.#deps;
    const route = this.#route(command.path);
    const request = this.#requestFor(route);
    const body = request === null ? null : this.#bodyFor(route, request);
    if (request === null || body === null) {
      this.#health.settle(command.path, command.permit, "neutral", 0, now);
      return { kind: "failed", at: now, failure: unmade(deps) };
    }
    const terms = this.#streams(route) ? this.#terms : null;
    const attempt = new Attempt(command, route, request, deps.clock, now, deps.limits ?? BODY_LIMITS, this, terms);
    this.#attempt = attempt;
    if (terms !== null) this.#view(attempt);
    attempt.start(deps.transport, {
      url: route.url,
      method: "POST",
      headers: terms === null ? route.headers : route.streamHeaders,
      body,
      contract: route.contract.name,
      path: route.plan.name,
      model: route.plan.model,
      connectMs: route.plan.connectMs,
    });
    if (this.#aborting) return this.#abandon(deps.clock.now());
    return attempt.over ? this.#conclude(attempt) : NO_EVENT;
  }

  #conclude(attempt: Attempt): Event {
    const at = this.#deps.clock.now();
    this.#attempt = null;
    const { stream } = attempt;
    const seen = this.#gate?.isOpen === true;
    const event =
      stream === null
        ? read(this.#policy, attempt, this.#request, at, this.#deps)
        : readStream(this.#policy, attempt, stream, this.#request, seen, at, this.#deps);
    this.#settle(attempt, event.kind === "answered" ? "success" : this.#verdict(attempt, event.failure.signal), at);
    this.#response = attempt.response;
    this.#made += 1;
    if (event.kind === "failed" && event.failure.check !== null) this.#keep(attempt, event.failure.check);
    if (this.#viewer !== null) this.#endView(this.#viewer, attempt, event.kind === "answered");
    return event;
  }

  #keep(attempt: Attempt, check: string): void {
    const owner = this.#owner;
    if (!this.#policy.record.keepInvalidOutput || owner.keep === undefined || owner.keeps === false) return;
    const { id, traceId } = this.#facts;
    const text = refusedText(attempt);
    const { plan, contract } = attempt.route;
    const prompt = at(attempt.request, [contract.promptField]);
    owner.keep(invalidOutput({ id, traceId, path: plan.name, attempt: this.#made - 1, check, text }, prompt));
  }

  // -------------------------------------------------------------- what the caller sees

  /** Is a stream wanted, and does the path's provider have them? Another gives whole answers, which are shown at their end. */
  #streams({ contract }: Route): boolean {
    return this.#viewer !== null && contract.stream !== undefined && contract.streamField !== null;
  }

  #view(attempt: Attempt): void {
    if (this.#viewer === null) return;
    // What an adapter makes of a whole answer cannot be shown before it is whole.
    const plan = attempt.route.adapter?.response === undefined ? this.#policy.stream : HELD_TO_THE_END;
    this.#gate = new Gate(plan, this.#deps.clock, this.#viewer, () => this.#commit());
    if (this.#paused) attempt.pause();
  }

  #endView(viewer: Viewer, attempt: Attempt, isAnswer: boolean): void {
    const gate = this.#gate;
    this.#gate = null;
    if (!isAnswer) gate?.drop();
    else if (attempt.stream !== null && attempt.route.adapter?.response === undefined) gate?.release();
    else {
      gate?.drop();
      for (const chunk of chunksOf(attempt.response)) viewer.show(chunk);
    }
  }

  /** Ends whatever is going on, and gives what the machine has to know of it. */
  #abandon(at: number): Event {
    if (this.#wait !== null) this.#deps.clock.cancel(this.#wait);
    this.#wait = null;
    const attempt = this.#attempt;
    if (attempt === null) return { kind: "aborted", at };
    this.#attempt = null;
    this.#gate?.drop();
    this.#gate = null;
    attempt.abandon();
    this.#settle(attempt, "neutral", at);
    const { stream } = attempt;
    const usage = stream === null ? null : usageIn(attempt, stream);
    return { kind: "aborted", at, sent: attempt.sentAny, status: attempt.status, usage };
  }

  /** What the attempt says of its path; nothing where its time ran out while its caller held it up. */
  #verdict(attempt: Attempt, signal: number): Verdict {
    return attempt.isPaused && attempt.fault === "attempt_timeout" ? "neutral" : verdictOf(this.#policy, signal);
  }

  /** A path is as slow as its provider, whoever reads. */
  #settle(attempt: Attempt, verdict: Verdict, at: number): void {
    const { path, permit } = attempt.command;
    this.#health.settle(path, permit, verdict, at - attempt.startedAt - attempt.pausedMs(at), at);
  }

  /** A policy's own code threw: nothing may be left running. */
  #breakDown(error: unknown): void {
    const wasOver = this.#over;
    this.#over = true;
    this.#state = null;
    const now = this.#deps.clock.now();
    if (this.#permit >= 0) this.#giveBack(now);
    this.#abandon(now);
    // The owner's own fault: it was told of the end, and has thrown.
    if (wasOver) throw error;
    this.#owner.broken(error);
  }

  // -------------------------------------------------------------- requests

  #route(path: number): Route {
    const route = this.#prepared.routes[path];
    if (route === undefined) throw new UsageError(`the policy is damaged: it has no path number ${path}`);
    return route;
  }

  /** What the path's model is asked; null where its adapter cannot say it. */
  #requestFor({ adapter, contract }: Route): ChatRequest | null {
    if (adapter !== null) return this.#adapted(adapter);
    return contract === this.#start ? this.#request : this.#asBegun();
  }

  /** The request as it was when it began, for whoever has not been sent it yet. */
  #asBegun(): ChatRequest {
    const request = JSON.parse(this.#serialised) as Record<string, unknown>;
    const { modelField, streamField } = this.#start;
    // These two may be the service's own, and are not of its text.
    for (const field of [modelField, streamField]) {
      if (field === null) continue;
      const own = this.#request[field];
      if (own === undefined) delete request[field];
      else request[field] = own;
    }
    return request;
  }

  /** What `adapter` makes of the request; null where it cannot. */
  #adapted(adapter: Adapter): ChatRequest | null {
    try {
      const made = adapter.request(this.#asBegun());
      if (!isThenable(made)) return checkedRequest(made);
      // It would be sent as an empty request; and left alone, what it rejects with ends the process.
      whenRejected(made, () => {});
      return null;
    } catch {
      return null;
    }
  }

  /** `request` for `route`, as JSON; null where the route's contract does not let it be written. */
  #bodyFor(route: Route, request: ChatRequest): string | null {
    const own = route.adapter === null;
    if (own && this.#restFor === route.contract) return bodyFor(route, this.#rest);
    try {
      const rest = serialise(request, route.contract, this.#viewer && this.#streams(route));
      if (own) {
        this.#rest = rest;
        this.#restFor = route.contract;
      }
      return bodyFor(route, rest);
    } catch {
      return null;
    }
  }
}

const HELD_TO_THE_END = { mode: "held", heldTokens: null, heldMs: null, skipBadChunks: false } as const;

const PREPARED = new WeakMap<Policy, Prepared>();

function preparedOnce(policy: Policy): Prepared {
  let prepared = PREPARED.get(policy);
  if (prepared === undefined) {
    prepared = prepare(policy);
    PREPARED.set(policy, prepared);
  }
  return prepared;
}
