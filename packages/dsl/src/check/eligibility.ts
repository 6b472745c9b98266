/** May the targets of the fallbacks stand in for the paths before them? */
import { below } from "../contract/pointer.ts";
import type { Lack } from "../diagnostics/eligibility.ts";
import type { Related, Severity } from "../diagnostics/index.ts";
import { digestOf } from "../digest.ts";
import { type Against, CRITERIA } from "../evidence/document.ts";
import { type LoadedEvidence, loadEvidence } from "../evidence/load.ts";
import { type CriterionState, criterionState } from "../evidence/state.ts";
import type * as tree from "../syntax/tree.ts";
import type { Loaded } from "./files.ts";
import type { Known } from "./known.ts";
import type { FallbackModel } from "./model.ts";
import type { KnownPath } from "./path.ts";
import { isWritten } from "./settings.ts";
import { subjectOfPaths } from "./subject.ts";

/** A fallback that the rules of a policy name: from which path, to which. */
export interface Takeover {
  readonly from: KnownPath;
  readonly to: KnownPath;
  readonly action: tree.Action;
}

/**
 * A path is eligible when evidence that is complete, fresh and good shows that it may stand in for the
 * path that it takes over from, or for the one that the policy starts on. In production it is an error
 * where it is not, in development a warning; one message for each path. Gives what is known of each target.
 */
export function checkEligibility(
  takeovers: readonly Takeover[],
  start: KnownPath,
  known: Known,
): readonly FallbackModel[] {
  const byTarget = new Map<KnownPath, Takeover[]>();
  for (const takeover of takeovers) {
    const { from, to } = takeover;
    if (to !== start && to !== from) byTarget.set(to, [...(byTarget.get(to) ?? []), takeover]);
  }
  return [...byTarget].map(([to, ways]) => checkTarget(to, ways, start, known));
}

function checkTarget(to: KnownPath, ways: readonly Takeover[], start: KnownPath, known: Known): FallbackModel {
  const { validated } = to;
  const unfit = ways.find(({ from }) => validated === null || ![from.name, start.name].includes(validated.path.text));
  if (unfit !== undefined) {
    reportUnfit(unfit, known);
    return fallbackModel(to, unfit.from, subjectOfPaths(to, unfit.from), null, known);
  }
  const original = known.paths.get(validated?.path.text ?? "") ?? start;
  const evidence = known.evidence.get(to) ?? null;
  const isAbout = evidence?.evidence.path === to.name && evidence.evidence.for === original.name;
  const subject = subjectOfPaths(to, original);
  const fallback = fallbackModel(to, original, subject, isAbout ? evidence : null, known);
  if (evidence !== null && !isAbout) reportOther(to, original, evidence, known);
  else if (evidence !== null && subject !== null) reportLacks(fallback, to, evidence, known);
  return fallback;
}

/** Digests are made when somebody asks for them: a check seldom does. */
function fallbackModel(
  to: KnownPath,
  original: KnownPath,
  subject: (() => Against) | null,
  evidence: LoadedEvidence | null,
  known: Known,
): FallbackModel {
  const criteria = CRITERIA.map((criterion) => ({
    criterion,
    state:
      evidence === null || subject === null
        ? MISSING
        : criterionState(evidence.evidence, criterion, subject, known.options.asOf),
  }));
  const { source } = known.evidence.get(to) ?? {};
  return {
    path: to.name,
    for: original.name,
    eligible: criteria.every(({ state }) => state.kind === "passed"),
    get evidence() {
      return source === undefined ? null : { file: source.name, digest: digestOf(source) };
    },
    get subject() {
      return subject?.() ?? null;
    },
    criteria,
  };
}

const MISSING: CriterionState = { kind: "missing" };

/** In production it is an error, in development a warning. */
function severityOf(known: Known): Severity {
  return known.options.profile === "production" ? "error" : "warning";
}

