/**
 * Going into a value: what a field or an item of it is. Sound over every valid instance of the schema
 * that the type came from: `missing` only where none has it, not `optional` only where each has it.
 */
import { itemAt } from "./array.ts";
import { fieldOf, membersOf, union } from "./combine.ts";
import type { ArrayType, ObjectType, Type } from "./type.ts";

export type Lookup = Found | Missing | { readonly kind: "wrong_kind"; readonly is: Type };

export interface Found {
  readonly kind: "found";
  readonly type: Type;
  /** Can the place hold nothing? A field that some member of a union lacks is optional. */
  readonly optional: boolean;
  /**
   * JSON Pointer of the field's own schema in the contract; null for items, and for a field that the
   * schema lets through without naming it (`additionalProperties`, patterns, or no word on it).
   */
  readonly place: string | null;
  /** Names that the schema does give here, where it does not name this one: a slip of the pen is likely. */
  readonly candidates: readonly string[];
}

export interface Missing {
  readonly kind: "missing";
  /** The names that would be found, for a did-you-mean. */
  readonly candidates: readonly string[];
}

export function lookupField(type: Type, name: string): Lookup {
  return lookup(type, (member) => (member.kind === "object" ? fieldOfObject(member, name) : null));
}

/** `index` counts from 0. */
export function lookupIndex(type: Type, index: number): Lookup {
  return lookup(type, (member) => (member.kind === "array" ? itemOf(member, index) : null));
}

/** The names of the fields that the type's schema gives, in the order of the schema. */
export function fieldNames(type: Type): readonly string[] {
  const objects = membersOf(type).filter((member) => member.kind === "object");
  return [...new Set(objects.flatMap((object) => namesOf(object)))];
}

/** What any one of the items is; `never` where there are none, null where the type is never a list. */
export function anyItem(type: Type): Type | null {
  if (type.kind === "unknown") return type;
  const lists = membersOf(type).filter((member) => member.kind === "array");
  if (lists.length === 0) return null;
  return union(lists.flatMap((list) => [...list.prefix, list.items].map((item) => item.get())));
}

/** `inside` gives null for a member of another kind. */
function lookup(type: Type, inside: (member: Type) => Found | Missing | null): Lookup {
  if (type.kind === "unknown") return { kind: "found", type, optional: true, place: null, candidates: [] };
  if (type.kind === "never") return { kind: "missing", candidates: [] };
  const members = membersOf(type);
  const results = members.map((member) => (member.kind === "unknown" ? lookup(member, inside) : inside(member)));
  const found = results.filter((result) => result?.kind === "found");
  const candidates = [...new Set(results.flatMap((result) => (result?.kind === "missing" ? result.candidates : [])))];
  if (found.length === 0) {
    return results.some((result) => result?.kind === "missing")
      ? { kind: "missing", candidates }
      : { kind: "wrong_kind", is: type };
  }
  const place = found.find((result) => result.place !== null)?.place ?? null;
  return {
    kind: "found",
    type: union(found.map((result) => result.type)),
    optional: found.length < members.length || found.some((result) => result.optional),
    place,
    candidates: place === null ? [...new Set([...found.flatMap((result) => result.candidates), ...candidates])] : [],
  };
}

function fieldOfObject(object: ObjectType, name: string): Found | Missing {
  const type = fieldOf(object, name);
  const declared = object.fields.get(name);
  const candidates = declared === undefined || type.kind === "never" ? namesOf(object, name) : [];
  if (type.kind === "never") return { kind: "missing", candidates };
  const optional = declared === undefined || !declared.required;
  return { kind: "found", type, optional, place: declared?.place ?? null, candidates };
}

/** What the schema names, but not what it forbids. */
function namesOf(object: ObjectType, without?: string): string[] {
  return [...object.fields].flatMap(([name, field]) =>
    name === without || field.type.known?.kind === "never" ? [] : [name],
  );
}

function itemOf(list: ArrayType, index: number): Found | Missing {
  const isPast = list.maxItems !== null && index >= list.maxItems;
  const type = itemAt(list, index).get();
  if (isPast || index < 0 || type.kind === "never") return { kind: "missing", candidates: [] };
  return { kind: "found", type, optional: index >= list.minItems, place: null, candidates: [] };
}
