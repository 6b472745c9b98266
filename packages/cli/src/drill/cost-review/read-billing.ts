/**
 * A billing export in CSV. Whatever is wrong with it is reported at its place; nothing else of the file is shown, for
 * exports hold names and keys of people and projects.
 */
import { type Code, type Report, type Source, span } from "@fbp/dsl";
import { withoutKeys } from "@fbp/runtime/core";
import type { CsvError } from "csv-parse/sync";
import type { Billing, BillingEntry } from "./billing.ts";
import { COLUMN_NAMES, COLUMN_WORDS, type Column, type ColumnKind, columnOf, nearestColumn } from "./columns.ts";
import { fieldsOf } from "./fields.ts";
import { countOf, moneyOf, timeOf } from "./values.ts";

/** Of the whole file; for who reads it. */
export const MOST_BILLING_BYTES = 64 * 1024 * 1024;

const MOST_LINES = 200_000;
const MOST_LINE_LENGTH = 64 * 1024;
const MOST_COLUMNS = 200;
const MOST_FIELD_LENGTH = 1_000;
const MOST_SHOWN = 60;
/** A value that cannot be read is usually wrong in every line. */
const MOST_PROBLEMS = 5;
const DELIMITERS = [",", ";", "\t", "|"] as const;

/** Ends the reading. */
class Enough extends Error {}

type Columns = { readonly [kind in ColumnKind]?: (Column & { readonly index: number }) | undefined };

interface Line {
  readonly record: readonly string[];
  readonly raw: string;
  readonly info: { readonly lines: number };
}

/** What is wrong somewhere, to be reported once all places are known. */
interface Problem {
  readonly start: number;
  readonly end: number;
  readonly isError: boolean;
  readonly tell: (place: ReturnType<typeof span>, report: Report) => void;
}

