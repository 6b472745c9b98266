/** What a canary call shows of a path that is to stand in, written into its evidence file. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import {
  type CriterionRecord,
  type Diagnostic,
  emptyEvidence,
  type FallbackModel,
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
export const CRITERION = "response_format";

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
  readonly notes: string | undefined;
}

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
    return { file, path, text, target, fallback, notes: undefined };
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
  return { file, path, text: bytes.text, ...found, notes: evidence.criteria[CRITERION]?.notes };
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
  readonly criterion: typeof CRITERION;
  /** null: the call shows nothing of it. */
  readonly record: CriterionRecord | null;
  /** Why it shows nothing. */
  readonly why: string | null;
}

/** @param day ISO day of the call */
export function shownBy(seen: Seen, { target, fallback, notes }: Keeping, day: string): Shown {
  const why = whyNothing(seen, target, fallback);
  const { subject } = fallback;
  if (why !== null || subject === null) return { criterion: CRITERION, record: null, why };
  const { model, contract } = nth(target.model.paths, target.path);
  const names = nth(target.model.contracts, contract).accept.map(({ name }) => name);
  const what = seen.ok ? `accept passed (${names.join(", ")})` : `it failed the check ${seen.check ?? ""}`;
  const how = seen.streamed ? " as a stream" : "";
  const record: CriterionRecord = {
    status: seen.ok ? "passed" : "failed",
    day,
    validDays: VALID_DAYS,
    check: `fbp ${VERSION} canary: one answer of ${model}${how}, status ${seen.status ?? "none"}; ${what}`,
    against: subject,
    ...(notes === undefined ? {} : { notes }),
  };
  return { criterion: CRITERION, record, why: null };
}

/** What was not seen is not written: an answer that did not come has no form. */
function whyNothing(seen: Seen, target: Target, { subject }: FallbackModel): string | null {
  const { adapter, contract } = nth(target.model.paths, target.path);
  if (subject === null) return "a path is not complete";
  if (adapter !== null) return "the service reads what the path's adapter makes of an answer, and that was not run";
  if (!nth(target.model.contracts, contract).accept.some(({ kind }) => kind !== "check")) {
    return "`accept` does not check the form of an answer";
  }
  return seen.ok || seen.check !== null ? null : "there was no answer to judge";
}

export function evidenceWith({ text }: Keeping, record: CriterionRecord): string {
  return withCriterion(text, CRITERION, record);
}
