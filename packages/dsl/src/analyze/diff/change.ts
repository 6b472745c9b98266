/** What a change of a policy does to requests: told in words that are the same for every output. */

/** In the order in which they are told. */
export const CHANGE_KINDS = ["decisions", "classification", "settings", "bounds", "guarantees", "reliance"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

export interface Change {
  readonly kind: ChangeKind;
  /** What it is about, in the operator's words: `server_error on primary`, `calls in the worst case`. */
  readonly what: string;
  /** null: it was not there. */
  readonly before: string | null;
  /** null: it is no longer there. */
  readonly after: string | null;
  /** A clause that follows "because"; null where nothing more is known, or nothing more is to be said. */
  readonly because: string | null;
}

export interface PolicyDiff {
  readonly policy: string;
  readonly status: "added" | "removed" | "changed" | "same";
  readonly changes: readonly Change[];
  readonly notCompared: readonly NotCompared[];
}

/** Changes of this kind may be there, and nobody can say. */
export interface NotCompared {
  readonly kind: ChangeKind;
  /** In the operator's words. */
  readonly why: string;
}
