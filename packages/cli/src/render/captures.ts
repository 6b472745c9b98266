/** The result of `fbp contract check`: which file was taken for what, the signals of errors, what does not fit. */
import { stripVTControlCharacters } from "node:util";
import {
  CAPTURE_KINDS,
  type CaptureKind,
  type CaptureResult,
  type FileResult,
  isMet,
  MISFIT_CODES,
  type Misfit,
  NOUNS,
  placeText,
  type SignalRow,
} from "@fbp/dsl";
import type { Io, Output } from "../io.ts";
import { type Finding, plural, summaryOf } from "./finding.ts";
import { jsonFinding, jsonSummary, jsonText } from "./json.ts";
import { type Palette, paletteFor } from "./palette.ts";
import { printFindings } from "./print.ts";
import { renderTable } from "./table.ts";
import { printable, widthOf } from "./width.ts";

/** Kinds of errors that are listed for people; JSON has each error. */
const MOST_SIGNALS = 200;

/** @param result null where the contract itself has errors */
export function renderCaptures(
  io: Io,
  contract: string,
  result: CaptureResult | null,
  findings: readonly Finding[],
): string {
  const palette = paletteFor(io.stdout, io.env);
  const messages = printFindings(io.stdout, io.env, findings);
  if (result === null) return `${messages}${summaryOf(findings, 1)}\n`;
  return [
    renderTable(
      null,
      result.files.map((file) => fileRow(file, palette)),
      "",
    ),
    "\n",
    ...(result.signals.length > 0 ? [signalTable(result.signals, palette, io.stdout), "\n"] : []),
    messages,
    ...CAPTURE_KINDS.filter((kind) => result.totals[kind] > 0).map((kind) => totalLine(kind, result, palette)),
    `${summaryOf(findings, result.files.length)}, held against ${printable(contract)}\n`,
  ].join("");
}

function fileRow({ file, took, fitting }: FileResult, palette: Palette): string[] {
  const kinds = CAPTURE_KINDS.filter((kind) => took[kind] > 0);
  const wrong = kinds.reduce((sum, kind) => sum + took[kind] - fitting[kind], 0);
  const count = kinds.reduce((sum, kind) => sum + took[kind], 0);
  const what = kinds.map((kind) => plural(took[kind], ...NOUNS[kind])).join(", ");
  if (kinds.length === 0) return [printable(file), palette.bad("nothing"), ""];
  const verdict = wrong === 0 ? palette.good("fits") : palette.bad(misfitText(wrong, count));
  return [printable(file), what, verdict];
}

function misfitText(wrong: number, count: number): string {
  if (wrong === count) return count === 1 ? "does not fit" : "none fits";
  return wrong === 1 ? "1 does not fit" : `${wrong} do not fit`;
}

/** `24 answers: all fit`, `4630 chunks: 4627 fit (99.9%)` */
function totalLine(kind: CaptureKind, { totals, fitting, signals }: CaptureResult, palette: Palette): string {
  const [total, fit] = [totals[kind], fitting[kind]];
  // 99.99% of a great many is not all of them.
  const share = `${Math.min(99.9, (fit / total) * 100).toFixed(1)}%`;
  const text = fit === total ? palette.good("all fit") : palette.bad(`${fit} fit (${share})`);
  const judged = kind === "error" ? signals.map(isMet).filter((met) => met !== null) : [];
  const met = judged.filter((each) => each).length;
  const signalText = judged.length === 0 ? "" : `, ${met} of ${judged.length} signals as expected`;
  return `${plural(total, ...NOUNS[kind])}: ${text}${signalText}\n`;
}

/** Errors that look alike stand in one row. On a narrow terminal what is needed least is left out. */
function signalTable(rows: readonly SignalRow[], palette: Palette, output: Output): string {
  const room = output.isTerminal ? output.columns : Number.POSITIVE_INFINITY;
  const shown = COLUMNS.filter((column) => rows.some((row) => column.shown?.(row) ?? true));
  const groups = groupsOf(rows);
  for (let spare = LEAST_NEEDED.length; ; spare--) {
    const columns = shown.filter(({ title }) => !LEAST_NEEDED.slice(spare).includes(title));
    const table = tableOf(groups, columns, palette);
    const width = Math.max(...table.split("\n").map((line) => widthOf(stripVTControlCharacters(line))));
    if (width > room && spare > 0) continue;
    const more = groups.length - MOST_SIGNALS;
    return `${table}${more > 0 ? `and ${more} more kinds of errors\n` : ""}`;
  }
}

