/**
 * Reads the quantities of settings: in bounds, in base units. Each function gives null for a value that
 * is wrong, after it was reported. A wrong unit, a number that cannot be read and a negative one were
 * reported by the parser; nothing more is said of them.
 */
import type { Report } from "../diagnostics/index.ts";
import { cover, type Span, textOf } from "../source.ts";
import type { Quantity, Unit } from "../syntax/tree.ts";
import { duration as inWords } from "./words.ts";

export const DAY_MS = 24 * 60 * 60 * 1000;

/** No count of tokens, no limit of an answer is above this. */
const MOST_TOKENS = 1_000_000_000;

/** Money in one setting is at most this many currency units, so that nano-units stay exact integers. */
const MOST_MONEY = 1_000_000;

const NANOS = 1e9;

export interface Bounds {
  readonly least: number;
  readonly most: number;
}

const A_DAY: Bounds = { least: 1, most: DAY_MS };

/** Milliseconds, a whole number; from 1 ms to a day where `bounds` says nothing else. */
export function durationOf(report: Report, setting: string, given: Quantity, bounds = A_DAY): number | null {
  if (!isReadable(report, given, ["duration"])) return null;
  const value = Math.round(given.value);
  return within(report, setting, given, value, bounds, inWords) ? value : null;
}

/** A whole number; `unit` is one that it may be written with. */
export function countOf(
  report: Report,
  setting: string,
  given: Quantity,
  bounds: Bounds,
  unit: Unit["kind"] = "none",
): number | null {
  if (!isReadable(report, given, ["none", unit])) return null;
  if (!Number.isInteger(given.value)) {
    report.add("FBP2022", given.span, { setting, given: textOf(given.span) });
    return null;
  }
  return within(report, setting, given, given.value, bounds, String) ? given.value : null;
}

/** A count of tokens, at least 1. */
export function tokensOf(report: Report, setting: string, given: Quantity): number | null {
  return countOf(report, setting, given, { least: 1, most: MOST_TOKENS }, "tokens");
}

/** A share as a fraction: above 0 (or from 0, where `zero` says so) to 1. */
export function shareOf(report: Report, setting: string, given: Quantity, zero = false): number | null {
  if (!isReadable(report, given, ["percent"])) return null;
  if (given.value <= 1 && (given.value > 0 || zero)) return given.value;
  reportBound(report, setting, given, zero ? "from 0% to 100%" : "above 0% and at most 100%");
  return null;
}

export interface Money {
  readonly nanos: number;
  readonly currency: string;
}

/** An amount in nano-units of its currency, rounded to the nearest; above 0 unless `zero` permits it. */
export function moneyOf(report: Report, setting: string, given: Quantity, zero = false): Money | null {
  if (!isReadable(report, given, ["money"]) || given.unit.kind !== "money") return null;
  const nanos = Math.round(given.value * NANOS);
  if (nanos === 0 && !(zero && given.value === 0)) reportBound(report, setting, given, "above 0");
  else if (given.value > MOST_MONEY) reportBound(report, setting, given, `at most ${MOST_MONEY}`);
  else return { nanos, currency: given.unit.currency };
  return null;
}

/** Is `low` to `high` the right way round? Reports it where not. */
export function inOrder(report: Report, setting: string, low: Quantity, high: Quantity): boolean {
  if (low.value <= high.value) return true;
  const range = { setting, low: textOf(low.span), high: textOf(high.span) };
  report.add("FBP2023", cover(low.span, high.span), range);
  return false;
}

/** `bound` goes on after "must be". */
export function reportBound(report: Report, setting: string, given: { readonly span: Span }, bound: string): void {
  report.add("FBP2021", given.span, { setting, given: textOf(given.span), bound });
}

function within(
  report: Report,
  setting: string,
  given: Quantity,
  value: number,
  { least, most }: Bounds,
  say: (value: number) => string,
): boolean {
  if (value < least) reportBound(report, setting, given, `at least ${say(least)}`);
  else if (value > most) reportBound(report, setting, given, `at most ${say(most)}`);
  else return true;
  return false;
}

/** False for what the parser has already found fault with. */
function isReadable(report: Report, given: Quantity, units: readonly Unit["kind"][]): boolean {
  return (
    units.includes(given.unit.kind) &&
    given.value >= 0 &&
    !(
      given.value === 0 &&
      report.diagnostics.some(({ code, span }) => code.startsWith("FBP1") && isAt(span, given.span))
    )
  );
}

function isAt(a: Span, b: Span): boolean {
  return a.source === b.source && a.start === b.start && a.end === b.end;
}
