import { type Command, Option } from "commander";
import type { Context } from "../../context.ts";
import { addFormat, type FormatOptions, formatOf } from "../../options.ts";

const FORMATS = ["text", "json"] as const;
export type ContractImportFormat = (typeof FORMATS)[number];

interface Options extends FormatOptions<ContractImportFormat> {
  readonly operation?: string;
  readonly path?: string;
  readonly name?: string;
  readonly out?: string;
  readonly force?: boolean;
  readonly lenient?: boolean;
  readonly descriptions: boolean;
  readonly requestSchema?: string;
  readonly responseSchema?: string;
  readonly chunkSchema?: string;
  readonly errorSchema?: string;
  readonly dryRun?: boolean;
}

export function addContractImport(group: Command, context: Context): void {
  const command = group
    .command("import")
    .summary("make a contract from an OpenAPI document")
    .description(
      "Makes a contract from the chat operation of an OpenAPI 3.0 or 3.1 document, with every area pending review. " +
        "Nothing is fetched. Without --out the contract goes to standard output.",
    )
    .argument("<document>", "OpenAPI as JSON or YAML, a JSON Schema with $defs, or - for standard input");
  addFormat(command, FORMATS)
    .addOption(new Option("--operation <id>", "the operation by its operationId"))
    .addOption(new Option("--path <path>", "the operation by the end of its path (default: /chat/completions)"))
    .addOption(new Option("--name <name>", "what the provider is called in messages (default: from the title)"))
    .addOption(new Option("--out <file>", "where to write the contract"))
    .addOption(new Option("--force", "replace the file when it is there"))
    .addOption(new Option("--dry-run", "write nothing; say what would be written"))
    .addOption(
      new Option("--lenient", "relax the answers' schemas: only choices required, null allowed, lists of words open"),
    )
    .addOption(new Option("--no-descriptions", "leave the descriptions out"))
    .addOption(new Option("--request-schema <name>", "the component that describes a request"))
    .addOption(new Option("--response-schema <name>", "the component that describes an answer"))
    .addOption(new Option("--chunk-schema <name>", "the component that describes a chunk of a stream"))
    .addOption(new Option("--error-schema <name>", "the component that describes an error body"))
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  fbp contract import openapi.yaml --out contracts/acme.contract.json --lenient\n" +
        "  fbp contract import openapi.json --operation createChatCompletion --dry-run\n",
    )
    .action((document: string, options: Options) =>
      context.run(command, async () => {
        const { contractImport } = await import("../../actions/index.ts");
        return contractImport(context.io, {
          document,
          format: formatOf(options),
          operation: options.operation ?? null,
          path: options.path ?? null,
          name: options.name ?? null,
          out: options.out ?? null,
          force: options.force ?? false,
          dryRun: options.dryRun ?? false,
          lenient: options.lenient ?? false,
          descriptions: options.descriptions,
          schemas: {
            request: options.requestSchema ?? null,
            response: options.responseSchema ?? null,
            chunk: options.chunkSchema ?? null,
            error: options.errorSchema ?? null,
          },
        });
      }),
    );
}
