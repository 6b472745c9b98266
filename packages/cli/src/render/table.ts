import Table from "cli-table3";

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

/** Columns of text, under their heads if there are any, without lines, each line of it behind `indent`. Cells may have several lines. */
export function renderTable(
  head: readonly string[] | null,
  rows: readonly (readonly string[])[],
  indent: string,
): string {
  const table = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 0 },
  });
  for (const row of head === null ? rows : [head, ...rows]) table.push([...row]);
  return table
    .toString()
    .split("\n")
    .map((line) => `${indent}${line.trimEnd()}\n`)
    .join("");
}
