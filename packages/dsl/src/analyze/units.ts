/**
 * What predicates ask of some roots alone: their largest parts that read nothing else. Whoever knows the
 * answers to these knows all that the predicates can tell of those roots.
 */
import type { Predicate } from "../check/model.ts";
import { readsOf } from "./solve/formula.ts";
import type { Root } from "./solve/places.ts";

export type Test = Predicate<Root>;
export type Leaf = Exclude<Test, { readonly kind: "const" | "not" | "and" | "or" }>;
export type Comparison = Extract<Leaf, { readonly kind: "compare" }>;

export interface Units {
  /** In the order in which they are met, each once. */
  readonly own: readonly Test[];
  /** Comparisons of a place of these roots with one of others. */
  readonly mixed: readonly Comparison[];
}

export function unitsOf(predicates: readonly Test[], isOwn: (root: Root) => boolean): Units {
  const own = new Map<string, Test>();
  const mixed = new Map<string, Comparison>();
  const visit = (predicate: Test): void => {
    const reading = readingOf(predicate, isOwn);
    if (reading === "own") own.set(keyOf(predicate), own.get(keyOf(predicate)) ?? predicate);
    if (reading !== "mixed") return;
    switch (predicate.kind) {
      case "not":
        visit(predicate.of);
        return;
      case "and":
      case "or": {
        // Parts that are asked together tell no more than their common answer.
        const alone = predicate.of.filter((part) => readingOf(part, isOwn) === "own");
        const [only] = alone;
        if (only !== undefined) visit(alone.length === 1 ? only : { kind: predicate.kind, of: alone });
        for (const part of predicate.of) if (!alone.includes(part)) visit(part);
        return;
      }
      case "compare":
        mixed.set(keyOf(predicate), predicate);
        return;
      default:
    }
  };
  for (const predicate of predicates) visit(predicate);
  return { own: [...own.values()], mixed: [...mixed.values()] };
}

/** Does the predicate read these roots alone, others alone (or none), or both? */
function readingOf(predicate: Test, isOwn: (root: Root) => boolean): "own" | "other" | "mixed" {
  const roots = rootsIn(predicate);
  const count = roots.filter(isOwn).length;
  return count === 0 ? "other" : count === roots.length ? "own" : "mixed";
}

export function rootsIn(predicate: Test): readonly Root[] {
  return leavesOf(predicate).flatMap((leaf) => readsOf(leaf).map((read) => read.from));
}

export function leavesOf(predicate: Test): readonly Leaf[] {
  switch (predicate.kind) {
    case "const":
      return [];
    case "not":
      return leavesOf(predicate.of);
    case "and":
    case "or":
      return predicate.of.flatMap(leavesOf);
    default:
      return [predicate];
  }
}

/** The same for predicates that ask the same. Types are no part of it, and may be endless. */
export function keyOf(predicate: Test): string {
  return JSON.stringify(predicate, (name, value: unknown) =>
    name === "type" || name === "optional" ? undefined : value === Number.POSITIVE_INFINITY ? "inf" : value,
  );
}
