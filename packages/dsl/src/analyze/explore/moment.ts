/**
 * Times on a request's clock, exact to the side of a limit: an action that needs 2s is permitted 18s
 * into 20s and refused a moment later. A moment is a whole number, four to a microsecond: a multiple of
 * four is a time, its neighbours are the moments just before and just after it.
 */
export type Moment = number;

const PER_MS = 4000;

export function moment(ms: number): Moment {
  return Math.round(ms * 1000) * 4;
}

/** Milliseconds; of a moment beside a time a quarter of a microsecond more or less. */
export function msOf(at: Moment): number {
  return at / PER_MS;
}

/** Everything from one moment to another, both included. */
export interface Stretch {
  readonly from: Moment;
  readonly to: Moment;
}

/** In order, without overlap, never touching. */
export type Times = readonly Stretch[];

export const AT_ONCE: Times = [{ from: 0, to: 0 }];

export function within(times: Times, { from, to }: Stretch): boolean {
  for (const one of times) if (one.from <= from && to <= one.to) return true;
  return false;
}

export function joined(times: Times, added: Stretch): Times {
  if (times.length === 0) return [added];
  const before: Stretch[] = [];
  const after: Stretch[] = [];
  let { from, to } = added;
  for (const one of times) {
    if (one.to + 1 < added.from) before.push(one);
    else if (one.from > added.to + 1) after.push(one);
    else {
      from = Math.min(from, one.from);
      to = Math.max(to, one.to);
    }
  }
  before.push({ from, to }, ...after);
  return before;
}

/** Cuts behind each of these moments, which are in order. */
export function cut(times: Times, lasts: readonly Moment[]): Times {
  if (lasts.length === 0) return times;
  const parts: Stretch[] = [];
  for (const stretch of times) {
    let { from } = stretch;
    for (const last of lasts) {
      if (last < from) continue;
      if (last >= stretch.to) break;
      parts.push({ from, to: last });
      from = last + 1;
    }
    parts.push(from === stretch.from ? stretch : { from, to: stretch.to });
  }
  return parts;
}

/** A time in it, in milliseconds: itself, or its middle. */
export function timeIn({ from, to }: Stretch): number {
  return msOf((from + to) / 2);
}

/** Each time between `least` and `most` milliseconds later, but none after `end`. */
export function delayed(times: Times, leastMs: number, mostMs: number, end: Moment): Times {
  let all: Times = NEVER;
  const least = moment(leastMs);
  const most = mostMs === Infinity ? Infinity : moment(mostMs);
  for (const { from, to } of times) {
    const first = from + least;
    const last = Math.min(to + most, end);
    if (first <= last) all = joined(all, { from: first, to: last });
  }
  return all;
}

/** The moment itself where it is one of the times, else nothing. */
export function latest(times: Times, at: Moment): Times {
  const one = { from: at, to: at };
  return within(times, one) ? [one] : NEVER;
}

const NEVER: Times = [];
