/** `fbp report`: what recorded requests come to. */
import { resolve } from "node:path";
import { nearest } from "@fbp/dsl";
import type { Outcome } from "@fbp/runtime/core";
import type { ReportFormat } from "../commands/report.ts";
import { EXIT, UsageError } from "../exit.ts";
import { nameOf } from "../files/expand.ts";
import { readRecorded } from "../files/recorded.ts";
import { save } from "../files/save.ts";
import type { Io } from "../io.ts";
import { plural } from "../render/finding.ts";
import { jsonText } from "../render/json.ts";
import { paletteFor } from "../render/palette.ts";
import { Progress } from "../render/progress.ts";
import { renderReport } from "../render/report.ts";
import { reportPage } from "../render/report-page.ts";
import { printable } from "../render/width.ts";
import { Gathered } from "../report/gather.ts";

export interface ReportOptions {
  /** A file of JSON lines or of SQLite. */
  readonly outcomes: string;
  readonly format: ReportFormat;
  /** Milliseconds since 1970: from then, and before then. */
  readonly since?: number;
  readonly until?: number;
  readonly policy?: string;
  readonly html?: string;
}

/** @throws UsageError for times that hold nothing between them, and for a policy that there is not */
export async function report(io: Io, options: ReportOptions): Promise<number> {
  const { since = -Infinity, until = Infinity, policy, html } = options;
  if (since >= until) throw new UsageError("--since is to be before --until, see fbp report --help");
  const path = resolve(io.cwd, options.outcomes);
  const shown = nameOf(path, io.cwd);
  const gathered = new Gathered();
  const names = new Set<string>();
  const progress = new Progress(io);
  let seen = 0;
  const take = (outcome: Outcome): void => {
    names.add(outcome.policy);
    seen++;
    if (outcome.startedAt < since || outcome.startedAt >= until) return;
    if (policy === undefined || outcome.policy === policy) gathered.add(outcome);
  };
  const { problem, unread } = await readRecorded(path, take, () => progress.step(plural(seen, "request")));
  progress.clear();
  const left = unread === 0 ? "" : `${plural(unread, "record")} of it ${unread === 1 ? "is" : "are"} no outcome`;
  if (problem !== null) return fail(io, `${shown} cannot be read: ${problem}`);
  if (policy !== undefined && seen > 0 && !names.has(policy)) {
    const near = nearest(policy, names);
    const hint = near === undefined ? `there are ${[...names].sort().join(", ")}` : `did you mean ${near}?`;
    throw new UsageError(printable(`no request in ${shown} is of ${policy}, ${hint}`));
  }
  if (gathered.requests === 0) {
    return fail(
      io,
      seen > 0 ? `no request in ${shown} is of that time` : `${shown} has no request${left === "" ? "" : `: ${left}`}`,
    );
  }
  const told = gathered.report();
  if (html !== undefined && !save(io, [{ path: resolve(io.cwd, html), text: reportPage(told, shown) }]))
    return EXIT.problems;
  if (options.format === "json") {
    io.stdout.write(jsonText({ file: shown, unread, report: told }));
    return EXIT.fine;
  }
  if (left !== "") io.stderr.write(`fbp: ${printable(`${shown}: ${left}`)}\n`);
  io.stdout.write(renderReport(told, paletteFor(io.stdout, io.env), io.stdout.columns));
  return EXIT.fine;
}

function fail(io: Io, why: string): number {
  io.stderr.write(`fbp: ${printable(why)}\n`);
  return EXIT.problems;
}
