/** How dear it is to combine two types: what bounds the work that a schema can ask for. */
import { membersOf } from "./lazily.ts";
import type { Type } from "./type.ts";

/** How many fields, items and members have to be looked at to combine the two. */
export function costOf(a: Type, b: Type): number {
  const [left, right] = [membersOf(a), membersOf(b)];
  return left.length * right.length + right.length * sizeOf(left) + left.length * sizeOf(right);
}

function sizeOf(members: readonly Type[]): number {
  return members.reduce((size, member) => size + sizeOfMember(member), 0);
}

function sizeOfMember(type: Type): number {
  if (type.kind === "object") return type.fields.size + type.patterns.length;
  if (type.kind === "array") return type.prefix.length;
  return type.kind === "string" || type.kind === "number" ? (type.values?.length ?? 0) : 0;
}
