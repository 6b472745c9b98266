import { type Command, InvalidArgumentError, Option } from "commander";
import type { Context } from "../context.ts";
import { addFormat, type FormatOptions, formatOf } from "../options.ts";

const CANARY_FORMATS = ["text", "json"] as const;
export type CanaryFormat = (typeof CANARY_FORMATS)[number];

interface Options extends FormatOptions<CanaryFormat> {
  readonly path?: readonly string[];
  readonly policy?: string;
  readonly print?: boolean;
  readonly stream?: boolean;
  readonly evidence?: string;
  readonly timeout?: number;
}

export function addCanary(program: Command, context: Context): void {
  const command = program
    .command("canary")
    .summary("make one small call over each path, and judge the answer")
    .description(
      "Makes one small call over each path with the contract's values and the environment's keys, once, and judges the " +
        "answer as the policy does. An area that nobody verified is told; one that has no value, or that a source " +
        "contradicts, is not called. Keys are never printed.",
    )
    .argument("<file...>", "policy files, folders of them, or - for standard input")
    .addOption(new Option("--path <name>", "only this path; may be repeated").argParser(collect))
    .addOption(new Option("--policy <name>", "of several policies this one"))
    .addOption(
      new Option("--print", "call nothing; print the calls for curl, without keys").conflicts([
        "evidence",
        "json",
        "format",
      ]),
    )
    .addOption(new Option("--stream", "ask for the answer as a stream where the contract has them"))
    .addOption(new Option("--evidence <file>", "put what the answer shows into the path's evidence file"))
    .addOption(
      new Option("--timeout <time>", "limit of each call, as 30s or 800ms (default: the path's own)").argParser(
        readTime,
      ),
    );
  addFormat(command, CANARY_FORMATS)
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  fbp canary policies/chat.fbp\n" +
        "  fbp canary policies/chat.fbp --path backup --evidence policies/evidence/backup.evidence.json\n" +
        "  fbp canary policies/chat.fbp --print --stream\n",
    )
    .action((files: readonly string[], options: Options) =>
      context.run(command, async () => {
        const { canary } = await import("../actions/index.ts");
        return canary(context.io, {
          files,
          paths: options.path ?? [],
          policy: options.policy ?? null,
          print: options.print ?? false,
          streams: options.stream ?? false,
          evidence: options.evidence ?? null,
          timeoutMs: options.timeout ?? null,
          format: formatOf(options),
          asOf: context.io.today(),
        });
      }),
    );
}

function collect(name: string, before: readonly string[] = []): readonly string[] {
  return [...before, name];
}

const MOST_MS = 3_600_000;

function readTime(text: string): number {
  const [, amount = "", unit = ""] = /^(\d{1,7}(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  const ms = Math.round(Number(amount) * ({ ms: 1, s: 1000, m: 60_000 }[unit] ?? 0));
  if (ms < 1 || ms > MOST_MS) throw new InvalidArgumentError("A time is written 30s, 800ms or 2m.");
  return ms;
}
