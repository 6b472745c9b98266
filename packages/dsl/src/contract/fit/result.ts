/** What came of a check of captures. */
import type { CaptureKind, Place } from "./capture.ts";
import type { Misfit } from "./groups.ts";

export interface CaptureResult {
  readonly files: readonly FileResult[];
  /** How many of each kind there were, over all files. */
  readonly totals: Readonly<Record<CaptureKind, number>>;
  /** How many of each kind fit the contract's schema. */
  readonly fitting: Readonly<Record<CaptureKind, number>>;
  readonly misfits: readonly Misfit[];
  /** Captures with misfits that are not listed, because there were too many different ones. */
  readonly misfitsLeft: number;
  readonly remarks: readonly Remark[];
  readonly signals: readonly SignalRow[];
}

export interface FileResult {
  readonly file: string;
  readonly took: Readonly<Record<CaptureKind, number>>;
  readonly fitting: Readonly<Record<CaptureKind, number>>;
}

/** Something about the contract's own places, or about a file, that is no slip of a schema. */
export interface Remark {
  readonly kind: RemarkKind;
  /** In how many captures, streams, rows or lines. */
  readonly count: number;
  /** Of how many; 0 where it is not a share of anything. */
  readonly of: number;
  readonly first: Place;
  /** A word that belongs to it, fit to be printed; null for none. */
  readonly detail: string | null;
}

export type RemarkKind =
  /** An answer without anything at the answer's places. */
  | "no_answer"
  | "no_finish_reason"
  | "no_usage"
  /** A stream in which no chunk has it. */
  | "no_stream_finish_reason"
  | "no_stream_usage"
  | "no_end_marker"
  | "no_error_object"
  | "no_request_id"
  /** Of an error body nothing is known but the body. */
  | "no_status"
  | "unmapped_word"
  | "unknown_shape"
  | "no_stream_in_contract"
  | "not_json"
  | "too_deep"
  | "empty_file";

/** An error answer, and what the contract makes of it. Texts are fit to be printed. */
export interface SignalRow {
  readonly place: Place;
  readonly provider: string | null;
  readonly status: number | null;
  readonly code: string | null;
  readonly type: string | null;
  /** null where nothing can be told: the capture has no status. */
  readonly signal: string | null;
  /** What `documented` and `standard` make of the error object by itself: the same, but for an error in a stream. */
  readonly reads: string | null;
  /** JSON Pointer in the contract of the documented condition that says so; null where it is the plain reading. */
  readonly condition: string | null;
  /** Of an error inside of a stream: had a part of the answer come before it? */
  readonly inStream: "before_first_token" | "after_first_token" | null;
  /** Any of these is right; null where the row does not say. */
  readonly expected: readonly string[] | null;
}

/** null where nothing was expected. */
export function isMet({ signal, expected }: SignalRow): boolean | null {
  return expected === null ? null : signal !== null && expected.includes(signal);
}
