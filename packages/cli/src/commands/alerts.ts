import { type Command, InvalidArgumentError, Option } from "commander";
import type { Context } from "../context.ts";

const ALERTS_FORMATS = ["prometheus", "grafana"] as const;
export type AlertsFormat = (typeof ALERTS_FORMATS)[number];

interface Options {
  readonly format: AlertsFormat;
  readonly json?: boolean;
  readonly output?: string;
  readonly tests?: string;
  readonly runbook?: string;
  readonly window: number;
}

const WINDOW_MS = 5 * 60_000;

export function addAlerts(program: Command, context: Context): void {
  const command = program
    .command("alerts")
    .summary("make alert rules and a dashboard of the alerts block")
    .description(
      "Makes of the `alerts` of policies a rule file for Prometheus, with unit tests for promtool, or a dashboard for " +
        "Grafana. They read the metrics that prometheusSink exports.",
    )
    .argument("<file...>", "policy files, folders of them, or - for standard input")
    .addOption(new Option("--format <format>", "what to make").choices(ALERTS_FORMATS).default("prometheus"))
    .addOption(new Option("--output <file>", "write it there; else it is printed"))
    .addOption(new Option("--tests <file>", "with --output: write unit tests of the rules there"))
    .addOption(
      new Option(
        "--runbook <url>",
        "where to read what to do; {alert} and {policy} in it stand for their names",
      ).argParser(readUrl),
    )
    .addOption(
      new Option("--window <time>", "the time that rates are taken over, as 5m")
        .argParser(readWindow)
        .default(WINDOW_MS, "5m"),
    )
    .addOption(new Option("--json", "print what was made, and what is to be known of it, as one object"));
  command
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  fbp alerts policies --output fbp.rules.yml --tests fbp.rules.test.yml --runbook 'https://wiki.example/llm#{alert}'\n" +
        "  promtool check rules fbp.rules.yml && promtool test rules fbp.rules.test.yml\n" +
        "  fbp alerts policies --format grafana --output fbp.dashboard.json\n",
    )
    .action((files: readonly string[], options: Options) =>
      context.run(command, async () => {
        const { alerts } = await import("../actions/index.ts");
        return alerts(context.io, {
          files,
          asOf: context.io.today(),
          format: options.format,
          isJson: options.json ?? false,
          output: options.output ?? null,
          tests: options.tests ?? null,
          runbook: options.runbook ?? null,
          windowMs: options.window,
        });
      }),
    );
}

function readUrl(text: string): string {
  if (!/^https?:\/\/[^\s/]/.test(text)) throw new InvalidArgumentError("A runbook is found at https://…");
  return text;
}

function readWindow(text: string): number {
  const [, amount = "", unit = ""] = /^([1-9]\d{0,4})(s|m|h)$/.exec(text) ?? [];
  if (unit === "") throw new InvalidArgumentError("A time is written 5m, 90s or 1h.");
  return Number(amount) * { s: 1000, m: 60_000, h: 3_600_000 }[unit as "s" | "m" | "h"];
}
