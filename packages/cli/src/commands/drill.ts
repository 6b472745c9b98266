import type { StepName } from "@fbp/dsl";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Context } from "../context.ts";
import { addFormat, type FormatOptions, formatOf } from "../options.ts";

const DRILL_FORMATS = ["text", "json"] as const;
export type DrillFormat = (typeof DRILL_FORMATS)[number];

/** As `STEPS` of the compiler has them, which only the work of a command loads. */
export const STEP_NAMES = [
  "contract",
  "primary-canary",
  "fallback-canary",
  "timeout",
  "server-error",
  "auth",
  "malformed",
  "rate-limit",
  "streaming",
  "cost",
] as const satisfies readonly StepName[];

interface Options extends FormatOptions<DrillFormat> {
  readonly only?: readonly StepName[];
  readonly path?: readonly string[];
  readonly policy?: string;
  readonly staging?: boolean;
  readonly parser?: string;
  readonly evidence?: string;
  readonly billing?: string;
  readonly all?: boolean;
  readonly junit?: string;
}

export function addDrill(program: Command, context: Context): void {
  const command = program
    .command("drill")
    .summary("run the runbook's ten steps over real sockets")
    .description(
      "Runs the runbook's ten validation steps: real requests under the compiled policy, over real sockets, to a provider " +
        "on this machine that fails in each way. Beside each stands what the policy leads to expect, worked out on a " +
        "virtual clock. No key and nothing else has to be set up, and nothing leaves this machine; with --staging the " +
        "contracts' own addresses are called with the environment's keys, for what is safe there.",
    )
    .argument("<file...>", "policy files, folders of them, or - for standard input")
    .addOption(new Option("--only <step>", "only this step; may be repeated").choices(STEP_NAMES).argParser(collect))
    .addOption(new Option("--path <name>", "only drills of this path; may be repeated").argParser(collectNames))
    .addOption(new Option("--policy <name>", "of several policies this one"))
    .addOption(new Option("--staging", "call the contracts' own addresses: canaries, a wrong key, a malformed request"))
    .addOption(
      new Option("--parser <command>", "the service's own parser: is given each answer, ends with 0 if it takes it"),
    )
    .addOption(new Option("--evidence <file>", "put what is shown by --staging or --parser into the evidence file"))
    .addOption(
      new Option("--billing <file>", "with --staging: the provider's billing export (CSV), for the cost review"),
    )
    .addOption(new Option("--all", "show each drill, not only those that failed"))
    .addOption(new Option("--junit <file>", "write the result as JUnit XML, for CI"));
  addFormat(command, DRILL_FORMATS)
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  fbp drill policies/chat.fbp\n" +
        "  fbp drill policies/chat.fbp --only auth --only streaming --all\n" +
        "  fbp drill policies --junit drills.xml\n" +
        "  fbp drill policies/chat.fbp --staging --path backup --evidence policies/evidence/backup.evidence.json\n",
    )
    .action((files: readonly string[], options: Options) =>
      context.run(command, async () => {
        const { drill } = await import("../actions/index.ts");
        return drill(context.io, {
          files,
          only: options.only ?? [],
          paths: options.path ?? [],
          policy: options.policy ?? null,
          staging: options.staging ?? false,
          parser: options.parser ?? null,
          evidence: options.evidence ?? null,
          billing: options.billing ?? null,
          all: options.all ?? false,
          junit: options.junit ?? null,
          format: formatOf(options),
          asOf: context.io.today(),
        });
      }),
    );
}

function collectNames(name: string, before: readonly string[] = []): readonly string[] {
  return [...before, name];
}

function collect(name: string, before: readonly StepName[] = []): readonly StepName[] {
  const step = STEP_NAMES.find((each) => each === name);
  if (step === undefined) throw new InvalidArgumentError(`Allowed choices are ${STEP_NAMES.join(", ")}.`);
  return [...before, step];
}
