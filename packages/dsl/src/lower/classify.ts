/** The `signals` of a contract -> the body of a function that tells which signal a failure is. */
import type { ContractModel, SignalModel, SignalsLineModel } from "../check/model.ts";
import { casesByStatus, type Line, mentionsStatus, type StatusCase, type StatusRange } from "./by-status.ts";
import type { Shared } from "./helpers.ts";
import { placeText } from "./place-text.ts";
import { predicateText } from "./predicate.ts";
import { type Block, blockLines, FAILURE_ROOTS } from "./reads.ts";
import { Refuted } from "./refute.ts";
import { commentText, indent } from "./text.ts";

/**
 * Policy lines, documented conditions and the standard reading are one decision: the first that holds.
 * Where many of them ask for the status it is asked once, before all else.
 *
 * @throws Error when no line holds always: a bug of the check.
 */
export function classifyLines(
  model: ContractModel,
  signals: readonly SignalModel[],
  shared: Shared,
): readonly string[] {
  const lines = linesOf(model, signals);
  const first = lines.findIndex(({ when }) => mentionsStatus(when));
  const isSorted = lines.filter(({ when }) => mentionsStatus(when)).length >= SORTED_FROM;
  const plain = isSorted ? lines.slice(0, first) : lines;
  const cases = isSorted ? casesByStatus(lines.slice(first)) : [];
  return blockLines(FAILURE_ROOTS, shared, (block) => [...chain(plain, block), ...statusSwitch(cases, block)]);
}

/** From so many lines on that ask for the status, asking it once is worth the room. */
const SORTED_FROM = 24;

/** The lines that can be reached. */
function linesOf(model: ContractModel, signals: readonly SignalModel[]): readonly Line[] {
  const lines: Line[] = [];
  const refuted = new Refuted();
  for (const line of model.signals) {
    const when = line.when === null ? ALWAYS : refuted.simplify(line.when);
    if (line.when !== null) refuted.add(line.when);
    lines.push({ signal: line.signal, when, comment: commentOf(line, signals) });
    if (line.when === null) return lines;
  }
  throw new Error(`the signals of contract ${model.name} do not cover every failure`);
}

const ALWAYS = { kind: "const", value: true } as const;

function commentOf(line: SignalsLineModel, signals: readonly SignalModel[]): string {
  const from = line.from === "policy" ? placeText(line.span) : line.from;
  return `// ${commentText(signals[line.signal]?.name ?? "")}, ${from}`;
}

/** One test a line, up to the first that always holds. */
function chain(lines: readonly Line[], block: Block): readonly string[] {
  const written: string[] = [];
  for (const { signal, when, comment } of lines) {
    const test = predicateText(when, block);
    if (test === "false") continue;
    if (test === "true") return [...written, `return ${signal}; ${comment}`];
    written.push(`if (${test}) return ${signal}; ${comment}`);
  }
  return written;
}

/** Cases of single statuses under their numbers; those of whole ranges, fewer, after them, the largest last. */
function statusSwitch(cases: readonly StatusCase[], block: Block): readonly string[] {
  if (cases.length === 0) return [];
  const status = block.read({ kind: "read", from: "status", segments: [], type: { kind: "never" }, optional: true });
  const numbered = cases.filter(({ statuses }) => statuses.every(([low, high]) => low === high));
  const ranged = cases.filter((one) => !numbered.includes(one));
  const known = new Set(numbered.flatMap(({ statuses }) => statuses.map(([low]) => low)));
  return [
    `switch (${status}) {`,
    ...numbered.flatMap(({ statuses, lines }) => [
      `  ${statuses.map(([low]) => `case ${low}:`).join(" ")}`,
      ...chain(lines, block).map((line) => `    ${indent(line)}`),
    ]),
    "  default:",
    ...ranged.flatMap(({ statuses, lines }, at) => {
      const body = chain(lines, block).map(indent);
      if (at === ranged.length - 1) return body.map((line) => `    ${line}`);
      const test = joined(statuses, known)
        .map((range) => rangeTest(status, range))
        .join(" || ");
      return [`    if (${test}) {`, ...body.map((line) => `      ${line}`), "    }"];
    }),
    "}",
  ];
}

/** Ranges with nothing but known statuses between them are one. */
function joined(ranges: readonly StatusRange[], known: ReadonlySet<number>): readonly StatusRange[] {
  const found: StatusRange[] = [];
  for (const range of ranges) {
    const last = found.at(-1);
    const between = last === undefined ? -1 : range[0] - last[1] - 1;
    const isKnown =
      last !== undefined && Array.from({ length: between }, (_, at) => last[1] + 1 + at).every((one) => known.has(one));
    if (last !== undefined && isKnown) found[found.length - 1] = [last[0], range[1]];
    else found.push(range);
  }
  return found;
}

function rangeTest(status: string, [low, high]: StatusRange): string {
  if (low === high) return `${status} === ${low}`;
  if (high === Infinity) return `${status} >= ${low}`;
  return `(${status} >= ${low} && ${status} <= ${high})`;
}
