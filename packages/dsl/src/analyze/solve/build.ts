/**
 * A value of a type that holds what a store asks for, place by place: the smallest and plainest. There
 * is none where none was found, but where the builder says that it is unsure.
 */

import type { Scalar } from "../../check/model.ts";
import { itemAt } from "../../types/array.ts";
import { fieldOf, membersOf } from "../../types/combine.ts";
import { EVERY_KIND } from "../../types/make.ts";
import { admits } from "../../types/relate.ts";
import type { ArrayType, ObjectType, Type } from "../../types/type.ts";
import type { Usual } from "./frame.ts";
import { pick } from "./numbers.ts";
import type { Place } from "./places.ts";
import type { Store } from "./store.ts";
import { pickText } from "./texts.ts";
import { ANY, besides, both, type Holders, holdsValue, NOTHING, own, PRESENT, type Values } from "./values.ts";

/** Nothing at all stands there. */
export const MISSING = Symbol("missing");
/** No value fits. */
export const NO_VALUE = Symbol("no value");

/** A JSON value, or one of the two above. */
export type Built = unknown;

/** A value nested deeper than this is not looked for, nor one among more than so many. */
const MOST_DEPTH = 24;
const MOST_WORK = 20_000;
/** A list that must be longer is not made. */
const MOST_ITEMS = 1_000;
/** What nothing is asked of is made shallow where it can be: schemas may describe trees. */
const DEPTHS = [2, 4, 8, 16, MOST_DEPTH];

const plainValues = new WeakMap<Type, { readonly value: unknown }>();

export class Builder {
  /** Something was not looked for, so there may be a value where none was found. */
  unsure = false;
  readonly #store: Store;
  #work = 0;
  #mostDepth = MOST_DEPTH;
  #isCut = false;
  #isDeepening = false;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The value of a root. */
  root(type: Type, mayMiss: boolean, place: Place | null, usual: Usual | undefined): Built {
    const built = this.#build(type, mayMiss, place, ANY, usual, 0);
    this.unsure ||= this.#isCut;
    return built;
  }

