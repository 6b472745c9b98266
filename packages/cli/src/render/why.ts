/** Why a failure leads where it leads, for people and as data. */
import {
  duration,
  type ExplainedFailure as Explained,
  type Explanation,
  positionOf,
  type ReadLine,
  type Span,
  textOf,
} from "@fbp/dsl";
import { type Rename, renamedSpan } from "../files/shown.ts";
import { plural } from "./finding.ts";
import { jsonPlace } from "./json.ts";
import { idWithoutKeys } from "./keys.ts";
import type { Palette } from "./palette.ts";
import { paragraph } from "./paragraph.ts";
import { locationOf } from "./text.ts";
import { printable } from "./width.ts";

export interface WhyOptions {
  /** How the failure was given: `429`. */
  readonly what: string;
  /** The policy's own file, as its spans name it. */
  readonly file: string;
  readonly rename: Rename;
  readonly palette: Palette;
  readonly width: number;
}

/** What stands before each line of a part. */
const INDENT = 12;

export function renderExplanation(explanation: Explanation, options: WhyOptions): string {
  const { palette, what } = options;
  const { policy, path } = explanation;
  const where = `${policy}, ${options.rename({ name: options.file, text: "" }).name}`;
  const head = `${palette.strong(`${what} on ${path}`)} ${palette.dim(printable(where))}\n\n`;
  switch (explanation.kind) {
    case "usable":
      return `${head}${part("read as", ["a usable answer: it is given to the caller, and no rule is asked"], options)}`;
    case "unreachable":
      return `${head}${part("never", [`this cannot happen: ${explanation.why}`], options)}`;
    case "explained":
      return `${head}${partsOf(explanation, options).join("")}`;
  }
}

function partsOf(explained: Explained, options: WhyOptions): readonly string[] {
  const { before, isReached, lines, recorded, hooks } = explained;
  return [
    part(
      "before",
      before.map((line, index) => `${index + 1}. ${line}`),
      options,
    ),
    isReached
      ? ""
      : part("before", [`no way to ${explained.path} was looked for: taken as if requests started on it`], options),
    part("read as", readAs(explained, options), options),
    lines === null ? "" : part("not by", triedBefore(lines.tried, options), options, true),
    part("rule", ruleOf(explained, options), options),
    part(
      "then",
      explained.actions.map((action) => actionText(action)),
      options,
    ),
    recorded === null ? "" : part("recorded", recordedText(recorded, explained), options),
    part(
      "tells",
      hooks.map(({ kind, target }) => `${kind} ${JSON.stringify(target)}`),
      options,
    ),
  ];
}

/** A head and its lines; nothing where there are none. What is only looked at when in doubt is quiet. */
function part(head: string, lines: readonly string[], { palette, width }: WhyOptions, isQuiet = false): string {
  const room = Math.max(40, width - INDENT - 2);
  return lines
    .flatMap((line) =>
      folded(printable(line), room).map((row) => (isQuiet ? palette.dim(row) : painted(line, row, palette))),
    )
    .map((row, index) => `  ${palette.dim((index === 0 ? head : "").padEnd(INDENT - 2))}${row}\n`)
    .join("");
}

/** What follows a long line stands under it, a little further in. */
function folded(line: string, room: number): readonly string[] {
  const lead = /^\s*/.exec(line)?.[0] ?? "";
  return paragraph(line.trim(), room - lead.length - 2).map(
    (text, index) => `${lead}${index === 0 ? "" : "  "}${text}`,
  );
}

/** A row in the colour of the line that it is a part of. */
function painted(line: string, row: string, palette: Palette): string {
  if (line.startsWith("· ") || line.startsWith("  ")) return palette.dim(row);
  if (line.startsWith("✓ ")) return palette.good(row);
  return line.startsWith("✗ ") ? palette.bad(row) : row;
}

function readAs(
  { signal, class: signalClass, check, lines, serverWaitMs }: Explained,
  options: WhyOptions,
): readonly string[] {
  const by = lines?.matched ?? null;
  const how =
    by !== null ? lineText(by, options) : check !== null ? `the check \`${check}\` of \`accept\` fails` : null;
  return [
    `${signal}, of class ${signalClass}`,
    ...(how === null ? [] : [how]),
    ...(serverWaitMs === null ? [] : [`the server asks for a wait of ${duration(serverWaitMs)}`]),
  ];
}

