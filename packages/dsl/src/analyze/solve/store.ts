/** What is asked of each place so far, on one frame. What was asked last can be taken back. */
import { lookupField, lookupIndex } from "../../types/access.ts";
import { NEVER } from "../../types/make.ts";
import type { Type } from "../../types/type.ts";
import type { Pair } from "./formula.ts";
import type { Frame } from "./frame.ts";
import type { Place } from "./places.ts";
import {
  A_LIST,
  AN_OBJECT,
  ANY_NUMBER,
  ANY_SCALAR,
  both,
  isNone,
  NOTHING,
  PRESENT,
  type Values,
  valuesOf,
} from "./values.ts";

/** How much was asked, for `takeBack`. */
export interface Mark {
  readonly asked: number;
  readonly pairs: number;
}

interface Known {
  readonly type: Type;
  readonly optional: boolean;
  readonly values: Values;
}

export class Store {
  readonly frame: Frame;
  readonly pairs: Pair[] = [];
  /** By the place's number. */
  readonly #asked: (Values | undefined)[] = [];
  readonly #before: { readonly place: Place; readonly values: Values | undefined }[] = [];
  readonly #known: (Known | undefined)[] = [];

  constructor(frame: Frame) {
    this.frame = frame;
  }

  mark(): Mark {
    return { asked: this.#before.length, pairs: this.pairs.length };
  }

  takeBack(mark: Mark): void {
    this.pairs.length = mark.pairs;
    while (this.#before.length > mark.asked) {
      const last = this.#before.pop();
      if (last !== undefined) this.#asked[last.place.id] = last.values;
    }
  }

  /** Was anything asked of the place, or of a place in it? */
  isAsked(place: Place): boolean {
    if (this.#asked[place.id] !== undefined) return true;
    for (const child of place.children.values()) if (this.isAsked(child)) return true;
    return false;
  }

  /** What the place may hold by its type and by all that was asked; perhaps a little more. */
  at(place: Place): Values {
    const values = this.#asked[place.id] ?? this.#typed(place).values;
    if (place.parent === null) return values;
    const around = this.at(place.parent);
    const canHold = typeof place.segment === "number" ? around.lists : around.objects;
    return canHold === null ? both(values, NOTHING) : values;
  }

  /** False where nothing is left that the place may hold. */
  ask(place: Place, values: Values): boolean {
    const before = this.at(place);
    const after = both(before, values);
    if (isNone(after)) return false;
    this.#before.push({ place, values: this.#asked[place.id] });
    this.#asked[place.id] = after;
    if (after.nothing || place.parent === null) return true;
    return this.ask(place.parent, typeof place.segment === "number" ? A_LIST : AN_OBJECT);
  }

  askPair(pair: Pair): boolean {
    this.pairs.push(pair);
    const { left, right } = pair;
    switch (pair.operator) {
      case "!=":
        return this.ask(left, PRESENT) && this.ask(right, PRESENT);
      case "==":
        return this.ask(left, both(ANY_SCALAR, this.at(right))) && this.ask(right, this.at(left));
      default:
        return this.ask(left, ANY_NUMBER) && this.ask(right, ANY_NUMBER);
    }
  }

  /** Of what may be there. */
  typeOf(place: Place): Type {
    return this.#typed(place).type;
  }

  #typed(place: Place): Known {
    let known = this.#known[place.id];
    if (known === undefined) {
      const { type, optional } = this.#declared(place);
      known = { type, optional, values: valuesOf(type, optional) };
      this.#known[place.id] = known;
    }
    return known;
  }

  #declared(place: Place): { readonly type: Type; readonly optional: boolean } {
    if (place.parent === null) return this.frame[place.root] ?? { type: NEVER, optional: true };
    const around = this.#typed(place.parent);
    const { segment } = place;
    const found =
      typeof segment === "number" ? lookupIndex(around.type, segment) : lookupField(around.type, segment ?? "");
    if (found.kind !== "found") return { type: NEVER, optional: true };
    return { type: found.type, optional: found.optional || around.values.nothing };
  }
}
