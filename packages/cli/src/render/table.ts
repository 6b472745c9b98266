import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";
import { paragraph } from "./paragraph.ts";
import { widthOf } from "./width.ts";

const NO_LINES = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
} as const;

const GAP = 2;
/** A column of words is not made narrower than this. */
const LEAST_WORDS = 24;

type Rows = readonly (readonly string[])[];

/**
 * Columns of text, under their heads if there are any, without lines, each line of it behind `indent`. Cells may have
 * several lines. What is wider than the terminal has its last column broken at spaces, if that is enough, and else its
 * columns in several blocks, each with the first one.
 *
 * @param width columns of the terminal; left out: no limit
 */
export function renderTable(
  head: readonly string[] | null,
  rows: Rows,
  indent: string,
  width = Number.POSITIVE_INFINITY,
): string {
  const all = head === null ? rows : [head, ...rows];
  const room = width - indent.length;
  if (widthOfRows(all) <= room) return laidOut(all, indent);
  const broken = withLastBroken(all, room);
  if (broken !== null) return laidOut(broken, indent);
  return blocksOf(all, room)
    .map((block) => laidOut(block, indent))
    .join("\n");
}

function laidOut(rows: Rows, indent: string): string {
  const table = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 0 },
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split("\n")
    .map((line) => `${indent}${line.trimEnd()}\n`)
    .join("");
}

function columnWidths(rows: Rows): readonly number[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widthOfCell = (cell: string): number => Math.max(...plain(cell).split("\n").map(widthOf));
  return Array.from({ length: count }, (_, column) => Math.max(...rows.map((row) => widthOfCell(row[column] ?? ""))));
}

function widthOfRows(rows: Rows): number {
  const widths = columnWidths(rows);
  return widths.reduce((sum, width) => sum + width, GAP * (widths.length - 1));
}

/** null where that does not help. */
function withLastBroken(rows: Rows, room: number): Rows | null {
  const widths = columnWidths(rows);
  const left = room - widths.slice(0, -1).reduce((sum, width) => sum + width + GAP, 0);
  if (left < LEAST_WORDS) return null;
  const broken = rows.map((row) => {
    const last = row.length === widths.length ? (row.at(-1) ?? "") : null;
    // Colours would go on over the other columns.
    if (last === null || last !== plain(last)) return row;
    return [
      ...row.slice(0, -1),
      last
        .split("\n")
        .flatMap((line) => paragraph(line, left))
        .join("\n"),
    ];
  });
  return widthOfRows(broken) <= room ? broken : null;
}

function blocksOf(rows: Rows, room: number): readonly Rows[] {
  const [first = 0, ...widths] = columnWidths(rows);
  const blocks: number[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const [index, width] of widths.entries()) {
    if (used + GAP + width > room) {
      blocks.push([]);
      used = first;
    }
    blocks.at(-1)?.push(index + 1);
    used += GAP + width;
  }
  return blocks.map((columns) => rows.map((row) => [0, ...columns].map((column) => row[column] ?? "")));
}

/** Without colours. */
const plain = stripVTControlCharacters;
