import { type Command, Option } from "commander";
import type { Context } from "../context.ts";
import { addFormat, type FormatOptions, formatOf } from "../options.ts";

const IMPORT_FORMATS = ["text", "json"] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

const GATEWAYS = ["litellm", "portkey"] as const;

interface Options extends FormatOptions<ImportFormat> {
  readonly from?: (typeof GATEWAYS)[number];
  readonly out?: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

export function addImport(program: Command, context: Context): void {
  const command = program
    .command("import")
    .summary("make a policy from the configuration of a gateway")
    .description(
      "Makes a policy from LiteLLM's config.yaml or a config of Portkey, with a comment at each place where it is not " +
        "what the gateway does, and the most that one request takes there and here. Keys are never taken over.",
    )
    .argument("<config>", "the configuration as JSON or YAML, or - for standard input")
    .addOption(new Option("--from <gateway>", "whose it is (default: as it looks)").choices(GATEWAYS))
    .addOption(
      new Option(
        "--out <file>",
        "write the policy there, and its contracts into contracts beside it; else it is printed",
      ),
    )
    .addOption(new Option("--force", "replace files that are there already"))
    .addOption(new Option("--dry-run", "write nothing"));
  addFormat(command, IMPORT_FORMATS)
    .addHelpText(
      "after",
      "\nExample:\n  fbp import config.yaml --out policies/chat.fbp\n  fbp check policies/chat.fbp --explain\n",
    )
    .action((config: string, options: Options) =>
      context.run(command, async () => {
        const { importConfig } = await import("../actions/index.ts");
        return importConfig(context.io, {
          config,
          format: formatOf(options),
          from: options.from ?? null,
          out: options.out ?? null,
          force: options.force ?? false,
          dryRun: options.dryRun ?? false,
        });
      }),
    );
}
