import { type Command, Option } from "commander";
import type { Context } from "../context.ts";
import { addFormat, addProfile, type FormatOptions, formatOf, type ProfileOptions } from "../options.ts";

export const CHECK_FORMATS = ["text", "json", "sarif", "github"] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

interface Options extends ProfileOptions, FormatOptions<CheckFormat> {
  readonly explain?: boolean;
  readonly watch?: boolean;
}

export function addCheck(program: Command, context: Context): void {
  const command = program
    .command("check")
    .summary("find the problems of policies")
    .description("Finds every problem of the given policies, of what they use, and of their contracts.")
    .argument("<file...>", "policy files, folders of them, or - for standard input");
  addProfile(addFormat(command, CHECK_FORMATS))
    .addOption(new Option("--explain", "print the bounds of each policy too"))
    .addOption(new Option("--watch", "check again whenever a file changes, until Ctrl-C"))
    .addHelpText("after", "\nExample:\n  fbp check policies --profile production --format github\n")
    .action((files: readonly string[], options: Options) =>
      context.run(command, async () => {
        const { check } = await import("../actions/check.ts");
        return check(context.io, {
          files,
          format: formatOf(options),
          profile: options.profile,
          asOf: options.asOf ?? context.io.today(),
          explain: options.explain ?? false,
          watch: options.watch ?? false,
        });
      }),
    );
}
