/** `fbp simulate`: many requests played through a policy, against a fault profile or a recording. */
import { resolve } from "node:path";
import {
  type AlertTimes,
  type BesideRules,
  besideRules,
  loadProfile,
  loadValidators,
  nearest,
  type Policy,
  type PolicyModel,
  type Profile,
  Recording,
  Report,
  type Simulation,
  type SimulationInput,
  type Source,
  simulate,
  span,
  type Variation,
  variationOf,
} from "@fbp/dsl";
import type { Outcome } from "@fbp/runtime/core";
import { UsageError as ContextError } from "@fbp/runtime/engine";
import type { SimulateFormat } from "../commands/simulate.ts";
import { EXIT, UsageError } from "../exit.ts";
import { readBytes } from "../files/bytes.ts";
import { nameOf, STDIN, STDIN_NAME } from "../files/expand.ts";
import { readRecorded } from "../files/recorded.ts";
import { save } from "../files/save.ts";
import { readStructured } from "../files/structured.ts";
import { type Io, widthFor } from "../io.ts";
import type { Finding } from "../render/finding.ts";
import { plural } from "../render/finding.ts";
import { jsonFinding, jsonText } from "../render/json.ts";
import { paletteFor } from "../render/palette.ts";
import { printFindings } from "../render/print.ts";
import { Progress } from "../render/progress.ts";
import { renderComparison, renderSimulation, type SimulationRun } from "../render/simulation.ts";
import { simulationSvg } from "../render/simulation-chart.ts";
import { printable } from "../render/width.ts";
import { compileInputs, findingsOf } from "./compile.ts";

export interface SimulateOptions {
  readonly files: readonly string[];
  readonly format: SimulateFormat;
  /** ISO day. */
  readonly asOf: string;
  /** Files; standard input is `-`. */
  readonly profile?: string;
  readonly replay?: string;
  readonly policy?: string;
  readonly forMs?: number | undefined;
  readonly seed: number;
  readonly vary?: string;
  /** A gateway's configuration; standard input is `-`. */
  readonly beside?: string;
  readonly svg?: string;
  readonly alerts: AlertTimes;
}

const FOR_MS = 600_000;
const MOST_PROFILE_BYTES = 1024 * 1024;
const MOST_CONFIG_BYTES = 4 * 1024 * 1024;
/** Each takes some hundred bytes until the end. */
const MOST_REQUESTS = 2_000_000;

/** Problems of what was given, which are printed as others are; a text: why there is nothing to go on with, in one line. */
class Problems extends Error {
  readonly findings: readonly Finding[] | string;
  constructor(findings: readonly Finding[] | string) {
    super("nothing was simulated");
    this.findings = findings;
  }
}

/** @throws UsageError for options that do not go together, and for names that there are not */
export async function simulatePolicy(io: Io, options: SimulateOptions): Promise<number> {
  checkTogether(options);
  try {
    const { policy, model } = await subjectOf(io, options);
    const variation = options.vary === undefined ? null : variationFor(policy, options.vary);
    const beside = options.beside === undefined ? null : await besideFor(io, options.beside, policy);
    const profile = await profileFor(io, options, policy, beside);
    const recording = options.replay === undefined ? null : await recordingFor(io, options.replay, policy.name);
    const spanMs = options.forMs ?? FOR_MS;
    checkAmount(profile, recording, spanMs);
    const input = {
      model,
      seed: options.seed,
      profile,
      spanMs,
      alerts: options.alerts,
      ...(recording === null ? {} : { recording }),
      ...(beside === null ? {} : { beside }),
    };
    const runs = await runAll(io, policy, input, variation);
    const [run] = runs;
    if (options.svg !== undefined && run !== undefined) {
      if (!save(io, [{ path: resolve(io.cwd, options.svg), text: simulationSvg(run.result) }])) return EXIT.problems;
    }
    print(io, options, runs);
    return EXIT.fine;
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    tell(io, options, error.findings);
    return EXIT.problems;
  }
}

