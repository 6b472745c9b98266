/** Types of numbers. Every function gives the same numbers back for the same meaning: a plain form. */
import { NEVER, NUMBER, numbers } from "./make.ts";
import type { NumberType, Type } from "./type.ts";

/** More values than this are not kept apart from the rest. */
const MOST_EXCEPTIONS = 64;

export function holdsNumber(type: NumberType, value: number): boolean {
  if (type.values !== null) return type.values.includes(value);
  return fits(type, value) && !type.except.includes(value);
}

/** All but the exceptions. */
function fits(type: NumberType, value: number): boolean {
  if (type.integer && !Number.isInteger(value)) return false;
  if (type.min !== null && (type.minExclusive ? value <= type.min : value < type.min)) return false;
  if (type.max !== null && (type.maxExclusive ? value >= type.max : value > type.max)) return false;
  return type.step === null || isMultiple(value, type.step);
}

/**
 * Beyond the whole numbers that a double can tell apart validators disagree on what is a multiple: there
 * all are let through. Up to there a division rounds to a whole number only where it is one.
 */
function isMultiple(value: number, step: number): boolean {
  return Math.abs(value) > Number.MAX_SAFE_INTEGER || value % step === 0;
}

/** A type without a list of values, in its plain form: a range with one number in it is that number. */
export function numberOf(parts: Partial<Omit<NumberType, "kind" | "values">>): Type {
  const type: NumberType = { ...NUMBER, ...parts };
  if (isEmpty(type)) return NEVER;
  const only = onlyValue(type);
  if (only !== null) return fits(type, only) && !type.except.includes(only) ? numbers([only]) : NEVER;
  const except = [...new Set(type.except)].filter((value) => fits(type, value));
  return { ...type, except: except.slice(0, MOST_EXCEPTIONS) };
}

function isEmpty(type: NumberType): boolean {
  const { low, high } = ends(type);
  if (low === null || high === null) return false;
  return low > high || (low === high && !type.integer && (type.minExclusive || type.maxExclusive));
}

function onlyValue(type: NumberType): number | null {
  const { low, high } = ends(type);
  return low !== null && low === high ? low : null;
}

/** The least and the greatest number, as far as doubles tell them apart. */
function ends(type: NumberType): { readonly low: number | null; readonly high: number | null } {
  if (!type.integer) return { low: type.min, high: type.max };
  const step = type.step ?? 1;
  return {
    low: type.min === null ? null : wholeEnd(type.min, type.minExclusive, step, 1),
    high: type.max === null ? null : wholeEnd(type.max, type.maxExclusive, step, -1),
  };
}

/** The first multiple of the step at or beyond the bound, upwards for `way` 1, downwards for -1. */
function wholeEnd(bound: number, isExclusive: boolean, step: number, way: 1 | -1): number {
  if (Math.abs(bound) > Number.MAX_SAFE_INTEGER - step) return bound;
  const first = (way === 1 ? Math.ceil(bound / step) : Math.floor(bound / step)) * step;
  // Without a sign on nought.
  return (isExclusive && first === bound ? first + way * step : first) + 0;
}

export function intersectNumbers(a: NumberType, b: NumberType): Type {
  if (a.values !== null) return numbers(held(a.values, b));
  if (b.values !== null) return numbers(held(b.values, a));
  const lower = isTighter(a.min, a.minExclusive, b.min, b.minExclusive, (x, y) => x > y) ? a : b;
  const upper = isTighter(a.max, a.maxExclusive, b.max, b.maxExclusive, (x, y) => x < y) ? a : b;
  return numberOf({
    integer: a.integer || b.integer,
    min: lower.min,
    minExclusive: lower.minExclusive,
    max: upper.max,
    maxExclusive: upper.maxExclusive,
    step: commonMultiple(a.step, b.step),
    except: [...a.except, ...b.except],
  });
}

function held(values: readonly number[], type: NumberType): readonly number[] {
  const among = type.values === null ? null : new Set(type.values);
  return values.filter((value) => among?.has(value) ?? holdsNumber(type, value));
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

/** What is a multiple of both is one of their least common multiple; one of the two where that grows too large. */
function commonMultiple(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  const multiple = (a / commonDivisor(a, b)) * b;
  return Number.isSafeInteger(multiple) ? multiple : Math.max(a, b);
}

function commonDivisor(a: number, b: number): number {
  let [larger, smaller] = [a, b];
  while (smaller !== 0) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

/** Does `a` hold every number of `b`? False where that is not plain to see. */
export function subsumesNumber(a: NumberType, b: NumberType): boolean {
  if (b.values !== null) return b.values.every((value) => holdsNumber(a, value));
  if (a.values !== null || (a.integer && !b.integer)) return false;
  const steps = a.step === null || (b.step !== null && b.step % a.step === 0);
  return steps && boundsWithin(b, a) && a.except.every((value) => !holdsNumber(b, value));
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

/** The narrowest single range that holds all numbers of both. */
export function joinNumbers(a: NumberType, b: NumberType): NumberType {
  const [left, right] = [asRange(a), asRange(b)];
  const isLeftLower = left.min === null || (right.min !== null && isBelow(left.min, left.minExclusive, right.min));
  const isLeftUpper = left.max === null || (right.max !== null && isBelow(-left.max, left.maxExclusive, -right.max));
  const low = isLeftLower ? left : right;
  const high = isLeftUpper ? left : right;
  return {
    ...NUMBER,
    integer: left.integer && right.integer,
    min: low.min,
    minExclusive: low.minExclusive,
    max: high.max,
    maxExclusive: high.maxExclusive,
    step: left.step === right.step ? left.step : null,
    except: left.except.filter((value) => !holdsNumber(b, value)),
  };
}

function isBelow(a: number, isExclusive: boolean, b: number): boolean {
  return a < b || (a === b && !isExclusive);
}

function asRange(type: NumberType): NumberType {
  if (type.values === null) return type;
  const { values, integer } = type;
  return { ...NUMBER, integer, min: least(values), max: -least(values.map((value) => -value)) };
}

/** Of any number of values; `Math.min` takes only so many. */
function least(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
}
