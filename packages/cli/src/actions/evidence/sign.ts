/** `fbp evidence sign` */
import {
  type Against,
  CRITERIA,
  type Criterion,
  type CriterionRecord,
  criterionState,
  loadEvidence,
  nearest,
  Report,
  withCriterion,
} from "@fbp/dsl";
import type { EvidenceSignFormat } from "../../commands/evidence/sign.ts";
import { EXIT, UsageError } from "../../exit.ts";
import { save } from "../../files/save.ts";
import type { Io } from "../../io.ts";
import { unifiedDiff } from "../../render/diff.ts";
import { criterionAsJson, signedAsText } from "../../render/evidence.ts";
import type { Finding } from "../../render/finding.ts";
import { jsonFinding, jsonText } from "../../render/json.ts";
import { paletteFor } from "../../render/palette.ts";
import { printFindings } from "../../render/print.ts";
import { printable } from "../../render/width.ts";
import { requireStanding, saysSomething } from "../contract/verification.ts";
import { type EvidenceFile, gatherTargets, type Target } from "./targets.ts";

export interface EvidenceSignOptions {
  readonly file: string;
  readonly path: string;
  readonly criteria: readonly string[];
  readonly by: string;
  readonly note: string;
  readonly passed: boolean;
  readonly validDays: number;
  /** ISO day of the trial and of the signature. */
  readonly day: string;
  readonly dryRun: boolean;
  readonly format: EvidenceSignFormat;
}

/** Signed evidence, as the file is to be. */
export interface Signed {
  readonly target: Target;
  readonly file: string;
  readonly criteria: Target["criteria"];
  readonly records: Readonly<Partial<Record<Criterion, CriterionRecord>>>;
  readonly before: Readonly<Partial<Record<Criterion, CriterionRecord>>>;
}

/** Of the path's evidence, told whether or not the policy is for production. */
const ABOUT_ANOTHER: ReadonlySet<string> = new Set(["FBP8002", "FBP8003", "FBP8004"]);

/** @throws UsageError for what is no criterion or no such path, and for a signature that says too little */
export async function evidenceSign(io: Io, options: EvidenceSignOptions): Promise<number> {
  const criteria = criteriaOf(options.criteria);
  requireSignature(options, io.today());
  const { targets, findings } = await gatherTargets(io, [options.file], io.today());
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length > 0) return refuse(io, options, errors);
  const target = targetOf(options, targets);
  const { evidence, against } = target;
  if (evidence === null || against === null || !evidence.isAbout) {
    const why = findings.filter(({ code }) => ABOUT_ANOTHER.has(code));
    if (why.length > 0) return refuse(io, options, why);
    throw new UsageError(
      `no evidence is named for \`${options.path}\`; add \`validated for ${target.for} by "./evidence/${options.path}.evidence.json"\` to the path`,
    );
  }
  return write(io, options, criteria, target, { ...evidence, against });
}

function criteriaOf(names: readonly string[]): readonly Criterion[] {
  return [...new Set(names)].map((name) => {
    const criterion = CRITERIA.find((one) => one === name);
    if (criterion !== undefined) return criterion;
    const near = nearest(name, CRITERIA);
    const hint = near === undefined ? `the criteria are ${CRITERIA.join(", ")}` : `did you mean ${near}?`;
    throw new UsageError(`there is no criterion ${JSON.stringify(name)}; ${hint}`);
  });
}

function requireSignature({ by, note, day, passed, validDays }: EvidenceSignOptions, today: string): void {
  if (!saysSomething(by)) {
    throw new UsageError(
      '--by names nobody (does this shell have a $USER?): say who stands for it, as in --by "Jo Doe"',
    );
  }
  if (!saysSomething(note)) {
    throw new UsageError('say what was tried, and where it is written down: --note "200 recorded prompts, see QA-17"');
  }
  if (day > today) throw new UsageError(`${day} has not come yet: a trial is signed once it was made`);
  if (passed) requireStanding(day, validDays, today);
}

