/** A recorded request, call by call, with the lines of the policy that decided it. */
import { duration, linesRead, type Policy, type PolicyModel, type ReadLine } from "@fbp/dsl";
import type { AttemptRecord, Failure, Outcome } from "@fbp/runtime/core";
import { knownOutcome } from "../files/known-outcome.ts";
import { type Rename, renamedSpan } from "../files/shown.ts";
import { plural } from "./finding.ts";
import { jsonPlace } from "./json.ts";
import type { Palette } from "./palette.ts";
import { paragraph } from "./paragraph.ts";
import { STORY_HEAD, storyOf } from "./story.ts";
import { renderTable } from "./table.ts";
import { locationOf } from "./text.ts";
import { oneLine } from "./why.ts";
import { printable, printableLines } from "./width.ts";

export interface ToldOutcome {
  readonly outcome: Outcome;
  /** Whether a policy of this name was given, and whether it is the one that decided. */
  readonly policy: "same" | "changed" | "missing";
  /** The line of `signals` that reads each failed attempt, by attempt; null: not told by what is recorded. */
  readonly readBy: readonly (ReadLine | null)[];
  /** The rule of each decision. */
  readonly rules: readonly (RuleShown | null)[];
  readonly rename: Rename;
}

interface RuleShown {
  readonly span: PolicyModel["span"];
  readonly text: string;
}

interface Decider {
  readonly model: PolicyModel;
  readonly policy: Policy;
  readonly rename: Rename;
}

/** @param isSame the policy is the very one that the outcome names by its digest */
export function toldOutcome(outcome: Outcome, decider: Decider | null, isSame: boolean): ToldOutcome {
  const model = isSame ? (decider?.model ?? null) : null;
  return {
    outcome,
    policy: decider === null ? "missing" : isSame ? "same" : "changed",
    readBy: outcome.attempts.map((attempt) => (model === null ? null : readBy(model, attempt))),
    rules: outcome.decisions.map(({ path, line, reason }) => {
      const rules = model?.paths.find(({ name }) => name === path)?.rules ?? [];
      const rule = rules.find((one) => one.line === line && one.reason === reason);
      return rule === undefined ? null : { span: rule.span, text: oneLine(rule.span) };
    }),
    rename: decider?.rename ?? ((source) => source),
  };
}

/**
 * The line as far as the record tells: it holds the status and a few fields of the error. Where those
 * lead to another signal than was recorded, something decided that is not on record.
 */
function readBy(model: PolicyModel, attempt: AttemptRecord): ReadLine | null {
  const path = model.paths.find(({ name }) => name === attempt.path);
  const contract = model.contracts[path?.contract ?? -1];
  if (contract === undefined || attempt.signal === null || attempt.check !== null) return null;
  const { transport, sent, status, error } = attempt;
  const failure: Failure = { transport, sent, status: status ?? 0, headers: {}, error };
  const { matched } = linesRead(contract, model.signals, failure);
  return matched?.signal === attempt.signal ? matched : null;
}

/** @param width columns of the terminal; infinite where there is none */
export function renderToldOutcome(told: ToldOutcome, palette: Palette, width: number): string {
  const { outcome } = told;
  const name = outcome.traceId === null ? outcome.id : `${outcome.traceId} (${outcome.id})`;
  const head = `${palette.strong(printable(name))} ${palette.dim(printable(`${outcome.policy}, ${new Date(outcome.startedAt).toISOString()}`))}\n`;
  const rows = storyOf(outcome).map((row) => row.map(printableLines));
  const errors = errorsOf(outcome);
  const lines = linesOf(told).map(([place, text]) => [palette.dim(printable(place)), printable(text)]);
  return [
    head,
    `  ${printable(endOf(outcome))}\n\n`,
    renderTable(STORY_HEAD.map(palette.dim), rows, "  ", width),
    ...(lines.length === 0 ? [] : ["\n", renderTable(null, lines, "  ", width)]),
    ...(errors.length === 0 ? [] : ["\n", ...errors.map((line) => `  ${palette.dim(printable(line))}\n`)]),
    ...(told.policy === "same"
      ? []
      : ["\n", ...paragraph(noteOf(told), width - 2).map((line) => `  ${palette.dim(line)}\n`)]),
  ].join("");
}

function endOf(outcome: Outcome): string {
  const { result, source, reason, attempts, elapsedMs, hooks } = outcome;
  const from = source === null ? "" : ` from ${source}`;
  const under = reason === null ? "" : `, reason ${reason}`;
  const told = hooks.map(({ kind, target }) => `, ${kind} ${JSON.stringify(target)}`).join("");
  return `${result}${from}${under}, ${plural(attempts.length, "call")} in ${duration(elapsedMs)}${told}`;
}

/** The lines of the policy that were at work, each once. */
function linesOf({ readBy, rules, rename }: ToldOutcome): readonly (readonly [string, string])[] {
  const read = readBy.flatMap((line) => {
    if (line === null) return [];
    const place = locationOf(renamedSpan(line.line.span, rename));
    const text =
      line.from === "policy"
        ? oneLine(line.line.span)
        : `${line.from}: ${line.signal} when ${line.asks ?? "nothing else matched"}`;
    return [[place, text] as const];
  });
  const ruled = rules.flatMap((rule) =>
    rule === null ? [] : [[locationOf(renamedSpan(rule.span, rename)), rule.text] as const],
  );
  const seen = new Map([...read, ...ruled].map((row) => [row.join("\n"), row]));
  return [...seen.values()];
}

function errorsOf({ attempts }: Outcome): readonly string[] {
  return attempts.flatMap(({ error, providerRequestId }, index) => {
    const fields = Object.entries(error ?? {}).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
    const id = providerRequestId === null ? [] : [`request id ${JSON.stringify(providerRequestId)}`];
    const said = [...fields, ...id];
    return said.length === 0 ? [] : [`call ${index + 1}: ${said.join(", ")}`];
  });
}

function noteOf({ policy, outcome }: ToldOutcome): string {
  if (policy === "missing")
    return `none of the given policies is ${printable(outcome.policy)}, so its lines are not shown`;
  return "the policy was changed since, so the lines that decided are not shown; give the version that ran";
}

export function jsonToldOutcome({ outcome, policy, readBy, rules, rename }: ToldOutcome): object {
  return {
    outcome: knownOutcome(outcome),
    policy,
    lines: readBy.map((line) =>
      line === null
        ? null
        : { from: line.from, signal: line.signal, when: line.asks, ...jsonPlace(renamedSpan(line.line.span, rename)) },
    ),
    rules: rules.map((rule) =>
      rule === null ? null : { text: rule.text, ...jsonPlace(renamedSpan(rule.span, rename)) },
    ),
  };
}
