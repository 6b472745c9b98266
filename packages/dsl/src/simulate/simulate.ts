/** Plays many requests through a policy with the runtime's own engine and health, on a clock that jumps from event to event. */
import { Health, nth, type Outcome, type Policy } from "@fbp/runtime/core";
import { prepare, type Running, run, type Timer, type Viewer } from "@fbp/runtime/engine";
import { ScriptedTransport, seededRandom, VirtualClock } from "@fbp/runtime/virtual";
import type { PolicyModel } from "../check/model.ts";
import { canonicalRequest } from "../scenario/canonical.ts";
import type { Scrapes } from "./alerts/scrapes.ts";
import { ALERT_TIMES, type AlertTimes, AlertWatch } from "./alerts/watch.ts";
import { besides } from "./beside/play.ts";
import type { BesideRules } from "./beside/rules.ts";
import type { Profile } from "./profile.ts";
import { Provider } from "./provider.ts";
import type { Recording, ReplayCounts } from "./replay.ts";
import type { BesideResult, Simulation } from "./result.ts";
import { Tally } from "./tally.ts";
import { type Arrival, profiledWorld, type World } from "./world.ts";

export interface SimulationInput {
  /** As compiled, perhaps with other settings. */
  readonly policy: Policy;
  /** The same policy as checked: its contracts give requests and answers. */
  readonly model: PolicyModel;
  readonly seed: number;
  /** Of a replay it says what the recording does not. */
  readonly profile: Profile | null;
  /** Left out: the profile's requests come. */
  readonly recording?: Recording;
  /** How long the profile's requests come, in milliseconds of simulated time. */
  readonly spanMs: number;
  /** How its alerts are watched; left out: every 15 seconds, with rates over five minutes. */
  readonly alerts?: AlertTimes;
  /** A gateway's own rules are played in the same world too. */
  readonly beside?: BesideRules;
  /** Is told of the series that the alerts were judged by. */
  readonly scraped?: (scrapes: Scrapes) => void;
}

export interface SimulationProgress {
  /** Requests that have begun. */
  readonly requests: number;
  /** Of the time in which requests come, from 0 to 1. */
  readonly share: number;
}

/** Between two reports of progress so many requests begin. */
const SLICE = 256;

/**
 * Tells its progress, so that whoever drives it may show it, do something else meanwhile, or go no further. The same input
 * gives the same result.
 *
 * @throws UsageError of the runtime's when the profile's context does not fit the policy
 */
export function* simulate(input: SimulationInput): Generator<SimulationProgress, Simulation, void> {
  const { policy, seed } = input;
  const counts: ReplayCounts = { recorded: 0, drawn: 0, profiled: 0, unknown: 0 };
  const world = worldOf(input, counts);
  const clock = new VirtualClock();
  const health = new Health(policy);
  const tally = new Tally(policy, world.spanMs);
  const watch = new AlertWatch(policy, input.model, input.alerts ?? ALERT_TIMES, world.spanMs);
  tally.watch(health);
  const player = new Player(input, clock, health, [tally, watch], counts);
  const pass = (untilMs: number): void => {
    for (; watch.nextMs <= untilMs; watch.step()) clock.advance(watch.nextMs - clock.now());
    clock.advance(untilMs - clock.now());
  };
  let requests = 0;
  for (const arrival of world.arrivals) {
    pass(arrival.atMs);
    player.play(arrival, requests++);
    if (requests % SLICE === 0) yield { requests, share: arrival.atMs / world.spanMs };
  }
  pass(world.spanMs);
  clock.run();
  input.scraped?.(watch.scrapes);
  return {
    ...tally.result(seed, player.endedAt, input.recording === undefined ? null : counts),
    alerts: watch.results,
    beside: input.beside === undefined ? null : yield* playedBeside(input, input.beside, player.request, requests),
  };
}

