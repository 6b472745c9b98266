import type { Criterion } from "@fbp/dsl";
import { type Command, Option } from "commander";
import type { Context } from "../../context.ts";
import { addFormat, type FormatOptions, formatOf, readDay, readValidDays, required } from "../../options.ts";

const FORMATS = ["text", "json"] as const;
export type EvidenceSignFormat = (typeof FORMATS)[number];

/** Named here too, for help: the compiler is loaded when the command runs. */
const CRITERIA: Readonly<Record<Criterion, true>> = {
  prompt: true,
  response_format: true,
  token_budget: true,
  latency_under_load: true,
  data_handling_and_safety: true,
  output_parser: true,
};

const DEFAULT_VALID_DAYS = 90;

interface Options extends FormatOptions<EvidenceSignFormat> {
  readonly path: string;
  readonly criterion: string;
  readonly by: string;
  readonly note: string;
  readonly passed?: boolean;
  readonly failed?: boolean;
  readonly validDays: number;
  readonly asOf?: string;
  readonly dryRun?: boolean;
}

export function addEvidenceSign(group: Command, context: Context): void {
  const command = group
    .command("sign")
    .summary("sign criteria that a program cannot judge")
    .description(
      "Writes into the path's evidence file that a person has tried criteria, and stands for what came of it. It is " +
        "bound to the paths and contracts as they are now: when they change, it has to be tried and signed again.",
    )
    .argument("<file>", "a policy file that falls back to the path, or a folder of them")
    .addOption(required(new Option("--path <name>", "the path that is to stand in")))
    .addOption(
      required(
        new Option("--criterion <names>", `what was tried, parted by commas, of ${Object.keys(CRITERIA).join(", ")}`),
      ),
    )
    .addOption(required(new Option("--by <name>", "who stands for it: the name of a person")))
    .addOption(required(new Option("--note <text>", "what was tried, and where it is written down")))
    .addOption(new Option("--passed", "it does what it must (default)").conflicts("failed"))
    .addOption(new Option("--failed", "it does not"))
    .addOption(
      new Option("--valid-days <number>", "for how many days that stands")
        .argParser(readValidDays)
        .default(DEFAULT_VALID_DAYS),
    )
    .addOption(new Option("--as-of <date>", "the day of the trial (default: today)").argParser(readDay))
    .addOption(new Option("--dry-run", "write nothing; show what would change"));
  addFormat(command, FORMATS)
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  fbp evidence sign policies/chat.fbp --path backup --criterion data_handling_and_safety \\\n" +
        '    --by "Jo Doe, data protection" --note "nothing is kept; agreement in docs/dpa.pdf"\n' +
        "  fbp evidence sign policies/chat.fbp --path backup --criterion prompt,output_parser \\\n" +
        '    --by "$USER" --note "40 of 200 recorded answers did not parse, see QA-17" --failed\n',
    )
    .action((file: string, options: Options) =>
      context.run(command, async () => {
        const { evidenceSign } = await import("../../actions/index.ts");
        return evidenceSign(context.io, {
          file,
          path: options.path,
          criteria: options.criterion.split(",").map((name) => name.trim()),
          by: options.by,
          note: options.note,
          passed: options.failed !== true,
          validDays: options.validDays,
          day: options.asOf ?? context.io.today(),
          dryRun: options.dryRun ?? false,
          format: formatOf(options),
        });
      }),
    );
}
