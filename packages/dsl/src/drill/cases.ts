/** The requests of each step: every failure that the step is about, on every path that a request can come to. */
import { nth, type Policy } from "@fbp/runtime/core";
import type { WorldEvent } from "@fbp/runtime/virtual";
import type { Situation } from "../analyze/situation.ts";
import type { PolicyModel } from "../check/model.ts";
import type { Asked } from "../why/reply.ts";
import { Answers } from "./answers.ts";
import { ANSWERED, noCallAfterDefect, ONE_CALL, shownIsOfOneAnswer, UNDISTURBED } from "./demands.ts";
import type { DrillCase, Live } from "./drill-case.ts";
import { eventFor } from "./drill-case.ts";
import { play } from "./play.ts";
import { requestsFor, worldsIn } from "./requests.ts";
import { signalTrouble } from "./signals.ts";
import type { StepName } from "./steps.ts";
import { defects, limits, liveDefects, serverErrors, streams, type Trouble, timeouts } from "./troubles.ts";
import { type Ways, waysOf } from "./ways.ts";

export interface Plan {
  readonly cases: readonly DrillCase[];
  /** Steps, or paths in them, that are not drilled, each with why. */
  readonly left: readonly { readonly step: StepName; readonly why: string }[];
  /** What the provider of each path says, by the path's number. */
  readonly answers: readonly Answers[];
  /** The request of most drills. */
  readonly asked: Asked;
  /** Is it the one that nothing hangs on: no tools, the defaults of the context? */
  readonly isPlain: boolean;
}

/**
 * @param plain the policy without a compiler
 * @param situations how an attempt can fail, by path; none where the policy is too large to be proved
 */
export function planOf(model: PolicyModel, plain: Policy, situations: readonly (readonly Situation[])[] | null): Plan {
  return new Planner(model, plain, situations).plan();
}

/** Only what may be asked of providers that others use too. */
export function livePlanOf(model: PolicyModel, plain: Policy): Plan {
  return new Planner(model, plain, null).live();
}

/** What the provider of `path` does with its call number `nth` in a case. */
export function eventsOf(
  { answers }: Pick<Plan, "answers">,
  one: DrillCase,
): (path: number, nth: number) => WorldEvent {
  return (path, count) => {
    const provider = nth(answers, path);
    return provider.named(eventFor(one, path, count, provider.healthy(one.streamed)), `${one.id}-${path}-${count}`);
  };
}

class Planner {
  readonly #model: PolicyModel;
  readonly #plain: Policy;
  readonly #situations: readonly (readonly Situation[])[];
  readonly #asked: Asked;
  readonly #plainest: Asked;
  readonly #answers: readonly Answers[];
  readonly #ways: Ways;

  constructor(model: PolicyModel, plain: Policy, situations: readonly (readonly Situation[])[] | null) {
    this.#model = model;
    this.#plain = plain;
    this.#situations = situations ?? [];
    const { heldTokens } = model.stream;
    this.#answers = model.paths.map(
      ({ name, contract }) => new Answers(nth(model.contracts, contract), name, heldTokens ?? 0),
    );
    const requests = requestsFor(model);
    const { asked, ways } = waysOf(model, plain, this.#answers, requests);
    this.#plainest = requests[0];
    this.#asked = asked;
    this.#ways = ways;
  }

