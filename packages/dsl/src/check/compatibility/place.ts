/** Where a place of one contract stands in another: the same steps through the other's types. */
import { type Found, lookupField, lookupIndex } from "../../types/access.ts";
import { membersOf } from "../../types/combine.ts";
import { without } from "../../types/relate.ts";
import type { Type } from "../../types/type.ts";
import type { Read } from "../model.ts";

export interface Place {
  /** What may stand there; null counts as nothing. */
  readonly type: Type;
  /** May nothing stand there? */
  readonly optional: boolean;
  /** Nearest schema to it in the contract that has a place of its own. */
  readonly pointer: string;
  /** False where the schema lets it through without a word on it. */
  readonly described: boolean;
}

/**
 * Null where the schema lets nothing stand there, or names other fields and not this one: what a contract
 * does not mention among what it does is nothing to count on. `pointer` is where `type` is described.
 */
export function placeIn(type: Type, pointer: string, segments: Read["segments"]): Place | null {
  let place: Place = withoutNull({ type, optional: false, pointer, described: true });
  for (const segment of segments) {
    const found = typeof segment === "number" ? lookupIndex(place.type, segment) : lookupField(place.type, segment);
    if (found.kind !== "found") return null;
    const isUnmentioned = found.place === null && found.type.kind === "unknown" && found.candidates.length > 0;
    if (isUnmentioned) return null;
    place = withoutNull(inside(place, found));
  }
  return place;
}

function inside(place: Place, found: Found): Place {
  return {
    type: found.type,
    optional: place.optional || found.optional,
    pointer: found.place ?? place.pointer,
    described: found.place !== null || found.type.kind !== "unknown",
  };
}

/** The same, with null told as the absence that it is to predicates. */
function withoutNull(place: Place): Place {
  if (!membersOf(place.type).some((member) => member.kind === "null" || member.kind === "unknown")) return place;
  return { ...place, type: without(place.type, "null"), optional: true };
}