/** From the last on. */
const LEAST_NEEDED: readonly string[] = ["provider", "type", "in a stream"];

interface Alike {
  readonly row: SignalRow;
  count: number;
}

function groupsOf(rows: readonly SignalRow[]): readonly Alike[] {
  const groups = new Map<string, Alike>();
  for (const row of rows) {
    const { place: _, ...rest } = row;
    const key = JSON.stringify(rest);
    const group = groups.get(key) ?? { row, count: 0 };
    group.count++;
    groups.set(key, group);
  }
  return [...groups.values()];
}

function tableOf(groups: readonly Alike[], columns: readonly Column[], palette: Palette): string {
  const oneFile = new Set(groups.map(({ row }) => row.place.file)).size === 1;
  const lines = groups.slice(0, MOST_SIGNALS).map(({ row, count }) => {
    const { line, item } = row.place;
    const place = oneFile ? (item === null ? `line ${line}` : `item ${item}`) : placeText(row.place);
    const many = count === 1 ? "" : `×${count}`;
    return [palette.dim(printable(place)), many, ...columns.map(({ cell }) => cell(row, palette))];
  });
  return renderTable(["error", "", ...columns.map(({ title }) => title)].map(palette.dim), lines, "");
}

interface Column {
  readonly title: string;
  readonly cell: (row: SignalRow, palette: Palette) => string;
  /** The column is there when this holds of a row; left out: always. */
  readonly shown?: (row: SignalRow) => boolean;
}

const COLUMNS: readonly Column[] = [
  { title: "provider", cell: ({ provider }) => provider ?? "", shown: ({ provider }) => provider !== null },
  { title: "status", cell: ({ status }) => (status === null ? "" : String(status)) },
  { title: "code", cell: ({ code }) => code ?? "" },
  { title: "type", cell: ({ type }) => type ?? "" },
  {
    title: "signal",
    cell: (row, palette) => {
      const signal = row.signal ?? "not told";
      return isMet(row) === false ? palette.bad(signal) : signal;
    },
  },
  {
    title: "in a stream",
    cell: ({ inStream, reads }) =>
      inStream === null ? "" : `${inStream === "before_first_token" ? "before" : "after"} the first token: ${reads}`,
    shown: ({ inStream }) => inStream !== null,
  },
  {
    title: "expected",
    cell: (row, palette) => {
      const expected = (row.expected ?? []).join(" or ");
      if (row.expected === null) return "";
      return isMet(row) === true ? `${palette.good("✓")} ${palette.dim(expected)}` : `${palette.bad("✗")} ${expected}`;
    },
    shown: ({ expected }) => expected !== null,
  },
];

export function jsonCaptures(contract: string, result: CaptureResult | null, findings: readonly Finding[]): string {
  return jsonText({
    contract,
    files: (result?.files ?? []).map(({ file, took, fitting }) => ({ file, took, fitting })),
    diagnostics: findings.map(jsonFinding),
    misfits: (result?.misfits ?? []).map((misfit) => jsonMisfit(misfit, result)),
    signals: (result?.signals ?? []).map((row) => ({ ...row, met: isMet(row) })),
    summary: {
      ...jsonSummary(findings, result?.files.length ?? 0),
      captures: result?.totals ?? NOTHING,
      fitting: result?.fitting ?? NOTHING,
    },
  });
}

const NOTHING = { request: 0, response: 0, chunk: 0, error: 0 };

function jsonMisfit(misfit: Misfit, result: CaptureResult | null): object {
  const { capture, kind, at, schema, wants, found, count, first } = misfit;
  return {
    code: MISFIT_CODES[kind],
    capture,
    at,
    contract: schema,
    allows: wants,
    found,
    count,
    of: result?.totals[capture] ?? 0,
    first,
  };
}
