/** What drills have shown, for people and as data. */
import { itemsOf, type Seen } from "@fbp/dsl";
import { nth } from "@fbp/runtime/core";
import type { Shown } from "../canary/evidence.ts";
import type { Costs } from "../drill/costs.ts";
import type { Drilled } from "../drill/run.ts";
import { type PolicyDrilled, type Step, summaryOf } from "../drill/steps.ts";
import type { Io } from "../io.ts";
import { time } from "./amounts.ts";
import { shownAsText } from "./canary.ts";
import { renderCostReview } from "./cost-review.ts";
import { plural } from "./finding.ts";
import { type Palette, paletteFor } from "./palette.ts";
import { paragraph } from "./paragraph.ts";
import { STORY_HEAD, storyOf } from "./story.ts";
import { renderTable } from "./table.ts";
import { printable, printableLines, widthOf } from "./width.ts";

const INDENT = "  ";
const LEAST_WIDTH = 60;
/** With less room than this, how many drills and how long the longest took is left out. */
const WIDE = 100;

/** What was put into an evidence file. */
export interface Kept {
  /** As the user named it. */
  readonly file: string;
  readonly path: string;
  readonly for: string;
  readonly shown: readonly Shown[];
}

/** Fits a terminal's width; in a pipe nothing is cut. @param all also drills that passed, one by one */
export function drillsAsText(io: Io, drilled: readonly PolicyDrilled[], kept: Kept | null, all: boolean): string {
  const palette = paletteFor(io.stdout, io.env);
  const width = io.stdout.isTerminal ? Math.max(LEAST_WIDTH, io.stdout.columns) : Number.POSITIVE_INFINITY;
  const policies = drilled.map((one) => policyAsText(one, palette, width, all));
  const evidence = kept === null ? "" : keptAsText(kept);
  return `${policies.join("\n")}\n${closing(drilled, palette)}\n${evidence}`;
}

function keptAsText({ file, path, for: original, shown }: Kept): string {
  return shown.map((one) => shownAsText(file, `${path} in place of ${original}`, one)).join("");
}

function policyAsText(
  { policy, steps, staging }: PolicyDrilled,
  palette: Palette,
  width: number,
  all: boolean,
): string {
  const head = `${palette.strong(printable(policy.model.name))}  ${palette.dim(`${printable(policy.file)}, against ${staging ? "the contracts' own addresses" : "a provider on this machine"}`)}\n\n`;
  const isWide = width >= WIDE;
  const heads = ["step", "result", ...(isWide ? ["drills", "longest"] : []), "what the policy did"];
  const cells = steps.map(({ title, result, drilled }) => {
    const longest = Math.max(0, ...drilled.map(({ happened }) => happened.outcome.elapsedMs));
    const ran = drilled.length > 0;
    return [title, result, ...(isWide ? [ran ? String(drilled.length) : "", ran ? time(longest) : ""] : [])];
  });
  const room = width - INDENT.length - taken([heads.slice(0, -1), ...cells]);
  const rows = steps.map((step, index) => {
    const [title = "", result = "", ...more] = nth(cells, index);
    const lines = [...endingsOf(step.drilled), ...step.notes].flatMap((line) => wrapped(printable(line), room));
    return [title, tone(step.result, palette)(result), ...more, lines.join("\n")];
  });
  const table = renderTable(heads.map(palette.dim), rows, INDENT);
  const shown = steps.flatMap((step) => step.drilled.filter(({ problems }) => all || problems.length > 0));
  const costs = steps.flatMap((step) => (step.costs === null ? [] : [costsAsText(step.costs, palette, width, all)]));
  return head + table + shown.map((one) => drillAsText(one, palette, width)).join("") + costs.join("");
}

const GAP = 2;

/** Columns that these cells take, each with the gap behind it. */
function taken(rows: readonly (readonly string[])[]): number {
  const columns = nth(rows, 0).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ""))));
  return columns.reduce((sum, column) => sum + column + GAP, 0);
}

/** What does not fit a line goes on in the next, a little further in. */
function wrapped(text: string, room: number): readonly string[] {
  const [first = "", ...rest] = paragraph(text, Math.max(LEAST_ROOM, room - INDENT.length));
  return [first, ...rest.map((line) => INDENT + line)];
}

const LEAST_ROOM = 20;

/** What speaks against the record. @param all also every call */
function costsAsText({ review, problems }: Costs, palette: Palette, width: number, all: boolean): string {
  if (all) return `\n${renderCostReview(review, palette, width)}`;
  return problems
    .map(
      ({ text, hint }) => `\n${palette.bad("FAILED")} ${printable(text)}\n${INDENT}${palette.dim(printable(hint))}\n`,
    )
    .join("");
}