/** No evidence, or evidence for another path than the one that is taken over from. */
function reportUnfit({ from, to, action }: Takeover, known: Known): void {
  const more = {
    severity: severityOf(known),
    related: [{ span: to.tree.name.span, text: `the path \`${to.name}\`` }],
  };
  if (to.validated === null) {
    if (known.declared.broken(to.tree.span)) return;
    known.report.add("FBP8001", action.span, { path: to.name, from: from.name }, more);
  } else if (known.paths.has(to.validated.path.text)) {
    const args = { path: to.name, from: from.name, validated: to.validated.path.text };
    known.report.add("FBP8003", action.span, args, more);
  }
}

function reportOther(to: KnownPath, original: KnownPath, { evidence, spanOf }: LoadedEvidence, known: Known): void {
  const place = spanOf(evidence.path === to.name ? "/for" : "/path");
  const args = { path: to.name, from: original.name, about: evidence.path, for: evidence.for };
  const related = [{ span: to.validated?.span ?? to.tree.name.span, text: "it is named here" }];
  known.report.add("FBP8004", place, args, { severity: severityOf(known), related });
}

/** The kinds of lacks in the order in which a message lists them. */
const KINDS: readonly Lack["kind"][] = ["failed", "missing", "pending", "stale", "expired", "ahead"];

function reportLacks(
  { criteria, for: from }: FallbackModel,
  to: KnownPath,
  evidence: LoadedEvidence,
  known: Known,
): void {
  const lacking = KINDS.map((kind) => ({ kind, of: criteria.filter(({ state }) => state.kind === kind) })).filter(
    ({ of }) => of.length > 0,
  );
  if (lacking.length === 0 || to.validated === null) return;
  const lacks = lacking.map(({ kind, of }): Lack => ({ kind, criteria: of.map(({ criterion }) => criterion) }));
  const related = lacking.flatMap(({ of: [first] }): Related[] => {
    if (first === undefined) return [];
    const pointer = below("/criteria", first.criterion, "status");
    return [{ span: evidence.spanOf(pointer), text: whatIsThere(first.state) }];
  });
  const policy = known.declared.entry.span.source.name;
  known.report.add(
    "FBP8005",
    to.validated.by.span,
    { path: to.name, from, lacks, policy },
    { severity: severityOf(known), related, names: [policy] },
  );
}

function whatIsThere(state: CriterionState): string {
  switch (state.kind) {
    case "passed":
      return `passed until ${state.until}`;
    case "missing":
      return "here it is to be said";
    case "pending":
      return "to be tried";
    case "failed":
      return "this failed";
    case "stale":
      return `${CHANGED[state.of]} since`;
    case "expired":
      return `this stood until ${state.since}`;
    case "ahead":
      return `this is dated ${state.day}`;
  }
}

const CHANGED = {
  policy: "a path, or a check of its answers, has changed",
  contracts: "what a contract says has changed",
  both: "the paths and what their contracts say have changed",
} as const;

/** The evidence that the path's `validated for` names; null where it cannot be read or is wrong, which is reported. */
export function readEvidence(path: KnownPath, known: Omit<Known, "evidence">): LoadedEvidence | null {
  if (path.validated === null || !isWritten(path.validated.by)) return null;
  const { by } = path.validated;
  const loaded = known.load(by.value, by.span.source);
  if (loaded.kind === "source") return loadEvidence(loaded.source, known.report);
  const severity: Severity = known.options.profile === "production" ? "error" : "warning";
  known.report.add("FBP8002", by.span, { path: path.name, file: by.value, why: whyNot(loaded) }, { severity });
  return null;
}

function whyNot(loaded: Exclude<Loaded, { kind: "source" }>): string {
  switch (loaded.kind) {
    case "missing":
      return "is not there";
    case "outside":
      return "lies outside the project's root";
    case "unreadable":
      return `cannot be read: ${loaded.why}`;
  }
}
