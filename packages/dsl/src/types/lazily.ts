/** Places that several schemas describe: all of them at once, or one of them. Nothing is read before it is asked for. */
import { lazy, NOTHING, ready } from "./make.ts";
import type { Lazy, Type } from "./type.ts";

/** What is done with the types of fields and items; handed in, because it goes on into their own. */
export interface Algebra {
  intersect(a: Type, b: Type): Type;
  union(types: readonly Type[]): Type;
}

/** More schemas than this about one place are not asked: fewer only widen. */
const MOST_PARTS = 64;

/** The distinct schemas behind a place that was made here: flat, so that a long chain is no deep recursion. */
const partsOf = new WeakMap<Lazy<Type>, readonly Lazy<Type>[]>();

/** What fits both. */
export function meet(a: Lazy<Type>, b: Lazy<Type>, algebra: Algebra): Lazy<Type> {
  if (a === b || b.known?.kind === "unknown" || a.known?.kind === "never") return a;
  if (a.known?.kind === "unknown" || b.known?.kind === "never") return b;
  if (a.known !== undefined && b.known !== undefined) return ready(algebra.intersect(a.known, b.known));
  const parts = [...new Set([...(partsOf.get(a) ?? [a]), ...(partsOf.get(b) ?? [b])])].slice(0, MOST_PARTS);
  const both = lazy(() => parts.map((part) => part.get()).reduce(algebra.intersect));
  partsOf.set(both, parts);
  return both;
}

/** What fits one of them; nothing where there are none. */
export function either(types: readonly Lazy<Type>[], algebra: Algebra): Lazy<Type> {
  const distinct = [...new Set(types)].filter((type) => type.known?.kind !== "never");
  const [only, ...more] = distinct;
  if (only === undefined) return NOTHING;
  if (more.length === 0) return only;
  const open = distinct.find((type) => type.known?.kind === "unknown");
  if (open !== undefined) return open;
  const known = distinct.flatMap((type) => type.known ?? []);
  if (known.length === distinct.length) return ready(algebra.union(known));
  return lazy(() => algebra.union(distinct.map((type) => type.get())));
}

export function membersOf(type: Type): readonly Type[] {
  return type.kind === "union" ? type.of : [type];
}
