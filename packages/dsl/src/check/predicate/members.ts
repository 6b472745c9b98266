/** The members of a type, and what can be said of each. */
import { membersOf as allMembersOf, union } from "../../types/combine.ts";
import { closedValues } from "../../types/relate.ts";
import { holdsNumber, holdsString } from "../../types/scalar.ts";
import type { NumberType, Type } from "../../types/type.ts";
import type { Scalar } from "../model.ts";
import type { View } from "./place.ts";

/** Kinds of JSON values that are there; null is absent. */
export type Kind = "boolean" | "number" | "string" | "array" | "object";

export type Member = Exclude<Type, { readonly kind: "union" | "never" | "null" }>;

/** What a value that is there can be; none for `never`. */
export function membersOf(type: Type): Member[] {
  return allMembersOf(type).filter(
    (member): member is Member => member.kind !== "union" && member.kind !== "never" && member.kind !== "null",
  );
}

/** The type without null, and whether null was in it. */
function splitNull(type: Type): { readonly type: Type; readonly nullable: boolean } {
  const members = membersOf(type);
  if (type.kind === "unknown") return { type, nullable: true };
  return { type: union(members), nullable: members.length < allMembersOf(type).length && type.kind !== "never" };
}

/** Null counts as absent: it moves from the view's type to `optional`. */
export function withoutNull(view: View): View {
  const { type, nullable } = splitNull(view.type);
  return { ...view, type, optional: view.optional || nullable };
}

/** The kinds that a value of the type can have; null: any, for nothing is known. */
export function kindsOf(type: Type): ReadonlySet<Kind> | null {
  const kinds = new Set<Kind>();
  for (const member of membersOf(type)) {
    if (member.kind === "unknown") return null;
    kinds.add(member.kind);
  }
  return kinds;
}

export function kindOf(value: Scalar): Kind | null {
  return value === null ? null : (typeof value as "string" | "number" | "boolean");
}

/** The values of a member that has only so many, or null. A range with one number in it is such a list. */
export function listed(member: Member): readonly Scalar[] | null {
  const values = closedValues(member);
  if (values !== null || member.kind !== "number") return values;
  const { low, high } = limits(member);
  return low !== null && low.value === high?.value ? [low.value] : null;
}

export interface Limit {
  readonly value: number;
  /** The value itself is left out. */
  readonly open: boolean;
}

/** The ends of a number's range, null where it has none. Those of whole numbers are whole and closed. */
export function limits(type: NumberType): { readonly low: Limit | null; readonly high: Limit | null } {
  if (type.values !== null && type.values.length > 0) {
    return {
      low: { value: Math.min(...type.values), open: false },
      high: { value: Math.max(...type.values), open: false },
    };
  }
  return {
    low: type.min === null ? null : lowest(type.min, type.minExclusive, type.integer),
    high: type.max === null ? null : highest(type.max, type.maxExclusive, type.integer),
  };
}

function lowest(value: number, open: boolean, integer: boolean): Limit {
  if (!integer) return { value, open };
  return { value: open && Number.isInteger(value) ? value + 1 : Math.ceil(value), open: false };
}

function highest(value: number, open: boolean, integer: boolean): Limit {
  if (!integer) return { value, open };
  return { value: open && Number.isInteger(value) ? value - 1 : Math.floor(value), open: false };
}

/** Does the number lie outside of the member's range? Gaps inside of it do not count. */
export function sideOf(value: number, member: NumberType): "below" | "inside" | "above" {
  const { low, high } = limits(member);
  if (low !== null && (value < low.value || (low.open && value === low.value))) return "below";
  if (high !== null && (value > high.value || (high.open && value === high.value))) return "above";
  return "inside";
}

/** Could a value of the member be this very value? */
export function mayBe(member: Member, value: Scalar): boolean {
  switch (member.kind) {
    case "unknown":
      return true;
    case "boolean":
      return typeof value === "boolean" && (member.value === null || member.value === value);
    case "number":
      return typeof value === "number" && holdsNumber(member, value);
    case "string":
      return typeof value === "string" && holdsString(member, value);
    default:
      return false;
  }
}

/** Could such a value be `""`, `[]` or `{}`? */
export function mayBeEmpty(member: Member): boolean {
  switch (member.kind) {
    case "unknown":
      return true;
    case "string":
      return member.values === null ? member.minLength === 0 : member.values.includes("");
    case "array":
      return member.minItems === 0;
    case "object":
      return [...member.fields.values()].every((field) => !field.required);
    default:
      return false;
  }
}

/** Could it be anything else? */
export function mayBeFull(member: Member): boolean {
  switch (member.kind) {
    case "string":
      return member.values === null ? member.maxLength !== 0 : member.values.some((value) => value !== "");
    case "array":
      return member.maxItems !== 0 && (member.prefix.length > 0 || member.items.get().kind !== "never");
    case "object":
      return member.rest !== null || member.fields.size > 0 || member.patterns.length > 0;
    default:
      return true;
  }
}
