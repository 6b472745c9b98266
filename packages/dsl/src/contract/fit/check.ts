/**
 * Runs captures through a contract, value by value, and keeps counts: what does not fit its schemas, whether what
 * the contract names is where it says, and which signal each error is.
 */
import { at, usageOf } from "@fbp/runtime/core";
import { DEEPEST_DOCUMENT } from "../json.ts";
import type { LoadedContract } from "../loaded.ts";
import { CAPTURE_KINDS, type Captured, type CaptureKind, type Place } from "./capture.ts";
import { findError } from "./error-place.ts";
import { explain } from "./explain.ts";
import { Groups } from "./groups.ts";
import { isRow, Recogniser, stepsOf } from "./recognise.ts";
import { Remarks } from "./remarks.ts";
import type { CaptureResult, FileResult, SignalRow } from "./result.ts";
import { capturedOf } from "./row.ts";
import { type SignalOptions, SignalRows } from "./signal-rows.ts";
import type { Slip } from "./slip.ts";
import { eventsOf, formOf, looksLikeEvents, type Piece, parsed, Splitter } from "./split.ts";
import { Stream } from "./stream.ts";
import type { SchemaTruth } from "./truth.ts";

export interface CaptureOptions extends SignalOptions {
  /** What the captures are; `auto`: each is recognised by its shape. */
  readonly as: CaptureKind | "auto";
}

const SCHEMAS: Readonly<Record<CaptureKind, string>> = {
  request: "/request/schema",
  response: "/response/schema",
  chunk: "/response/stream/chunk",
  error: "/errors/schema",
};

type Counts = Record<CaptureKind, number>;

const noCounts = (): Counts => ({ request: 0, response: 0, chunk: 0, error: 0 });

function sumOf(all: readonly Counts[]): Counts {
  const sum = noCounts();
  for (const counts of all) for (const kind of CAPTURE_KINDS) sum[kind] += counts[kind];
  return sum;
}

interface FileState extends FileResult {
  readonly took: Counts;
  readonly fitting: Counts;
  readonly stream: Stream;
  /** What values without a shape of their own are taken for. */
  last: CaptureKind | null;
}

export class CaptureCheck {
  readonly #loaded: LoadedContract;
  readonly #truth: SchemaTruth;
  readonly #options: CaptureOptions;
  readonly #recogniser: Recogniser;
  readonly #usage: Parameters<typeof usageOf>[0]["usage"];
  readonly #groups = new Groups();
  readonly #remarks = new Remarks();
  readonly #rows: SignalRows;
  readonly #signals: SignalRow[] = [];
  readonly #files: FileState[] = [];

  constructor(loaded: LoadedContract, truth: SchemaTruth, options: CaptureOptions) {
    this.#loaded = loaded;
    this.#truth = truth;
    this.#options = options;
    this.#recogniser = new Recogniser(loaded.contract);
    this.#rows = new SignalRows(loaded.contract, options, this.#remarks);
    const { input, output } = loaded.contract.response.usage;
    this.#usage = { input: stepsOf(input), output: stepsOf(output) };
  }

  /**
   * Begins a file. Give it its lines, without their ends, and then its end.
   *
   * @param name as the user named it
   */
  file(name: string): { readonly line: (text: string) => void; readonly end: () => void } {
    const { contract } = this.#loaded;
    const file: FileState = {
      file: name,
      took: noCounts(),
      fitting: noCounts(),
      stream: new Stream(contract.response),
      last: null,
    };
    this.#files.push(file);
    const splitter = new Splitter(formOf(name), (piece) => this.#piece(file, piece));
    return {
      line: (text) => splitter.line(text),
      end: () => {
        if (!splitter.end()) this.#remarks.add("empty_file", { file: name, line: 1, item: null }, name);
        this.#endStream(file.stream);
      },
    };
  }

  result(): CaptureResult {
    return {
      files: this.#files.map(({ file, took, fitting }) => ({ file, took, fitting })),
      totals: sumOf(this.#files.map((file) => file.took)),
      fitting: sumOf(this.#files.map((file) => file.fitting)),
      misfits: this.#groups.all(),
      misfitsLeft: this.#groups.left,
      remarks: this.#remarks.all(),
      signals: this.#signals,
    };
  }

  #piece(file: FileState, piece: Piece): void {
    const place = { file: file.file, line: piece.line, item: null };
    switch (piece.kind) {
      case "broken":
        this.#remarks.add("not_json", place, piece.what);
        return;
      case "event":
        this.#event(file, file.stream, piece, place, null);
        return;
      case "value":
        this.#values(file, piece.value, place);
    }
  }

  /** A list stands for its items, unless it is the body of an error that comes in one. */
  #values(file: FileState, value: unknown, place: Place): void {
    const isMany = Array.isArray(value) && this.#recogniser.kindOf(value) === null;
    if (!isMany) this.#value(file, value, place);
    else for (const [index, item] of value.entries()) this.#value(file, item, { ...place, item: index + 1 });
  }

  #value(file: FileState, value: unknown, place: Place): void {
    if (isDeeperThan(value, DEEPEST_DOCUMENT)) {
      this.#remarks.add("too_deep", place, null);
      return;
    }
    const captured = isRow(value)
      ? capturedOf(value, place)
      : { place, value, status: null, headers: null, row: null, event: null };
    if (typeof captured.value === "string" && looksLikeEvents(captured.value)) this.#streamOfRow(file, captured);
    else this.#captured(file, file.stream, captured);
  }

