/** From the options of `fbp contract verify` to what is written into an area. */
import { isAbsolute, relative, resolve, sep } from "node:path";
import { type AreaName, digestBy, type Verification } from "@fbp/dsl";
import type { SourceOption } from "../../commands/contract/verify.ts";
import { UsageError } from "../../exit.ts";
import type { ContractInput } from "../../files/contract-input.ts";
import type { Io } from "../../io.ts";
import { printable } from "../../render/width.ts";

export interface CheckOptions {
  /** Null: those that the contract lists. */
  readonly sources: readonly SourceOption[] | null;
  readonly checker: string | null;
  /** ISO day; null: today. */
  readonly day: string | null;
  readonly validDays: number | null;
  /** Null: as they are; empty: none. */
  readonly notes: string | null;
  readonly pending: boolean;
}

/** What an operator says of a check, complete. */
export type Check =
  | {
      readonly kind: "verified";
      readonly sources: readonly SourceOption[] | null;
      readonly checker: string;
      readonly day: string;
      readonly validDays: number;
      readonly notes: string | null;
    }
  | { readonly kind: "pending"; readonly notes: string };

/** @throws UsageError where something is missing that nobody else can say */
export function checkOf(options: CheckOptions, today: string): Check {
  const { sources, checker, validDays, notes, pending } = options;
  if (pending) {
    if (!saysSomething(notes)) throw new UsageError('say why the verification is taken back: --notes "…"');
    return { kind: "pending", notes };
  }
  if (checker === null) throw new UsageError('say who checked: --checker "$USER"');
  if (!saysSomething(checker)) {
    throw new UsageError(
      '--checker names nobody (does this shell have a $USER?): say who checked, as in --checker "Jo Doe"',
    );
  }
  if (validDays === null) throw new UsageError("say for how many days the check stands: --valid-days 90");
  const mute = sources?.find(({ title }) => !saysSomething(title));
  if (mute !== undefined) throw new UsageError('say what was read: --title "Rate limits, page of the documentation"');
  const day = options.day ?? today;
  if (day > today) throw new UsageError(`${day} has not come yet: a check is recorded once it was made`);
  requireStanding(day, validDays, today);
  return { kind: "verified", sources, checker, day, validDays, notes };
}

const DAY_MS = 86_400_000;

/** @throws UsageError where a check of that ISO day is over already */
export function requireStanding(day: string, validDays: number, today: string): void {
  const until = new Date(Date.parse(`${day}T00:00:00Z`) + validDays * DAY_MS).toISOString().slice(0, 10);
  if (until < today) throw new UsageError(`a check of ${day} for ${validDays} days stood until ${until}: check again`);
}

/** A placeholder such as `…` says nothing. */
export function saysSomething(text: string | null): text is string {
  return text !== null && /[\p{L}\p{N}]/u.test(text);
}

/**
 * What the area's verification is to say. `known` is what it says now, whatever that is.
 *
 * @throws UsageError where there is no source, or a copy of one cannot be read
 */
export function nextVerification(
  area: AreaName,
  known: unknown,
  check: Check,
  input: ContractInput,
  io: Io,
): Verification {
  const before = readable(known);
  if (check.kind === "pending") return { status: "pending_review", source: before.source, notes: check.notes };
  const listed = check.sources === null ? before.source : check.sources.map((source) => named(source, input, io));
  if (listed.length === 0) {
    throw new UsageError(`\`${area}\` lists no source; say what it was checked against: --title "…" [--address URL]`);
  }
  const { checker, day, validDays } = check;
  const notes = check.notes ?? before.notes ?? "";
  return {
    status: "verified",
    source: listed.map((source) => withDigest(source, input)),
    checker,
    day,
    validDays,
    ...(notes === "" ? {} : { notes }),
  };
}

type SourceEntry = Verification["source"][number];

/** What can be read of a verification that may have any mistake. */
function readable(known: unknown): { readonly source: readonly SourceEntry[]; readonly notes: string | undefined } {
  const { source, notes } = (typeof known === "object" && known !== null ? known : {}) as Partial<
    Record<string, unknown>
  >;
  const entries = Array.isArray(source) ? (source as readonly unknown[]) : [];
  return {
    source: entries.filter(isEntry),
    notes: typeof notes === "string" ? notes : undefined,
  };
}

function isEntry(value: unknown): value is SourceEntry {
  return typeof value === "object" && value !== null && "title" in value && typeof value.title === "string";
}

/** With its copy named relative to the project's root. */
function named({ title, address, file }: SourceOption, { root }: ContractInput, io: Io): SourceEntry {
  const copy = file === undefined ? undefined : relative(root, resolve(io.cwd, file));
  if (copy !== undefined && (copy === "" || copy === ".." || copy.startsWith(`..${sep}`) || isAbsolute(copy))) {
    throw new UsageError(`${printable(file ?? "")} lies outside the project's root, ${printable(root)}`);
  }
  return {
    title,
    ...(address === undefined ? {} : { address }),
    ...(copy === undefined ? {} : { file: copy.split(sep).join("/") }),
  };
}

/** What was read today; a digest of what is not at hand cannot be computed, and an old one would be a claim. */
function withDigest({ digest: _, ...source }: SourceEntry, { host, nameFromHere }: ContractInput): SourceEntry {
  if (source.file === undefined) return source;
  const found = digestBy(host)(source.file);
  if (found.kind === "digest") return { ...source, digest: found.digest };
  const why = found.kind === "unreadable" ? `cannot be read: ${found.why}` : WHY[found.kind];
  throw new UsageError(`the copy ${printable(nameFromHere(source.file))} ${why}, so nothing says what was read`);
}

const WHY = {
  missing: "is not there",
  outside: "lies outside the project's root",
  too_large: "is too large",
} as const;
