/** Sets of numbers, exactly: intervals in ascending order that do not touch each other. */
import { holdsNumber } from "../../types/scalar.ts";
import type { NumberType } from "../../types/type.ts";

/** Never empty. An end without a limit is infinite and open: no JSON number is infinite. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly lowOpen: boolean;
  readonly highOpen: boolean;
}

export type Numbers = readonly Interval[];

export const NO_NUMBER: Numbers = [];
export const EVERY_NUMBER: Numbers = [
  { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, lowOpen: true, highOpen: true },
];

export function numbersOf(values: readonly number[]): Numbers {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  return sorted.map((value) => ({ low: value, high: value, lowOpen: false, highOpen: false }));
}

/** The numbers `x` for which `x operator value` holds. */
export function compared(operator: "<" | "<=" | ">" | ">=", value: number): Numbers {
  const isBelow = operator === "<" || operator === "<=";
  const open = operator === "<" || operator === ">";
  return isBelow
    ? interval(Number.NEGATIVE_INFINITY, value, true, open)
    : interval(value, Number.POSITIVE_INFINITY, open, true);
}

/** Both ends included. */
export function between(low: number, high: number): Numbers {
  return interval(low, high, !Number.isFinite(low), !Number.isFinite(high));
}

function interval(low: number, high: number, lowOpen: boolean, highOpen: boolean): Numbers {
  return low > high || (low === high && (lowOpen || highOpen)) ? NO_NUMBER : [{ low, high, lowOpen, highOpen }];
}

export function both(a: Numbers, b: Numbers): Numbers {
  if (a === b || b === EVERY_NUMBER) return a;
  if (a === EVERY_NUMBER) return b;
  const found: Interval[] = [];
  for (const one of a) {
    for (const other of b) {
      if (other.low > one.high) break;
      const low = Math.max(one.low, other.low);
      const high = Math.min(one.high, other.high);
      const lowOpen = (one.low === low && one.lowOpen) || (other.low === low && other.lowOpen);
      const highOpen = (one.high === high && one.highOpen) || (other.high === high && other.highOpen);
      found.push(...interval(low, high, lowOpen, highOpen));
    }
  }
  return found;
}

export function besides(numbers: Numbers): Numbers {
  const found: Interval[] = [];
  let low = Number.NEGATIVE_INFINITY;
  let lowOpen = true;
  for (const one of numbers) {
    found.push(...interval(low, one.low, lowOpen, !one.lowOpen));
    low = one.high;
    lowOpen = !one.highOpen;
  }
  if (low < Number.POSITIVE_INFINITY) found.push(...interval(low, Number.POSITIVE_INFINITY, lowOpen, true));
  return found;
}

export function either(a: Numbers, b: Numbers): Numbers {
  return besides(both(besides(a), besides(b)));
}

export function holds(numbers: Numbers, value: number): boolean {
  return numbers.some((one) => holdsInterval(one, value));
}

function holdsInterval({ low, high, lowOpen, highOpen }: Interval, value: number): boolean {
  return (lowOpen ? value > low : value >= low) && (highOpen ? value < high : value <= high);
}

/** The numbers that a type's range leaves; its steps and exceptions are not minded. */
export function rangeOfType(type: NumberType): Numbers {
  if (type.values !== null) return numbersOf(type.values);
  const { min, max } = type;
  return interval(
    min ?? Number.NEGATIVE_INFINITY,
    max ?? Number.POSITIVE_INFINITY,
    min === null || type.minExclusive,
    max === null || type.maxExclusive,
  );
}

/** Numbers that read well, the plainest first. */
const PLAIN = [0, 1, 2];

/** The plainest number of the set that the type admits; null: there is none. */
export function pick(numbers: Numbers, type: NumberType): number | null {
  const isGood = (value: number) => holdsNumber(type, value) && holds(numbers, value);
  if (type.values !== null) return type.values.find(isGood) ?? null;
  const plain = PLAIN.find(isGood);
  if (plain !== undefined) return plain;
  let best: number | null = null;
  for (const one of both(numbers, rangeOfType(type))) {
    const found = candidates(one, type).find(isGood);
    if (found !== undefined && (best === null || Math.abs(found) < Math.abs(best))) best = found;
  }
  return best;
}

/**
 * Numbers of the interval, more of them than the type has exceptions; or each number of it that the
 * type's steps let through, where there are no more.
 */
function candidates(one: Interval, type: NumberType): readonly number[] {
  const count = type.except.length + 2;
  const isWhole = type.integer || type.step !== null;
  return isWhole ? wholeNumbers(one, type.step ?? 1, count) : anyNumbers(one, count);
}

function wholeNumbers({ low, high }: Interval, step: number, count: number): readonly number[] {
  const upwards = Number.isFinite(low);
  const end = upwards ? low : Number.isFinite(high) ? high : 0;
  // Beyond these doubles are whole, and whether they are multiples is not asked.
  if (Math.abs(end) > Number.MAX_SAFE_INTEGER - step * count) return neighbours(end, upwards, count);
  const first = (upwards ? Math.ceil(end / step) : Math.floor(end / step)) * step + 0;
  return Array.from({ length: count + 1 }, (_, index) => first + (upwards ? index : -index) * step);
}

function anyNumbers({ low, high }: Interval, count: number): readonly number[] {
  const found: number[] = [];
  if (Number.isFinite(low) && Number.isFinite(high)) {
    const first = Math.ceil(low);
    for (let index = 0; index <= count; index++) found.push(first + index);
    for (let index = 1, part = 2; index <= count; index++, part *= 2) found.push(low + (high - low) / part);
    return [...found, ...neighbours(low, true, count), high];
  }
  const upwards = Number.isFinite(low);
  const end = upwards ? low : Number.isFinite(high) ? high : 0;
  const first = upwards ? Math.ceil(end) : Math.floor(end);
  for (let index = 0; index <= count; index++) found.push(first + (upwards ? index : -index));
  return [...found, ...neighbours(end, upwards, count)];
}

/** A number and those next to it. */
function neighbours(from: number, upwards: boolean, count: number): readonly number[] {
  const found = [from];
  for (let index = 0; index < count; index++) found.push(next(found[index] ?? from, upwards));
  return found;
}

const VIEW = new DataView(new ArrayBuffer(8));

/** The double next to a finite one. */
function next(value: number, upwards: boolean): number {
  if (value === 0) return upwards ? Number.MIN_VALUE : -Number.MIN_VALUE;
  VIEW.setFloat64(0, value);
  VIEW.setBigInt64(0, VIEW.getBigInt64(0) + (value > 0 === upwards ? 1n : -1n));
  return VIEW.getFloat64(0);
}