function targetOf({ file, path }: EvidenceSignOptions, targets: readonly Target[]): Target {
  const found = targets.filter((target) => target.path === path);
  const [target, other] = found;
  if (target === undefined) {
    const names = [...new Set(targets.map((each) => each.path))];
    const near = nearest(path, names);
    const known = names.length === 0 ? "no fallback names any path" : `fallbacks name ${names.join(", ")}`;
    const hint = near === undefined ? known : `did you mean ${near}?`;
    throw new UsageError(`no fallback in ${printable(file)} names a path ${JSON.stringify(path)}; ${hint}`);
  }
  if (other !== undefined) {
    const policies = found.flatMap((each) => each.policies.map(({ name }) => name)).join(", ");
    throw new UsageError(
      `\`${path}\` is not the same in each of ${printable(policies)}: one signature is about one of them, so name a file with that one alone`,
    );
  }
  return target;
}

function write(
  io: Io,
  options: EvidenceSignOptions,
  criteria: readonly Criterion[],
  target: Target,
  { file, path, loaded, against }: EvidenceFile & { readonly against: Against },
): number {
  const before = loaded.evidence.criteria;
  const { text: old } = loaded.source;
  const text = criteria.reduce(
    (made, criterion) => withCriterion(made, criterion, recordOf(options, against, before[criterion])),
    old,
  );
  const report = new Report();
  const after = loadEvidence({ name: file, text }, report);
  if (after === null) return refuse(io, options, report.diagnostics);
  const states = CRITERIA.map((criterion) => ({
    criterion,
    state: criterionState(after.evidence, criterion, () => against, io.today()),
  }));
  const signed: Signed = {
    target: { ...target, criteria: states, eligible: states.every(({ state }) => state.kind === "passed") },
    file,
    criteria: states.filter(({ criterion }) => criteria.includes(criterion)),
    records: after.evidence.criteria,
    before,
  };
  const written = !options.dryRun && text !== old && save(io, [{ path, text }]);
  if (options.format === "json") printJson(io, signed, unifiedDiff(file, old, text, plain(io)), written);
  else if (text === old) io.stdout.write(`${printable(file)} says so already\n`);
  else if (written || options.dryRun) {
    const palette = paletteFor(io.stdout, io.env);
    if (options.dryRun) io.stdout.write(`${unifiedDiff(printable(file), old, text, palette)}\n`);
    io.stdout.write(signedAsText(signed, options.dryRun, palette));
  }
  return written || options.dryRun || text === old ? EXIT.fine : EXIT.problems;
}

/** A trial takes the place of the one before; remarks stay. */
function recordOf(
  { passed, day, validDays, by, note }: EvidenceSignOptions,
  against: Against,
  known: CriterionRecord | undefined,
): CriterionRecord {
  return {
    status: passed ? "passed" : "failed",
    day,
    ...(passed ? { validDays } : {}),
    check: note,
    against,
    signed: { by, day, statement: note },
    ...(known?.notes === undefined ? {} : { notes: known.notes }),
  };
}

function refuse(io: Io, options: EvidenceSignOptions, findings: readonly Finding[]): number {
  if (options.format === "json") {
    const nothing = { file: null, path: options.path, for: null, written: false, eligible: false, criteria: [] };
    io.stdout.write(jsonText({ ...nothing, diff: "", diagnostics: findings.map(jsonFinding) }));
  } else {
    io.stderr.write(`${printFindings(io.stderr, io.env, findings)}nothing is signed\n`);
  }
  return EXIT.problems;
}

function plain(io: Io) {
  return paletteFor({ ...io.stdout, isTerminal: false }, {});
}

function printJson(io: Io, { target, file, criteria, records }: Signed, diff: string, written: boolean): void {
  io.stdout.write(
    jsonText({
      file,
      path: target.path,
      for: target.for,
      written,
      eligible: target.eligible,
      criteria: criteria.map((one) => criterionAsJson(one, records[one.criterion])),
      diff,
      diagnostics: [],
    }),
  );
}
