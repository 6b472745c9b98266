/** One text that can be wrong somewhere: a policy file, a contract, an evidence file. */
export interface Source {
  /** As the user names it: relative to the project's root, with forward slashes. */
  readonly name: string;
  readonly text: string;
}

/** A half-open range of UTF-16 offsets in a source. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** Line and column count from 1; the column counts UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export function span(source: Source, start: number, end: number): Span {
  return { source, start, end };
}

/** The smallest span that covers both; they must be of one source. */
export function cover(first: Span, last: Span): Span {
  return { source: first.source, start: Math.min(first.start, last.start), end: Math.max(first.end, last.end) };
}

export function textOf(place: Span): string {
  return place.source.text.slice(place.start, place.end);
}

const lineStartsOf = new WeakMap<Source, readonly number[]>();

/** The offset at which each line begins. Lines end with LF, CR LF or CR. */
export function lineStarts(source: Source): readonly number[] {
  let starts = lineStartsOf.get(source);
  if (starts === undefined) {
    starts = source.text.includes("\r") ? startsIn(source.text) : startsAfterFeeds(source.text);
    lineStartsOf.set(source, starts);
  }
  return starts;
}

function startsIn(text: string): readonly number[] {
  const found = [0];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 10 || (unit === 13 && text.charCodeAt(at + 1) !== 10)) found.push(at + 1);
  }
  return found;
}

/** The same for a text without CR, which is nearly every one: the search is the platform's own. */
function startsAfterFeeds(text: string): readonly number[] {
  const found = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) found.push(at + 1);
  return found;
}

export function positionOf(source: Source, offset: number): Position {
  const starts = lineStarts(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}
