/** The runtime's machine, asked of requests of every size at once. */
import {
  begin,
  type Event,
  next,
  nth,
  type RequestFacts,
  type State,
  sinceOf,
  supposing,
  trialOf,
} from "@fbp/runtime/core";
import type { World } from "../situation.ts";
import { Brackets } from "./brackets.ts";
import { isRepeat } from "./failing.ts";
import type { Ground } from "./ground.ts";
import type { Size, Sizes } from "./sizes.ts";
import { type Standing, standingOf } from "./standing.ts";

/** What the machine did, and for which sizes of request. */
export interface Band {
  readonly state: State;
  readonly standing: Standing;
  readonly sizes: Sizes | null;
}

/** Where requests of these sizes stand. */
export interface Asked {
  readonly world: number;
  readonly state: State;
  readonly sizes: Sizes | null;
}

/** What happens to it; null: it begins. */
interface Question extends Pick<Asked, "world"> {
  readonly state: State | null;
  readonly event: Event | null;
  readonly since: number;
  readonly committed: boolean;
}

export class Machine {
  readonly #ground: Ground;
  readonly #worlds: readonly World[];
  /** By world, and the number of the size. */
  readonly #facts: readonly Map<number, RequestFacts>[];
  readonly #brackets: Brackets;
  readonly #startOnly: readonly number[];

  constructor(ground: Ground, worlds: readonly World[]) {
    this.#ground = ground;
    this.#worlds = worlds;
    this.#facts = worlds.map(() => new Map());
    this.#brackets = new Brackets(ground.policy);
    this.#startOnly = [ground.policy.start];
  }

  begin(world: number, sizes: Sizes | null): readonly Band[] {
    return this.#answers({ world, state: null, event: null, since: 0, committed: false }, sizes);
  }

  /**
   * What follows the event.
   *
   * @param since when the command was given that it answers
   * @param committed after a token of the answer may have been seen
   */
  after({ world, state, sizes }: Asked, event: Event, since: number, committed: boolean): readonly Band[] {
    return this.#answers({ world, state, event, since, committed }, sizes);
  }

  /** What the machine does for each size. Bands may hold more sizes than do so, never fewer. */
  #answers(question: Question, sizes: Sizes | null): readonly Band[] {
    const least = this.#ask(question, sizes === null ? null : sizes.least, sizes);
    if (sizes === null || !asksForMoney(least.state)) return [least];
    const paths = this.#pathsAfter(least.state);
    const brackets = this.#brackets.before(paths, least.state.past, least.standing.charges, sizes);
    if (brackets.length === 1) return [least];
    // The machine asks of a size what the budget says to it, and nothing else.
    const all: Band[] = [];
    for (const { sizes: of, size, like } of brackets) {
      if (all.length === 0) all.push({ ...least, sizes: of });
      else if (like === all.length) all.push(this.#ask(question, size, of));
      else all.push({ ...nth(all, like), sizes: of });
    }
    return nth(all, all.length - 1).standing.key === least.standing.key ? [least] : all;
  }

  /** @param sizes those of which this one is an example */
  #ask({ world, state, event, since, committed }: Question, size: Size | null, sizes: Sizes | null): Band {
    const { policy } = this.#ground;
    const facts = this.#factsOf(world, size);
    let after: State;
    if (state === null || event === null) after = begin(policy, facts, since);
    else {
      const isSame = state.past.facts === facts && sinceOf(state) === since;
      const asked = isSame ? state : supposing(state, facts, since);
      after = next(policy, committed ? next(policy, asked, { kind: "committed", at: event.at }) : asked, event);
    }
    return { state: after, standing: standingOf(after, world, this.#ground), sizes };
  }

  /** The paths that the rule at work may call next; where none is, the one that a request starts on. */
  #pathsAfter(state: State): readonly number[] {
    const last = trialOf(state) ?? state.past.decisions?.trial;
    if (last === undefined) return this.#startOnly;
    const { rules, targets } = nth(this.#ground.paths, last.path);
    const rule = rules.get(last.ruling);
    return rule === undefined ? NO_PATHS : nth(targets, rule);
  }

  /** One object for each size, so that a standing that is already of that size is seen to be. */
  #factsOf(world: number, size: Size | null): RequestFacts {
    const known = nth(this.#facts, world);
    const number = size === null ? -1 : size.prompt * (this.#ground.longestOutput + 1) + size.output;
    let facts = known.get(number);
    if (facts === undefined) {
      const { request, context, repeatable } = nth(this.#worlds, world);
      facts = {
        id: "",
        traceId: null,
        startedAt: 0,
        request,
        context,
        repeatable,
        promptTokens: size?.prompt ?? 0,
        outputLimit: size?.output ?? null,
      };
      known.set(number, facts);
    }
    return facts;
  }
}

const NO_PATHS: readonly number[] = [];

/** May a larger request have come to something else? Not where what was asked for is under way, or was no second call. */
function asksForMoney(state: State): boolean {
  if (state.kind === "attempt" || state.kind === "wait" || state.kind === "carry_on") return false;
  if (state.kind === "finish" && state.ending.kind === "answer") return false;
  const ruling = (trialOf(state) ?? state.past.decisions?.trial)?.ruling;
  return ruling === undefined || ruling.actions.some(isRepeat);
}
