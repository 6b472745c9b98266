/**
 * Union and intersection of types. Both may be wider than the exact set of values, never narrower:
 * what a type rules out is ruled out. Fields and items are combined when they are asked for.
 */
import { intersectArrays, joinArrays } from "./array.ts";
import { type Algebra, membersOf } from "./lazily.ts";
import { MOST_MEMBERS } from "./limits.ts";
import { BOOLEAN, NEVER, numbers, strings } from "./make.ts";
import { joinNumbers } from "./number.ts";
import { areObjectsApart, fieldOf as fieldOfObject, intersectObjects, joinObjects } from "./object.ts";
import { holdsNumber, holdsString, intersectScalars, subsumes } from "./scalar.ts";
import { joinStrings } from "./string.ts";
import type { ObjectType, Type } from "./type.ts";

export { membersOf } from "./lazily.ts";

/** So many members of one union with so many of another, and no more. */
const MOST_PAIRS = 1024;

export const ALGEBRA: Algebra = { intersect, union };

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
    strings(notYet(texts, (value) => members.some((type) => type.kind === "string" && holdsString(type, value)))),
    numbers(notYet(figures, (value) => members.some((type) => type.kind === "number" && holdsNumber(type, value)))),
  ].filter((type) => type.kind !== "never");
  const all = [...listed, ...members];
  const few = all.length <= MOST_MEMBERS ? all : hull(all);
  const [only] = few;
  if (only === undefined) return NEVER;
  return few.length === 1 ? only : { kind: "union", of: few };
}

/** Leaves out what another member already holds. */
function add(members: Type[], type: Type): void {
  if (type.kind === "object" || type.kind === "array") {
    if (!members.includes(type)) members.push(type);
    return;
  }
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

/** The listed values that no other member holds. */
function notYet<T>(values: ReadonlySet<T>, isHeld: (value: T) => boolean): T[] {
  return [...values].filter((value) => !isHeld(value));
}

/** One member of each kind, which holds all members of that kind. */
function hull(members: readonly Type[]): Type[] {
  const numbers = members.filter((member) => member.kind === "number");
  const texts = members.filter((member) => member.kind === "string");
  const lists = members.filter((member) => member.kind === "array");
  const objects = members.filter((member) => member.kind === "object");
  return [
    ...members.filter((member) => member.kind === "null" || member.kind === "boolean"),
    ...(numbers.length > 0 ? [numbers.reduce(joinNumbers)] : []),
    ...(texts.length > 0 ? [texts.reduce(joinStrings)] : []),
    ...(lists.length > 0 ? [joinArrays(lists, ALGEBRA)] : []),
    ...(objects.length > 0 ? [joinObjects(objects, ALGEBRA)] : []),
  ];
}

export function intersect(a: Type, b: Type): Type {
  if (a.kind === "unknown" || b.kind === "never") return b;
  if (b.kind === "unknown" || a.kind === "never") return a;
  if (a === b) return a;
  if (a.kind === "union" || b.kind === "union") return intersectUnions(membersOf(a), membersOf(b));
  if (a.kind === "object" && b.kind === "object") return intersectObjects(a, b, ALGEBRA);
  if (a.kind === "array" && b.kind === "array") return intersectArrays(a, b, ALGEBRA);
  return intersectScalars(a, b);
}

/** Is it plain at a glance that no value is of both? */
export function areApart(a: Type, b: Type): boolean {
  return membersOf(a).every((one) => membersOf(b).every((other) => areMembersApart(one, other)));
}

function areMembersApart(a: Type, b: Type): boolean {
  if (a.kind === "unknown" || b.kind === "unknown") return false;
  if (a.kind !== b.kind) return true;
  if (a.kind === "object" && b.kind === "object") return areObjectsApart(a, b, ALGEBRA);
  return a.kind !== "array" && intersectScalars(a, b).kind === "never";
}

function intersectUnions(a: readonly Type[], b: readonly Type[]): Type {
  if (a.length * b.length > MOST_PAIRS) {
    return a.length > b.length ? intersectUnions(hull(a), b) : intersectUnions(a, hull(b));
  }
  return union(a.flatMap((one) => b.map((other) => intersect(one, other))));
}

/** What an object of this type may hold under a name; `never`: nothing. */
export function fieldOf(object: ObjectType, name: string): Type {
  return fieldOfObject(object, name, ALGEBRA);
}