function checkTogether({ profile, replay, forMs, vary, beside, svg, files }: SimulateOptions): void {
  const help = "see fbp simulate --help";
  if (profile === undefined && replay === undefined) {
    throw new UsageError(`say what the world does with --profile or --replay, ${help}`);
  }
  if (replay !== undefined && forMs !== undefined) {
    throw new UsageError(`--for goes with --profile alone: a recording is as long as it is, ${help}`);
  }
  if (vary !== undefined && svg !== undefined)
    throw new UsageError(`--svg draws one run, and --vary makes several, ${help}`);
  if (vary !== undefined && beside !== undefined)
    throw new UsageError(
      `--beside plays other rules, and --vary other settings of the policy: one of the two, ${help}`,
    );
  if ([profile, beside, ...files].filter((file) => file === STDIN).length > 1)
    throw new UsageError("standard input can be one file only");
}

interface Subject {
  readonly policy: Policy;
  readonly model: PolicyModel;
}

async function subjectOf(io: Io, options: SimulateOptions): Promise<Subject> {
  const compiled = await compileInputs(io, options.files, { profile: "development", asOf: options.asOf, prove: false });
  const errors = findingsOf(compiled, "here").filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Problems(errors);
  await loadValidators();
  const subjects = compiled.flatMap(({ compilation }) =>
    compilation.policies().flatMap((policy) => {
      const model = compilation.program?.policies.find(({ name }) => name === policy.name);
      return model === undefined ? [] : [{ policy, model }];
    }),
  );
  const names = subjects.map(({ policy }) => policy.name);
  if (options.policy === undefined) {
    const [only] = subjects;
    if (only !== undefined && subjects.length === 1) return only;
    throw new UsageError(
      only === undefined
        ? "there is no policy in what was given"
        : `say which policy with --policy: ${names.join(", ")}`,
    );
  }
  const named = subjects.find(({ policy }) => policy.name === options.policy);
  if (named !== undefined) return named;
  const near = nearest(options.policy, names);
  const hint = near === undefined ? `there are ${names.join(", ")}` : `did you mean ${near}?`;
  throw new UsageError(printable(`there is no policy ${options.policy}, ${hint}`));
}

function variationFor(policy: Policy, text: string): Variation {
  const variation = variationOf(policy, text);
  if (typeof variation === "string") throw new UsageError(printable(variation));
  return variation;
}

/** Of what the import tells only errors are told here. */
async function besideFor(io: Io, file: string, policy: Policy): Promise<BesideRules> {
  const name = file === STDIN ? STDIN_NAME : nameOf(resolve(io.cwd, file), io.cwd);
  const report = new Report();
  const read = await readBytes(io, file, MOST_CONFIG_BYTES);
  if (read.kind === "problem") {
    report.add("FBP3380", span({ name, text: "" }, 0, 0), { file: name, why: read.why });
    throw new Problems(report.diagnostics);
  }
  const document = await readStructured({ name, text: read.text }, report, { hidesValues: true });
  const start = policy.paths[policy.start]?.name ?? "";
  const rules = document === null ? null : besideRules(document, { from: null, start }, report);
  if (typeof rules === "string") throw new Problems(`${name}: ${rules}`);
  if (rules === null) throw new Problems(report.diagnostics.filter(({ severity }) => severity === "error"));
  return rules;
}

async function profileFor(
  io: Io,
  { profile, replay }: SimulateOptions,
  policy: Policy,
  beside: BesideRules | null,
): Promise<Profile | null> {
  if (profile === undefined) return null;
  const name = profile === STDIN ? STDIN_NAME : nameOf(resolve(io.cwd, profile), io.cwd);
  const report = new Report();
  const read = await readBytes(io, profile, MOST_PROFILE_BYTES);
  if (read.kind === "problem") {
    report.add("FBP3390", span({ name, text: "" }, 0, 0), { file: name, why: read.why });
    throw new Problems(report.diagnostics);
  }
  const source: Source = { name, text: read.text };
  const document = await readStructured(source, report);
  const loaded =
    document === null
      ? null
      : loadProfile(document, policy, report, {
          needed: replay === undefined,
          more: (beside?.paths ?? []).map((path) => path.name),
        });
  if (loaded === null) throw new Problems(report.diagnostics);
  return loaded;
}

