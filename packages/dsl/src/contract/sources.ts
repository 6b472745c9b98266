/**
 * The copies that a verification was made against (`source[].file`): do they still hold what was read?
 * Files are named relative to the project's root, wherever the contract stands.
 */
import { type FileDigest, whyUnread } from "../host.ts";
import { AREA_NAMES, type AreaName, type Contract, type Verification } from "./document.ts";

/** Gives the digest of a file by its name in the project; `outside` for a name that leads out of the root. */
export type DigestFile = (file: string) => FileDigest | { readonly kind: "outside" };

export type CopyState =
  /** The source names no file of the project. */
  | { readonly kind: "none" }
  /** The file is there, and nothing says what it held when it was read. */
  | { readonly kind: "unpinned"; readonly digest: string }
  | { readonly kind: "same"; readonly digest: string }
  | { readonly kind: "changed"; readonly digest: string }
  /** `why` completes "the file …": `is not there`, `lies outside the project's root`, `cannot be read: …`. */
  | { readonly kind: "unread"; readonly why: string };

/** One state for each source, in the order in which the verification lists them. */
export function copiesOf(verification: Verification, digest: DigestFile): readonly CopyState[] {
  return verification.source.map(({ file, digest: known }): CopyState => {
    if (file === undefined) return { kind: "none" };
    const found = digest(file);
    if (found.kind !== "digest") return { kind: "unread", why: whyNot(found) };
    if (known === undefined) return { kind: "unpinned", digest: found.digest };
    return { kind: found.digest === known ? "same" : "changed", digest: found.digest };
  });
}

/** A copy of a verified area that is not what was read any more. */
export interface Contradiction {
  /** Index into the area's sources. */
  readonly source: number;
  readonly file: string;
  readonly copy: Extract<CopyState, { readonly kind: "changed" | "unread" }>;
}

/** The first contradiction of each area that is called verified. */
export function contradictionsOf(contract: Contract, digest: DigestFile): ReadonlyMap<AreaName, Contradiction> {
  const found = new Map<AreaName, Contradiction>();
  for (const area of AREA_NAMES) {
    const { verification } = contract[area];
    if (verification.status !== "verified") continue;
    copiesOf(verification, digest).forEach((copy, source) => {
      const file = verification.source[source]?.file;
      if (file === undefined || found.has(area)) return;
      if (copy.kind === "changed" || copy.kind === "unread") found.set(area, { source, file, copy });
    });
  }
  return found;
}

function whyNot(found: Exclude<ReturnType<DigestFile>, { readonly kind: "digest" }>): string {
  switch (found.kind) {
    case "missing":
      return "is not there";
    case "outside":
      return "lies outside the project's root";
    default:
      return `cannot be read: ${whyUnread(found)}`;
  }
}
