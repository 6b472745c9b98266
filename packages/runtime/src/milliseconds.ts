import { UsageError } from "./usage-error.ts";

/** The longest delay that `setTimeout` takes: a longer one, `Infinity` too, rings at once. */
export const LONGEST_DELAY_MS = 2_147_483_647;

/**
 * An option in milliseconds, brought down to what a timer takes.
 *
 * @throws UsageError when it is no number, 0 or above
 */
export function milliseconds(name: string, given: unknown, otherwise: number): number {
  if (given === undefined) return otherwise;
  if (typeof given !== "number" || !(given >= 0)) {
    throw new UsageError(`${name} must be a number of milliseconds, 0 or above`);
  }
  return Math.min(given, LONGEST_DELAY_MS);
}
