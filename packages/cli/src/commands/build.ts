import { type Command, Option } from "commander";
import type { Context } from "../context.ts";
import { addFormat, addProfile, type FormatOptions, formatOf, type ProfileOptions, required } from "../options.ts";

const BUILD_FORMATS = ["text", "json"] as const;
export type BuildFormat = (typeof BUILD_FORMATS)[number];

interface Options extends ProfileOptions, FormatOptions<BuildFormat> {
  readonly outDir: string;
  readonly bundle?: boolean;
}

export function addBuild(program: Command, context: Context): void {
  const command = program
    .command("build")
    .summary("compile policies to modules")
    .description(
      "Compiles each policy file to NAME.policy.js, NAME.policy.d.ts and NAME.policy.json. Writes nothing when there is an error.",
    )
    .argument("<file...>", "policy files, folders of them, or - for standard input")
    .addOption(required(new Option("--out-dir <folder>", "where to write; made if it is not there")))
    .option("--bundle", "put the runtime into each module, so that a service needs nothing else");
  addProfile(addFormat(command, BUILD_FORMATS))
    .addHelpText("after", "\nExample:\n  fbp build policies/chat.fbp --out-dir src/policies --profile production\n")
    .action((files: readonly string[], options: Options) =>
      context.run(command, async () => {
        const { build } = await import("../actions/index.ts");
        return build(context.io, {
          files,
          format: formatOf(options),
          profile: options.profile,
          asOf: options.asOf ?? context.io.today(),
          outDir: options.outDir,
          bundle: options.bundle === true,
        });
      }),
    );
}
