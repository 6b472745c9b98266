import { type Command, InvalidArgumentError, Option } from "commander";
import type { Context } from "../../context.ts";
import { addFormat, type FormatOptions, formatOf } from "../../options.ts";

export const CAPTURE_KINDS = ["auto", "request", "response", "chunk", "error"] as const;

const FORMATS = ["text", "json"] as const;
export type ContractCheckFormat = (typeof FORMATS)[number];

interface Options extends FormatOptions<ContractCheckFormat> {
  readonly as: (typeof CAPTURE_KINDS)[number];
  readonly expect: string;
  readonly map?: ReadonlyMap<string, readonly string[]>;
}

export function addContractCheck(group: Command, context: Context): void {
  const command = group
    .command("check")
    .summary("hold captured traffic against a contract")
    .description(
      "Runs captured requests, answers, stream chunks and errors through a contract, and reports by field what does " +
        "not fit. Nothing of a prompt, an answer or a key is printed.",
    )
    .argument("<contract>", "the contract file")
    .argument("<capture...>", "captures: .json, .jsonl (one a line), .sse, or - for standard input");
  addFormat(command, FORMATS)
    .addOption(new Option("--as <kind>", "what the captures are").choices(CAPTURE_KINDS).default("auto"))
    .addOption(
      new Option("--expect <field>", "the field of error rows that says which signal each should be").default("expect"),
    )
    .addOption(
      new Option(
        "--map <word=signal>",
        "what a word in that field stands for; several with commas, either with /",
      ).argParser(readMap),
    )
    .addHelpText(
      "after",
      "\nAn error row is a line of JSON: { status, body, headers?, provider?, expect? }.\n" +
        "Exit status: 1 where something does not fit, or an error is another signal than expected.\n" +
        "\nExamples:\n" +
        "  fbp contract check provider.contract.json captures/*.json captures/*.sse\n" +
        "  fbp contract check provider.contract.json errors.jsonl --expect class --map auth=auth_or_account\n",
    )
    .action((contract: string, files: readonly string[], options: Options) =>
      context.run(command, async () => {
        const { contractCheck } = await import("../../actions/index.ts");
        return contractCheck(context.io, {
          contract,
          files,
          format: formatOf(options),
          as: options.as,
          expect: options.expect,
          words: options.map ?? new Map(),
        });
      }),
    );
}

/** `auth=auth_or_account,gateway=server_error/transport_timeout` */
function readMap(text: string, before: ReadonlyMap<string, readonly string[]> = new Map()): Map<string, string[]> {
  const words = new Map([...before].map(([word, signals]) => [word, [...signals]]));
  for (const pair of text.split(",")) {
    const [, word, signals] = /^([^=]+)=([\w/]+)$/.exec(pair) ?? [];
    if (word === undefined || signals === undefined) {
      throw new InvalidArgumentError("A word is mapped as auth=auth_or_account.");
    }
    words.set(word, signals.split("/"));
  }
  return words;
}
