/** `fbp alerts` */
import { dirname, relative, resolve, sep } from "node:path";
import {
  type AlertNote,
  alertNotes,
  type Dashboard,
  dashboardOf,
  type PolicyModel,
  promDuration,
  type RuleGroup,
  type RuleTestFile,
  ruleGroup,
  ruleTests,
} from "@fbp/dsl";
import type { AlertsFormat } from "../commands/alerts.ts";
import { EXIT, UsageError } from "../exit.ts";
import { nameOf } from "../files/expand.ts";
import { save } from "../files/save.ts";
import type { FileToWrite } from "../files/write.ts";
import type { Io } from "../io.ts";
import { type Finding, summaryOf } from "../render/finding.ts";
import { jsonFinding, jsonSummary, jsonText } from "../render/json.ts";
import { printFindings } from "../render/print.ts";
import { printable } from "../render/width.ts";
import { type Compiled, compileInputs, findingsOf } from "./compile.ts";

export interface AlertsOptions {
  readonly files: readonly string[];
  /** ISO day. */
  readonly asOf: string;
  readonly format: AlertsFormat;
  readonly isJson: boolean;
  /** null: it is printed. */
  readonly output: string | null;
  readonly tests: string | null;
  readonly runbook: string | null;
  readonly windowMs: number;
}

interface Made {
  readonly rules: { readonly groups: readonly RuleGroup[] } | null;
  readonly tests: RuleTestFile | null;
  readonly dashboard: Dashboard | null;
  readonly notes: readonly AlertNote[];
}

const NOTHING: Made = { rules: null, tests: null, dashboard: null, notes: [] };

/** Writes everything or, where anything is wrong, nothing. */
export async function alerts(io: Io, options: AlertsOptions): Promise<number> {
  refuse(io, options);
  const compiled = await compileInputs(io, options.files, { profile: "development", asOf: options.asOf, prove: false });
  const findings = findingsOf(compiled, "here").filter(({ severity }) => severity === "error");
  const policies = findings.length > 0 ? [] : policiesOf(compiled);
  // Requests are worth looking at without alerts too.
  const watched = options.format === "grafana" ? policies : policies.filter((policy) => policy.alerts.length > 0);
  const made = watched.length === 0 ? NOTHING : make(watched, options, io.cwd);
  const files = await filesOf(made, compiled, options, io.cwd);
  const isWriting = options.output !== null && files.length > 0;
  if (isWriting && !save(io, files)) return EXIT.problems;
  const written = isWriting ? files.map(({ path }) => nameOf(path, io.cwd)) : [];
  if (options.isJson) printJson(io, options, { compiled, findings, made, written });
  else printText(io, { findings, made, written, text: files[0]?.text ?? null, count: compiled.length });
  return watched.length === 0 ? EXIT.problems : EXIT.fine;
}

/** @throws UsageError for options that do not go together */
function refuse(io: Io, { format, output, tests, runbook }: AlertsOptions): void {
  if (tests !== null && format === "grafana") throw new UsageError("--tests are of rules; a dashboard has none");
  if (tests !== null && output === null)
    throw new UsageError("--tests name the file of the rules, so give --output too");
  if (tests !== null && output !== null && resolve(io.cwd, tests) === resolve(io.cwd, output))
    throw new UsageError("--tests and --output name the same file");
  if (runbook !== null && format === "grafana") throw new UsageError("--runbook is for rules; a dashboard has none");
}

/** @throws UsageError when two policies have one name: their metrics could not be told apart */
function policiesOf(compiled: readonly Compiled[]): readonly PolicyModel[] {
  const known = new Map<string, string>();
  const policies: PolicyModel[] = [];
  for (const { input, compilation } of compiled) {
    for (const policy of compilation.program?.policies ?? []) {
      const other = known.get(policy.name);
      if (other !== undefined) {
        const places = `${printable(other)} and ${printable(input.shown)}`;
        throw new UsageError(`${places} both have a policy ${policy.name}, whose metrics are the same; rename one`);
      }
      known.set(policy.name, input.shown);
      policies.push(policy);
    }
  }
  return policies;
}

function make(policies: readonly PolicyModel[], options: AlertsOptions, cwd: string): Made {
  const { windowMs, output, tests } = options;
  const notes = policies.flatMap(alertNotes);
  if (options.format === "grafana") {
    return { ...NOTHING, dashboard: dashboardOf(policies, promDuration(windowMs)), notes };
  }
  const rules = { groups: policies.map((policy) => ruleGroup(policy, options)) };
  if (tests === null || output === null) return { ...NOTHING, rules, notes };
  const tried = policies.map((policy) => ({ policy: policy.name, ...ruleTests(policy, windowMs) }));
  const untested = tried.flatMap(({ policy, untested }) =>
    untested.map((alert) => ({ policy, alert, text: "no simple metrics were found to test it with" })),
  );
  const file = {
    rule_files: [
      relative(dirname(resolve(cwd, tests)), resolve(cwd, output))
        .split(sep)
        .join("/"),
    ],
    evaluation_interval: "1m",
    tests: tried.flatMap((each) => each.tests),
  };
  return { ...NOTHING, rules, tests: file, notes: [...notes, ...untested] };
}

/** What is made, as text: first what was asked for, then its tests. Where `--output` is missing there is no path. */
async function filesOf(
  { rules, tests, dashboard }: Made,
  compiled: readonly Compiled[],
  options: AlertsOptions,
  cwd: string,
): Promise<readonly FileToWrite[]> {
  const sources = printable(compiled.map(({ input }) => input.entry).join(", "));
  const path = options.output === null ? "" : resolve(cwd, options.output);
  if (dashboard !== null) return [{ path, text: `${JSON.stringify(dashboard, null, 2)}\n` }];
  if (rules === null) return [];
  const head = (what: string): string => `# ${what} by \`fbp alerts\` of ${sources}: change it there.\n`;
  return [
    { path, text: head("Made") + (await yamlText(rules)) },
    ...(tests === null || options.tests === null
      ? []
      : [{ path: resolve(cwd, options.tests), text: head("Tests made") + (await yamlText(tests)) }]),
  ];
}

async function yamlText(value: object): Promise<string> {
  const { stringify } = await import("yaml");
  return stringify(value, { lineWidth: 0, blockQuote: "literal", aliasDuplicateObjects: false });
}

interface Told {
  readonly findings: readonly Finding[];
  readonly made: Made;
  readonly written: readonly string[];
}

function printJson(io: Io, options: AlertsOptions, told: Told & { readonly compiled: readonly Compiled[] }): void {
  const { compiled, findings, made, written } = told;
  io.stdout.write(
    jsonText({
      format: options.format,
      files: compiled.map(({ input }) => input.shown),
      diagnostics: findings.map(jsonFinding),
      summary: jsonSummary(findings, compiled.length),
      ...made,
      written,
    }),
  );
}

function printText(io: Io, told: Told & { readonly text: string | null; readonly count: number }): void {
  const { findings, made, written, text, count } = told;
  io.stderr.write(printFindings(io.stderr, io.env, findings));
  if (findings.length > 0) io.stderr.write(`${summaryOf(findings, count)}\n`);
  for (const note of made.notes) io.stderr.write(`fbp: alert ${note.alert} of ${note.policy}: ${note.text}\n`);
  if (text === null) {
    io.stderr.write(`nothing was made${findings.length > 0 ? "" : ": no policy has alerts"}\n`);
  } else if (written.length === 0) io.stdout.write(text);
  else for (const file of written) io.stdout.write(`wrote ${printable(file)}\n`);
}