  /** A row whose body is a whole stream. */
  #streamOfRow(file: FileState, captured: Captured): void {
    const stream = new Stream(this.#loaded.contract.response);
    for (const piece of eventsOf(String(captured.value))) this.#event(file, stream, piece, captured.place, captured);
    this.#endStream(stream);
  }

  #event(
    file: FileState,
    stream: Stream,
    { data, event }: { readonly data: string; readonly event: string },
    place: Place,
    row: Captured | null,
  ): void {
    stream.began(place);
    if (stream.isEnd(data)) return;
    const value = parsed(data);
    if (value === undefined) {
      this.#remarks.add("not_json", place, "of an event's data");
      return;
    }
    if (isDeeperThan(value, DEEPEST_DOCUMENT)) this.#remarks.add("too_deep", place, null);
    else {
      const { status = 200, headers = null, row: fields = null } = row ?? {};
      this.#captured(file, stream, { place, value, status, headers, row: fields, event });
    }
  }

  #captured(file: FileState, stream: Stream, captured: Captured): void {
    const kind = this.#kindOf(file, captured);
    if (kind === null) {
      this.#remarks.add("unknown_shape", captured.place, null);
      return;
    }
    if (kind === "chunk" && this.#loaded.contract.response.stream === undefined) {
      this.#remarks.add("no_stream_in_contract", captured.place, null);
      return;
    }
    file.last = kind;
    file.took[kind]++;
    const slips = kind === "error" ? this.#error(captured, stream) : this.#slips(kind, captured.value);
    if (slips.length === 0) file.fitting[kind]++;
    else this.#groups.add(kind, slips, captured.place);
    if (kind === "response") this.#response(captured);
    if (kind === "chunk") stream.chunk(captured);
  }

  #kindOf(file: FileState, { value, status, row, event }: Captured): CaptureKind | null {
    const { as } = this.#options;
    if (event === "error" || (status !== null && (status < 200 || status > 299))) return "error";
    if (as !== "auto") return as;
    const kind = this.#recogniser.kindOf(value);
    // A row is there for its status: what is no answer was an error to whoever wrote it down.
    return kind ?? (row !== null && event === null ? "error" : file.last);
  }

  #slips(kind: CaptureKind, value: unknown): readonly Slip[] {
    return explain(this.#truth, SCHEMAS[kind], value);
  }

  #response({ value, headers, place }: Captured): void {
    const { response } = this.#loaded.contract;
    const finish = at(value, stepsOf(response.finishReason)) ?? null;
    const isRefused = typeof finish === "string" && response.refusedReasons?.includes(finish) === true;
    const isThere = response.answer.some((pointer) => isFilled(at(value, stepsOf(pointer))));
    this.#remarks.count("no_answer", !isThere && !isRefused, place);
    this.#remarks.count("no_finish_reason", finish === null, place);
    this.#remarks.count("no_usage", usageOf({ usage: this.#usage }, value) === null, place);
    this.#requestId(headers, place);
  }

  #requestId(headers: Captured["headers"], place: Place): void {
    const name = this.#loaded.contract.response.requestIdHeader?.toLowerCase();
    if (name === undefined || headers === null || Object.keys(headers).length === 0) return;
    this.#remarks.count("no_request_id", !Object.hasOwn(headers, name), place);
  }

  /** Of a stream that ended in an error nothing more is expected; of one chunk nothing was. */
  #endStream(stream: Stream): void {
    const { first } = stream;
    if (first === null || stream.hasError || stream.chunks < 2) return;
    if (stream.hasMarker !== null) this.#remarks.count("no_end_marker", !stream.hasMarker, first);
    this.#remarks.count("no_stream_finish_reason", !stream.hasFinishReason, first);
    this.#remarks.count("no_stream_usage", !stream.hasUsage, first);
  }

  /** Gives the slips of the error object, and lists which signal it is. */
  #error(captured: Captured, stream: Stream): readonly Slip[] {
    const { value, status, headers, place, event } = captured;
    const found = findError(this.#loaded.contract.errors.at, status, value);
    const isBody = typeof value !== "string" && !(status !== null && status >= 200 && status <= 299);
    this.#remarks.count("no_error_object", found === null && isBody, place);
    if (event === null) this.#requestId(headers, place);
    const inStream = event === null ? null : stream.hasToken ? "after_first_token" : "before_first_token";
    if (event !== null) stream.error();
    const error = found?.error ?? null;
    this.#signals.push(this.#rows.of(captured, error, inStream));
    // A text is read as a message: there is nothing of it to hold against a schema.
    const steps = found?.at ?? null;
    if (steps === null) return [];
    return this.#slips("error", error).map((slip) => ({ ...slip, at: [...steps, ...slip.at] }));
  }
}

/** Not null, not empty: as `accept` with `standard` has it. */
function isFilled(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}
