/**
 * Can these predicates hold, and those fail, for anything that the types let through? Exact: a "yes"
 * comes with facts for which it is so, a "no" is one for every value, and nothing is sampled.
 *
 * The search holds literals to be true one after the other and keeps, place by place, what they leave.
 * From that it builds facts of the frame's types. What those facts do not meet is what it goes on with:
 * an alternative is only looked into where the plainest facts so far are not good enough.
 */

import type { Predicate } from "../../check/model.ts";
import { evaluate, type Facts } from "../../check/predicate/evaluate.ts";
import { Builder, MISSING, NO_VALUE } from "./build.ts";
import { type Formula, formulaOf } from "./formula.ts";
import type { Frame } from "./frame.ts";
import { assignmentsFor, CONTAINER } from "./pairs.ts";
import { type Place, Places, type Root } from "./places.ts";
import { Store } from "./store.ts";
import { ANY_HOLDER, among, both, isNone, NONE, type Values } from "./values.ts";

/** A predicate, and what it is to give. */
export interface Demand {
  readonly predicate: Predicate<Root>;
  readonly held: boolean;
}

export type Solution =
  /** `frame`: the number of the one whose facts these are. */
  | { readonly kind: "yes"; readonly facts: Facts; readonly frame: number }
  | { readonly kind: "no" }
  /** The search was given up; `why` says what was too much. */
  | { readonly kind: "unknown"; readonly why: string };

const NO: Solution = { kind: "no" };

/** Sets of facts that are looked at for one question. */
const MOST_STEPS = 5_000;
/** Assignments to compared places, each time that facts are made. */
const MOST_ASSIGNMENTS = 2_000;

/** Keeps what it has read of the predicates that it is asked, so that asking again costs little. */
export class Solver {
  readonly #stores: readonly Store[];
  readonly #places = new Places();
  readonly #held = new WeakMap<object, Formula>();
  readonly #failed = new WeakMap<object, Formula>();
  #steps = 0;
  #why: string | null = null;

  constructor(frames: readonly Frame[]) {
    this.#stores = frames.map((frame) => new Store(frame));
  }

  /** Asks frame by frame, in their order or in that of `frames`; the first that gives facts ends it. */
  solve(demands: readonly Demand[], frames: readonly number[] = [...this.#stores.keys()]): Solution {
    this.#steps = 0;
    this.#why = null;
    for (const frame of frames) {
      const store = this.#stores[frame];
      if (store === undefined) throw new RangeError(`there is no frame number ${frame}`);
      const start = store.mark();
      const facts = this.#begin(store, demands);
      store.takeBack(start);
      if (facts === null) continue;
      if (demands.every((demand) => isGiven(demand, facts))) return { kind: "yes", facts, frame };
      this.#why ??= "a letter that changes its length with its case";
    }
    return this.#why === null ? NO : { kind: "unknown", why: this.#why };
  }

  #formula({ predicate, held }: Demand): Formula {
    const known = held ? this.#held : this.#failed;
    let formula = known.get(predicate);
    if (formula === undefined) {
      formula = formulaOf(predicate, held, this.#places);
      known.set(predicate, formula);
    }
    return formula;
  }

  /** What is to hold is held to be true at once; what is to fail is looked at where the facts so far do not make it fail. */
  #begin(store: Store, demands: readonly Demand[]): Facts | null {
    const pending: Pending[] = [];
    for (const demand of demands) {
      if (!demand.held) pending.push(demand);
      else if (!ask(store, this.#formula(demand), pending)) return null;
    }
    return this.#search(store, pending);
  }

  /** @param pending what is not held to be true yet */
  #search(store: Store, pending: readonly Pending[]): Facts | null {
    let left = [...pending];
    for (;;) {
      if (++this.#steps > MOST_STEPS) {
        this.#why ??= "more combinations than are looked at";
        return null;
      }
      const facts = this.#facts(store);
      if (facts === null) return null;
      const next = this.#narrowest(store, left, facts);
      if (next === null) return facts;
      left = left.filter((one) => one !== next.of);
      const [only, ...more] = next.ways;
      if (only === undefined) return null;
      if (more.length === 0) {
        if (!ask(store, only, left)) return null;
        continue;
      }
      for (const way of next.ways) {
        const mark = store.mark();
        const others = [...left];
        const found = ask(store, way, others) ? this.#search(store, others) : null;
        if (found !== null) return found;
        store.takeBack(mark);
      }
      return null;
    }
  }

  /** Of what the facts do not meet, that with the fewest ways to meet it; null: all is met. */
  #narrowest(store: Store, pending: readonly Pending[], facts: Facts): Choice | null {
    let found: Choice | null = null;
    for (const of of pending) {
      if (isGiven(of, facts)) continue;
      const formula = "predicate" in of ? this.#formula(of) : of;
      const ways = (formula.kind === "or" ? formula.of : [formula]).filter((way) => mayHold(store, way));
      if (found === null || ways.length < found.ways.length) found = { of, ways };
      if (found.ways.length <= 1) break;
    }
    return found;
  }

