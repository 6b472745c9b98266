/** Sets of numbers as ranges: what tests leave of them is exact, up to a bound on how many ranges there are. */

import type { NumberType } from "../../../types/type.ts";
import { limits } from "../members.ts";
import type { Operator } from "../possible.ts";

/** Never empty. The ends of a range of whole numbers are whole and closed; an end without a limit is infinite. */
export interface Range {
  readonly low: number;
  readonly high: number;
  readonly lowOpen: boolean;
  readonly highOpen: boolean;
  readonly integer: boolean;
}

/** Their union; ranges may overlap. */
export type Numbers = readonly Range[];

/** More ranges than this become the one that covers them. */
const MOST_RANGES = 64;

export const EVERY_NUMBER: Numbers = [
  {
    low: Number.NEGATIVE_INFINITY,
    high: Number.POSITIVE_INFINITY,
    lowOpen: false,
    highOpen: false,
    integer: false,
  },
];

export function numbersOf(type: NumberType): Numbers {
  if (type.values !== null) return bounded(type.values.map(point));
  const { low, high } = limits(type);
  const range = {
    low: low?.value ?? Number.NEGATIVE_INFINITY,
    high: high?.value ?? Number.POSITIVE_INFINITY,
    lowOpen: low?.open ?? false,
    highOpen: high?.open ?? false,
    integer: type.integer,
  };
  return isEmpty(range) ? [] : [range];
}

/** The numbers `x` for which `x operator value` holds. */
export function compared(operator: Operator, value: number): Numbers {
  const [all] = EVERY_NUMBER;
  if (all === undefined) return [];
  switch (operator) {
    case "==":
      return [point(value)];
    case "!=":
      return [
        { ...all, high: value, highOpen: true },
        { ...all, low: value, lowOpen: true },
      ];
    case "<":
      return [{ ...all, high: value, highOpen: true }];
    case "<=":
      return [{ ...all, high: value }];
    case ">":
      return [{ ...all, low: value, lowOpen: true }];
    case ">=":
      return [{ ...all, low: value }];
  }
}

export function among(values: readonly number[]): Numbers {
  return values.map(point);
}

/** Every number but these. */
export function besides(values: readonly number[]): Numbers {
  return values.map((value) => compared("!=", value)).reduce(both, EVERY_NUMBER);
}

/** Both ends included. */
export function between(low: number, high: number): Numbers {
  return both(compared(">=", low), compared("<=", high));
}

export function beyond(low: number, high: number): Numbers {
  return [...compared("<", low), ...compared(">", high)];
}

/** What both hold. */
export function both(a: Numbers, b: Numbers): Numbers {
  const ranges: Range[] = [];
  for (const one of a) {
    for (const other of b) {
      const range = overlap(one, other);
      if (range !== null) ranges.push(range);
    }
  }
  return bounded(ranges);
}

export function either(a: Numbers, b: Numbers): Numbers {
  return bounded([...a, ...b.filter((range) => !a.some((known) => isSame(known, range)))]);
}

function point(value: number): Range {
  return { low: value, high: value, lowOpen: false, highOpen: false, integer: false };
}

function isSame(a: Range, b: Range): boolean {
  return (
    a.low === b.low &&
    a.high === b.high &&
    a.lowOpen === b.lowOpen &&
    a.highOpen === b.highOpen &&
    a.integer === b.integer
  );
}

function overlap(a: Range, b: Range): Range | null {
  const low = Math.max(a.low, b.low);
  const high = Math.min(a.high, b.high);
  if (low > high) return null;
  const lowOpen = (a.lowOpen && a.low === low) || (b.lowOpen && b.low === low);
  const highOpen = (a.highOpen && a.high === high) || (b.highOpen && b.high === high);
  const range = whole({ low, high, lowOpen, highOpen, integer: a.integer || b.integer });
  return isEmpty(range) ? null : range;
}

function whole(range: Range): Range {
  if (!range.integer) return range;
  const low = range.lowOpen && Number.isInteger(range.low) ? range.low + 1 : Math.ceil(range.low);
  const high = range.highOpen && Number.isInteger(range.high) ? range.high - 1 : Math.floor(range.high);
  return { low, high, lowOpen: false, highOpen: false, integer: true };
}

function isEmpty({ low, high, lowOpen, highOpen }: Range): boolean {
  return low > high || (low === high && (lowOpen || highOpen));
}

function bounded(ranges: Numbers): Numbers {
  if (ranges.length <= MOST_RANGES) return ranges;
  const low = Math.min(...ranges.map((range) => range.low));
  const high = Math.max(...ranges.map((range) => range.high));
  return [{ low, high, lowOpen: false, highOpen: false, integer: ranges.every((range) => range.integer) }];
}
