import { type Command, Option } from "commander";
import type { Context } from "../context.ts";

export function addInit(program: Command, context: Context): void {
  const command = program
    .command("init")
    .summary("begin a policy project")
    .description(
      "Writes a small policy with its contract, its scenarios and a README. Refuses to overwrite a file that is there.",
    )
    .argument("[folder]", "where; made if it is not there", ".")
    .addOption(new Option("--json", "print what was written as one object"))
    .addHelpText("after", "\nExample:\n  fbp init my-policy\n")
    .action((folder: string, options: { readonly json?: boolean }) =>
      context.run(command, async () => {
        const { init } = await import("../actions/index.ts");
        return init(context.io, { folder, isJson: options.json ?? false });
      }),
    );
}