/** `line 52: rate_limited when status == 429` */
function lineText({ from, line, signal, asks }: ReadLine, options: WhyOptions): string {
  const place = placeOf(line.span, options);
  if (from === "policy") return `${place}: ${oneLine(line.span)}`;
  const what = from === "documented" ? "documented by the contract" : "standard";
  return `${place}: ${what}: ${signal} when ${asks ?? "nothing else matched"}`;
}

/** `line 52`; of another file `shared.fbp:52:3`. */
function placeOf(place: Span, { file, rename }: WhyOptions): string {
  if (place.source.name !== file) return locationOf(renamedSpan(place, rename));
  return `line ${positionOf(place.source, place.start).line}`;
}

/** Lines of the policy each with what it met; what a contract documents and `standard` are only counted. */
function triedBefore(tried: readonly ReadLine[], options: WhyOptions): readonly string[] {
  const own = tried.filter(({ from }) => from === "policy");
  const count = (from: ReadLine["from"]): number => tried.filter((line) => line.from === from).length;
  const documented = count("documented");
  const standard = count("standard");
  return [
    ...own.map((line) => `${lineText(line, options)}, but ${line.met.join(", ")}`),
    ...(documented === 0 ? [] : [`${plural(documented, "condition")} that the contract documents`]),
    ...(standard === 0 ? [] : [`${plural(standard, "row")} of \`standard\``]),
  ];
}

function ruleOf({ rule, signal }: Explained, options: WhyOptions): readonly string[] {
  if (rule === null) return [`none: the policy is silent about ${signal}, and so the default of the language holds`];
  return [`${placeOf(rule.span, options)}: ${oneLine(rule.span)}`];
}

function actionText(action: Explained["actions"][number]): string {
  const { action: name, permitted, taken, cause, waitMs, unless } = action;
  if (!permitted) return `✗ ${name}: not permitted, ${cause}`;
  const wait = waitMs > 0 ? ` after ${duration(waitMs)}` : "";
  if (!taken) return `· ${name}${wait}: permitted, but what stands before it is taken`;
  const but = unless.length === 0 ? "" : ` (unless ${unless.join(", or ")})`;
  return `✓ ${name}${wait}${but}`;
}

function recordedText(recorded: NonNullable<Explained["recorded"]>, { check, reason }: Explained): readonly string[] {
  const { status, transport, error, left, providerRequestId } = recorded;
  const what = transport ?? (status === null ? "no status" : `status ${status}`);
  const fields = Object.entries(error ?? {}).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const id =
    providerRequestId === null ? [] : [`the provider's request id ${JSON.stringify(idWithoutKeys(providerRequestId))}`];
  const failed = check === null ? [] : [`check ${check}`];
  return [
    [...(reason === null ? [] : [`reason ${reason}`]), what, ...failed, ...fields, ...id].join(", "),
    ...(left.length === 0 ? [] : [`  not kept of the error: ${left.join(", ")}`]),
  ];
}

/** What stands there, on one line. */
export function oneLine(place: Span): string {
  return textOf(place)
    .replace(/\/\/[^\n]*/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

// ---------------------------------------------------------------- as data

export function jsonExplanation(explanation: Explanation, rename: Rename): object {
  if (explanation.kind !== "explained") {
    const { policy, path, kind } = explanation;
    return { policy, path, result: kind, ...(kind === "unreachable" ? { why: explanation.why } : {}) };
  }
  const { policy, path, signal, class: signalClass, check, lines, rule, reason, recorded } = explanation;
  return {
    policy,
    path,
    result: "explained",
    before: explanation.before,
    attemptsBefore: explanation.made,
    atMs: explanation.atMs,
    signal,
    class: signalClass,
    check,
    serverWaitMs: explanation.serverWaitMs,
    line: lines?.matched == null ? null : jsonLine(lines.matched, rename),
    tried: (lines?.tried ?? []).map((line) => ({ ...jsonLine(line, rename), met: line.met })),
    rule: rule === null ? null : { text: oneLine(rule.span), ...jsonPlace(renamedSpan(rule.span, rename)) },
    reason,
    actions: explanation.actions,
    hooks: explanation.hooks,
    recorded: recorded && {
      ...recorded,
      providerRequestId: recorded.providerRequestId && idWithoutKeys(recorded.providerRequestId),
    },
  };
}

function jsonLine({ from, signal, asks, line }: ReadLine, rename: Rename): object {
  return { from, signal, when: asks, ...jsonPlace(renamedSpan(line.span, rename)) };
}