/** @returns null where it cannot be used, which was reported */
export async function readBilling(source: Source, report: Report): Promise<Billing | null> {
  const { parse } = await import("csv-parse/sync");
  const reader = new Reader(source);
  try {
    parse(reader.text, {
      delimiter: reader.delimiter,
      info: true,
      max_record_size: MOST_LINE_LENGTH,
      raw: true,
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (given: unknown) => {
        reader.take(given as Line);
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof Enough)) reader.fault(error as CsvError);
  }
  return reader.end(report);
}

class Reader {
  readonly text: string;
  readonly delimiter: string;
  readonly #name: string;
  readonly #problems: Problem[] = [];
  readonly #entries: BillingEntry[] = [];
  #columns: Columns | null = null;
  /** Where the line that is read begins. */
  #offset = 0;
  #unread = 0;

  constructor({ name, text }: Source) {
    this.#name = name;
    this.text = text.replace(/^\ufeff/, "");
    const head = /^[^\n]*/.exec(this.text.slice(0, MOST_LINE_LENGTH).trimStart())?.[0] ?? "";
    const count = (delimiter: string): number => head.split(delimiter).length;
    this.delimiter = DELIMITERS.toSorted((a, b) => count(b) - count(a))[0] ?? ",";
  }

  take(line: Line): void {
    if (this.#columns === null) this.#header(line);
    else if (this.#entries.length >= MOST_LINES)
      this.#stop(line, `it has more than ${MOST_LINES.toLocaleString("en-US")} lines`);
    else this.#entry(line, this.#columns);
    this.#offset += line.raw.length;
  }

  fault({ code, lines }: Partial<CsvError> & { readonly lines?: number }): void {
    const why =
      code === "CSV_QUOTE_NOT_CLOSED"
        ? "a quotation mark is never closed"
        : code === "CSV_MAX_RECORD_SIZE"
          ? `a line is longer than ${MOST_LINE_LENGTH / 1024} KiB`
          : "a quotation mark stands where none can";
    const start = startOfLine(this.text, lines ?? 1);
    this.#problem("FBP3331", start, start, { why });
  }

  end(report: Report): Billing | null {
    if (this.#columns === null && this.#problems.length === 0) this.#problem("FBP3331", 0, 0, { why: "it is empty" });
    const source = { name: this.#name, text: onlyAt(this.text, this.#problems) };
    for (const { start, end, tell } of this.#problems) tell(span(source, start, end), report);
    return this.#problems.some(({ isError }) => isError) ? null : { file: this.#name, entries: this.#entries };
  }

  #header({ record, raw }: Line): void {
    const fields = fieldsOf(raw, this.delimiter);
    const columns: { -readonly [kind in keyof Columns]: Columns[kind] } = {};
    this.#columns = columns;
    if (record.length > MOST_COLUMNS) this.#stop({ raw }, `it has more than ${MOST_COLUMNS} columns`);
    for (const [index, header] of record.entries()) {
      const column = columnOf(header);
      const { start, end } = fields[index] ?? { start: 0, end: 0 };
      const at = [this.#offset + start, this.#offset + end] as const;
      const known = column === null ? undefined : columns[column.kind];
      if (column !== null && known === undefined) columns[column.kind] = { ...column, index };
      else if (column !== null) this.#problem("FBP3333", ...at, { what: COLUMN_WORDS[column.kind] });
      else if (header.trim() !== "") {
        this.#problem("FBP3334", ...at, { header: shown(header), near: nearestColumn(header) }, false);
      }
    }
    const heads = [this.#offset, this.#offset + raw.trimEnd().length] as const;
    const canCompare = columns.cost !== undefined || (columns.input !== undefined && columns.output !== undefined);
    const missing = (kinds: readonly ColumnKind[]): void =>
      this.#problem("FBP3332", ...heads, {
        what: kinds.map((kind) => COLUMN_WORDS[kind]),
        names: kinds.map((kind) => COLUMN_NAMES[kind].slice(0, 3)),
      });
    if (!canCompare) missing(["cost", "input", "output"]);
    if (columns.requestId === undefined && columns.time === undefined) missing(["requestId", "time"]);
    if (this.#problems.some(({ isError }) => isError)) throw new Enough();
  }

  #entry({ record, raw, info }: Line, columns: Columns): void {
    const isLong = record.findIndex((field) => field.length > MOST_FIELD_LENGTH);
    if (isLong >= 0) this.#stop({ raw }, `a field is longer than ${MOST_FIELD_LENGTH.toLocaleString("en-US")} letters`);
    const text = (kind: ColumnKind): string | null => {
      const column = columns[kind];
      const field = column === undefined ? "" : (record[column.index] ?? "").trim();
      return field === "" ? null : field;
    };
    const read = <Value>(kind: ColumnKind, expected: string, of: (text: string) => Value | null): Value | null => {
      const given = text(kind);
      const value = given === null ? null : of(given);
      if (given !== null && value === null) this.#wrong(raw, columns[kind]?.index ?? 0, { given, expected }, kind);
      return value;
    };
    const requests = read("requests", "a whole number", countOf);
    if (requests !== null && requests > 1) {
      this.#wrong(raw, columns.requests?.index ?? 0, requests, "requests");
    }
    const time = read("time", "a time such as 2026-11-22T10:31:05Z", timeOf);
    const cost = read("cost", "an amount such as 0.0045", (given) => moneyOf(given, this.delimiter !== ","));
    this.#entries.push({
      line: info.lines,
      at: time?.at ?? null,
      withinMs: time?.withinMs ?? 0,
      model: text("model"),
      requestId: text("requestId"),
      input: read("input", "a whole number of tokens", countOf),
      output: read("output", "a whole number of tokens", countOf),
      costNanos: cost?.nanos ?? null,
      costStepNanos: cost?.stepNanos ?? 0,
      currency: cost?.currency ?? text("currency")?.toUpperCase() ?? columns.cost?.currency ?? null,
    });
  }

  /** A value that is none of its kind, or a line that adds requests up. */
  #wrong(
    raw: string,
    index: number,
    what: number | { readonly given: string; readonly expected: string },
    kind: ColumnKind,
  ): void {
    const { start, end } = fieldsOf(raw, this.delimiter)[index] ?? { start: 0, end: 0 };
    const at = [this.#offset + start, this.#offset + end] as const;
    if (typeof what === "number") this.#problem("FBP3336", ...at, { requests: what });
    else {
      const args = { value: shown(what.given), what: COLUMN_WORDS[kind], expected: what.expected };
      this.#problem("FBP3335", ...at, args);
    }
    this.#unread++;
    if (this.#unread >= MOST_PROBLEMS) throw new Enough();
  }

  #stop({ raw }: Pick<Line, "raw">, why: string): never {
    const at = this.#offset + (fieldsOf(raw, this.delimiter)[0]?.start ?? 0);
    this.#problem("FBP3331", at, at, { why });
    throw new Enough();
  }

  #problem<C extends Code>(
    code: C,
    start: number,
    end: number,
    args: Parameters<typeof Report.prototype.add<C>>[2],
    isError = true,
  ): void {
    this.#problems.push({ start, end, isError, tell: (place, report) => report.add(code, place, args) });
  }
}

function shown(text: string): string {
  const clean = withoutKeys(text.trim());
  return clean.length > MOST_SHOWN ? `${clean.slice(0, MOST_SHOWN)}…` : clean;
}

/** The text with nothing in it but what stands at these places and looks like no key. */
function onlyAt(text: string, places: readonly Problem[]): string {
  const blank = (part: string): string => part.replace(/[^\r\n]/g, " ");
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end } of places.toSorted((a, b) => a.start - b.start)) {
    if (start < at) continue;
    const there = text.slice(start, end);
    pieces.push(blank(text.slice(at, start)), withoutKeys(there) === there ? there : blank(there));
    at = end;
  }
  return [...pieces, blank(text.slice(at))].join("");
}

function startOfLine(text: string, line: number): number {
  let at = 0;
  for (let left = line - 1; left > 0; left--) {
    const next = text.indexOf("\n", at);
    if (next < 0) return at;
    at = next + 1;
  }
  return at;
}
