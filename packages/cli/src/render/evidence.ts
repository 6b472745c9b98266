/** Paths that are to stand in for others, criterion by criterion: what was tried, what has changed, what comes next. */
import { type CriterionRecord, type CriterionState, shellWord, signCommand } from "@fbp/dsl";
import type { Signed } from "../actions/evidence/sign.ts";
import type { Target } from "../actions/evidence/targets.ts";
import type { Io } from "../io.ts";
import { plural } from "./finding.ts";
import { fitted } from "./fit.ts";
import { type Palette, paletteFor } from "./palette.ts";
import { printable, widthOf } from "./width.ts";

type Criterion = Target["criteria"][number];

/** Below this a table cannot be read anyway. */
const MIN_WIDTH = 60;
/** With less room than this what was tried stands on a line of its own. */
const LEAST_FOR_CHECKS = 30;
const INDENT = "  ";
const GAP = "  ";

/** A table for each path, and under it what to run next. Fits a terminal's width; in a pipe nothing is cut. */
export function targetsAsText(io: Io, targets: readonly Target[]): string {
  const palette = paletteFor(io.stdout, io.env);
  const width = io.stdout.isTerminal ? Math.max(MIN_WIDTH, io.stdout.columns) : Number.POSITIVE_INFINITY;
  if (targets.length === 0) return "no fallback names a path, so no evidence is needed\n";
  return targets.map((target) => targetAsText(target, palette, width)).join("\n");
}

function targetAsText(target: Target, palette: Palette, width: number): string {
  const { path, for: original, policies, evidence, criteria } = target;
  const title = `${palette.strong(printable(path))} in place of ${palette.strong(printable(original))}`;
  const used = policies.map(({ file, name }) => `${name} in ${file}`).join(", ");
  const rows = criteria.map((one) => ({ one, record: recordOf(target, one) }));
  const cells = rows.map(({ one: { criterion, state }, record }) => [
    criterion,
    state.kind,
    record?.day ?? "",
    lastDayOf(state) ?? "",
  ]);
  const heads = ["criterion", "status", "tried on", "until"];
  const kept = heads.map((_, index) => cells.some((row) => row[index] !== ""));
  const widths = heads.map((head, index) => Math.max(...[head, ...cells.map((row) => row[index] ?? "")].map(widthOf)));
  const line = (texts: readonly string[], paint: (text: string) => string = (text) => text): string =>
    texts
      .map((text, index) => {
        const padded = text + " ".repeat((widths[index] ?? 0) - widthOf(text));
        return index === 1 ? paint(padded) : padded;
      })
      .filter((_, index) => kept[index])
      .join(GAP);
  const taken = widths.reduce(
    (sum, each, index) => sum + (kept[index] === true ? each + GAP.length : 0),
    INDENT.length,
  );
  const isBeside = width - taken >= LEAST_FOR_CHECKS;
  const margin = INDENT + " ".repeat((widths[0] ?? 0) + GAP.length);
  const body = rows.flatMap(({ one, record }, index) => {
    const by = triedBy(record);
    const first = INDENT + line(cells[index] ?? [], toneOf(one.state, palette));
    const change = whatChanged(one.state, record, target);
    return [
      isBeside && by !== "" ? first + GAP + fitted(by, width - taken) : first,
      ...(isBeside || by === "" ? [] : [margin + fitted(by, width - margin.length)]),
      ...change.map((text) => margin + palette.bad(text)),
    ];
  });
  const hasChecks = isBeside && rows.some(({ record }) => triedBy(record) !== "");
  return [
    `${title}  ${palette.dim(printable(evidence?.file ?? (target.toMake === null ? "no evidence" : `${target.toMake} is not there yet`)))}`,
    `${INDENT}${palette.dim(fitted(`used by ${printable(used)}`, width - INDENT.length))}`,
    "",
    INDENT + palette.dim(line(heads) + (hasChecks ? `${GAP}by` : "")),
    ...body,
    "",
    ...closing(target, palette),
  ]
    .map((text) => `${text.trimEnd()}\n`)
    .join("");
}

