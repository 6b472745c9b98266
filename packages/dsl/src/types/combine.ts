/**
 * Union and intersection of types. Both may be wider than the exact set of values, never narrower:
 * what a type rules out is ruled out. Fields and items are combined when they are asked for.
 */
import { ARRAY, BOOLEAN, lazy, NEVER, numbers, OBJECT, strings, unknown } from "./make.ts";
import { matchesPattern } from "./pattern.ts";
import { holdsNumber, holdsString, intersectScalars, subsumes } from "./scalar.ts";
import type { ArrayType, Field, Lazy, ObjectType, Type } from "./type.ts";

/** A union of more members than this is widened: its size must not grow with a product of unions. */
const MOST_MEMBERS = 64;

export function union(types: readonly Type[]): Type {
  const members: Type[] = [];
  const texts = new Set<string>();
  const figures = new Set<number>();
  for (const type of types.flatMap(membersOf)) {
    if (type.kind === "unknown") return type;
    if (type.kind === "string" && type.values !== null) for (const value of type.values) texts.add(value);
    else if (type.kind === "number" && type.values !== null) for (const value of type.values) figures.add(value);
    else if (type.kind !== "never") add(members, type);
  }
  const listed = [
    ...notYet(texts, (value) => members.some((type) => type.kind === "string" && holdsString(type, value)), strings),
    ...notYet(figures, (value) => members.some((type) => type.kind === "number" && holdsNumber(type, value)), numbers),
  ];
  const all = [...listed, ...members];
  const few = all.length <= MOST_MEMBERS ? all : widen(all);
  const [only] = few;
  if (only === undefined) return NEVER;
  return few.length === 1 ? only : { kind: "union", of: few };
}

/** Leaves out what another member already holds. */
function add(members: Type[], type: Type): void {
  if (members.some((member) => member === type || subsumes(member, type))) return;
  for (let at = members.length - 1; at >= 0; at--) {
    const member = members[at];
    if (member === undefined) continue;
    if (subsumes(type, member)) members.splice(at, 1);
    else if (type.kind === "boolean" && member.kind === "boolean") {
      members[at] = BOOLEAN;
      return;
    }
  }
  members.push(type);
}

/** One member of the listed values of a kind, less those that another member already holds; none if none are left. */
function notYet<T>(values: ReadonlySet<T>, isHeld: (value: T) => boolean, make: (left: T[]) => Type): Type[] {
  const left = [...values].filter((value) => !isHeld(value));
  return left.length === 0 ? [] : [make(left)];
}

/** Each kind that occurs, with nothing more known of it. */
function widen(members: readonly Type[]): Type[] {
  if (members.some((member) => member.kind === "object" || member.kind === "array")) {
    const wide: Type[] = members.filter((member) => member.kind !== "object" && member.kind !== "array");
    if (members.some((member) => member.kind === "object")) wide.push(OBJECT);
    if (members.some((member) => member.kind === "array")) wide.push(ARRAY);
    return wide.length <= MOST_MEMBERS ? wide : [unknown("the schema has too many alternatives")];
  }
  return [unknown("the schema has too many alternatives")];
}

export function membersOf(type: Type): readonly Type[] {
  return type.kind === "union" ? type.of : [type];
}

export function intersect(a: Type, b: Type): Type {
  if (a.kind === "unknown" || b.kind === "never") return b;
  if (b.kind === "unknown" || a.kind === "never") return a;
  if (a === b) return a;
  if (a.kind === "union" || b.kind === "union") return intersectUnions(a, b);
  if (a.kind === "object" && b.kind === "object") return intersectObjects(a, b);
  if (a.kind === "array" && b.kind === "array") return intersectArrays(a, b);
  return intersectScalars(a, b);
}

function intersectUnions(a: Type, b: Type): Type {
  const left = membersOf(a);
  const right = membersOf(b);
  // Each side alone holds every value of both: a product that grew too large is given up for one of them.
  if (left.length * right.length > MOST_MEMBERS * MOST_MEMBERS) return left.length <= right.length ? a : b;
  return union(left.flatMap((one) => right.map((other) => intersect(one, other))));
}

function intersectArrays(a: ArrayType, b: ArrayType): Type {
  const minItems = Math.max(a.minItems, b.minItems);
  const maxItems = least(a.maxItems, b.maxItems);
  if (maxItems !== null && minItems > maxItems) return NEVER;
  const length = Math.max(a.prefix.length, b.prefix.length);
  const prefix = Array.from({ length }, (_, index) => both(a.prefix[index] ?? a.items, b.prefix[index] ?? b.items));
  return { kind: "array", prefix, items: both(a.items, b.items), minItems, maxItems };
}

function intersectObjects(a: ObjectType, b: ObjectType): Type {
  const fields = new Map<string, Field>();
  for (const name of new Set([...a.fields.keys(), ...b.fields.keys()])) {
    const left = a.fields.get(name);
    const right = b.fields.get(name);
    fields.set(name, {
      type: both(left?.type ?? lazy(() => fieldOf(a, name)), right?.type ?? lazy(() => fieldOf(b, name))),
      required: (left?.required ?? false) || (right?.required ?? false),
      place: left?.place ?? right?.place ?? "",
    });
  }
  return {
    kind: "object",
    fields,
    // A name that only one side's pattern takes is bound by the other side's rest too: that is given up.
    patterns: [...a.patterns, ...b.patterns],
    rest: a.rest === null || b.rest === null ? null : both(a.rest, b.rest),
  };
}

function both(a: Lazy<Type>, b: Lazy<Type>): Lazy<Type> {
  return a === b ? a : lazy(() => intersect(a.get(), b.get()));
}

function least(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}

/** What an object of this type may hold under a name; `never`: nothing. */
export function fieldOf(object: ObjectType, name: string): Type {
  const declared = object.fields.get(name);
  if (declared !== undefined) return declared.type.get();
  const certain: Type[] = [];
  const possible: Type[] = [];
  for (const { pattern, type } of object.patterns) {
    const match = matchesPattern(pattern, name);
    if (match !== "no") (match === "yes" ? certain : possible).push(type.get());
  }
  if (certain.length > 0) return certain.reduce(intersect);
  const rest = object.rest === null ? NEVER : object.rest.get();
  return possible.length === 0 ? rest : union([...possible, rest]);
}
