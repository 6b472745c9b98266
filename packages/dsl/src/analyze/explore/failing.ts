/** How attempts on a path can fail, as far as the machine tells one failure from another. */
import {
  type ActionPlan,
  BUDGET_EXHAUSTED,
  mayBeCharged,
  nth,
  type RulePlan,
  ranIntoDeadline,
  type SignalClass,
} from "@fbp/runtime/core";
import type { Situation, World } from "../situation.ts";
import type { Ground } from "./ground.ts";
import { type Stretch, timeIn } from "./moment.ts";

/** One of the failures that make no difference to each other, and the rule that takes it; -1 for the default. */
export interface Failing {
  readonly situation: Situation;
  readonly committed: boolean;
  readonly rule: number;
}

/** Failures that can come at the same times after an attempt began. */
export interface Turn {
  readonly ends: Situation["ends"];
  /** Up to then, in milliseconds; at the limit: of attempts that are given no more than that. */
  readonly latestMs: number;
  readonly situations: readonly Situation[];
}

/** An attempt, as far as guards can tell it from another one. */
export interface Attempt {
  readonly path: number;
  readonly world: number;
  readonly cutByDeadline: boolean;
  /** Which one of the request, from 1. */
  readonly number: number;
}

interface Apart {
  readonly found: readonly Failing[];
  readonly effects: ReadonlySet<string>;
}

export class Failures {
  readonly #ground: Ground;
  readonly #worlds: readonly World[];
  readonly #turns: readonly (readonly Turn[])[];
  readonly #known = new Map<Turn, Map<number, Apart>>();

  /** @param situations by path */
  constructor(ground: Ground, worlds: readonly World[], situations: (path: number) => readonly Situation[]) {
    this.#ground = ground;
    this.#worlds = worlds;
    this.#turns = ground.paths.map(({ plan }, path) => turnsOf(situations(path), plan.mostMs));
  }

  on(path: number): readonly Turn[] {
    return nth(this.#turns, path);
  }

  /** At a time that no guard tells from another one in `part`; in the order of the situations. */
  at(turn: Turn, attempt: Attempt, part: Stretch): readonly Failing[] {
    return this.#at(turn, attempt, part).found;
  }

  #at(turn: Turn, attempt: Attempt, part: Stretch): Apart {
    const { guardLimits, asksAttempts } = nth(this.#ground.paths, attempt.path);
    let time = 0;
    while (time < guardLimits.length && nth(guardLimits, time) < part.from) time++;
    const number = asksAttempts ? attempt.number : 0;
    const kind = ((number * (guardLimits.length + 1) + time) * 2 + +attempt.cutByDeadline) * this.#worlds.length;
    let known = this.#known.get(turn);
    if (known === undefined) {
      known = new Map();
      this.#known.set(turn, known);
    }
    let apart = known.get(kind + attempt.world);
    if (apart === undefined) {
      apart = this.#apart(turn, attempt, part);
      known.set(kind + attempt.world, apart);
    }
    return apart;
  }

  /** One of each effect; what can come at any time can come at the limit too. */
  #apart(turn: Turn, attempt: Attempt, part: Stretch): Apart {
    const { mostMs } = nth(this.#ground.paths, attempt.path).plan;
    const always =
      turn.ends === "at_limit"
        ? this.on(attempt.path).find(({ ends, latestMs }) => ends === "any_time" && latestMs === mostMs)
        : undefined;
    const effects = new Set(always === undefined ? [] : this.#at(always, attempt, part).effects);
    const found: Failing[] = [];
    for (const situation of turn.situations) {
      for (const committed of situation.afterToken ? [false, true] : [false]) {
        const signal = ranIntoDeadline(situation.facts, attempt.cutByDeadline) ? BUDGET_EXHAUSTED : situation.signal;
        const rule = this.#ruleFor(signal, situation, attempt, timeIn(part), committed);
        const failing = { situation, committed, rule };
        const effect = this.#effectOf(failing, signal, attempt);
        if (effects.has(effect)) continue;
        effects.add(effect);
        found.push(failing);
      }
    }
    return { found, effects };
  }

  #ruleFor(
    signal: number,
    { facts }: Situation,
    { path, world, number }: Attempt,
    elapsedMs: number,
    committed: boolean,
  ): number {
    const { request, context } = nth(this.#worlds, world);
    const { plan } = nth(this.#ground.paths, path);
    return plan.decide(signal, { ...facts, request, context, attempts: number, elapsedMs, committed });
  }

  /** What of a failure makes a difference to the machine. */
  #effectOf({ situation, committed, rule }: Failing, signal: number, { path, world }: Attempt): string {
    const { facts, mayAskWait } = situation;
    const { policy, observed } = this.#ground;
    const { contract, rules } = nth(policy.paths, path);
    const name = rule < 0 || observed.includes(signal) ? signal : -1;
    const end = `${rule} ${name} ${+mayBeCharged(nth(policy.contracts, contract), facts)}`;
    const actions = (rules[rule] ?? DEFAULT).actions;
    if (!actions.some(isRepeat)) {
      // A rule that ends the request asks no more of the failure.
      return `${end} ${+(committed && actions.some((action) => action.kind === "fail" && action.partial))}`;
    }
    const forbids = FORBIDDEN.indexOf(nth(policy.signals, signal).class);
    const isSpent = signal === BUDGET_EXHAUSTED;
    const isFinal = facts.sent && !nth(this.#worlds, world).repeatable;
    const mayWait = mayAskWait && actions.some(({ kind }) => kind === "retry");
    return `${end} ${forbids} ${+isFinal}${+mayWait}${+committed}${+isSpent}`;
  }
}

/** After each of these the machine refuses other calls. */
const FORBIDDEN: readonly SignalClass[] = ["client_defect", "auth_defect", "quota", "route_limit"];

/** Where a path is silent a failed attempt ends the request. */
const DEFAULT: Pick<RulePlan, "actions"> = { actions: [] };

/** Is it a second call? */
export function isRepeat({ kind }: ActionPlan): boolean {
  return kind === "retry" || kind === "fallback";
}

function turnsOf(situations: readonly Situation[], mostMs: number): readonly Turn[] {
  const turns = new Map<string, Turn & { readonly situations: Situation[] }>();
  for (const situation of situations) {
    const { ends } = situation;
    const latestMs = Math.min(situation.latestMs ?? mostMs, mostMs);
    const key = `${ends} ${latestMs}`;
    const same = turns.get(key);
    if (same === undefined) turns.set(key, { ends, latestMs, situations: [situation] });
    else same.situations.push(situation);
  }
  return [...turns.values()].sort((a, b) => +(a.ends === "at_limit") - +(b.ends === "at_limit"));
}