  #facts(store: Store): Facts | null {
    if (store.pairs.length === 0) return this.#build(store);
    const { all, isPartial } = assignmentsFor(store);
    let count = 0;
    for (const assignment of all) {
      if (++count > MOST_ASSIGNMENTS) break;
      const mark = store.mark();
      const isLeft = [...assignment].every(([place, value]) =>
        store.ask(place, value === CONTAINER ? A_CONTAINER : among([value])),
      );
      const facts = isLeft ? this.#build(store) : null;
      store.takeBack(mark);
      if (facts !== null) return facts;
    }
    if (isPartial || count > MOST_ASSIGNMENTS)
      this.#why ??= "places that are compared with each other in too many ways";
    return null;
  }

  #build(store: Store): Facts | null {
    const builder = new Builder(store);
    const values = new Map<Root, unknown>();
    for (const root of Object.keys(store.frame) as Root[]) {
      const value = rootValue(builder, store, root, this.#places.root(root));
      if (value === NO_VALUE) {
        if (builder.unsure) this.#why ??= "a schema that is too deep or too wide";
        return null;
      }
      values.set(root, value);
    }
    return factsOf(values);
  }
}

const A_CONTAINER: Values = { ...NONE, lists: ANY_HOLDER, objects: ANY_HOLDER };

function rootValue(builder: Builder, { frame }: Store, root: Root, place: Place | null): unknown {
  const declared = frame[root];
  return declared === undefined ? MISSING : builder.root(declared.type, declared.optional, place, declared.usual);
}

/** Holds a formula to be true; alternatives go to `pending`. False where nothing is left. */
function ask(store: Store, formula: Formula, pending: Pending[]): boolean {
  switch (formula.kind) {
    case "single":
      return store.ask(formula.place, formula.values);
    case "pair":
      return store.askPair(formula);
    case "and":
      return formula.of.every((part) => ask(store, part, pending));
    case "or":
      if (formula.of.length === 0) return false;
      pending.push(formula);
      return true;
  }
}

/** What is to be so, but is not held to be true yet. */
type Pending = Demand | Formula;

/** Something that is to be so, and what would make it so. */
interface Choice {
  readonly of: Pending;
  readonly ways: readonly Formula[];
}

function isGiven(pending: Pending, facts: Facts): boolean {
  return "predicate" in pending ? evaluate(pending.predicate, facts) === pending.held : isMet(pending, facts);
}

function isMet(formula: Formula, facts: Facts): boolean {
  switch (formula.kind) {
    case "and":
      return formula.of.every((part) => isMet(part, facts));
    case "or":
      return formula.of.some((part) => isMet(part, facts));
    default:
      return evaluate(formula.test, facts) === formula.held;
  }
}

function mayHold(store: Store, formula: Formula): boolean {
  switch (formula.kind) {
    case "single":
      return !isNone(both(store.at(formula.place), formula.values));
    case "pair":
      return true;
    case "and":
      return formula.of.every((part) => mayHold(store, part));
    case "or":
      return formula.of.some((part) => mayHold(store, part));
  }
}

/** As the runtime hands them over: no status is 0, no headers are an empty object. */
function factsOf(values: ReadonlyMap<Root, unknown>): Facts {
  const at = (root: Root): unknown => {
    const value = values.get(root);
    return value === MISSING || value === undefined ? null : value;
  };
  const facts: { -readonly [name in keyof Facts]: unknown } = {
    transport: at("transport"),
    sent: at("sent") ?? false,
    status: at("status") ?? 0,
    headers: at("header") ?? {},
    error: at("error"),
    request: at("request"),
    context: at("context"),
    attempts: at("attempts") ?? 0,
    elapsedMs: at("elapsed") ?? 0,
    committed: at("committed") ?? false,
    response: at("response"),
    outcome: at("outcome"),
  };
  return facts as Facts;
}