/** The same requests meet the same answers, call by call. */
function* playedBeside(
  input: SimulationInput,
  rules: BesideRules,
  request: unknown,
  requests: number,
): Generator<SimulationProgress, BesideResult, void> {
  const world = worldOf(input, { recorded: 0, drawn: 0, profiled: 0, unknown: 0 });
  const running = besides({ ...input, rules, world, paths: pathsOf(input), request }, SLICE);
  for (;;) {
    const { done, value } = running.next();
    if (done) return value;
    yield { requests: value, share: value / requests };
  }
}

/** Those of the policy, in its order, then what a gateway calls beside them. */
function pathsOf({ policy, beside }: SimulationInput): readonly string[] {
  const own = policy.paths.map(({ name }) => name);
  return [...own, ...(beside?.paths ?? []).map(({ name }) => name).filter((name) => !own.includes(name))];
}

function worldOf(input: SimulationInput, counts: ReplayCounts): World {
  const { policy, model, profile, recording, seed, spanMs } = input;
  const providers = model.contracts.map((contract) => new Provider(contract));
  const paths = pathsOf(input).map((name, number) => ({
    name,
    profile: profile?.paths.get(name) ?? null,
    provider: nth(providers, (policy.paths[number] ?? nth(policy.paths, policy.start)).contract),
  }));
  if (recording !== undefined) return recording.world(paths, seed, counts);
  if (profile === null) throw new Error("a simulation needs a profile or a recording");
  return profiledWorld(profile, paths, seed, spanMs);
}

const DICE = 3;
const NOBODY: Viewer = { show: () => {} };

class Player {
  /** When the last request ended. */
  endedAt = 0;
  readonly request: unknown;
  readonly #policy: Policy;
  readonly #clock: VirtualClock;
  readonly #health: Health;
  readonly #told: readonly { add(outcome: Outcome, beganAt: number): void }[];
  readonly #counts: ReplayCounts;
  readonly #shared: { readonly random: () => number; readonly prepared: ReturnType<typeof prepare> };
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #streamRequest: unknown;

  constructor(
    { policy, model, seed }: SimulationInput,
    clock: VirtualClock,
    health: Health,
    told: readonly { add(outcome: Outcome, beganAt: number): void }[],
    counts: ReplayCounts,
  ) {
    this.#policy = policy;
    this.#clock = clock;
    this.#health = health;
    this.#told = told;
    this.#counts = counts;
    this.#shared = { random: seededRandom(seed ^ DICE), prepared: prepare(policy) };
    this.#numbers = new Map(policy.paths.map(({ name }, index) => [name, index]));
    const { contract, root } = nth(model.contracts, nth(policy.paths, policy.start).contract);
    this.request = canonicalRequest(contract, root);
    const { stream } = contract.request;
    this.#streamRequest = stream === undefined ? null : { ...(this.request as object), [stream]: true };
  }

  play({ input, stream, context, patienceMs, meets }: Arrival, number: number): void {
    const clock = this.#clock;
    const beganAt = clock.now();
    let isKnown = true;
    let running: Running | null = null;
    let patience: Timer | null = null;
    // A transport for each request: what a call meets hangs on the request and on its own earlier calls alone.
    const transport = new ScriptedTransport(clock, (call, nthCall) => {
      const event = meets(this.#numbers.get(call.path) ?? 0, nthCall, clock.now());
      if (event !== null) return event;
      isKnown = false;
      running?.abort();
      return { kind: "hangs" };
    });
    const isStream = stream && this.#streamRequest !== null;
    let isOver = false;
    running = run(
      { ...this.#shared, clock, transport, ids: () => String(number) },
      this.#policy,
      this.#health,
      isStream ? this.#streamRequest : this.request,
      { context, promptTokens: input, ...(isStream ? { viewer: NOBODY } : {}) },
      (outcome) => {
        isOver = true;
        if (patience !== null) clock.cancel(patience);
        this.endedAt = clock.now();
        if (!isKnown) this.#counts.unknown++;
        else for (const one of this.#told) one.add(outcome, beganAt);
      },
    );
    if (!isKnown) running.abort();
    else if (patienceMs !== null && !isOver) patience = clock.schedule(patienceMs, () => running?.abort());
  }
}
