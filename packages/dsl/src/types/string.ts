/** Types of texts. */
import { NEVER, STRING, strings } from "./make.ts";
import { matchesPattern } from "./pattern.ts";
import type { StringType, Type } from "./type.ts";

/** More values than this are not kept apart from the rest, and more patterns are not asked. */
const MOST_EXCEPTIONS = 64;
const MOST_PATTERNS = 8;

/** The format is not asked: JSON Schema lets a validator pass over it. */
export function holdsString(type: StringType, value: string): boolean {
  if (type.values !== null) return type.values.includes(value);
  return fits(type, value) && !type.except.includes(value);
}

/** All but the exceptions. */
function fits(type: StringType, value: string): boolean {
  if (type.minLength > 0 || type.maxLength !== null) {
    const length = codePoints(value);
    if (length < type.minLength || !isAtMost(length, type.maxLength)) return false;
  }
  return type.patterns.every((pattern) => matchesPattern(pattern, value) !== "no");
}

export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** A type without a list of values, in its plain form. */
export function stringOf(parts: Partial<Omit<StringType, "kind" | "values">>): Type {
  const type: StringType = { ...STRING, ...parts };
  if (!isAtMost(type.minLength, type.maxLength)) return NEVER;
  if (type.maxLength === 0) return holdsString(type, "") ? strings([""]) : NEVER;
  const except = [...new Set(type.except)].filter((value) => fits(type, value));
  const patterns = [...new Set(type.patterns)];
  return { ...type, except: except.slice(0, MOST_EXCEPTIONS), patterns: patterns.slice(0, MOST_PATTERNS) };
}

export function intersectStrings(a: StringType, b: StringType): Type {
  if (a.values !== null) return strings(held(a.values, b));
  if (b.values !== null) return strings(held(b.values, a));
  return stringOf({
    minLength: Math.max(a.minLength, b.minLength),
    maxLength: isAtMost(a.maxLength, b.maxLength) ? a.maxLength : b.maxLength,
    format: a.format ?? b.format,
    patterns: [...a.patterns, ...b.patterns],
    except: [...a.except, ...b.except],
  });
}

function held(values: readonly string[], type: StringType): readonly string[] {
  const among = type.values === null ? null : new Set(type.values);
  return values.filter((value) => among?.has(value) ?? holdsString(type, value));
}

/** Does `a` hold every text of `b`? False where that is not plain to see. */
export function subsumesString(a: StringType, b: StringType): boolean {
  if (b.values !== null) return b.values.every((value) => holdsString(a, value));
  if (a.values !== null || !(a.format === null || a.format === b.format)) return false;
  if (a.minLength > b.minLength || !isAtMost(b.maxLength, a.maxLength)) return false;
  const patterns = a.patterns.every((pattern) => b.patterns.includes(pattern));
  return patterns && a.except.every((value) => !holdsString(b, value));
}

/** The narrowest single type that holds all texts of both. */
export function joinStrings(a: StringType, b: StringType): StringType {
  const [left, right] = [withoutList(a), withoutList(b)];
  return {
    ...STRING,
    minLength: Math.min(left.minLength, right.minLength),
    maxLength: isAtMost(left.maxLength, right.maxLength) ? right.maxLength : left.maxLength,
    format: left.format === right.format ? left.format : null,
    patterns: left.patterns.filter((pattern) => right.patterns.includes(pattern)),
    except: left.except.filter((value) => !holdsString(b, value)),
  };
}

function withoutList(type: StringType): StringType {
  return type.values === null ? type : STRING;
}

/** `null` is no bound: more than every number. */
function isAtMost(a: number | null, b: number | null): boolean {
  if (b === null) return true;
  return a !== null && a <= b;
}
