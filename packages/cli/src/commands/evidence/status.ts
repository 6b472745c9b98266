import { type Command, Option } from "commander";
import type { Context } from "../../context.ts";
import { addFormat, type FormatOptions, formatOf, readDay } from "../../options.ts";

const FORMATS = ["text", "json"] as const;
export type EvidenceStatusFormat = (typeof FORMATS)[number];

interface Options extends FormatOptions<EvidenceStatusFormat> {
  readonly asOf?: string;
}

export function addEvidenceStatus(group: Command, context: Context): void {
  const command = group
    .command("status")
    .summary("show which criteria are open, what has changed, and what to run next")
    .description(
      "Shows for each path that a fallback names the six criteria: how each stands, since when and until when, who or " +
        "what tried it, what has changed since, and which command comes next on the way to production.",
    )
    .argument("<file...>", "policy files, folders of them, or - for standard input")
    .addOption(
      new Option("--as-of <date>", "the day on which the evidence must stand (default: today)").argParser(readDay),
    );
  addFormat(command, FORMATS)
    .addHelpText(
      "after",
      "\nExit status: 0 where every path that a fallback names is eligible for production, else 1.\n" +
        "\nExamples:\n" +
        "  fbp evidence status policies/chat.fbp\n" +
        "  fbp evidence status policies --as-of 2027-01-01 --json\n",
    )
    .action((files: readonly string[], options: Options) =>
      context.run(command, async () => {
        const { evidenceStatus } = await import("../../actions/index.ts");
        return evidenceStatus(context.io, {
          files,
          format: formatOf(options),
          asOf: options.asOf ?? context.io.today(),
        });
      }),
    );
}
