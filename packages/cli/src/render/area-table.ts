/** The table of one contract's areas. */
import type { AreaState, CopyState } from "@fbp/dsl";
import type { Area, ContractAreas } from "./areas.ts";
import { fitted, fittedList } from "./fit.ts";
import type { Palette } from "./palette.ts";
import { printable, widthOf } from "./width.ts";

const INDENT = "  ";
const GAP = "  ";
const LONGEST_CHECKER = 20;
/** With less room than this the sources stand on a line of their own. */
const LEAST_FOR_SOURCES = 30;

interface Column {
  readonly head: string;
  readonly cellOf: (area: Area) => string;
}

/** Columns that no area fills are left out. @param width columns of the terminal; infinite where there is none */
export function areaTable({ names, file, areas, isNamed }: ContractAreas, palette: Palette, width: number): string {
  const longest = width === Number.POSITIVE_INFINITY ? width : LONGEST_CHECKER;
  const all: readonly Column[] = [
    { head: "area", cellOf: ({ area }) => area },
    { head: "status", cellOf: ({ state }) => state.kind },
    { head: "until", cellOf: ({ state }) => lastDayOf(state) },
    { head: "checked by", cellOf: ({ verification }) => fitted(printable(verification.checker ?? ""), longest) },
    { head: "on", cellOf: ({ verification }) => verification.day ?? "" },
  ];
  const columns = all.filter(({ cellOf }) => areas.some((area) => cellOf(area) !== ""));
  const widths = columns.map(({ head, cellOf }) => Math.max(...[head, ...areas.map(cellOf)].map(widthOf)));
  const padded = (texts: readonly string[]): string[] =>
    texts.map((text, index) => text + " ".repeat(Math.max(0, (widths[index] ?? 0) - widthOf(text))));
  const room = width - INDENT.length - widths.reduce((sum, each) => sum + each + GAP.length, 0);
  const isBeside = room >= LEAST_FOR_SOURCES;
  const margin = INDENT + " ".repeat((widths[0] ?? 0) + GAP.length);
  const body = areas.flatMap((area) => {
    const sources = sourcesOf(area);
    const [name = "", status = "", ...others] = padded(columns.map(({ cellOf }) => cellOf(area)));
    const cells = [name, toneOf(area.state, palette)(status), ...others, ...(isBeside ? [fitted(sources, room)] : [])];
    const notes = [
      ...(isBeside ? [] : [fitted(`against ${sources}`, width - margin.length)]),
      ...brokenCopies(area).map(palette.bad),
      ...(isNamed ? [palette.dim(usesOf(area, width - margin.length))] : []),
    ];
    return [INDENT + cells.join(GAP), ...notes.map((note) => margin + note)];
  });
  const heads = [...padded(columns.map(({ head }) => head)), ...(isBeside ? ["against"] : [])];
  const title = `${palette.strong(printable(names.join(", ")))}  ${palette.dim(printable(file))}`;
  const lines = [title, "", INDENT + palette.dim(heads.join(GAP).trimEnd()), ...body];
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

/** The last day on which the check stands, or stood; empty where there is none. */
export function lastDayOf(state: AreaState): string {
  if (state.kind === "verified") return state.until;
  return state.kind === "expired" ? state.since : "";
}

function sourcesOf({ verification }: Area): string {
  return printable(verification.source.map(({ title }) => title).join("; ")) || "nothing yet";
}

function toneOf(state: AreaState, palette: Palette): (text: string) => string {
  if (state.kind === "verified") return palette.good;
  return state.kind === "pending" ? palette.warning : palette.error;
}

/** Of what is called verified: copies that are not what was read. */
function brokenCopies({ state, verification, copies }: Area): readonly string[] {
  if (state.kind !== "contradicted") return [];
  return copies.flatMap((copy, index) => {
    const why = whyBroken(copy);
    return why === null ? [] : [`${printable(verification.source[index]?.file ?? "")} ${why}`];
  });
}

function whyBroken(copy: CopyState): string | null {
  if (copy.kind === "changed") return "no longer holds what was read";
  return copy.kind === "unread" ? copy.why : null;
}

/** `used by 7: chat.fbp:19 path primary, :32 path backup, and 5 more` */
function usesOf({ reliedOnBy }: Area, width: number): string {
  if (reliedOnBy.length === 0) return "used by nothing";
  const head = `used by ${reliedOnBy.length}: `;
  const places = reliedOnBy.map(({ what, file, line }, index) => {
    const isSameFile = reliedOnBy[index - 1]?.file === file;
    return `${isSameFile ? "" : printable(file)}:${line} ${printable(what)}`;
  });
  return head + fittedList(places, width - head.length);
}
