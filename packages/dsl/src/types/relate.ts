/** Questions that the checks ask of a type. */
import { itemAt } from "./array.ts";
import { fieldOf, membersOf, union } from "./combine.ts";
import { holdsNumber, holdsString } from "./scalar.ts";
import type { Type } from "./type.ts";

export { describe } from "./describe.ts";

export type Scalar = string | number | boolean | null;

export type Kind = "null" | "boolean" | "number" | "string" | "array" | "object" | "unknown";

/** Every value that the type has, where they can be listed; null where they cannot. `never` has none. */
export function closedValues(type: Type): readonly Scalar[] | null {
  const values: Scalar[] = [];
  for (const member of membersOf(type)) {
    const some = closedMember(member);
    if (some === null) return null;
    values.push(...some);
  }
  return values;
}

function closedMember(type: Type): readonly Scalar[] | null {
  switch (type.kind) {
    case "never":
      return [];
    case "null":
      return [null];
    case "boolean":
      return type.value === null ? [true, false] : [type.value];
    case "number":
    case "string":
      return type.values;
    default:
      return null;
  }
}

/**
 * Could a place of this type hold the value? Any JSON value may be asked; values nested deeper than
 * 100 are let through.
 */
export function admits(type: Type, value: unknown, depth = 0): boolean {
  if (depth > 100) return true;
  return membersOf(type).some((member) => admitsMember(member, value, depth));
}

function admitsMember(type: Type, value: unknown, depth: number): boolean {
  switch (type.kind) {
    case "unknown":
      return true;
    case "null":
      return value === null;
    case "boolean":
      return typeof value === "boolean" && (type.value === null || type.value === value);
    case "number":
      return typeof value === "number" && holdsNumber(type, value);
    case "string":
      return typeof value === "string" && holdsString(type, value);
    case "array": {
      if (!Array.isArray(value) || value.length < type.minItems) return false;
      if (type.maxItems !== null && value.length > type.maxItems) return false;
      return value.every((item, index) => admits(itemAt(type, index).get(), item, depth + 1));
    }
    case "object": {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
      for (const [name, field] of type.fields) if (field.required && !Object.hasOwn(value, name)) return false;
      const entries = Object.entries(value);
      if (entries.length < type.minFields || (type.maxFields !== null && entries.length > type.maxFields)) return false;
      return entries.every(([name, held]) => admits(fieldOf(type, name), held, depth + 1));
    }
    default:
      return false;
  }
}

export interface NumberRange {
  /** null: no bound. */
  readonly min: number | null;
  readonly max: number | null;
  readonly minExclusive: boolean;
  readonly maxExclusive: boolean;
  readonly integer: boolean;
}

const ANY_NUMBER: NumberRange = { min: null, max: null, minExclusive: false, maxExclusive: false, integer: false };

/** The smallest range that covers every number of the type; null where it is never a number. */
export function rangeOf(type: Type): NumberRange | null {
  const ranges = membersOf(type).flatMap((member): NumberRange[] => {
    if (member.kind === "unknown") return [ANY_NUMBER];
    if (member.kind !== "number") return [];
    if (member.values === null) return [member];
    return [
      { ...ANY_NUMBER, min: Math.min(...member.values), max: Math.max(...member.values), integer: member.integer },
    ];
  });
  return ranges.length === 0 ? null : ranges.reduce(coverRanges);
}

function coverRanges(a: NumberRange, b: NumberRange): NumberRange {
  const low = a.min === null || (b.min !== null && (a.min < b.min || (a.min === b.min && !a.minExclusive))) ? a : b;
  const high = a.max === null || (b.max !== null && (a.max > b.max || (a.max === b.max && !a.maxExclusive))) ? a : b;
  return {
    min: low.min,
    minExclusive: low.minExclusive,
    max: high.max,
    maxExclusive: high.maxExclusive,
    integer: a.integer && b.integer,
  };
}

export function kindsOf(type: Type): ReadonlySet<Kind> {
  return new Set(membersOf(type).flatMap((member) => (isKind(member.kind) ? [member.kind] : [])));
}

function isKind(kind: Type["kind"]): kind is Kind {
  return kind !== "never" && kind !== "union";
}

/** The type less all values of one kind; an unknown type stays as it is. */
export function without(type: Type, kind: Exclude<Kind, "unknown">): Type {
  return union(membersOf(type).filter((member) => member.kind !== kind));
}
