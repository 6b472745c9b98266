/** Plays the requests of a simulation once more, by the rules of a gateway, in the same world. */
import {
  errorObject,
  estimatePromptTokens,
  mayBeCharged,
  nth,
  type PathPlan,
  type Policy,
  type Usage,
} from "@fbp/runtime/core";
import { VirtualClock } from "@fbp/runtime/virtual";
import { diceFor } from "../dice.ts";
import { usageIn } from "../provider.ts";
import type { BesideResult } from "../result.ts";
import { percentiles, STEPS } from "../tally.ts";
import type { Arrival, World } from "../world.ts";
import { type Called, called } from "./call.ts";
import type { Ask, BesideRules, Play, Reply } from "./rules.ts";

const BESIDE = 4;

/** A call that no one can know the answer of. */
class Unknown extends Error {}

export interface BesideInput {
  readonly rules: BesideRules;
  readonly policy: Policy;
  /** Of the paths of the policy, then those of the rules that it does not have. */
  readonly world: World;
  /** The names of the world's paths, by number. */
  readonly paths: readonly string[];
  readonly seed: number;
  /** As the policy's requests are, where nothing else is known of how long they are. */
  readonly request: unknown;
}

/** Yields the number of requests that have begun, from time to time. */
export function* besides(input: BesideInput, slice: number): Generator<number, BesideResult, void> {
  const clock = new VirtualClock();
  const tally = new BesideTally(input);
  const play = input.rules.start();
  let requests = 0;
  for (const arrival of input.world.arrivals) {
    clock.advance(arrival.atMs - clock.now());
    begin(input, arrival, requests++, play, clock, tally);
    if (requests % slice === 0) yield requests;
  }
  clock.run();
  return tally.result;
}

function begin(
  input: BesideInput,
  arrival: Arrival,
  number: number,
  play: (ask: Ask) => Play<boolean>,
  clock: VirtualClock,
  tally: BesideTally,
): void {
  const request = new Request(input, arrival, number, clock);
  const running = play(request);
  let isOver = false;
  const end = (result: "answered" | "failed" | "left"): void => {
    isOver = true;
    tally.add(request, result, clock.now() - arrival.atMs);
  };
  const step = (): void => {
    if (isOver) return;
    try {
      const { done, value } = running.next();
      if (done) end(value ? "answered" : "failed");
      else clock.schedule(value, step);
    } catch (error) {
      if (!(error instanceof Unknown)) throw error;
      isOver = true;
      tally.unknown++;
    }
  };
  step();
  const { patienceMs } = arrival;
  if (patienceMs !== null && !isOver) clock.schedule(patienceMs, () => (isOver ? undefined : end("left")));
}

interface Made {
  readonly path: string;
  /** null: it is not over. */
  reply: Reply | null;
}

/** One request, and what it has taken so far. */
class Request implements Ask {
  readonly dice: Ask["dice"];
  readonly stream: boolean;
  readonly atMs: number;
  readonly calls: Made[] = [];
  tokens = 0;
  costNanos = 0;
  /** Calls that followed one whose key was rejected, and one that found the request wrong. */
  readonly after = { auth: 0, client: 0 };
  readonly #input: BesideInput;
  readonly #arrival: Arrival;
  readonly #clock: VirtualClock;
  readonly #nth = new Map<string, number>();

  constructor(input: BesideInput, arrival: Arrival, number: number, clock: VirtualClock) {
    this.#input = input;
    this.#arrival = arrival;
    this.#clock = clock;
    this.dice = diceFor(input.seed, BESIDE, number);
    this.stream = arrival.stream;
    this.atMs = arrival.atMs;
  }

  now(): number {
    return this.#clock.now();
  }

  *call(path: string, limitMs: number): Play<Reply> {
    const number = this.#input.paths.indexOf(path);
    const made = this.#nth.get(path) ?? 0;
    this.#nth.set(path, made + 1);
    const event = this.#arrival.meets(number, made, this.now());
    if (event === null) throw new Unknown();
    for (const kind of ["auth", "client"] as const)
      if (this.calls.some((one) => defectOf(one) === kind)) this.after[kind]++;
    const call: Made = { path, reply: null };
    this.calls.push(call);
    const result = yield* called(event, limitMs);
    this.#charge(path, result, usageIn(event));
    call.reply = result.reply;
    return result.reply;
  }

