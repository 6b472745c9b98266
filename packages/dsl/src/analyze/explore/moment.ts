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
  return times.some((one) => one.from <= from && to <= one.to);
}

export function joined(times: Times, added: Stretch): Times {
  const before = times.filter(({ to }) => to + 1 < added.from);
  const after = times.filter(({ from }) => from > added.to + 1);
  const met = times.slice(before.length, times.length - after.length);
  const from = Math.min(added.from, met[0]?.from ?? added.from);
  const to = Math.max(added.to, met.at(-1)?.to ?? added.to);
  return [...before, { from, to }, ...after];
}

/** Cuts behind each of these moments, which are in order. */
export function cut(times: Times, lasts: readonly Moment[]): Times {
  if (lasts.length === 0) return times;
  return times.flatMap((stretch) => {
    const parts: Stretch[] = [];
    let { from } = stretch;
    for (const last of lasts) {
      if (last < from) continue;
      if (last >= stretch.to) break;
      parts.push({ from, to: last });
      from = last + 1;
    }
    return [...parts, { from, to: stretch.to }];
  });
}

/** A time in it, in milliseconds: itself, or its middle. */
export function timeIn({ from, to }: Stretch): number {
  return msOf((from + to) / 2);
}

/** Each time between `least` and `most` milliseconds later, but none after `end`. */
export function delayed(times: Times, leastMs: number, mostMs: number, end: Moment): Times {
  return times.reduce<Times>((all, { from, to }) => {
    const first = from + moment(leastMs);
    const last = mostMs === Infinity ? end : Math.min(to + moment(mostMs), end);
    return first <= last ? joined(all, { from: first, to: last }) : all;
  }, []);
}