/** How often requests came to which end: `3 answer from backup, primary_timeout`. */
function endingsOf(drilled: readonly Drilled[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { happened } of drilled) {
    const { result } = itemsOf(happened);
    const { reason } = happened.outcome;
    const text = reason === null ? result : `${result}, ${reason}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => `${count} × ${text}`);
}

function drillAsText({ drill, expected, happened, problems }: Drilled, palette: Palette, width: number): string {
  const isFine = problems.length === 0;
  const mark = isFine ? palette.good("passed") : palette.bad("FAILED");
  const told = storyOf(happened.outcome).map((row) => row.map(printableLines));
  const room = width - INDENT.length - taken([STORY_HEAD.slice(0, -1), ...told.map((row) => row.slice(0, -1))]);
  const story = told.map((row) => [...row.slice(0, -1), storyLines(row.at(-1) ?? "", room)]);
  const comparison = isFine
    ? comparedAsText([["", "", endOf(expected[0]), "the same"]], palette, width)
    : comparedAsText(
        problems.map(({ what, expected: wanted, got }) => ["✗", what, wanted, got]),
        palette,
        width,
      );
  const head = `\n${mark} ${palette.strong(printable(drill.name))}\n`;
  return `${head}${comparison}\n${renderTable(STORY_HEAD.map(palette.dim), story, INDENT)}`;
}

/** `failure, reason auth_error, page "platform", after primary auth_or_account` */
function endOf(seen: Seen): string {
  const { result, reason, told, calls } = itemsOf(seen);
  return [
    result,
    ...(reason === "none" ? [] : [`reason ${reason}`]),
    ...(told === "nobody" ? [] : [told]),
    `calls: ${calls}`,
  ].join(", ");
}

type Compared = readonly [mark: string, what: string, expected: string, got: string];

function comparedAsText(all: readonly Compared[], palette: Palette, width: number): string {
  const room = width - INDENT.length - taken(all.map(([mark, what]) => [mark, what, "expected"]));
  const lines = (value: string): readonly string[] => wrapped(printable(value), room);
  const rows = all.flatMap(([mark, what, expected, got]) => {
    const paint = mark === "" ? palette.good : palette.bad;
    return [
      [paint(mark), printable(what), palette.dim("expected"), lines(expected).join("\n")],
      ["", "", palette.dim("got"), lines(got).map(paint).join("\n")],
    ];
  });
  // Without marks there is nothing to stand under.
  const shown = all.every(([mark]) => mark === "") ? rows.map((row) => row.slice(2)) : rows;
  return renderTable(null, shown, INDENT);
}

/** What was decided; the lines below the first stand in by two already. */
function storyLines(decided: string, room: number): string {
  return decided
    .split("\n")
    .flatMap((line) => {
      const indent = /^ */.exec(line)?.[0] ?? "";
      return wrapped(line.trimStart(), room - indent.length).map((each) => indent + each);
    })
    .join("\n");
}

function tone(result: Step["result"], palette: Palette): (text: string) => string {
  if (result === "passed") return palette.good;
  return result === "failed" ? palette.bad : palette.dim;
}

function closing(drilled: readonly PolicyDrilled[], palette: Palette): string {
  const { steps, passed, failed, notRun, drills, drillsFailed, calls } = summaryOf(drilled);
  const elapsed = drilled.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0);
  const left = notRun === 0 ? "" : `, ${notRun} not run`;
  const took = `${plural(calls, "call")} in ${time(elapsed)}`;
  if (failed === 0) {
    return `${palette.good(`${passed} of ${plural(steps, "step")} passed`)}${left}: ${plural(drills, "request")} and ${took}`;
  }
  const by = drillsFailed === 0 ? "" : `, by ${drillsFailed} of ${plural(drills, "drill")}`;
  return `${palette.bad(`${failed} of ${plural(steps, "step")} failed`)}${by}${left}: ${took}`;
}

export function drillsAsJson(drilled: readonly PolicyDrilled[], kept: Kept | null): object {
  return {
    drills: drilled.map(({ policy, steps, elapsedMs, staging }) => ({
      file: policy.file,
      policy: policy.model.name,
      against: staging ? "staging" : "local",
      elapsedMs: Math.round(elapsedMs),
      steps: steps.map(({ name, title, result, notes, costs, drilled: own }) => ({
        name,
        title,
        result,
        notes,
        costs: costs === null ? null : { totals: costs.review.totals, problems: costs.problems },
        drills: own.map(drillAsJson),
      })),
    })),
    summary: summaryOf(drilled),
    evidence:
      kept === null
        ? null
        : {
            file: kept.file,
            path: kept.path,
            for: kept.for,
            criteria: kept.shown.map(({ criterion, record, why }) => ({
              criterion,
              status: record?.status ?? null,
              why,
            })),
          },
  };
}

function drillAsJson({ drill, expected, happened, problems }: Drilled): object {
  return {
    name: drill.name,
    streamed: drill.streamed,
    passed: problems.length === 0,
    expected: expected.map((seen) => ({ ...itemsOf(seen), elapsedMs: Math.round(seen.outcome.elapsedMs) })),
    got: { ...itemsOf(happened), elapsedMs: Math.round(happened.outcome.elapsedMs) },
    demands: drill.demands.map(({ text }) => text),
    problems,
    outcome: happened.outcome,
  };
}