  /** As the policy's own calls are charged. */
  #charge(name: string, { failure }: Called, usage: Usage | null): void {
    const { policy, rules, request } = this.#input;
    const path = policy.paths.find((one) => one.name === name) ?? nth(policy.paths, policy.start);
    const contract = nth(policy.contracts, path.contract);
    if (failure !== null) {
      const error = errorObject(contract, failure.status, failure.error);
      if (!mayBeCharged(contract, { ...failure, error })) return;
    }
    const input = this.#arrival.input ?? estimatePromptTokens(contract, request);
    const spent = failure === null && usage !== null ? usage : { input, output: path.maxOutput ?? 0 };
    const price = rules.paths.find((one) => one.name === name)?.price ?? path.price;
    this.tokens += spent.input + spent.output;
    this.costNanos += costOf(price, spent);
  }
}

function costOf(price: PathPlan["price"] | BesideRules["paths"][number]["price"], { input, output }: Usage): number {
  return price === null ? 0 : Math.ceil(input * price.inputNanosPerToken + output * price.outputNanosPerToken);
}

/** null: a failure that trying again may help. */
function defectOf({ reply }: Made): "auth" | "client" | null {
  if (reply?.kind !== "returned") return null;
  if (reply.status === 401 || reply.status === 403) return "auth";
  return [400, 404, 405, 413, 415, 422].includes(reply.status) ? "client" : null;
}

class BesideTally {
  unknown = 0;
  readonly #input: BesideInput;
  readonly #times: number[] = [];
  readonly #perRequest: number[] = [];
  readonly #results = { answered: 0, failed: 0, left: 0 };
  readonly #paths = new Map<string, { calls: number; failed: number }>();
  readonly #after = { auth: 0, client: 0 };
  readonly #steps: readonly { requests: number; answers: number; attempts: number; readonly times: number[] }[];
  #tokens = 0;
  #costNanos = 0;

  constructor(input: BesideInput) {
    this.#input = input;
    this.#steps = Array.from({ length: STEPS }, () => ({ requests: 0, answers: 0, attempts: 0, times: [] }));
  }

  add(
    { atMs, calls, tokens, costNanos, after }: Request,
    result: "answered" | "failed" | "left",
    elapsedMs: number,
  ): void {
    this.#results[result]++;
    this.#times.push(Math.floor(elapsedMs));
    this.#perRequest[calls.length] = (this.#perRequest[calls.length] ?? 0) + 1;
    this.#tokens += tokens;
    this.#costNanos += costNanos;
    this.#after.auth += after.auth;
    this.#after.client += after.client;
    for (const { path, reply } of calls) {
      const known = this.#paths.get(path) ?? { calls: 0, failed: 0 };
      known.calls++;
      if (reply !== null && reply.kind !== "answered") known.failed++;
      this.#paths.set(path, known);
    }
    const step = nth(this.#steps, Math.min(STEPS - 1, Math.floor((atMs / this.#input.world.spanMs) * STEPS)));
    step.requests++;
    if (result === "answered") step.answers++;
    step.attempts += calls.length;
    step.times.push(elapsedMs);
  }

  get result(): BesideResult {
    const { rules } = this.#input;
    const attemptsPerRequest = Array.from(this.#perRequest, (requests) => requests ?? 0);
    return {
      title: rules.title,
      group: rules.group,
      requests: this.#times.length,
      answered: this.#results.answered,
      left: this.#results.left,
      latency: percentiles(this.#times),
      attempts: attemptsPerRequest.reduce((sum, requests, attempts) => sum + requests * attempts, 0),
      attemptsPerRequest,
      tokens: this.#tokens,
      costNanos: this.#costNanos,
      afterDefect: { ...this.#after },
      paths: rules.paths.map(({ name }) => ({ path: name, ...(this.#paths.get(name) ?? { calls: 0, failed: 0 }) })),
      timeline: this.#steps.map(({ times, ...step }) => {
        const { p95 } = percentiles(times);
        return { ...step, p95: p95 === null ? null : Math.floor(p95) };
      }),
      unknown: this.unknown,
      leavesOut: rules.leavesOut,
    };
  }
}
