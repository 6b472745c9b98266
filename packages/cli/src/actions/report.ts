/** `fbp report`: what recorded requests come to. */
import { resolve } from "node:path";
import { loadValidators, nearest } from "@fbp/dsl";
import type { Outcome } from "@fbp/runtime/core";
import type { ReportFormat } from "../commands/report.ts";
import { openBilling } from "../drill/cost-review/open-billing.ts";
import { EXIT, UsageError } from "../exit.ts";
import { nameOf } from "../files/expand.ts";
import { readRecorded } from "../files/recorded.ts";
import { save } from "../files/save.ts";
import type { Io } from "../io.ts";
import { renderBill } from "../render/cost-review.ts";
import { type Finding, plural } from "../render/finding.ts";
import { jsonFinding, jsonText } from "../render/json.ts";
import { paletteFor } from "../render/palette.ts";
import { printFindings } from "../render/print.ts";
import { Progress } from "../render/progress.ts";
import { renderReport } from "../render/report.ts";
import { reportPage } from "../render/report-page.ts";
import { printable } from "../render/width.ts";
import { type BillReview, MOST_BILLED_REQUESTS, reviewBill } from "../report/bill.ts";
import { Gathered } from "../report/gather.ts";
import { compileInputs, findingsOf } from "./compile.ts";

export interface ReportOptions {
  /** A file of JSON lines or of SQLite. */
  readonly outcomes: string;
  readonly format: ReportFormat;
  /** Milliseconds since 1970: from then, and before then. */
  readonly since?: number;
  readonly until?: number;
  readonly policy?: string;
  readonly html?: string;
  /** The provider's billing export. */
  readonly billing?: string;
  /** Policies whose prices it is held against. */
  readonly prices?: readonly string[];
  /** ISO day. */
  readonly asOf: string;
}

/** @throws UsageError for times that hold nothing between them, for options that do not go together, and for a policy that there is not */
export async function report(io: Io, options: ReportOptions): Promise<number> {
  const { since = -Infinity, until = Infinity, policy, html } = options;
  if (since >= until) throw new UsageError("--since is to be before --until, see fbp report --help");
  const isBilled = options.billing !== undefined;
  if (!isBilled && options.prices !== undefined) {
    throw new UsageError("--prices goes with --billing, which is held against them, see fbp report --help");
  }
  if (isBilled && policy !== undefined) {
    throw new UsageError("a bill is for all policies: leave --policy out beside --billing");
  }
  const path = resolve(io.cwd, options.outcomes);
  const shown = nameOf(path, io.cwd);
  const gathered = new Gathered();
  const names = new Set<string>();
  const billed: Outcome[] = [];
  const progress = new Progress(io);
  let seen = 0;
  const take = (outcome: Outcome): void => {
    names.add(outcome.policy);
    seen++;
    if (outcome.startedAt < since || outcome.startedAt >= until) return;
    if (policy !== undefined && outcome.policy !== policy) return;
    gathered.add(outcome);
    if (isBilled && billed.length <= MOST_BILLED_REQUESTS) billed.push(outcome);
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
  if (billed.length > MOST_BILLED_REQUESTS) {
    const most = MOST_BILLED_REQUESTS.toLocaleString("en-US");
    return fail(io, `more than ${most} requests cannot be held against a bill: take fewer with --since and --until`);
  }
  const told = gathered.report();
  const costs = options.billing === undefined ? null : await costsOf(io, options, options.billing, billed);
  if (html !== undefined && !save(io, [{ path: resolve(io.cwd, html), text: reportPage(told, shown) }]))
    return EXIT.problems;
  const findings = costs?.findings ?? [];
  const said = [...findings, ...(costs?.bill?.review.findings ?? [])];
  const status = said.some(({ severity }) => severity === "error") ? EXIT.problems : EXIT.fine;
  if (options.format === "json") {
    const { totals, findings: found } = costs?.bill?.review ?? { totals: null, findings: [] };
    const all = totals === null ? null : { totals, findings: found, outside: costs?.bill?.outside ?? 0 };
    io.stdout.write(
      jsonText({ file: shown, unread, report: told, costs: all, diagnostics: findings.map(jsonFinding) }),
    );
    return status;
  }
  if (left !== "") io.stderr.write(`fbp: ${printable(`${shown}: ${left}`)}\n`);
  const palette = paletteFor(io.stdout, io.env);
  io.stdout.write(renderReport(told, palette, io.stdout.columns));
  if (costs !== null) {
    const width = io.stdout.isTerminal ? io.stdout.columns : Number.POSITIVE_INFINITY;
    io.stderr.write(printFindings(io.stderr, io.env, findings));
    if (costs.bill !== null) io.stdout.write(`\n${renderBill(costs.bill, palette, width)}`);
  }
  return status;
}

/** Without a bill where it, or a policy, has errors. */
async function costsOf(
  io: Io,
  { prices = [], asOf }: ReportOptions,
  file: string,
  outcomes: readonly Outcome[],
): Promise<{ readonly bill: BillReview | null; readonly findings: readonly Finding[] }> {
  const { billing, findings } = await openBilling(io, file);
  if (billing === null) return { bill: null, findings };
  const compiled =
    prices.length === 0 ? [] : await compileInputs(io, prices, { profile: "development", asOf, prove: false });
  const errors = findingsOf(compiled, "here").filter(({ severity }) => severity === "error");
  if (errors.length > 0) return { bill: null, findings: [...findings, ...errors] };
  if (compiled.length > 0) await loadValidators();
  const policies = compiled.flatMap(({ compilation }) => compilation.policies());
  return { bill: reviewBill(outcomes, billing, policies), findings };
}

function fail(io: Io, why: string): number {
  io.stderr.write(`fbp: ${printable(why)}\n`);
  return EXIT.problems;
}
