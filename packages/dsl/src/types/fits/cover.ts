/** Do several ranges together hold all of one? */

/** Whole numbers, both ends included; the ends may be infinite. */
export interface WholeRange {
  readonly low: number;
  readonly high: number;
}

/** The lowest whole number of `range` that neither `ranges` nor `points` hold; null where they hold all. */
export function firstWholeOutside(
  range: WholeRange,
  ranges: readonly WholeRange[],
  points: readonly number[] = [],
): number | null {
  let next = range.low;
  while (next <= range.high) {
    const at = next;
    const holding = ranges.filter(({ low, high }) => low <= at && at <= high);
    const high = Math.max(...holding.map((each) => each.high), points.includes(at) ? at : Number.NEGATIVE_INFINITY);
    if (high < at) return at;
    if (high >= range.high) return null;
    next = high + 1;
    // Among numbers so large that they have no next one: where this range ends, none is known to begin.
    if (next === high) return high;
  }
  return null;
}

/** Numbers of any kind; null: no end. */
export interface Range {
  readonly min: number | null;
  readonly max: number | null;
  readonly minExclusive: boolean;
  readonly maxExclusive: boolean;
}

/** Do the ranges together hold every number of `range`? */
export function coverRange(range: Range, ranges: readonly Range[]): boolean {
  /** Where what is not yet held begins, and whether that number itself is a part of it. */
  let at = range.min;
  let open = range.minExclusive;
  for (let round = 0; round <= ranges.length; round++) {
    const holding = ranges.filter((each) => beginsBy(each, at, open));
    if (holding.some((each) => endsBy(range, each))) return true;
    const furthest = holding.filter((each) => isBeyond(each, at, open)).reduce<Range | null>(further, null);
    if (furthest === null) return false;
    at = furthest.max;
    open = !furthest.maxExclusive;
  }
  return false;
}

function beginsBy(range: Range, at: number | null, open: boolean): boolean {
  if (range.min === null) return true;
  if (at === null || range.min > at) return false;
  return range.min < at || open || !range.minExclusive;
}

/** Does `inner` end where `outer` does, or before? */
function endsBy(inner: Range, outer: Range): boolean {
  if (outer.max === null) return true;
  if (inner.max === null || inner.max > outer.max) return false;
  return inner.max < outer.max || inner.maxExclusive || !outer.maxExclusive;
}

/** Does the range hold something from there on? Its end is a number: those without one end the search. */
function isBeyond({ max, maxExclusive }: Range, at: number | null, open: boolean): boolean {
  if (max === null) return false;
  return at === null || max > at || (max === at && !open && !maxExclusive);
}

function further(a: Range | null, b: Range): Range {
  if (a === null || a.max === null || b.max === null) return b;
  if (a.max !== b.max) return a.max > b.max ? a : b;
  return a.maxExclusive ? b : a;
}
