import type { Command } from "commander";
import type { Context } from "../context.ts";
import { addFormat, type FormatOptions, formatOf } from "../options.ts";

const TEST_FORMATS = ["text", "json", "github"] as const;
export type TestFormat = (typeof TEST_FORMATS)[number];

export function addTest(program: Command, context: Context): void {
  const command = program
    .command("test")
    .summary("play the scenarios of policies")
    .description("Plays each scenario of the given policies on a virtual clock, and shows expected beside got.")
    .argument("<file...>", "policy files, folders of them, or - for standard input");
  addFormat(command, TEST_FORMATS)
    .addHelpText("after", "\nExample:\n  fbp test policies/chat.fbp\n")
    .action((files: readonly string[], options: FormatOptions<TestFormat>) =>
      context.run(command, async () => {
        const { test } = await import("../actions/index.ts");
        return test(context.io, { files, format: formatOf(options), asOf: context.io.today() });
      }),
    );
}