  /** @param extra what is asked of the place besides */
  #build(
    type: Type,
    mayMiss: boolean,
    place: Place | null,
    extra: Values,
    usual: Usual | undefined,
    depth: number,
  ): Built {
    if (depth > this.#mostDepth || ++this.#work > MOST_WORK) {
      this.#isCut = true;
      return NO_VALUE;
    }
    const asked = place !== null && this.#store.isAsked(place) ? place : null;
    if (asked === null && extra === ANY) return mayMiss ? MISSING : this.#plain(type, usual, depth);
    const values = asked === null ? extra : both(this.#store.at(asked), extra);
    if (mayMiss && values.nothing && this.#childrenMayMiss(asked)) return MISSING;
    const expected = usual?.values?.find((value) => admits(type, value) && this.#fits(asked, values, value));
    return expected === undefined ? this.#anyMember(type, asked, values, usual, depth) : expected;
  }

  #plain(type: Type, usual: Usual | undefined, depth: number): Built {
    const expected = usual?.values?.find((value) => admits(type, value));
    if (expected !== undefined) return expected;
    if (usual?.fields !== undefined || this.#isDeepening) return this.#anyMember(type, null, ANY, usual, depth);
    const known = plainValues.get(type);
    if (known !== undefined) return known.value;
    const wasCut = this.#isCut;
    this.#isDeepening = true;
    let built: Built = NO_VALUE;
    for (const most of DEPTHS) {
      this.#mostDepth = Math.min(MOST_DEPTH, depth + most);
      this.#isCut = false;
      built = this.#anyMember(type, null, ANY, usual, depth);
      if (built !== NO_VALUE || !this.#isCut) break;
    }
    this.#isDeepening = false;
    this.#mostDepth = MOST_DEPTH;
    if (built !== NO_VALUE) plainValues.set(type, { value: built });
    this.#isCut = wasCut || (built === NO_VALUE && this.#isCut);
    return built;
  }

  #anyMember(type: Type, place: Place | null, values: Values, usual: Usual | undefined, depth: number): Built {
    for (const some of membersOf(type)) {
      for (const member of some.kind === "unknown" ? EVERY_KIND : [some]) {
        const built = this.#member(member, place, values, usual, depth);
        if (built !== NO_VALUE) return built;
      }
    }
    return NO_VALUE;
  }

  #member(type: Type, place: Place | null, values: Values, usual: Usual | undefined, depth: number): Built {
    switch (type.kind) {
      case "array":
        return values.lists === null ? NO_VALUE : this.#array(type, place, values.lists, depth);
      case "object":
        return values.objects === null ? NO_VALUE : this.#object(type, place, values.objects, usual, depth);
      default:
        return this.#childrenMayMiss(place) ? this.#scalar(type, values) : NO_VALUE;
    }
  }

  #scalar(type: Type, values: Values): Built {
    switch (type.kind) {
      case "null":
        return values.nothing ? null : NO_VALUE;
      case "boolean":
        if (values.no && type.value !== true) return false;
        return values.yes && type.value !== false ? true : NO_VALUE;
      case "number":
        return pick(values.numbers, type) ?? NO_VALUE;
      case "string": {
        if (values.texts === null) return NO_VALUE;
        const text = pickText(values.texts, type);
        if (text === undefined) this.#isCut = true;
        return text ?? NO_VALUE;
      }
      default:
        return NO_VALUE;
    }
  }

  // ---------------------------------------------------------------- objects

  #object(
    type: ObjectType,
    place: Place | null,
    { empty, full, has, lacks }: Holders,
    usual: Usual | undefined,
    depth: number,
  ): Built {
    if (!this.#childrenMayMiss(place, "number")) return NO_VALUE;
    const entries = new Map<string, unknown>();
    const add = (name: string, mayMiss: boolean): boolean => {
      const extra = has.includes(name) ? PRESENT : lacks.includes(name) ? NOTHING : ANY;
      const child = place?.children.get(name) ?? null;
      const built = this.#build(fieldOf(type, name), mayMiss, child, extra, usual?.fields?.get(name), depth + 1);
      if (built === NO_VALUE) return false;
      if (built !== MISSING) entries.set(name, built);
      return true;
    };
    for (const name of this.#namesIn(type, place, has)) {
      if (!add(name, type.fields.get(name)?.required !== true)) return NO_VALUE;
    }
    const least = Math.max(type.minFields, empty ? 0 : 1);
    const most = full ? (type.maxFields ?? Number.POSITIVE_INFINITY) : 0;
    if (entries.size < least) {
      for (const name of otherNames(type, least)) {
        if (entries.size >= least) break;
        if (!entries.has(name)) add(name, false);
      }
      // There may be names that fit and were not thought of.
      if (entries.size < least && (type.patterns.length > 0 || type.names !== null)) this.#isCut = true;
    }
    return entries.size < least || entries.size > most ? NO_VALUE : Object.fromEntries(entries);
  }

  /** The fields that something is said of: what must be there, and what is asked. */
  #namesIn(type: ObjectType, place: Place | null, has: readonly Scalar[]): ReadonlySet<string> {
    const names = new Set<string>();
    for (const [name, field] of type.fields) if (field.required) names.add(name);
    for (const [segment, child] of place?.children ?? []) {
      if (typeof segment === "string" && this.#store.isAsked(child)) names.add(segment);
    }
    for (const name of has) if (typeof name === "string") names.add(name);
    return names;
  }

  // ---------------------------------------------------------------- lists

  #array(type: ArrayType, place: Place | null, { empty, full, has, lacks }: Holders, depth: number): Built {
    if (!this.#childrenMayMiss(place, "string")) return NO_VALUE;
    let least = Math.max(type.minItems, empty ? 0 : 1, has.length);
    for (const [segment, child] of place?.children ?? []) {
      if (typeof segment === "number" && !this.#mayMiss(child)) least = Math.max(least, segment + 1);
    }
    const most = full ? (type.maxItems ?? Number.POSITIVE_INFINITY) : 0;
    if (least > MOST_ITEMS) this.#isCut = true;
    if (least > most || least > MOST_ITEMS) return NO_VALUE;
    const extra = lacks.length === 0 ? ANY : besides(lacks);
    // What a list must hold may find no place among the first items, but then among those behind them.
    const longest = Math.min(most, has.length === 0 ? least : Math.max(least, type.prefix.length) + has.length);
    for (let length = least; length <= longest; length++) {
      const items = this.#items(type, place, length, has, extra, new Map(), depth);
      if (items !== null) return items;
    }
    return NO_VALUE;
  }

  /** Puts each of `has` somewhere, and makes the other items. */
  #items(
    type: ArrayType,
    place: Place | null,
    length: number,
    has: readonly Scalar[],
    extra: Values,
    put: ReadonlyMap<number, Scalar>,
    depth: number,
  ): readonly unknown[] | null {
    const [wanted, ...others] = has;
    if (wanted === undefined) {
      const items: unknown[] = [];
      for (let index = 0; index < length; index++) {
        const child = place?.children.get(index) ?? null;
        const known = put.get(index);
        const item = known ?? this.#build(itemAt(type, index).get(), false, child, extra, undefined, depth + 1);
        if (item === NO_VALUE) return null;
        items.push(item);
      }
      return items;
    }
    for (let index = 0; index < length; index++) {
      const child = place?.children.get(index) ?? null;
      const asked = child !== null && this.#store.isAsked(child) ? child : null;
      if (put.has(index) || !admits(itemAt(type, index).get(), wanted)) continue;
      if (asked !== null && !this.#fits(asked, this.#store.at(asked), wanted)) continue;
      const items = this.#items(type, place, length, others, extra, new Map([...put, [index, wanted]]), depth);
      if (items !== null) return items;
    }
    return null;
  }

  // ---------------------------------------------------------------- what is asked

  #mayMiss(place: Place): boolean {
    return !this.#store.isAsked(place) || (this.#store.at(place).nothing && this.#childrenMayMiss(place));
  }

  /** May nothing stand at the places in this one, or at those of one kind? */
  #childrenMayMiss(place: Place | null, kind: "string" | "number" | null = null): boolean {
    for (const [segment, child] of place?.children ?? []) {
      if ((kind === null || typeof segment === kind) && !this.#mayMiss(child)) return false;
    }
    return true;
  }

  /** Is a value all that is asked of the place, and of the places in it? */
  #fits(place: Place | null, values: Values, value: unknown): boolean {
    if (!holdsValue(values, value)) return false;
    for (const [segment, child] of place?.children ?? []) {
      if (!this.#store.isAsked(child)) continue;
      if (!this.#fits(child, this.#store.at(child), own(value, segment))) return false;
    }
    return true;
  }
}

/** Names of fields that may be added where there must be more: those that the type has, then made-up ones. */
function* otherNames(type: ObjectType, count: number): Iterable<string> {
  yield* type.fields.keys();
  for (const name of ["x", "y", "z"]) yield name;
  for (let index = 1; index <= count; index++) yield `x${index}`;
}