function recordOf({ evidence }: Target, { criterion }: Criterion): CriterionRecord | undefined {
  return evidence?.isAbout === true ? evidence.loaded.evidence.criteria[criterion] : undefined;
}

/** Who stands for it and for what, or the check that was run. */
function triedBy(record: CriterionRecord | undefined): string {
  const { signed, check } = record ?? {};
  if (signed === undefined) return printable(check ?? "");
  const what = check === undefined || check === signed.statement ? "" : `; ${check}`;
  return printable(`${signed.by}: ${signed.statement}${what}`);
}

function lastDayOf(state: CriterionState): string | null {
  if (state.kind === "passed") return state.until;
  return state.kind === "expired" ? state.since : null;
}

const WORDS = {
  policy: "a path, or a check of its answers, has changed since",
  contracts: "what a contract says has changed since",
  both: "the paths and what their contracts say have changed since",
} as const;

/** Of what is stale: what differs, and from which digest to which. */
function whatChanged(state: CriterionState, record: CriterionRecord | undefined, { against }: Target): string[] {
  if (state.kind === "ahead") return [`dated ${state.day}, which has not come`];
  if (state.kind !== "stale") return [];
  const keys = state.of === "both" ? (["policy", "contracts"] as const) : ([state.of] as const);
  const digests = keys.map((key) => `${key} ${short(record?.against?.[key])} then, ${short(against?.[key])} now`);
  return [WORDS[state.of], ...digests];
}

/** Enough of a digest to tell it from another. */
function short(digest: string | undefined): string {
  return digest === undefined ? "unknown" : `${digest.slice(0, "sha256-".length + 8)}…`;
}

function toneOf({ kind }: CriterionState, palette: Palette): (text: string) => string {
  if (kind === "passed") return palette.good;
  return kind === "missing" || kind === "pending" ? palette.warning : palette.error;
}

/** The worst first. */
const URGENCY: readonly CriterionState["kind"][] = ["failed", "stale", "expired", "ahead", "pending", "missing"];

function closing(target: Target, palette: Palette): readonly string[] {
  const { path, criteria, eligible } = target;
  if (eligible) return [`${printable(path)} is ${palette.good("eligible")} until ${untilOf(target) ?? ""}`];
  const counts = URGENCY.map((kind) => [criteria.filter(({ state }) => state.kind === kind).length, kind] as const);
  const open = counts.filter(([count]) => count > 0).map(([count, kind]) => `${count} ${kind}`);
  const total = criteria.filter(({ state }) => state.kind !== "passed").length;
  const has = (...kinds: readonly CriterionState["kind"][]) => criteria.some(({ state }) => kinds.includes(state.kind));
  const again = has("failed", "stale", "expired") ? " again" : "";
  const { canary, drill, sign } = nextFor(target);
  const call = target.toMake === null ? `a call tries ${OF_A_CALL}:` : `a call makes the file, and tries ${OF_A_CALL}:`;
  return [
    `${printable(path)} is not eligible for production: ${total} of ${plural(criteria.length, "criterion", "criteria")} open, ${open.join(", ")}`,
    ...(has("failed") ? ["mend what failed first, or fall back to another path"] : []),
    ...(canary === null ? [] : [call, INDENT + printable(canary)]),
    ...(drill === null
      ? []
      : [`a drill tries ${OF_A_PARSER}, with the service's own parser as a command:`, INDENT + printable(drill)]),
    ...(sign === null ? [] : [`once somebody has tried the rest${again}:`, INDENT + printable(sign)]),
  ];
}

/** The first day on which a criterion is over; null where one is open. */
function untilOf({ criteria, eligible }: Target): string | null {
  return eligible ? (criteria.map(({ state }) => lastDayOf(state) ?? "").sort()[0] ?? null) : null;
}

