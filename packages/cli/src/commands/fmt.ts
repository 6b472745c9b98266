import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addFormat, type FormatOptions, formatOf } from "../options.ts";

const FMT_FORMATS = ["text", "json"] as const;
export type FmtFormat = (typeof FMT_FORMATS)[number];

interface Options extends FormatOptions<FmtFormat> {
  readonly check?: boolean;
}

export function addFmt(program: Command, context: Context): void {
  const command = program
    .command("fmt")
    .summary("lay policies out")
    .description("Lays the given policies out in the one way, in place. Standard input goes to standard output.")
    .argument("<file...>", "policy files, folders of them, or - for standard input")
    .option("--check", "write nothing; name the files that are not laid out so, and end with 1");
  addFormat(command, FMT_FORMATS)
    .addHelpText("after", "\nExample:\n  fbp fmt --check policies\n")
    .action((files: readonly string[], options: Options) =>
      context.run(command, async () => {
        const { fmt } = await import("../actions/index.ts");
        return fmt(context.io, { files, check: options.check ?? false, format: formatOf(options) });
      }),
    );
}
