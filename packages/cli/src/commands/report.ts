import { type Command, InvalidArgumentError, Option } from "commander";
import type { Context } from "../context.ts";
import { addFormat, type FormatOptions, formatOf } from "../options.ts";

const REPORT_FORMATS = ["text", "json"] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

interface Options extends FormatOptions<ReportFormat> {
  readonly since?: number;
  readonly until?: number;
  readonly policy?: string;
  readonly html?: string;
  readonly billing?: string;
  readonly prices?: readonly string[];
}

export function addReport(program: Command, context: Context): void {
  const command = program
    .command("report")
    .summary("show what recorded requests come to")
    .description(
      "Adds up recorded outcomes: requests by reason and by the path that answered, what fallbacks cost and saved, " +
        "latency with and without them, why calls failed, and which requests spent more than one call.",
    )
    .argument("<outcomes>", "recorded outcomes, as JSON lines or as an SQLite file")
    .addOption(
      new Option("--since <time>", "requests that began then or later, as 2026-11-22T10:00").argParser(readTime),
    )
    .addOption(new Option("--until <time>", "requests that began before").argParser(readTime))
    .addOption(new Option("--policy <name>", "requests of this policy alone"))
    .addOption(new Option("--html <file>", "write a page with charts that needs nothing else"))
    .addOption(new Option("--billing <file>", "hold the calls against the provider's billing export (CSV)"))
    .addOption(
      new Option("--prices <file>", "with --billing: a policy that decided, for its prices; may be repeated").argParser(
        (file: string, before: readonly string[] = []) => [...before, file],
      ),
    );
  addFormat(command, REPORT_FORMATS)
    .addHelpText(
      "after",
      "\nTimes are UTC unless they say otherwise.\n" +
        "Exit status: 1 also where the bill has calls that are not on record, or at another price.\n" +
        "\nExamples:\n" +
        "  fbp report outcomes.jsonl --since 2026-11-22T10:00 --until 2026-11-22T11:00\n" +
        "  fbp report outcomes.sqlite --html report.html\n" +
        "  fbp report outcomes.jsonl --billing export.csv --prices policies/chat.fbp\n",
    )
    .action((outcomes: string, options: Options) =>
      context.run(command, async () => {
        const { report } = await import("../actions/index.ts");
        return report(context.io, { ...options, outcomes, format: formatOf(options), asOf: context.io.today() });
      }),
    );
}

/** Milliseconds since 1970. */
function readTime(text: string): number {
  const [, day, time = "T00:00", zone = "Z"] =
    /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)?(Z|[+-]\d{2}:\d{2})?$/.exec(text) ?? [];
  const ms = day === undefined ? Number.NaN : Date.parse(`${day}${time}${zone}`);
  if (Number.isNaN(ms)) throw new InvalidArgumentError("A time is written 2026-11-22 or 2026-11-22T10:30.");
  return ms;
}
