import { type Command, InvalidArgumentError, Option } from "commander";
import type { Context } from "../context.ts";
import { addFormat, type FormatOptions, formatOf } from "../options.ts";

const EXPLAIN_FORMATS = ["text", "json"] as const;
export type ExplainFormat = (typeof EXPLAIN_FORMATS)[number];

const FAULTS = ["connect", "dns", "tls", "reset", "headers_timeout", "body_timeout", "attempt_timeout"] as const;

interface Options extends FormatOptions<ExplainFormat> {
  readonly status?: number;
  readonly body?: string;
  readonly header?: readonly string[];
  readonly transport?: (typeof FAULTS)[number];
  readonly signal?: string;
  readonly afterToken?: boolean;
  readonly policy?: string;
  readonly path?: string;
  readonly request?: string;
  readonly context?: string;
  readonly after?: number;
  readonly at?: number;
  readonly outcome?: string;
  readonly trace?: string;
}

export function addExplain(program: Command, context: Context): void {
  const command = program
    .command("explain")
    .summary("show why a failure leads where it leads")
    .description(
      "Plays one failure through a policy: the line of `signals` that reads it, the rule, each action with permitted " +
        "or why not, and what is recorded. With --outcome, the same of a request that was recorded.",
    )
    .argument("<file...>", "policy files, folders of them, or - for standard input")
    .addOption(new Option("--status <code>", "the failure is an answer with this status").argParser(readStatus))
    .addOption(new Option("--body <file>", "the answer's body; - for standard input"))
    .addOption(new Option("--header <header>", 'a header of the answer, as "retry-after: 2"').argParser(readHeader))
    .addOption(new Option("--transport <fault>", "the failure is a fault of the transport").choices(FAULTS))
    .addOption(new Option("--signal <name>", "the failure is this signal, whatever brought it up"))
    .addOption(new Option("--after-token", "the user had seen a part of the answer"))
    .addOption(new Option("--path <name>", "the path that it happens on (default: the one that requests start on)"))
    .addOption(new Option("--policy <name>", "of several policies this one"))
    .addOption(new Option("--request <file>", "the request as JSON (default: a small one without tools)"))
    .addOption(new Option("--context <json>", `fields of the context, as '{ "tier": "paid" }'`))
    .addOption(new Option("--after <calls>", "calls that the request had made before").argParser(readCount))
    .addOption(new Option("--at <time>", "how late in the request it is, as 12s or 800ms").argParser(readTime))
    .addOption(new Option("--outcome <file>", "recorded outcomes, one as JSON on each line"))
    .addOption(new Option("--trace <id>", "with --outcome: the request's trace id, or its id"));
  addFormat(command, EXPLAIN_FORMATS)
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  fbp explain policies/chat.fbp --status 429 --header 'retry-after: 30' --body error.json\n" +
        "  fbp explain policies/chat.fbp --transport attempt_timeout --path backup\n" +
        "  fbp explain policies/chat.fbp --outcome outcomes.jsonl --trace 4bf92f35\n",
    )
    .action((files: readonly string[], options: Options) =>
      context.run(command, async () => {
        const { explain } = await import("../actions/index.ts");
        return explain(context.io, {
          ...options,
          files,
          format: formatOf(options),
          asOf: context.io.today(),
          headers: options.header ?? [],
        });
      }),
    );
}

function readStatus(text: string): number {
  if (!/^[1-5]\d\d$/.test(text)) throw new InvalidArgumentError("A status is a number from 100 to 599.");
  return Number(text);
}

function readCount(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError("It is a whole number.");
  return Number(text);
}

function readTime(text: string): number {
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  if (unit === "") throw new InvalidArgumentError("A time is written 12s, 800ms or 2m.");
  return Number(amount) * { ms: 1, s: 1000, m: 60_000 }[unit as "ms" | "s" | "m"];
}

function readHeader(text: string, before: readonly string[] = []): readonly string[] {
  if (!/^[\w!#$%&'*+.^`|~-]+\s*:/.test(text)) throw new InvalidArgumentError('A header is written "name: value".');
  return [...before, text];
}
