/** What a number with its unit says. */
import type { Unit } from "./tree.ts";

/** The largest magnitude that a number may have, in its unit's base: doubles are exact to here. */
export const LARGEST = Number.MAX_SAFE_INTEGER;

export type Reading =
  | { readonly kind: "quantity"; readonly value: number; readonly unit: Unit }
  /** `suggestion`: how the language writes what was meant, null where it cannot be guessed. */
  | { readonly kind: "unknown_unit"; readonly unit: string; readonly suggestion: string | null }
  | { readonly kind: "too_large" };

const SHAPE = /^(-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(%|[A-Za-z_][A-Za-z0-9_]*)?(?:[ \t]+(%|[A-Za-z]+))?$/;

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const NONE: Unit = { kind: "none" };
const DURATION: Unit = { kind: "duration" };

const COUNTED: Readonly<Record<string, Unit>> = {
  token: { kind: "tokens" },
  tokens: { kind: "tokens" },
  call: { kind: "calls" },
  calls: { kind: "calls" },
  probe: { kind: "probes" },
  probes: { kind: "probes" },
  byte: { kind: "bytes" },
  bytes: { kind: "bytes" },
};

/** Currencies by the sign that people write before an amount. */
export const SIGNS: Readonly<Record<string, string>> = { $: "USD", "\u20AC": "EUR", "\u00A3": "GBP", "\u00A5": "JPY" };

/** What people write instead, and what it becomes: joined directly, or as a word that stands apart. */
const HABITS: Readonly<Record<string, string>> = {
  milliseconds: "ms",
  millis: "ms",
  sec: "s",
  secs: "s",
  second: "s",
  seconds: "s",
  min: "m",
  mins: "m",
  minute: "m",
  minutes: "m",
  hr: "h",
  hrs: "h",
  hour: "h",
  hours: "h",
  day: "d",
  days: "d",
  percent: "%",
  pct: "%",
  thousand: "k",
  million: "M",
  mio: "M",
  times: "x",
  b: " bytes",
  kb: "k bytes",
  kib: "k bytes",
  mb: "M bytes",
  mib: "M bytes",
  usd: " USD",
  eur: " EUR",
  dollar: " USD",
  dollars: " USD",
  euro: " EUR",
  euros: " EUR",
};

/**
 * Reads `8s`, `1h30m`, `50%`, `24k tokens`, `0.05 USD`, `3x`, `-2`; the text is one token of the lexer.
 * `$2.50` is read too: the lexer has reported it.
 */
export function readQuantity(image: string): Reading {
  const currency = Object.hasOwn(SIGNS, image.charAt(0)) ? SIGNS[image.charAt(0)] : undefined;
  if (currency !== undefined) return bounded(image.slice(1), 0, 1, { kind: "money", currency });
  const parts = SHAPE.exec(image);
  if (parts === null) return { kind: "unknown_unit", unit: image, suggestion: null };
  const digits = parts[1] ?? "";
  const joined = parts[2];
  const apart = parts[3];
  if (apart === undefined) {
    if (joined === undefined) return bounded(digits, 0, 1, NONE);
    return joinedUnit(digits, joined) ?? unknown(digits, joined);
  }
  const scale = joined === undefined ? 0 : joined === "k" ? 3 : joined === "M" ? 6 : null;
  if (scale === null) return unknown(digits, `${joined} ${apart}`);
  const counted = Object.hasOwn(COUNTED, apart) ? COUNTED[apart] : undefined;
  if (counted !== undefined) return bounded(digits, scale, 1, counted);
  if (/^[A-Z]{3}$/.test(apart)) return bounded(digits, scale, 1, { kind: "money", currency: apart });
  if (joined !== undefined) return unknown(digits, `${joined} ${apart}`);
  return unknown(digits, apart, joinedUnit(digits, apart) === null ? null : `${digits}${apart}`);
}

function joinedUnit(digits: string, unit: string): Reading | null {
  const factor = Object.hasOwn(MILLISECONDS, unit) ? MILLISECONDS[unit] : undefined;
  if (factor !== undefined) return bounded(digits, 0, factor, DURATION);
  if (unit === "%") return bounded(digits, -2, 1, { kind: "percent" });
  if (unit === "k") return bounded(digits, 3, 1, NONE);
  if (unit === "M") return bounded(digits, 6, 1, NONE);
  if (unit === "x") return bounded(digits, 0, 1, { kind: "factor" });
  if (/^[A-Z]{3}$/.test(unit)) return bounded(digits, 0, 1, { kind: "money", currency: unit });
  return compound(`${digits}${unit}`);
}

/** `1h30m`, largest unit first, each at most once, as Prometheus writes durations. */
function compound(image: string): Reading | null {
  if (!/^[0-9]+[dhms][0-9]/.test(image)) return null;
  let rest = image;
  let total = 0;
  let last = Number.POSITIVE_INFINITY;
  while (rest !== "") {
    const part = /^([0-9]+)(ms|[dhms])/.exec(rest);
    const factor = MILLISECONDS[part?.[2] ?? ""];
    if (part === null || factor === undefined || factor >= last) return null;
    total += Number(part[1]) * factor;
    last = factor;
    rest = rest.slice(part[0].length);
  }
  return total <= LARGEST ? { kind: "quantity", value: total, unit: DURATION } : { kind: "too_large" };
}

/** `digits` × 10^power × factor; the power is applied to the decimal text, so that `1.001k` is exactly 1001. */
function bounded(digits: string, power: number, factor: number, unit: Unit): Reading {
  const value = (power === 0 ? Number(digits) : scaled(digits, power)) * factor;
  return Math.abs(value) <= LARGEST ? { kind: "quantity", value, unit } : { kind: "too_large" };
}

function scaled(digits: string, power: number): number {
  const exponent = /^(.*)[eE]([+-]?[0-9]+)$/.exec(digits);
  if (exponent === null) return Number(`${digits}e${power}`);
  return Number(`${exponent[1]}e${Number(exponent[2]) + power}`);
}

function unknown(digits: string, unit: string, suggestion: string | null = null): Reading {
  if (/^[1-5]$/.test(digits) && /^xx$/i.test(unit)) suggestion = `in ${digits}00..${digits}99`;
  if (/^_[0-9_]+[A-Za-z%]*$/.test(unit)) suggestion = `${digits}${unit.replaceAll("_", "")}`;
  const lower = unit.toLowerCase();
  const habit = Object.hasOwn(HABITS, lower) ? HABITS[lower] : undefined;
  if (suggestion === null && habit !== undefined) suggestion = `${digits}${habit}`;
  if (suggestion === null && joinedUnit(digits, lower) !== null) suggestion = `${digits}${lower}`;
  return { kind: "unknown_unit", unit, suggestion };
}
