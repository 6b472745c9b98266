/** `fbp explain --outcome`: what became of a request that was recorded, beside the policy that decided it. */
import { resolve } from "node:path";
import type { Outcome } from "@fbp/runtime/core";
import type { ExplainFormat } from "../commands/explain.ts";
import { EXIT } from "../exit.ts";
import { nameOf } from "../files/expand.ts";
import { readOutcomes } from "../files/outcomes.ts";
import { type Io, widthFor } from "../io.ts";
import { plural } from "../render/finding.ts";
import { jsonText } from "../render/json.ts";
import { paletteFor } from "../render/palette.ts";
import { Progress } from "../render/progress.ts";
import { jsonToldOutcome, renderToldOutcome, toldOutcome } from "../render/told-outcome.ts";
import { printable } from "../render/width.ts";
import type { Subject } from "./explain.ts";

export interface ExplainOutcomeOptions {
  readonly format: ExplainFormat;
  readonly outcome: string;
  readonly trace?: string;
}

/** One trace may hold several requests; more than these are not shown. */
const MOST_SHOWN = 20;

export async function explainOutcomes(
  io: Io,
  subjects: readonly Subject[],
  options: ExplainOutcomeOptions,
): Promise<number> {
  const path = resolve(io.cwd, options.outcome);
  const shown = nameOf(path, io.cwd);
  const found: Outcome[] = [];
  const progress = new Progress(io);
  let seen = 0;
  const take = (outcome: Outcome): void => {
    seen++;
    if (outcome.traceId === options.trace || outcome.id === options.trace) found.push(outcome);
  };
  const { problem, unread } = await readOutcomes(path, take, () => progress.step(plural(seen, "request")));
  progress.clear();
  if (problem !== null) {
    io.stderr.write(`fbp: ${printable(`${shown} cannot be read: ${problem}`)}\n`);
    return EXIT.problems;
  }
  if (found.length === 0) {
    const but = unread === 0 ? "" : `; ${plural(unread, "line")} of it ${unread === 1 ? "is" : "are"} no outcome`;
    io.stderr.write(`fbp: ${printable(`no request in ${shown} has the id ${options.trace}${but}`)}\n`);
    return EXIT.problems;
  }
  const told = found.slice(0, MOST_SHOWN).map((outcome) => {
    const subject = subjects.find(({ policy }) => policy.digest === outcome.digest && policy.name === outcome.policy);
    const namesake = subject ?? subjects.find(({ policy }) => policy.name === outcome.policy) ?? null;
    return toldOutcome(outcome, namesake, subject !== undefined);
  });
  if (options.format === "json") {
    io.stdout.write(
      jsonText({ outcomes: told.map(jsonToldOutcome), left: found.length - told.length, diagnostics: [] }),
    );
    return EXIT.fine;
  }
  const palette = paletteFor(io.stdout, io.env);
  const more = found.length === told.length ? "" : `\nand ${found.length - told.length} more\n`;
  io.stdout.write(`${told.map((one) => renderToldOutcome(one, palette, widthFor(io.stdout))).join("\n")}${more}`);
  return EXIT.fine;
}
