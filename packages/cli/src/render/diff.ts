/** What changes in a text, line by line, as `diff -u` shows it. */
import type { Palette } from "./palette.ts";
import { printable } from "./width.ts";

/** Lines that stay, around those that change. */
const CONTEXT = 3;

interface Line {
  readonly kind: "same" | "gone" | "new";
  readonly text: string;
  /** Lines of the old and of the new text before this one. */
  readonly before: number;
  readonly after: number;
}

/** Empty where nothing changes. `name` is the file's, in both heads. */
export function unifiedDiff(name: string, before: string, after: string, palette: Palette): string {
  const lines = compare(before.split("\n"), after.split("\n"));
  const hunks = hunksOf(lines);
  if (hunks.length === 0) return "";
  const head = [palette.strong(`--- a/${printable(name)}`), palette.strong(`+++ b/${printable(name)}`)];
  return [...head, ...hunks.flatMap((hunk) => hunkText(hunk, palette))].map((line) => `${line}\n`).join("");
}

function hunkText(hunk: readonly Line[], palette: Palette): readonly string[] {
  const [first] = hunk;
  const count = (kind: "gone" | "new") => hunk.filter((line) => line.kind === "same" || line.kind === kind).length;
  const range = `-${(first?.before ?? 0) + 1},${count("gone")} +${(first?.after ?? 0) + 1},${count("new")}`;
  const body = hunk.map(({ kind, text }) => {
    const shown = printable(text.replace(/\r$/, ""));
    if (kind === "same") return ` ${shown}`.trimEnd();
    return kind === "gone" ? palette.bad(`-${shown}`) : palette.good(`+${shown}`);
  });
  return [palette.dim(`@@ ${range} @@`), ...body];
}

function hunksOf(lines: readonly Line[]): readonly (readonly Line[])[] {
  const hunks: Line[][] = [];
  let until = -1;
  for (const [index, line] of lines.entries()) {
    if (line.kind === "same") continue;
    const from = Math.max(0, index - CONTEXT);
    const to = Math.min(lines.length, index + 1 + CONTEXT);
    if (from > until) hunks.push(lines.slice(from, to));
    else hunks.at(-1)?.push(...lines.slice(until, to));
    until = to;
  }
  return hunks;
}

/**
 * The shortest way from one list of lines to the other, by Myers' greedy algorithm ("An O(ND) difference
 * algorithm and its variations", 1986): time and space grow with the lines times those that differ.
 */
function compare(old: readonly string[], made: readonly string[]): readonly Line[] {
  const most = old.length + made.length;
  const furthest = new Map<number, number>([[1, 0]]);
  const trace: ReadonlyMap<number, number>[] = [];
  for (let edits = 0; edits <= most; edits++) {
    trace.push(new Map(furthest));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let at = isDown(furthest, diagonal, edits)
        ? (furthest.get(diagonal + 1) ?? 0)
        : (furthest.get(diagonal - 1) ?? 0) + 1;
      while (at < old.length && at - diagonal < made.length && old[at] === made[at - diagonal]) at++;
      furthest.set(diagonal, at);
      if (at >= old.length && at - diagonal >= made.length) return wayBack(trace, old, made);
    }
  }
  return [];
}

function isDown(furthest: ReadonlyMap<number, number>, diagonal: number, edits: number): boolean {
  if (diagonal === -edits) return true;
  return diagonal !== edits && (furthest.get(diagonal - 1) ?? 0) < (furthest.get(diagonal + 1) ?? 0);
}

function wayBack(
  trace: readonly ReadonlyMap<number, number>[],
  old: readonly string[],
  made: readonly string[],
): readonly Line[] {
  const lines: Line[] = [];
  let [before, after] = [old.length, made.length];
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const furthest = trace[edits] ?? new Map<number, number>();
    const diagonal = before - after;
    const down = isDown(furthest, diagonal, edits);
    const from = down ? diagonal + 1 : diagonal - 1;
    const start = edits === 0 ? 0 : (furthest.get(from) ?? 0);
    const startAfter = edits === 0 ? 0 : start - from;
    while (before > start && after > startAfter) {
      before--;
      after--;
      lines.push({ kind: "same", text: old[before] ?? "", before, after });
    }
    if (edits === 0) break;
    if (down) after--;
    else before--;
    lines.push(
      down
        ? { kind: "new", text: made[after] ?? "", before, after }
        : { kind: "gone", text: old[before] ?? "", before, after },
    );
  }
  return lines.reverse();
}
