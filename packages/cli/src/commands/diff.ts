import { type Command, Option } from "commander";
import type { Context } from "../context.ts";
import { addFormat, type FormatOptions, formatOf, readDay } from "../options.ts";

export const DIFF_FORMATS = ["text", "json", "markdown"] as const;
export type DiffFormat = (typeof DIFF_FORMATS)[number];

interface Options extends FormatOptions<DiffFormat> {
  readonly asOf?: string;
  readonly failOn?: string;
}

export function addDiff(program: Command, context: Context): void {
  const command = program
    .command("diff")
    .summary("show what a change does to requests")
    .description(
      "Compares what two versions of a policy file do, not what their texts are: decisions, bounds, guarantees, and " +
        "what is relied on.",
    )
    .argument("<old-file>", "a policy file, - for standard input, or REVISION:FILE of the git repository")
    .argument("<new-file>", "the same");
  addFormat(command, DIFF_FORMATS)
    .addOption(
      new Option("--as-of <date>", "the day on which verifications must stand (default: today)").argParser(readDay),
    )
    .addOption(
      new Option(
        "--fail-on <kinds>",
        "end with status 1 where something of these kinds changed: decisions, classification, settings, bounds, " +
          "guarantees, reliance, any; several with commas",
      ),
    )
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  fbp diff HEAD~1:policies/chat.fbp policies/chat.fbp\n" +
        "  fbp diff main:policies/chat.fbp policies/chat.fbp --format markdown --fail-on bounds,guarantees\n",
    )
    .action((old: string, fresh: string, options: Options) =>
      context.run(command, async () => {
        const { diff } = await import("../actions/index.ts");
        return diff(context.io, {
          old,
          fresh,
          format: formatOf(options),
          asOf: options.asOf ?? context.io.today(),
          failOn: options.failOn ?? null,
        });
      }),
    );
}
