import { positionOf, type ScenarioResult, type Span } from "@fbp/dsl";
import { type Rename, renamedSpan } from "../files/shown.ts";
import { plural } from "./finding.ts";
import type { Palette } from "./palette.ts";
import { STORY_HEAD, storyOf } from "./story.ts";
import { renderTable } from "./table.ts";
import { locationOf } from "./text.ts";
import { printable, printableLines } from "./width.ts";

const INDENT = "       ";

/** One scenario: a line when it passed, with expected beside got and the story when it did not. */
export function renderScenario(result: ScenarioResult, rename: Rename, palette: Palette): string {
  const { title } = result.scenario.tree;
  const head = result.passed ? palette.good("passed") : palette.bad("FAILED");
  const line = `${head} ${printable(title.value)}`;
  if (result.passed) return `${line}\n`;
  const where = palette.dim(` ${locationOf(renamedSpan(title.span, rename))}`);
  if (result.kind === "unplayable") {
    return `${line}${where}\n${INDENT}it cannot be played: ${printable(result.why)} (${locationOf(renamedSpan(result.span, rename))})\n\n`;
  }
  const rows = result.comparisons.map((comparison) => {
    const mark = comparison.met ? palette.good("✓") : palette.bad("✗");
    const got = printable(comparison.got);
    return [mark, printable(comparison.expected), comparison.met ? got : palette.bad(got)];
  });
  const story = storyOf(result.outcome).map((row) => row.map(printableLines));
  return [
    `${line}${where}\n\n`,
    renderTable(["", palette.dim("expected"), palette.dim("got")], rows, INDENT),
    "\n",
    renderTable(STORY_HEAD.map(palette.dim), story, INDENT),
    ...result.unmet.map((step) => `${INDENT}${palette.dim(`no call met the step in line ${lineOf(step)}`)}\n`),
    "\n",
  ].join("");
}

/**
 * `12 scenarios passed`, `2 of 12 scenarios failed`
 *
 * @param isWhole false: some may be in files that have errors, and were not played
 */
export function scenarioSummary(results: readonly ScenarioResult[], isWhole: boolean): string {
  const failed = results.filter((result) => !result.passed).length;
  if (results.length === 0) return isWhole ? "no scenarios" : "no scenario was played";
  if (failed === 0) return `${plural(results.length, "scenario")} passed`;
  return `${failed} of ${plural(results.length, "scenario")} failed`;
}

function lineOf(place: Span): number {
  return positionOf(place.source, place.start).line;
}
