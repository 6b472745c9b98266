/** Does something that is measured again and again stay where it is? */

/** The first quarter is the way up to the steady state, and is left out. */
const WARM_UP = 0.25;

export interface Trend {
  readonly from: number;
  readonly to: number;
  readonly isFlat: boolean;
}

/**
 * Compares the median of the first third after the warm-up with that of the last.
 *
 * @param allowed by so much the last may be above the first, on top of a tenth of it
 */
export function trendOf(values: readonly number[], allowed: number): Trend {
  const steady = values.slice(Math.ceil(values.length * WARM_UP));
  const third = Math.max(1, Math.floor(steady.length / 3));
  const from = median(steady.slice(0, third));
  const to = median(steady.slice(-third));
  return { from, to, isFlat: to <= from * 1.1 + allowed };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
