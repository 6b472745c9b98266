/** `fbp drill`: the runbook's ten validation steps, run over sockets under the compiled policy. */

import { resolve } from "node:path";
import { loadValidators, type StepName } from "@fbp/dsl";
import { type DrillFormat, STEP_NAMES } from "../commands/drill.ts";
import { type PolicyToDrill, policiesToDrill } from "../drill/policies.ts";
import type { Drilled } from "../drill/run.ts";
import { runDrills } from "../drill/run.ts";
import { type PolicyDrilled, planFor, stepsOf, summaryOf } from "../drill/steps.ts";
import { EXIT } from "../exit.ts";
import { save } from "../files/save.ts";
import type { Io } from "../io.ts";
import { drillsAsJson, drillsAsText } from "../render/drill.ts";
import { jsonFinding, jsonText } from "../render/json.ts";
import { junitOf } from "../render/junit.ts";
import { printFindings } from "../render/print.ts";
import { Progress } from "../render/progress.ts";
import { compileInputs, findingsOf } from "./compile.ts";

export interface DrillOptions {
  readonly files: readonly string[];
  /** None: all. */
  readonly only: readonly StepName[];
  readonly policy: string | null;
  readonly all: boolean;
  readonly junit: string | null;
  readonly format: DrillFormat;
  /** ISO day. */
  readonly asOf: string;
}

/** @throws UsageError for names that there are not */
export async function drill(io: Io, options: DrillOptions): Promise<number> {
  const only = options.only.length === 0 ? STEP_NAMES : options.only;
  const compiled = await compileInputs(io, options.files, { profile: "development", asOf: options.asOf });
  const errors = findingsOf(compiled, "here").filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    if (options.format === "json") {
      io.stdout.write(jsonText({ ...drillsAsJson([]), diagnostics: errors.map(jsonFinding) }));
    } else {
      io.stderr.write(`${printFindings(io.stderr, io.env, errors)}fbp: nothing was drilled, since there are errors\n`);
    }
    return EXIT.problems;
  }
  await loadValidators();
  const policies = policiesToDrill(compiled, options.policy);
  const drilled: PolicyDrilled[] = [];
  for (const policy of policies) drilled.push(await drillPolicy(io, policy, only));
  io.interrupted.throwIfAborted();
  if (options.junit !== null && !save(io, [{ path: resolve(io.cwd, options.junit), text: junitOf(drilled) }])) {
    return EXIT.problems;
  }
  io.stdout.write(
    options.format === "json"
      ? jsonText({ ...drillsAsJson(drilled), diagnostics: [] })
      : drillsAsText(io, drilled, options.all),
  );
  return summaryOf(drilled).failed === 0 ? EXIT.fine : EXIT.problems;
}

async function drillPolicy(io: Io, policy: PolicyToDrill, only: readonly StepName[]): Promise<PolicyDrilled> {
  const { plan, plain } = await planFor(policy, only);
  const progress = new Progress(io);
  const began = io.now();
  let over = 0;
  const show = (): void => {
    progress.show(
      `${policy.model.name}: ${over} of ${plan.cases.length} drills are over, ${seconds(io.now() - began)}`,
    );
  };
  const ticking = tick(io, show);
  let drilled: readonly Drilled[];
  try {
    drilled = await runDrills({
      ...policy,
      plain,
      plan,
      interrupted: io.interrupted,
      over: () => {
        over += 1;
        show();
      },
    });
  } finally {
    ticking();
    progress.clear();
  }
  return { policy, steps: stepsOf(policy, only, plan, drilled), drilled, elapsedMs: io.now() - began };
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)}s`;
}

const TICK_MS = 500;

/** Calls back again and again until it is called off. */
function tick(io: Io, run: () => void): () => void {
  let off = io.schedule(TICK_MS, again);
  function again(): void {
    run();
    off = io.schedule(TICK_MS, again);
  }
  return () => off();
}
