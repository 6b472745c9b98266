/** What a canary call shows of a path that is to stand in, written into its evidence file. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import {
  type Against,
  CRITERIA,
  type Criterion,
  type CriterionRecord,
  type Diagnostic,
  emptyEvidence,
  type FallbackModel,
  type LoadedEvidence,
  loadEvidence,
  Report,
  withCriterion,
} from "@fbp/dsl";
import { nth } from "@fbp/runtime/core";
import { UsageError } from "../exit.ts";
import { readBytes } from "../files/bytes.ts";
import { STDIN } from "../files/expand.ts";
import type { Io } from "../io.ts";
import { VERSION } from "../version.ts";
import type { Seen } from "./call.ts";
import type { Target } from "./target.ts";

/** The one criterion that an answer from outside shows: the service's own parser, prompts and load are not tried. */
const CRITERION = "response_format";

/** One call is little: it has to be made again soon. */
const VALID_DAYS = 30;

/** The file, and the target that it speaks of. */
export interface Keeping {
  /** As the user named it. */
  readonly file: string;
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly target: Target;
  readonly fallback: FallbackModel;
  /** What somebody had noted of a criterion: it stays. */
  readonly notes: Notes;
}

type Notes = Readonly<Partial<Record<Criterion, string>>>;

export type Opened =
  | Keeping
  /** What stands in the file is no evidence. */
  | { readonly findings: readonly Diagnostic[] }
  | { readonly problem: string };

const MOST_BYTES = 4 * 1024 * 1024;

/** @throws UsageError where the file is not about one of the targets, or there is none that it could be about */
export async function openEvidence(io: Io, file: string, targets: readonly Target[]): Promise<Opened> {
  if (file === STDIN) throw new UsageError("--evidence must name a file: what was shown is put into it");
  const path = resolve(io.cwd, file);
  if (!existsSync(path)) {
    const { target, fallback } = onlyOne(targets);
    const text = emptyEvidence(fallback.path, fallback.for);
    return { file, path, text, target, fallback, notes: {} };
  }
  const bytes = await readBytes(io, path, MOST_BYTES);
  if (bytes.kind === "problem") return { problem: `${file} cannot be read: ${bytes.why}` };
  const report = new Report();
  const loaded = loadEvidence({ name: file, text: bytes.text }, report);
  if (loaded === null) return { findings: report.diagnostics };
  const { evidence } = loaded;
  const found = candidates(targets).find(
    ({ fallback }) => fallback.path === evidence.path && fallback.for === evidence.for,
  );
  if (found === undefined) {
    throw new UsageError(
      `${file} is about ${evidence.path} in place of ${evidence.for}, and no path that is called here is that`,
    );
  }
  return { file, path, text: bytes.text, ...found, notes: notesOf(evidence.criteria) };
}

function notesOf(criteria: LoadedEvidence["evidence"]["criteria"]): Notes {
  return Object.fromEntries(
    CRITERIA.flatMap((criterion) => {
      const notes = criteria[criterion]?.notes;
      return notes === undefined ? [] : [[criterion, notes]];
    }),
  );
}

interface Candidate {
  readonly target: Target;
  readonly fallback: FallbackModel;
}

/** Only a path that a fallback names stands in for another. */
function candidates(targets: readonly Target[]): readonly Candidate[] {
  return targets.flatMap((target) => {
    const { name } = nth(target.model.paths, target.path);
    return target.model.fallbacks.filter(({ path }) => path === name).map((fallback) => ({ target, fallback }));
  });
}

function onlyOne(targets: readonly Target[]): Candidate {
  const all = candidates(targets);
  const [first] = all;
  if (first === undefined) {
    throw new UsageError("evidence is about a path that stands in for another, and no path that is called here does");
  }
  if (all.length > 1) {
    const names = [...new Set(all.map(({ fallback }) => fallback.path))].join(", ");
    throw new UsageError(`one evidence file is about one path: name it with --path, of ${names}, and with --policy`);
  }
  return first;
}

export interface Shown {
  readonly criterion: Criterion;
  /** null: the call shows nothing of it. */
  readonly record: CriterionRecord | null;
  /** Why it shows nothing. */
  readonly why: string | null;
}

/** What is judged of an answer, or of several. */
export type Judged = Pick<Seen, "ok" | "status" | "check" | "streamed">;

/**
 * @param day ISO day of the call
 * @param did what was done: `canary: one answer`
 */
export function shownBy(seen: Judged, keeping: Keeping, day: string, did = "canary: one answer"): Shown {
  const { target, fallback } = keeping;
  const why = whyNothing(seen, target, fallback);
  const { subject } = fallback;
  if (why !== null || subject === null) return { criterion: CRITERION, record: null, why };
  const { model, contract } = nth(target.model.paths, target.path);
  const names = nth(target.model.contracts, contract).accept.map(({ name }) => name);
  const what = seen.ok ? `accept passed (${names.join(", ")})` : `it failed the check ${seen.check ?? ""}`;
  const how = seen.streamed ? " as a stream" : "";
  const check = `fbp ${VERSION} ${did} of ${model}${how}, status ${seen.status ?? "none"}; ${what}`;
  return {
    criterion: CRITERION,
    record: recordOf(keeping, CRITERION, subject, { passed: seen.ok, day, check }),
    why: null,
  };
}

/**
 * What the service's own parser makes of answers.
 *
 * @param refused why it does not take one; null: it takes them all
 */
export function shownByParser(
  keeping: Keeping,
  { answers, refused, day }: { readonly answers: string; readonly refused: string | null; readonly day: string },
): Shown {
  const { target, fallback } = keeping;
  const { adapter } = nth(target.model.paths, target.path);
  const criterion = "output_parser";
  if (fallback.subject === null) return { criterion, record: null, why: "a path is not complete" };
  if (adapter !== null) {
    return {
      criterion,
      record: null,
      why: "the parser reads what the path's adapter makes of an answer, and that was not run",
    };
  }
  const what = refused === null ? "took" : "refused one of";
  const check = `fbp ${VERSION} drill: the service's parser ${what} ${answers}${refused === null ? "" : `, ${refused}`}`;
  const record = recordOf(keeping, criterion, fallback.subject, { passed: refused === null, day, check });
  return { criterion, record, why: null };
}

function recordOf(
  { notes }: Keeping,
  criterion: Criterion,
  against: Against,
  { passed, day, check }: { readonly passed: boolean; readonly day: string; readonly check: string },
): CriterionRecord {
  const noted = notes[criterion];
  return {
    status: passed ? "passed" : "failed",
    day,
    validDays: VALID_DAYS,
    check,
    against,
    ...(noted === undefined ? {} : { notes: noted }),
  };
}

/** What was not seen is not written: an answer that did not come has no form. */
function whyNothing(seen: Judged, target: Target, { subject }: FallbackModel): string | null {
  const { adapter, contract } = nth(target.model.paths, target.path);
  if (subject === null) return "a path is not complete";
  if (adapter !== null) return "the service reads what the path's adapter makes of an answer, and that was not run";
  if (!nth(target.model.contracts, contract).accept.some(({ kind }) => kind !== "check")) {
    return "`accept` does not check the form of an answer";
  }
  return seen.ok || seen.check !== null ? null : "there was no answer to judge";
}

/** The file's text with what was shown. */
export function evidenceWith({ text }: Keeping, shown: readonly Shown[]): string {
  return shown.reduce(
    (made, { criterion, record }) => (record === null ? made : withCriterion(made, criterion, record)),
    text,
  );
}