/** Of a file that several policies wrote, the requests of the one with this name; of another's file all of them. */
async function recordingFor(io: Io, file: string, policy: string): Promise<Recording> {
  const path = resolve(io.cwd, file);
  const shown = nameOf(path, io.cwd);
  const outcomes: Outcome[] = [];
  const progress = new Progress(io);
  const step = (): Promise<void> => progress.step(`reading ${plural(outcomes.length, "request")}`);
  const { problem, unread } = await readRecorded(path, (outcome) => void outcomes.push(outcome), step);
  progress.clear();
  if (problem !== null) throw new Problems(`${shown} cannot be read: ${problem}`);
  const own = outcomes.filter((outcome) => outcome.policy === policy);
  const names = new Set(outcomes.map((outcome) => outcome.policy));
  if (own.length === 0 && names.size > 1) {
    throw new Problems(`${shown} has requests of ${[...names].sort().join(", ")}, and none of ${policy}`);
  }
  if (outcomes.length === 0) {
    const but = unread === 0 ? "" : `: ${plural(unread, "record")} of it ${unread === 1 ? "is" : "are"} no outcome`;
    throw new Problems(`${shown} has no request${but}`);
  }
  return new Recording(own.length === 0 ? outcomes : own);
}

function checkAmount(profile: Profile | null, recording: Recording | null, spanMs: number): void {
  const requests = recording?.outcomes.length ?? ((profile?.rate ?? 0) * spanMs) / 1000;
  if (requests <= MOST_REQUESTS) return;
  const hint = recording === null ? "; take a lower rate or a shorter --for" : "";
  throw new Problems(
    `these are about ${Math.round(requests)} requests, and at most ${MOST_REQUESTS} are simulated${hint}`,
  );
}

type Input = Omit<SimulationInput, "policy">;

async function runAll(
  io: Io,
  policy: Policy,
  input: Input,
  variation: Variation | null,
): Promise<readonly SimulationRun[]> {
  if (variation === null) return [{ vary: null, result: await runOne(io, { ...input, policy }, "") }];
  const { setting, values } = variation;
  const runs: SimulationRun[] = [];
  for (const { text, value } of values) {
    const result = await runOne(io, { ...input, policy: setting.with(value) }, `${setting.name} ${text}: `);
    runs.push({ vary: { setting: setting.name, value: text, isOwn: value === setting.value }, result });
  }
  return runs;
}

/** Lets Ctrl-C in between. */
async function runOne(io: Io, input: SimulationInput, what: string): Promise<Simulation> {
  const progress = new Progress(io);
  const running = simulate(input);
  try {
    for (;;) {
      const { done, value } = running.next();
      if (done) return value;
      progress.show(`${what}${plural(value.requests, "request")}, ${Math.floor(value.share * 100)}%`);
      await new Promise((next) => setImmediate(next));
      io.interrupted.throwIfAborted();
    }
  } catch (error) {
    if (error instanceof ContextError) throw new Problems(`the requests do not fit the policy: ${error.message}`);
    throw error;
  } finally {
    progress.clear();
  }
}

function print(io: Io, { format, seed }: SimulateOptions, runs: readonly SimulationRun[]): void {
  if (format === "json") {
    const told = runs.map(({ vary, result }) => ({
      vary: vary === null ? null : { setting: vary.setting, value: vary.value },
      ...result,
    }));
    io.stdout.write(jsonText({ seed, runs: told, diagnostics: [] }));
    return;
  }
  const palette = paletteFor(io.stdout, io.env);
  const [run] = runs;
  if (run === undefined) return;
  io.stdout.write(
    run.vary === null
      ? renderSimulation(run.result, palette, io.stdout.columns)
      : renderComparison(runs, palette, widthFor(io.stdout)),
  );
}

function tell(io: Io, { format, seed }: SimulateOptions, findings: readonly Finding[] | string): void {
  if (typeof findings === "string") io.stderr.write(`fbp: ${printable(findings)}\n`);
  else if (format !== "json") {
    io.stderr.write(
      `${printFindings(io.stderr, io.env, findings)}fbp: nothing was simulated, since there are errors\n`,
    );
  }
  if (format === "json") {
    io.stdout.write(
      jsonText({ seed, runs: [], diagnostics: typeof findings === "string" ? [] : findings.map(jsonFinding) }),
    );
  }
}
