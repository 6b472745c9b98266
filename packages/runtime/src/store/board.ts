/** The place where processes leave notes for each other: counts that are added up, and one record for each breaker. */

/** A window over all processes: buckets of time (of the board's clock) or of calls, of which the last `slots` count. */
export interface CountsShape {
  readonly id: string;
  /** Of a bucket: milliseconds, or calls where `byCalls`. */
  readonly width: number;
  readonly byCalls: boolean;
  readonly slots: number;
}

export type Triple = readonly [calls: number, first: number, second: number];

export interface CountsNote extends CountsShape {
  /** Counts of a lower tag than the board's are old and left out; a higher one begins anew. */
  readonly tag: number;
  /** What is added. */
  readonly add: Triple;
}

export interface Notes {
  /** The policy. */
  readonly space: string;
  /** Names one process, and each batch of additions: one that was added already is not added again. */
  readonly writer: string;
  readonly batch: number;
  readonly counts: readonly CountsNote[];
  /** Whose records are wanted. */
  readonly paths: readonly string[];
}

export interface Reading {
  /** The board's clock, milliseconds. */
  readonly now: number;
  /** What each of `counts` holds now. */
  readonly counts: readonly Triple[];
  /** The record of each of `paths`; null: none, or none that can be one. */
  readonly records: readonly (string | null)[];
}

/** A longer text is no record. */
export const RECORD_BYTES = 16_384;

/** What comes back is checked: anything may stand on a board. */
export interface Board {
  exchange(notes: Notes): Promise<unknown>;
  /** Puts `next` in the place of `expected`; false where something else stands there now. */
  replace(space: string, path: string, expected: string | null, next: string): Promise<unknown>;
  /** Is it known not to be there? Then nothing is asked of it. */
  readonly absent?: boolean;
  /** It has not answered for seconds: whoever owns the connection may try another. */
  hangs?(): void;
  close?(): void;
}

/** null: that is no reading for these notes. */
export function readingOf(value: unknown, { counts, paths }: Notes): Reading | null {
  if (typeof value !== "object" || value === null) return null;
  const { now, counts: totals, records } = value as Partial<Record<keyof Reading, unknown>>;
  if (!isCount(now) || !Array.isArray(totals) || !Array.isArray(records)) return null;
  if (totals.length !== counts.length || records.length !== paths.length) return null;
  return { now, counts: totals.map(tripleOf), records: records.map(recordOf) };
}

function tripleOf(value: unknown): Triple {
  const [calls, first, second] = Array.isArray(value) ? (value as readonly unknown[]) : [];
  if (!isCount(calls) || !isCount(first) || !isCount(second) || first > calls || second > calls) return [0, 0, 0];
  return [calls, first, second];
}

function recordOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" && value.length <= RECORD_BYTES ? value : null;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
