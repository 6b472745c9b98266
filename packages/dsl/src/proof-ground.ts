/**
 * What the examination of a policy is made of. Where nothing wrong was found and nothing of this has changed
 * since but where it stands in its files, nothing would be found again: an edit of a comment or of a scenario
 * needs no new proof. What was found is never kept, for its places move.
 */
import type { Diagnostic } from "./diagnostics/index.ts";
import type { FileDigest, FileText } from "./host.ts";
import type { Source } from "./source.ts";
import { sameItems } from "./syntax/compare.ts";
import type { File, Item } from "./syntax/tree.ts";

export type Read = Source | Exclude<FileText, { readonly kind: "text" }>;

export interface ProofGround {
  /** The program's policy files, the entry first. */
  readonly files: readonly File[];
  /** What came of every file that was asked for, and of every digest, by name. */
  readonly reads: ReadonlyMap<string, Read>;
  readonly digests: ReadonlyMap<string, FileDigest>;
  /** What was reported before: what has been told is not told again. */
  readonly told: readonly Diagnostic[];
}

/** Of the same options, which are no part of it. */
export function isSameGround(a: ProofGround, b: ProofGround): boolean {
  return (
    isSameList(a.files, b.files, isSameFile) &&
    isSameMap(othersOf(a), othersOf(b), isSameRead) &&
    isSameMap(a.digests, b.digests, isSameData) &&
    isSameList(a.told, b.told, isSameMessage)
  );
}

/** A file that is there is the same object as long as its text is. */
export function isSameRead(a: Read, b: Read): boolean {
  return a === b || ("kind" in a && "kind" in b && isSameData(a, b));
}

function isSameFile(a: File, b: File): boolean {
  return a.span.source.name === b.span.source.name && sameItems(a.items.filter(isProved), b.items.filter(isProved));
}

/** Scenarios are played; they are no part of what can happen to a request. */
function isProved({ kind }: Item): boolean {
  return kind !== "scenario";
}

/** Contracts, schemas, evidence: everything but the policy files. */
function othersOf({ files, reads }: ProofGround): ReadonlyMap<string, Read> {
  const policies = new Set(files.map((file) => file.span.source.name));
  return new Map([...reads].filter(([name]) => !policies.has(name)));
}

function isSameMessage(a: Diagnostic, b: Diagnostic): boolean {
  return a.code === b.code && a.severity === b.severity && a.text === b.text;
}

function isSameList<T>(a: readonly T[], b: readonly T[], isSame: (one: T, other: T) => boolean): boolean {
  return (
    a.length === b.length &&
    a.every((one, at) => {
      const other = b[at];
      return other !== undefined && isSame(one, other);
    })
  );
}

function isSameMap<T>(
  a: ReadonlyMap<string, T>,
  b: ReadonlyMap<string, T>,
  isSame: (one: T, other: T) => boolean,
): boolean {
  return (
    a.size === b.size &&
    [...a].every(([name, one]) => {
      const other = b.get(name);
      return other !== undefined && isSame(one, other);
    })
  );
}

function isSameData(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
