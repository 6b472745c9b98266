/** Physical lines, tables of cells, and breaking what is too long. */

/** The printed line is `indent` spaces, the text, and the comment that trails it. */
export interface Line {
  readonly indent: number;
  readonly text: string;
  readonly trailing: string | null;
}

/** Longer lines are broken where the grammar lets a line go on. */
export const WIDTH = 120;
export const STEP = 2;
/** How much further in a broken line goes on. */
export const CONTINUED = 4;

export function line(indent: number, text: string, trailing: string | null = null): Line {
  return { indent, text, trailing };
}

export function indented(lines: readonly Line[], by: number): readonly Line[] {
  return lines.map((each) => (each.text === "" ? each : { ...each, indent: each.indent + by }));
}

/** Cells of one table: each but the last is padded to its column, unless it or one before it is out of measure. */
export function aligned(rows: readonly (readonly string[])[], always = ALWAYS): readonly string[] {
  const columns = Math.max(0, ...rows.map((cells) => cells.length - 1));
  const widths: number[] = [];
  for (let column = 0; column < columns; column++) {
    const lengths = rows.flatMap((cells) => (column < cells.length - 1 ? [cells[column]?.length ?? 0] : []));
    widths.push(measure(lengths, always));
  }
  return rows.map((cells) => {
    let text = "";
    let inMeasure = true;
    for (const [column, cell] of cells.entries()) {
      const last = column === cells.length - 1;
      const width = widths[column] ?? 0;
      if (cell.length > width) inMeasure = false;
      text += last || !inMeasure ? cell : cell.padEnd(width);
      if (!last) text += " ";
    }
    return text.trimEnd();
  });
}

/** Cells this short always count. */
const ALWAYS = 24;
/** The same for conditions that stand between two columns. */
export const ALWAYS_CONDITIONS = 60;

/** The width of a column: its longest cell, those left aside that are far longer than most. */
export function measure(lengths: readonly number[], always = ALWAYS): number {
  const sorted = [...lengths].sort((a, b) => a - b);
  const median = sorted[(sorted.length - 1) >> 1] ?? 0;
  const limit = Math.max(always, Math.floor(median * 1.5) + 4);
  return Math.max(0, ...sorted.filter((length) => length <= limit));
}

/**
 * A part of a long line. A line is first broken before all parts of level 1 (what is done), then, where it
 * is still too long, before those of level 2 (`or`, `else`, the reason), then 3 (`and`), and last filled with
 * parts of level 4 (what stands in brackets). Before a part of level 0 it is never broken.
 */
export interface Part {
  readonly level: 0 | 1 | 2 | 3 | 4;
  readonly text: string;
}

export function flat(parts: readonly Part[]): string {
  return parts.map((part) => part.text).join(" ");
}

/** The parts on as many lines as they need; the first has indent 0. */
export function broken(parts: readonly Part[], width: number): readonly Line[] {
  let groups: (readonly Part[])[] = [parts];
  for (const level of [1, 2, 3] as const) {
    groups = groups.flatMap((group, index) => (fits(group, index, width) ? [group] : split(group, level)));
  }
  groups = groups.flatMap((group, index) => (fits(group, index, width) ? [group] : filled(group, index, width)));
  return groups.map((group, index) => line(index === 0 ? 0 : CONTINUED, flat(group)));
}

function fits(group: readonly Part[], index: number, width: number): boolean {
  return flat(group).length + (index === 0 ? 0 : CONTINUED) <= width;
}

function split(group: readonly Part[], level: number): (readonly Part[])[] {
  const groups: Part[][] = [];
  for (const part of group) {
    const current = groups.at(-1);
    if (current === undefined || part.level === level) groups.push([part]);
    else current.push(part);
  }
  return groups;
}

function filled(group: readonly Part[], index: number, width: number): (readonly Part[])[] {
  const groups: Part[][] = [];
  for (const part of group) {
    const current = groups.at(-1);
    const room = width - (index === 0 && groups.length === 1 ? 0 : CONTINUED);
    if (current === undefined || (part.level === 4 && flat([...current, part]).length > room)) groups.push([part]);
    else current.push(part);
  }
  return groups;
}

/** Comments that trail lines directly below each other stand in one column. */
export function render(lines: readonly Line[]): string {
  let text = "";
  for (let at = 0; at < lines.length; ) {
    let end = at;
    const indent = lines[at]?.indent;
    while (end < lines.length && lines[end]?.trailing != null && lines[end]?.indent === indent) end++;
    const run = lines.slice(at, Math.max(end, at + 1));
    const column = measure(run.map((each) => each.text.length));
    for (const each of run) {
      const code = " ".repeat(each.indent) + each.text;
      const gap = " ".repeat(Math.max(0, column - each.text.length) + 2);
      text += `${each.trailing === null ? code.trimEnd() : code + gap + each.trailing}\n`;
    }
    at += run.length;
  }
  return text;
}
