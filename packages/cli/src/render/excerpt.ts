/**
 * The lines of a source that a span covers, laid out for a terminal: tabs as spaces, wide characters
 * counted as they show, long lines cut around the place, and below each line the marks.
 */
import { lineStarts, positionOf, type Span } from "@fbp/dsl";
import { keysHidden } from "./keys.ts";
import { clusters, printable } from "./width.ts";

export interface ExcerptLine {
  readonly number: number;
  readonly text: string;
  /** Spaces, then one mark for each column that the span covers; empty where the line is only context. */
  readonly marks: string;
}

/** Lines that were left out stand as null. */
export type Excerpt = readonly (ExcerptLine | null)[];

const TAB = 4;
/** A span of more lines than this is shown by its first and its last. */
const MOST_LINES = 4;
/** Units of a line that are laid out at most, so that a line of a megabyte costs no more than another. */
const MOST_UNITS = 1_000;

/** @param width columns that a line may take @param mark one character, such as `^` */
export function excerptOf(place: Span, width: number, mark: string): Excerpt {
  const { source } = place;
  const start = clamp(place.start, source.text.length);
  const end = Math.max(start, clamp(place.end, source.text.length));
  const first = positionOf(source, start).line;
  // An end at the very beginning of a line belongs to the line before it.
  const last = positionOf(source, end > start ? end - 1 : end).line;
  const line = (number: number, marked = true): ExcerptLine => {
    const from = lineStarts(source)[number - 1] ?? 0;
    const text = textOfLine(source.text, from);
    // Lines after the first are marked from where their text begins; an empty one is not marked.
    const indent = number === first ? 0 : text.length - text.trimStart().length;
    const range: Range = {
      from: clamp(Math.max(start - from, indent), text.length),
      to: clamp(end - from, text.length),
    };
    return { number, ...layOut(text, range, width, marked && (number === first || text !== "") ? mark : "") };
  };
  if (last - first < MOST_LINES) {
    const lines = Array.from({ length: last - first + 1 }, (_, index) => line(first + index));
    return [...contextAtEnd(place, first, line), ...lines];
  }
  return [line(first), line(first + 1), null, line(last)];
}

/** At the empty end of a file the last line that says something is shown too: there the reader was. */
function contextAtEnd(place: Span, first: number, line: (number: number, marked: boolean) => ExcerptLine): Excerpt {
  const { source } = place;
  if (place.start < source.text.length || textOfLine(source.text, lineStarts(source)[first - 1] ?? 0) !== "") return [];
  for (let number = first - 1; number >= 1; number--) {
    if (textOfLine(source.text, lineStarts(source)[number - 1] ?? 0).trim() === "") continue;
    return number === first - 1 ? [line(number, false)] : [line(number, false), null];
  }
  return [];
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function textOfLine(text: string, from: number): string {
  let to = from;
  while (to < text.length && text.charCodeAt(to) !== 10 && text.charCodeAt(to) !== 13) to++;
  return text.slice(from, to);
}

function layOut(line: string, range: Range, width: number, mark: string): { text: string; marks: string } {
  const cut = cutAround(line, range);
  const cells: { readonly text: string; readonly width: number; readonly column: number }[] = [];
  let column = 0;
  let unit = cut.from;
  let from: number | null = null;
  let to: number | null = null;
  for (const cluster of clusters(cut.text)) {
    const cell =
      cluster.text === "\t"
        ? { text: " ".repeat(TAB - (column % TAB)), width: TAB - (column % TAB), column }
        : { text: printable(cluster.text), width: cluster.width, column };
    const next = unit + cluster.text.length;
    if (from === null && next > range.from) from = column;
    if (unit < range.to) to = column + cell.width;
    cells.push(cell);
    column += cell.width;
    unit = next;
  }
  const begin = from ?? column;
  const end = Math.max(to ?? begin, begin + 1);
  const shift = windowStart(begin, end, column, width);
  const shown = cells.filter((cell) => cell.column >= shift && cell.column + cell.width <= shift + width);
  const offset = shown[0]?.column ?? shift;
  const before = shift > 0 || cut.from > 0 ? "…" : "";
  const after = shift + width < column || cut.from + cut.text.length < line.length ? "…" : "";
  const marks = mark.repeat(Math.max(1, Math.min(end, offset + width) - begin));
  const blank = " ".repeat(Math.max(0, begin - offset + before.length));
  return {
    text: (before + shown.map((cell) => cell.text).join("") + after).trimEnd(),
    marks: mark === "" ? "" : blank + marks,
  };
}

/** The first column to show, so that the marks are in sight with some text before them. */
function windowStart(begin: number, end: number, total: number, width: number): number {
  if (total <= width || end <= width) return 0;
  return Math.max(0, Math.min(begin - Math.floor(width / 3), total - width));
}

function cutAround(line: string, range: Range): { readonly text: string; readonly from: number } {
  if (line.length <= MOST_UNITS) return { text: keysHidden(line), from: 0 };
  let from = Math.max(0, Math.min(range.from - MOST_UNITS / 2, line.length - MOST_UNITS));
  if (isLowSurrogate(line, from)) from += 1;
  let to = Math.min(line.length, from + MOST_UNITS);
  if (isLowSurrogate(line, to)) to -= 1;
  // A key that begins before the cut is one all the same.
  const [before, after] = [Math.max(0, from - MOST_UNITS), Math.min(line.length, to + MOST_UNITS)];
  return { text: keysHidden(line.slice(before, after)).slice(from - before, to - before), from };
}

function isLowSurrogate(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}
