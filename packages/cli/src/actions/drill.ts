/** `fbp drill`: the runbook's ten validation steps, run over sockets under the compiled policy. */
import { resolve } from "node:path";
import { loadValidators, type StepName } from "@fbp/dsl";
import { prepare, UsageError as RuntimeUsageError } from "@fbp/runtime/engine";
import { evidenceWith, type Keeping, openEvidence } from "../canary/evidence.ts";
import { hasNoAddress } from "../canary/paths.ts";
import { type DrillFormat, STEP_NAMES } from "../commands/drill.ts";
import type { Billing } from "../drill/cost-review/billing.ts";
import { openBilling } from "../drill/cost-review/open-billing.ts";
import { shownByDrills } from "../drill/evidence.ts";
import { type PolicyToDrill, pathsNamed, policiesToDrill } from "../drill/policies.ts";
import { type Drilled, runDrills } from "../drill/run.ts";
import { type PolicyDrilled, planFor, stepsOf, summaryOf, type Wanted } from "../drill/steps.ts";
import { EXIT, UsageError } from "../exit.ts";
import { save } from "../files/save.ts";
import type { FileToWrite } from "../files/write.ts";
import type { Io } from "../io.ts";
import { drillsAsJson, drillsAsText, type Kept } from "../render/drill.ts";
import type { Finding } from "../render/finding.ts";
import { jsonFinding, jsonText } from "../render/json.ts";
import { junitOf } from "../render/junit.ts";
import { printFindings } from "../render/print.ts";
import { Progress } from "../render/progress.ts";
import { printable } from "../render/width.ts";
import { compileInputs, findingsOf } from "./compile.ts";

export interface DrillOptions {
  readonly files: readonly string[];
  /** None: all. */
  readonly only: readonly StepName[];
  /** None: all. */
  readonly paths: readonly string[];
  readonly policy: string | null;
  readonly staging: boolean;
  readonly parser: string | null;
  readonly evidence: string | null;
  readonly billing: string | null;
  readonly all: boolean;
  readonly junit: string | null;
  readonly format: DrillFormat;
  /** ISO day. */
  readonly asOf: string;
}

/** @throws UsageError for names that there are not, options that do not go together, and a key that is missing */
export async function drill(io: Io, options: DrillOptions): Promise<number> {
  checkTogether(options);
  const compiled = await compileInputs(io, options.files, { profile: "development", asOf: options.asOf });
  const errors = findingsOf(compiled, "here").filter(({ severity }) => severity === "error");
  if (errors.length > 0) return notDrilled(io, options, errors);
  await loadValidators();
  const policies = pathsNamed(policiesToDrill(compiled, options.policy), options.paths);
  if (options.staging && !canBeCalled(io, policies)) return EXIT.problems;
  const opened = options.billing === null ? null : await openBilling(io, options.billing);
  if (opened !== null && opened.billing === null) return notDrilled(io, options, opened.findings);
  const keeping = await keepingFor(io, options, policies);
  if (keeping === "none") return EXIT.problems;
  const steps = options.only.length === 0 ? STEP_NAMES : options.only;
  const wanted: Wanted = { steps, paths: options.paths, staging: options.staging };
  const drilled: PolicyDrilled[] = [];
  for (const policy of policies) {
    drilled.push(await drillPolicy(io, policy, wanted, options, opened?.billing ?? null));
  }
  io.interrupted.throwIfAborted();
  const kept = keeping === null ? null : keptBy(keeping, drilled, options);
  if (!save(io, filesOf(io, options, drilled, keeping, kept))) return EXIT.problems;
  io.stdout.write(
    options.format === "json"
      ? jsonText({ ...drillsAsJson(drilled, kept), diagnostics: [] })
      : drillsAsText(io, drilled, kept, options.all),
  );
  return summaryOf(drilled).failed === 0 ? EXIT.fine : EXIT.problems;
}

function checkTogether({ staging, parser, evidence, billing }: DrillOptions): void {
  if (billing !== null && !staging) {
    throw new UsageError("--billing needs --staging: no real provider bills drills on this machine");
  }
  if (evidence !== null && !staging && parser === null) {
    throw new UsageError(
      "--evidence needs --staging or --parser: a provider on this machine answers as the contract says, which shows nothing of the real one",
    );
  }
}

function notDrilled(io: Io, { format }: DrillOptions, errors: readonly Finding[]): number {
  if (format === "json") {
    io.stdout.write(jsonText({ ...drillsAsJson([], null), diagnostics: errors.map(jsonFinding) }));
  } else {
    io.stderr.write(`${printFindings(io.stderr, io.env, errors)}fbp: nothing was drilled, since there are errors\n`);
  }
  return EXIT.problems;
}