/** Shown by one answer, so that a program can judge it. */
const OF_A_CALL = "response_format";

/** Shown by the service's own parser, which a drill gives answers to. */
const OF_A_PARSER = "output_parser";

/** null: there is nothing for it to settle, or no evidence about this path to write into. */
interface Next {
  readonly canary: string | null;
  readonly drill: string | null;
  readonly sign: string | null;
}

/** The commands that settle what is open. */
function nextFor(target: Target): Next {
  const { path, criteria, policies, evidence, toMake, against, isBare } = target;
  const [policy] = policies;
  const written = evidence?.isAbout === true ? evidence.file : toMake;
  if (policy === undefined || written === null || against === null) return { canary: null, drill: null, sign: null };
  const open = criteria.filter(({ state }) => state.kind !== "passed").map(({ criterion }) => criterion);
  const ofProgram = (one: string): boolean => isBare && open.some((criterion) => criterion === one);
  const ofCall = ofProgram(OF_A_CALL);
  const ofParser = ofProgram(OF_A_PARSER);
  const rest = open.filter((one) => !(ofCall && one === OF_A_CALL) && !(ofParser && one === OF_A_PARSER));
  const about = `${shellWord(policy.file)} --path ${path} --policy ${policy.name}`;
  const into = `--evidence ${shellWord(written)}`;
  // A call makes the file first: what is tried later, and a signature, stand in it.
  const isThere = toMake === null;
  return {
    canary: ofCall ? `fbp canary ${about} ${into}` : null,
    drill: ofParser && isThere ? `fbp drill ${about} --only fallback-canary --parser "…" ${into}` : null,
    sign: rest.length > 0 && isThere ? signCommand({ policy: policy.file, path, criteria: rest }) : null,
  };
}

export function targetAsJson(target: Target): object {
  const { path, for: original, policies, evidence, against, criteria, eligible } = target;
  const { canary, drill, sign } = nextFor(target);
  return {
    path,
    for: original,
    policies,
    eligible,
    until: untilOf(target),
    evidence: evidence?.file ?? null,
    against,
    criteria: criteria.map((one) => criterionAsJson(one, recordOf(target, one))),
    next: [canary, drill, sign].filter((command) => command !== null),
  };
}

export function criterionAsJson({ criterion, state }: Criterion, record: CriterionRecord | undefined): object {
  return {
    criterion,
    state: state.kind,
    until: lastDayOf(state),
    day: record?.day ?? null,
    validDays: record?.validDays ?? null,
    check: record?.check ?? null,
    signed: record?.signed ?? null,
    against: record?.against ?? null,
    changed: state.kind === "stale" ? state.of : null,
    notes: record?.notes ?? null,
  };
}

/** What `fbp evidence sign` wrote, or would. */
export function signedAsText(
  { target, file, criteria, records, before }: Signed,
  isDry: boolean,
  palette: Palette,
): string {
  const wide = Math.max(...criteria.map(({ criterion }) => criterion.length));
  const lines = criteria.flatMap(({ criterion, state }) => {
    const { signed } = records[criterion] ?? {};
    const old = before[criterion];
    const margin = INDENT + " ".repeat(wide + GAP.length);
    const stands = state.kind === "passed" ? palette.good(`passed until ${state.until}`) : palette.error(state.kind);
    return [
      `${INDENT}${palette.strong(criterion.padEnd(wide))}${GAP}${stands}`,
      `${margin}by ${printable(signed?.by ?? "")} on ${signed?.day ?? ""}: ${printable(signed?.statement ?? "")}`,
      ...(old?.day === undefined ? [] : [`${margin}before: ${old.status} on ${old.day}, ${triedBy(old)}`]),
    ];
  });
  const head = `${isDry ? "would sign" : "signed"} in ${printable(file)}: ${target.path} in place of ${target.for}`;
  return [head, "", ...lines, "", ...closing(target, palette)].map((line) => `${line}\n`).join("");
}
