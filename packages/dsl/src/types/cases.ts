/**
 * The ways in which a value can fit a schema, apart from each other as long as there are few: what
 * `unevaluatedProperties` closes depends on which of the branches it was.
 */
import { intersect, union } from "./combine.ts";
import { type Evaluated, evaluatedByAny, NOTHING_EVALUATED } from "./evaluated.ts";
import { lazy, ready } from "./make.ts";
import type { Lazy, Type } from "./type.ts";

export interface Case {
  readonly type: Type;
  readonly evaluated: Lazy<Evaluated>;
}

/** More cases than this are not kept apart. */
const MOST_CASES = 16;

export function caseOf(type: Type, evaluated = NOTHING_EVALUATED): Case {
  return { type, evaluated: ready(evaluated) };
}

export function typeOfCases(cases: readonly Case[]): Type {
  return union(cases.map((one) => one.type));
}

/** The same values as one case, or none where there are none. */
function joined(cases: readonly Case[]): readonly Case[] {
  if (cases.length <= 1) return cases;
  return [{ type: typeOfCases(cases), evaluated: evaluatedIn(cases) }];
}

function evaluatedIn(cases: readonly Case[]): Lazy<Evaluated> {
  return lazy(() => evaluatedByAny(cases.map((one) => one.evaluated.get())));
}

/** Those that can be, and not too many. */
export function fewCases(cases: readonly Case[]): readonly Case[] {
  const possible = cases.filter((one) => one.type.kind !== "never");
  return possible.length <= MOST_CASES ? possible : joined(possible);
}

/** Ways that fit both. */
export function bothCases(a: readonly Case[], b: readonly Case[], meet = intersect): readonly Case[] {
  if (a.length * b.length > MOST_CASES) {
    return a.length >= b.length ? bothCases(joined(a), b, meet) : bothCases(a, joined(b), meet);
  }
  const pairs = a.flatMap((one) => b.map((other) => bothOf(one, other, meet)));
  return fewCases(pairs);
}

function bothOf(a: Case, b: Case, meet: typeof intersect): Case {
  return { type: meet(a.type, b.type), evaluated: evaluatedIn([a, b]) };
}

/** Branches of which several may hold at once: each may have looked at what any of them looks at. */
export function togetherCases(cases: readonly Case[]): readonly Case[] {
  if (cases.length <= 1) return cases;
  const evaluated = evaluatedIn(cases);
  return fewCases(cases.map(({ type }) => ({ type, evaluated })));
}