/** @throws UsageError with the first variable that holds no key */
function canBeCalled(io: Io, policies: readonly PolicyToDrill[]): boolean {
  const empty = policies.flatMap(({ model, contracts }) =>
    contracts.flatMap(({ file }, index) => {
      const contract = model.contracts[index]?.contract;
      return contract !== undefined && hasNoAddress(contract) ? [file] : [];
    }),
  );
  for (const file of new Set(empty)) {
    io.stderr.write(
      `fbp: the area endpoint of ${printable(file)} has no value yet: put the provider's address into endpoint.baseUrl\n`,
    );
  }
  if (empty.length > 0) return false;
  try {
    for (const { policy } of policies) {
      const paths = policy.paths.map((path) => ({ ...path, adapter: null }));
      prepare({ ...policy, paths }, { env: (name) => (Object.hasOwn(io.env, name) ? io.env[name] : undefined) });
    }
    return true;
  } catch (error) {
    if (error instanceof RuntimeUsageError) throw new UsageError(error.message);
    throw error;
  }
}

/** null: no evidence is to be kept; "none": it cannot be, which was told. */
async function keepingFor(
  io: Io,
  { evidence, paths }: DrillOptions,
  policies: readonly PolicyToDrill[],
): Promise<Keeping | null | "none"> {
  if (evidence === null) return null;
  const targets = policies.flatMap(({ policy, model }) =>
    model.paths.flatMap(({ name }, path) =>
      paths.length === 0 || paths.includes(name) ? [{ policy, model, path }] : [],
    ),
  );
  const keeping = await openEvidence(io, evidence, targets);
  if ("target" in keeping) return keeping;
  const text =
    "problem" in keeping ? `fbp: ${printable(keeping.problem)}\n` : printFindings(io.stderr, io.env, keeping.findings);
  io.stderr.write(`${text}fbp: nothing was drilled\n`);
  return "none";
}

function keptBy(keeping: Keeping, drilled: readonly PolicyDrilled[], options: DrillOptions): Kept {
  const own = drilled.find(({ policy }) => policy.model === keeping.target.model);
  const { staging, parser, asOf: day } = options;
  const shown = shownByDrills(keeping, own?.drilled ?? [], { staging, parsed: parser !== null, day });
  return { file: keeping.file, path: keeping.fallback.path, for: keeping.fallback.for, shown };
}

function filesOf(
  io: Io,
  { junit }: DrillOptions,
  drilled: readonly PolicyDrilled[],
  keeping: Keeping | null,
  kept: Kept | null,
): readonly FileToWrite[] {
  const hasNews = kept?.shown.some(({ record }) => record !== null) ?? false;
  return [
    ...(junit === null ? [] : [{ path: resolve(io.cwd, junit), text: junitOf(drilled) }]),
    ...(keeping === null || kept === null || !hasNews
      ? []
      : [{ path: keeping.path, text: evidenceWith(keeping, kept.shown) }]),
  ];
}

async function drillPolicy(
  io: Io,
  policy: PolicyToDrill,
  wanted: Wanted,
  { parser }: DrillOptions,
  billing: Billing | null,
): Promise<PolicyDrilled> {
  const { plan, plain } = await planFor(policy, wanted);
  const progress = new Progress(io);
  const began = io.now();
  let over = 0;
  const show = (): void => {
    const passed = `${Math.round((io.now() - began) / 1000)}s`;
    progress.show(`${printable(policy.model.name)}: ${over} of ${plan.cases.length} drills are over, ${passed}`);
  };
  const calledOff = again(io, show);
  let drilled: readonly Drilled[];
  try {
    drilled = await runDrills({
      ...policy,
      plain,
      plan,
      env: io.env,
      parser: parser === null ? null : { command: parser, cwd: io.cwd },
      interrupted: io.interrupted,
      over: () => {
        over += 1;
        show();
      },
    });
  } finally {
    calledOff();
    progress.clear();
  }
  const steps = stepsOf(policy, wanted, plan, drilled, billing);
  return { policy, steps, drilled, elapsedMs: io.now() - began, staging: wanted.staging };
}

const TICK_MS = 500;

/** Calls back every now and then, until it is called off. */
function again(io: Io, run: () => void): () => void {
  const tick = (): void => {
    run();
    off = io.schedule(TICK_MS, tick);
  };
  let off = io.schedule(TICK_MS, tick);
  return () => off();
}