  plan(): Plan {
    const cases = this.#reached.flatMap((path) => {
      const empty = { step: this.#canaryOf(path), what: "answers with nothing in it" };
      const troubles = [{ ...empty, events: [nth(this.#answers, path).empty()] }, ...this.#troublesOf(path)];
      const usual = [...this.#usable(path), ...troubles.map((trouble) => this.#case(path, trouble))];
      return [...usual, ...this.#ofOtherSignals(path, usual)];
    });
    return this.#planned(cases, this.#withoutStreams());
  }

  live(): Plan {
    const bare = this.#reached.filter((path) => nth(this.#model.paths, path).adapter === null);
    const cases = bare.flatMap((path) => [
      ...this.#usable(path, "call"),
      ...this.#liveDefects(path).map((trouble) => this.#case(path, trouble)),
    ]);
    const adapted = this.#reached.filter((path) => !bare.includes(path)).flatMap((path) => this.#whyAdapted(path));
    const never = NEVER_LIVE.map((step) => ({ step, why: "only the provider on this machine fails on demand" }));
    return this.#planned(cases, [...adapted, ...never]);
  }

  #liveDefects(path: number): readonly Trouble[] {
    const { paths, contracts, start } = this.#model;
    const { auth } = nth(contracts, nth(paths, path).contract).contract;
    const { prompt } = nth(contracts, nth(paths, start).contract).contract.request;
    const { request, context } = this.#asked;
    const rest = Object.entries(Object(request)).filter(([name]) => name !== prompt);
    const malformed = { request: Object.fromEntries(rest), context };
    return liveDefects(nth(this.#answers, path), auth.env !== null, prompt, malformed);
  }

  /** A request in the form of another path would be no trial of this one. */
  #whyAdapted(path: number): Plan["left"] {
    const { name, adapter } = nth(this.#model.paths, path);
    const why = `${name} is called by way of its adapter ${JSON.stringify(adapter)}, which is the service's code`;
    return [this.#canaryOf(path), "auth" as const, "malformed" as const].map((step) => ({ step, why }));
  }

  #planned(cases: readonly DrillCase[], left: Plan["left"]): Plan {
    return {
      cases: cases.map((one, index) => this.#numbered(one, index + 1)),
      left: [...this.#withoutWay(), ...this.#unusable(), ...left],
      answers: this.#answers,
      asked: this.#asked,
      isPlain: this.#asked === this.#plainest,
    };
  }

  get #reached(): readonly number[] {
    const { start, paths } = this.#model;
    return paths.flatMap((_, path) => (path === start || this.#ways.has(path) ? [path] : []));
  }

  #canaryOf(path: number): StepName {
    return path === this.#model.start ? "primary-canary" : "fallback-canary";
  }

  #withoutWay(): Plan["left"] {
    const { fallbacks, paths } = this.#model;
    const step = "fallback-canary";
    if (fallbacks.length === 0) return [{ step, why: "no rule falls back to another path" }];
    const lost = paths.filter(
      ({ name }, path) => !this.#reached.includes(path) && fallbacks.some((one) => one.path === name),
    );
    return lost.map(({ name }) => ({ step, why: `no failure of a call leads to ${name}` }));
  }

  /** Paths whose checks take no answer that can be made from a contract. */
  #unusable(): Plan["left"] {
    return this.#reached.flatMap((path) => {
      const { name } = nth(this.#model.paths, path);
      return [false, true].flatMap((streamed) => {
        const check = this.#refusedBy(path, streamed);
        if (check === null) return [];
        const what = streamed ? "streamed answer" : "answer";
        return [
          { step: this.#canaryOf(path), why: `no ${what} of ${name} could be made that the check ${check} takes` },
        ];
      });
    });
  }

  /** The check that an answer made from the contract fails; null: none. */
  #refusedBy(path: number, streamed: boolean): string | null {
    const one = this.#case(path, { step: "contract", what: "", events: [], streamed });
    const { outcome } = play(this.#plain, one, eventsOf({ answers: this.#answers }, one));
    const { name } = nth(this.#model.paths, path);
    return outcome.attempts.find((attempt) => attempt.path === name)?.check ?? null;
  }

  #withoutStreams(): Plan["left"] {
    return this.#reached.flatMap((path) => {
      if (nth(this.#answers, path).hasStreams) return [];
      const { contract, name } = nth(this.#model.paths, path);
      const of = nth(this.#model.contracts, contract).name;
      return [{ step: "streaming" as const, why: `${name} has no streams: the contract ${of} describes none` }];
    });
  }

  /** What must be answered. @param live what the path's real provider is asked, but in the contract check */
  #usable(path: number, live?: Live): readonly DrillCase[] {
    const { name } = nth(this.#model.paths, path);
    const step = this.#canaryOf(path);
    const demands = [ANSWERED(name), ...(step === "primary-canary" ? [ONE_CALL, UNDISTURBED] : [])];
    const asked = live === undefined ? {} : { live };
    const called = {
      step: "contract",
      what: "is called as its contract says",
      events: [],
      demands: [ANSWERED(name)],
    } as const;
    const whole = { step, what: "answers", events: [], demands, ...asked };
    const inStream = { ...whole, what: "answers in a stream", streamed: true };
    const streams = nth(this.#answers, path).hasStreams;
    return [
      ...(this.#refusedBy(path, false) === null ? [called, whole] : []),
      ...(streams && this.#refusedBy(path, true) === null ? [inStream] : []),
    ].map((trouble) => this.#case(path, trouble));
  }

  #numbered(one: DrillCase, number: number): DrillCase {
    const { outcome } = play(this.#plain, one, eventsOf({ answers: this.#answers }, one));
    const demand = noCallAfterDefect(outcome);
    return { ...one, id: `drill-${number}`, demands: demand === null ? one.demands : [...one.demands, demand] };
  }

  /** One for each signal that a rule of the path takes and none of these drills shows. */
  #ofOtherSignals(path: number, shown: readonly DrillCase[]): readonly DrillCase[] {
    const { name, rules } = nth(this.#model.paths, path);
    const known = new Set(shown.flatMap((one) => [...this.#signalsOn(name, one)]));
    return (this.#situations[path] ?? []).flatMap((situation) => {
      const signal = nth(this.#model.signals, situation.signal).name;
      if (known.has(signal) || !rules.some((rule) => rule.signals.includes(situation.signal))) return [];
      const trouble = signalTrouble(this.#model, nth(this.#answers, path), situation);
      const made = trouble === null ? null : this.#case(path, trouble);
      if (made === null || !this.#signalsOn(name, made).has(signal)) return [];
      known.add(signal);
      return [made];
    });
  }

  #signalsOn(path: string, one: DrillCase): ReadonlySet<string> {
    const { outcome } = play(this.#plain, one, eventsOf({ answers: this.#answers }, one));
    return new Set(outcome.attempts.flatMap((attempt) => (attempt.path === path ? (attempt.signal ?? []) : [])));
  }

  #troublesOf(path: number): readonly Trouble[] {
    const answers = nth(this.#answers, path);
    return [
      ...timeouts(answers),
      ...(path === this.#model.start ? this.#unrepeatable() : []),
      ...serverErrors(answers),
      ...(nth(this.#model.paths, path).breaker === null ? [] : [BREAKER_OPEN]),
      ...defects(answers),
      ...limits(answers, this.#hintOf(path), this.#model.budget.deadlineMs),
      ...(answers.hasStreams ? streams(answers, nth(this.#model.paths, path), this.#model.stream.heldTokens) : []),
    ];
  }

  /** A request that may already have had an effect. */
  #unrepeatable(): readonly Trouble[] {
    const worlds = worldsIn(this.#model);
    const world = worlds.find(({ repeatable }) => !repeatable);
    if (world === undefined) return [];
    const { request, context } = world;
    const what = "resets the connection of a request that must not be sent twice";
    const events: readonly WorldEvent[] = [{ kind: "fails", fault: "reset" }];
    return [{ step: "timeout", what, events, asked: { request, context }, demands: [ONE_CALL] }];
  }

  /** A header by which the server asks for a wait, and how it is written. */
  #hintOf(path: number): { readonly header: string; readonly format: string } | null {
    const { contract } = nth(this.#plain.paths, path);
    return nth(this.#plain.contracts, contract).retryHints[0] ?? null;
  }

  #case(
    path: number,
    { step, what, events, asked = this.#asked, streamed = false, held = false, demands = [], live }: Trouble,
  ): DrillCase {
    const world = new Map(this.#ways.get(path));
    if (events.length > 0) world.set(path, events);
    const texts = new Map(this.#model.paths.map(({ name }, index) => [name, nth(this.#answers, index).text]));
    return {
      id: "drill",
      step,
      name: `${nth(this.#model.paths, path).name} ${what}`,
      path,
      asked,
      streamed,
      world,
      held: held ? [path] : [],
      // What a real provider says nobody knows before.
      demands: [...demands, ...(streamed && live === undefined ? [shownIsOfOneAnswer(texts)] : [])],
      live: live ?? null,
    };
  }
}

/** Steps that need failures. */
const NEVER_LIVE = ["timeout", "server-error", "rate-limit", "streaming"] as const;

/** What failures of the server come to, when there are many. */
const BREAKER_OPEN: Trouble = { step: "server-error", what: "has its breaker open", events: [], held: true };
