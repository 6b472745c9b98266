/** How long a server asks to wait, read from the headers that its contract documents for that. */
import type { RetryHintPlan } from "./policy.ts";

/** A longer wait is as good as this one: no request lasts that long. */
const MOST_MS = 7 * 24 * 60 * 60 * 1000;

/** No such header is longer in earnest. */
const LONGEST_TEXT = 64;

/**
 * The wait of the first documented header that is there and makes sense; null where there is none. Never more than
 * seven days.
 *
 * @param headers names in lower case
 * @param wallNow milliseconds since 1970, for dates and points in time
 * @returns whole milliseconds, rounded up
 */
export function serverWaitMs(
  hints: readonly RetryHintPlan[],
  headers: Readonly<Record<string, string>>,
  wallNow: number,
): number | null {
  for (const hint of hints) {
    if (!Object.hasOwn(headers, hint.header)) continue;
    const wait = hintMs(hint.format, headers[hint.header], wallNow);
    if (wait !== null) return wait;
  }
  return null;
}

/** One header's value in milliseconds; null where it is none. A point in time that is over is no wait. */
export function hintMs(format: RetryHintPlan["format"], value: unknown, wallNow: number): number | null {
  if (typeof value !== "string" || value.length > LONGEST_TEXT) return null;
  const text = value.trim();
  const ms = readMs(format, text, wallNow);
  return ms === null || Number.isNaN(ms) ? null : Math.min(Math.ceil(Math.max(0, ms)), MOST_MS);
}

function readMs(format: RetryHintPlan["format"], text: string, wallNow: number): number | null {
  switch (format) {
    case "seconds_or_date":
      return DATE.test(text) ? Date.parse(text) - wallNow : decimal(text, 1000);
    case "milliseconds":
      return decimal(text, 1);
    case "epoch_seconds": {
      const at = decimal(text, 1000);
      return at === null ? null : at - wallNow;
    }
    case "duration":
      return durationMs(text);
  }
}

/** The one form of RFC 9110, section 5.6.7, that servers may still write: `Sun, 06 Nov 1994 08:49:37 GMT`. */
const DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

const DECIMAL = /^\d+(?:\.\d+)?$/;

function decimal(text: string, unitMs: number): number | null {
  return DECIMAL.test(text) ? Number(text) * unitMs : null;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
};

/** As Go writes durations: `1m30.5s`, `250ms`, `6m0s`; each part is a number with its unit. */
function durationMs(text: string): number | null {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|us|µs|ns|[dhms]))+$/.test(text)) return text === "0" ? 0 : null;
  let ms = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(\D+)/g)) ms += Number(amount) * (UNIT_MS[unit ?? ""] ?? 0);
  return ms;
}
