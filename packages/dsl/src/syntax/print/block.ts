/** The lines of a block with their comments and the empty lines between them. */
import type { Span } from "../../source.ts";
import type { Comment } from "../tree.ts";
import { type Comments, inside, written } from "./comments.ts";
import { ALWAYS_CONDITIONS, aligned, indented, type Line, line, STEP } from "./lines.ts";

export interface Entry {
  readonly span: Span;
  /** Places in it that print their comments themselves. */
  readonly own: readonly Span[];
  /** Its first line, in cells; rows of one table are aligned. */
  readonly cells: readonly string[];
  readonly table: string;
  /** Its further lines, as seen from the first. */
  readonly more: readonly Line[];
  /** Comments behind the first line's `{`. */
  readonly headComment: string | null;
  /** Empty lines stand around it. */
  readonly apart: boolean;
}

export function entry(span: Span, cells: readonly string[], rest: Partial<Omit<Entry, "span" | "cells">> = {}): Entry {
  return { span, cells, table: "", own: [], more: [], headComment: null, apart: false, ...rest };
}

interface Placed {
  readonly entry: Entry;
  readonly above: readonly Line[];
  readonly trailing: string | null;
}

/**
 * The lines between `start` and `end`, which are the offsets of what is inside the braces. Comments
 * inside an entry that has no place for them go above it; comments on the line where it ends trail it.
 */
export function body(entries: readonly Entry[], start: number, end: number, comments: Comments): readonly Line[] {
  const placed: Placed[] = [];
  let last = start;
  let lastLine: number | null = null;
  for (const [index, each] of entries.entries()) {
    const hoisted = comments
      .between(each.span.start, each.span.end)
      .filter((comment) => !each.own.some((own) => inside(comment, own)));
    const leading = comments.between(last, each.span.start);
    const force = index > 0 && (each.apart || entries[index - 1]?.apart === true);
    const above = linesAbove(hoisted, leading, lastLine, each.span.start, force, comments);
    const next = entries[index + 1]?.span.start ?? end;
    const endLine = comments.line(each.span.end);
    const behind = comments
      .between(each.span.end, next)
      .filter((comment) => comments.line(comment.span.start) === endLine);
    last = behind.at(-1)?.span.end ?? each.span.end;
    lastLine = endLine;
    placed.push({ entry: each, above, trailing: behind.length === 0 ? null : behind.map(written).join(" ") });
  }
  return [...laidOut(placed), ...commentLines(comments.between(last, end), lastLine, comments)];
}

function linesAbove(
  hoisted: readonly Comment[],
  leading: readonly Comment[],
  lastLine: number | null,
  start: number,
  force: boolean,
  comments: Comments,
): readonly Line[] {
  const lines = [...commentLines(leading, lastLine, comments)];
  const before = leading.at(-1);
  const beforeLine = before === undefined ? lastLine : comments.line(before.span.end);
  const blank = beforeLine !== null && comments.line(start) - beforeLine > 1;
  if (blank) lines.push(line(0, ""));
  const raised = hoisted.map((comment) => line(0, written(comment)));
  if (hoisted.some((comment) => comment.doc)) {
    // A doc comment from within must not become one of what stands below it.
    const first = lines[0]?.text === "" ? 1 : 0;
    lines.splice(first, 0, ...raised, line(0, ""));
  } else {
    let at = lines.length;
    while (!blank && at > 0 && lines[at - 1]?.text.startsWith("///") === true) at--;
    lines.splice(at, 0, ...raised);
  }
  if (force && !lines.some((each) => each.text === "")) lines.unshift(line(0, ""));
  return lines;
}

/** Comments on lines of their own, with the empty lines before each. */
function commentLines(found: readonly Comment[], lastLine: number | null, comments: Comments): readonly Line[] {
  const lines: Line[] = [];
  let previous = lastLine;
  for (const comment of found) {
    const at = comments.line(comment.span.start);
    if (previous !== null && at - previous > 1) lines.push(line(0, ""));
    lines.push(line(0, written(comment)));
    previous = at;
  }
  return lines;
}

function laidOut(placed: readonly Placed[]): readonly Line[] {
  const texts = new Map<Entry, string>();
  for (const table of new Set(placed.map(({ entry: { table } }) => table))) {
    const rows = placed.filter(({ entry }) => entry.table === table).map(({ entry }) => entry);
    const printed =
      table === ""
        ? rows.map((row) => row.cells.join(" "))
        : aligned(
            rows.map((row) => row.cells),
            table === "alerts" ? ALWAYS_CONDITIONS : undefined,
          );
    for (const [index, row] of rows.entries()) texts.set(row, printed[index] ?? "");
  }
  return placed.flatMap(({ entry, above, trailing }) => {
    const first = line(0, texts.get(entry) ?? "", entry.more.length === 0 ? trailing : entry.headComment);
    const last = entry.more.at(-1);
    const more = last === undefined ? [] : [...entry.more.slice(0, -1), { ...last, trailing }];
    return [...above, first, ...more];
  });
}

/** What a block with a head prints: on one line where it was written so, has one entry and room. */
export interface BlockShape {
  readonly head: string;
  readonly span: Span;
  /** The offset of its opening brace. */
  readonly open: number;
  readonly entries: readonly Entry[];
  readonly brackets?: readonly [open: string, close: string];
  /** The room that a single line has. */
  readonly width: number;
}

export interface PrintedBlock {
  readonly first: string;
  readonly headComment: string | null;
  readonly more: readonly Line[];
  readonly multiline: boolean;
}

export function block(shape: BlockShape, comments: Comments): PrintedBlock {
  const [open, close] = shape.brackets ?? ["{", "}"];
  const within = comments.between(shape.open, shape.span.end);
  const head = shape.head === "" ? open : `${shape.head} ${open}`;
  if (shape.entries.length === 0 && within.length === 0)
    return { first: `${head}${close}`, headComment: null, more: [], multiline: false };
  const only = shape.entries[0];
  const wasOneLine = comments.line(shape.open) === comments.line(shape.span.end);
  if (wasOneLine && within.length === 0 && shape.entries.length === 1 && only !== undefined && only.more.length === 0) {
    const first = `${head} ${only.cells.join(" ")} ${close}`;
    if (first.length <= shape.width) return { first, headComment: null, more: [], multiline: false };
  }
  const openLine = comments.line(shape.open);
  const firstEntry = only?.span.start ?? shape.span.end;
  const heads = within.filter(
    (comment) => comment.span.start < firstEntry && comments.line(comment.span.start) === openLine,
  );
  const start = heads.at(-1)?.span.end ?? shape.open + 1;
  const lines = indented(body(shape.entries, start, shape.span.end - 1, comments), STEP);
  const headComment = heads.length === 0 ? null : heads.map(written).join(" ");
  return { first: head, headComment, more: [...lines, line(0, close)], multiline: true };
}
