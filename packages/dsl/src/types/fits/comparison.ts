/**
 * One comparison of two types. A pair of types that is compared already is taken to fit: a recursive
 * type fits another unless a difference is found on some way into it (the largest relation that the
 * rules admit). What was taken to fit on the way to a misfit is forgotten with it.
 */
import { membersOf } from "../combine.ts";
import { describe } from "../describe.ts";
import type { Type } from "../type.ts";
import { type Comparer, FITS, type Fit, type Misfit, no, type Purpose, perhaps } from "./fit.ts";
import { fitList } from "./lists.ts";
import { fitObject } from "./objects.ts";
import { isOpen } from "./open.ts";
import { fitBoolean, fitNumber, fitString, mayBe } from "./scalars.ts";

/** Pairs of types that are looked at, and how deep they may lie: whatever a schema holds, this ends soon. */
const MOST_PAIRS = 20_000;
const DEEPEST = 60;

const TOO_LARGE = perhaps("the schemas are too large to be compared whole");

export class Comparison implements Comparer {
  readonly purpose: Purpose;
  readonly #assumed = new Map<Type, Set<Type>>();
  /** The assumed pairs in the order in which they were made. */
  readonly #trail: (readonly [value: Type, place: Type])[] = [];
  readonly #misfits = new Map<Type, Map<Type, Misfit>>();
  #pairs = 0;
  #depth = 0;

  constructor(purpose: Purpose) {
    this.purpose = purpose;
  }

  compare(value: Type, place: Type): Fit {
    if (value === place || value.kind === "never" || isOpen(place)) return FITS;
    if (this.#assumed.get(value)?.has(place) === true) return FITS;
    const known = this.#misfits.get(value)?.get(place);
    if (known !== undefined) return known;
    this.#pairs++;
    if (this.#pairs > MOST_PAIRS || this.#depth >= DEEPEST) return TOO_LARGE;
    const mark = this.#trail.length;
    this.#assume(value, place);
    this.#depth++;
    const fit = this.#each(value, place);
    this.#depth--;
    if (fit.kind !== "yes") {
      this.#forget(mark);
      const misfits = this.#misfits.get(value) ?? new Map<Type, Misfit>();
      this.#misfits.set(value, misfits.set(place, fit));
    }
    return fit;
  }

  #assume(value: Type, place: Type): void {
    const places = this.#assumed.get(value) ?? new Set();
    this.#assumed.set(value, places.add(place));
    this.#trail.push([value, place]);
  }

  #forget(mark: number): void {
    for (const [value, place] of this.#trail.splice(mark)) this.#assumed.get(value)?.delete(place);
  }

  /** Every member of the value's type must fit. */
  #each(value: Type, place: Type): Fit {
    let found: Fit = FITS;
    for (const member of membersOf(value)) {
      const fit = this.#member(member, place);
      if (fit.kind === "no") return fit;
      if (found.kind === "yes") found = fit;
    }
    return found;
  }

  /** One member must fit some member of the place's type, or several of them together. */
  #member(value: Type, place: Type): Fit {
    if (value.kind === "unknown") return perhaps(value.why);
    if (value.kind === "null" && this.purpose === "skimmed") return FITS;
    const places = membersOf(place);
    const fit = this.#alike(value, places, place);
    const opaque = places.find((one) => one.kind === "unknown");
    // A schema that could not be read may let through what the others do not.
    return fit.kind === "no" && opaque !== undefined ? perhaps(opaque.why) : fit;
  }

  #alike(value: Type, places: readonly Type[], place: Type): Fit {
    const like = places.filter((one) => one.kind === value.kind);
    if (like.length === 0) return no(mayBe(describe(value), place));
    if (this.purpose === "skimmed" && like.some(isListed)) return FITS;
    switch (value.kind) {
      case "boolean":
        return fitBoolean(
          value.value,
          ofKind(places, "boolean").map((one) => one.value),
          place,
        );
      case "number":
        return fitNumber(value, ofKind(places, "number"), place);
      case "string":
        return fitString(value, ofKind(places, "string"), place);
      case "array":
        return fitList(value, ofKind(places, "array"), this);
      case "object":
        return fitObject(value, ofKind(places, "object"), this);
      default:
        return FITS;
    }
  }
}

/** Values are listed: whoever skims them does not take the list for complete. */
function isListed(type: Type): boolean {
  return (type.kind === "string" || type.kind === "number") && type.values !== null;
}

function ofKind<Kind extends Type["kind"]>(
  types: readonly Type[],
  kind: Kind,
): Extract<Type, { readonly kind: Kind }>[] {
  return types.filter((type): type is Extract<Type, { readonly kind: Kind }> => type.kind === kind);
}
