/** Days of the calendar, written `2026-11-22`, without clocks or time zones. */

const DAY_MS = 86_400_000;

/** 9999-12-31, the last day with a year of four digits, as an epoch day. */
export const LAST_DAY = 2_932_896;

/** Days since 1970-01-01; null where the text is not a day of the (proleptic Gregorian) calendar. */
export function epochDayOf(day: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/u.test(day)) return null;
  const ms = Date.parse(`${day}T00:00:00Z`);
  // 2026-02-30 is taken for a day of March by some engines.
  return Number.isNaN(ms) || isoDayOf(ms / DAY_MS) !== day ? null : ms / DAY_MS;
}

/** The reverse of `epochDayOf`, up to `LAST_DAY`. */
export function isoDayOf(epochDay: number): string {
  return new Date(epochDay * DAY_MS).toISOString().slice(0, 10);
}
