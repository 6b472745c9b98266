/** Numbers, texts, booleans and null: what they hold, and which of two holds the other. */
import { NEVER, numbers, strings } from "./make.ts";
import type { NumberType, StringType, Type } from "./type.ts";

export function intersectScalars(a: Type, b: Type): Type {
  if (a.kind === "number" && b.kind === "number") return intersectNumbers(a, b);
  if (a.kind === "string" && b.kind === "string") return intersectStrings(a, b);
  if (a.kind === "boolean" && b.kind === "boolean") {
    if (a.value === null) return b;
    return b.value === null || a.value === b.value ? a : NEVER;
  }
  return a.kind === "null" && b.kind === "null" ? a : NEVER;
}

/** Does `a` hold every value of `b`? False where that is not plain to see. */
export function subsumes(a: Type, b: Type): boolean {
  if (a.kind === "number" && b.kind === "number") {
    if (b.values !== null) return b.values.every((value) => holdsNumber(a, value));
    return a.values === null && (b.integer || !a.integer) && boundsWithin(b, a);
  }
  if (a.kind === "string" && b.kind === "string") {
    if (b.values !== null) return b.values.every((value) => holdsString(a, value));
    const formats = a.format === null || a.format === b.format;
    return a.values === null && formats && a.minLength <= b.minLength && isAtMost(b.maxLength, a.maxLength);
  }
  if (a.kind === "boolean" && b.kind === "boolean") return a.value === null || a.value === b.value;
  return a.kind === "null" && b.kind === "null";
}

export function holdsNumber(type: NumberType, value: number): boolean {
  if (type.values !== null && !type.values.includes(value)) return false;
  if (type.integer && !Number.isInteger(value)) return false;
  if (type.min !== null && (type.minExclusive ? value <= type.min : value < type.min)) return false;
  return type.max === null || (type.maxExclusive ? value < type.max : value <= type.max);
}

/** The format is not asked: JSON Schema lets a validator pass over it. */
export function holdsString(type: StringType, value: string): boolean {
  if (type.values !== null && !type.values.includes(value)) return false;
  if (type.minLength === 0 && type.maxLength === null) return true;
  const length = codePoints(value);
  return length >= type.minLength && isAtMost(length, type.maxLength);
}

export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function intersectNumbers(a: NumberType, b: NumberType): Type {
  const lower = isTighter(a.min, a.minExclusive, b.min, b.minExclusive, (x, y) => x > y) ? a : b;
  const upper = isTighter(a.max, a.maxExclusive, b.max, b.maxExclusive, (x, y) => x < y) ? a : b;
  const bounds = {
    min: lower.min,
    minExclusive: lower.minExclusive,
    max: upper.max,
    maxExclusive: upper.maxExclusive,
  };
  const integer = a.integer || b.integer;
  const listed = bothListed(a, b, holdsNumber);
  if (listed === null) return isEmptyRange(bounds) ? NEVER : { kind: "number", integer, values: null, ...bounds };
  return listed.length === 0 ? NEVER : numbers(listed);
}

/** The listed values that both hold; null where neither lists its values. */
function bothListed<V, T extends { readonly values: readonly V[] | null }>(
  a: T,
  b: T,
  holds: (type: T, value: V) => boolean,
): readonly V[] | null {
  if (a.values === null || b.values === null) {
    const open = a.values === null ? a : b;
    return (a.values ?? b.values)?.filter((value) => holds(open, value)) ?? null;
  }
  const others = new Set(b.values);
  return a.values.filter((value) => others.has(value));
}

function isEmptyRange(type: Pick<NumberType, "min" | "max" | "minExclusive" | "maxExclusive">): boolean {
  if (type.min === null || type.max === null) return false;
  return type.min > type.max || (type.min === type.max && (type.minExclusive || type.maxExclusive));
}

function isTighter(
  a: number | null,
  aExclusive: boolean,
  b: number | null,
  bExclusive: boolean,
  beats: (x: number, y: number) => boolean,
): boolean {
  if (a === null || b === null) return a !== null;
  return a === b ? aExclusive || !bExclusive : beats(a, b);
}

function intersectStrings(a: StringType, b: StringType): Type {
  const minLength = Math.max(a.minLength, b.minLength);
  const maxLength = isAtMost(a.maxLength, b.maxLength) ? a.maxLength : b.maxLength;
  const format = a.format ?? b.format;
  const listed = bothListed(a, b, holdsString);
  if (listed === null) {
    const isEmpty = maxLength !== null && minLength > maxLength;
    return isEmpty ? NEVER : { kind: "string", values: null, minLength, maxLength, format };
  }
  return listed.length === 0 ? NEVER : strings(listed);
}

/** `null` is no bound: more than every number. */
function isAtMost(a: number | null, b: number | null): boolean {
  if (b === null) return true;
  return a !== null && a <= b;
}

function boundsWithin(inner: NumberType, outer: NumberType): boolean {
  const low =
    outer.min === null ||
    (inner.min !== null &&
      (inner.min > outer.min || (inner.min === outer.min && (inner.minExclusive || !outer.minExclusive))));
  const high =
    outer.max === null ||
    (inner.max !== null &&
      (inner.max < outer.max || (inner.max === outer.max && (inner.maxExclusive || !outer.maxExclusive))));
  return low && high;
}
