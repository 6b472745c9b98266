import { type Command, InvalidArgumentError, Option } from "commander";
import type { Context } from "../context.ts";
import { addFormat, type FormatOptions, formatOf } from "../options.ts";

const SIMULATE_FORMATS = ["text", "json"] as const;
export type SimulateFormat = (typeof SIMULATE_FORMATS)[number];

interface Options extends FormatOptions<SimulateFormat> {
  readonly profile?: string;
  readonly replay?: string;
  readonly policy?: string;
  readonly for?: number;
  readonly seed: number;
  readonly vary?: string;
  readonly beside?: string;
  readonly svg?: string;
  readonly window: number;
  readonly scrape: number;
}

/** As `fbp alerts` has it. */
const WINDOW_MS = 5 * 60_000;
const SCRAPE_MS = 15_000;

export function addSimulate(program: Command, context: Context): void {
  const command = program
    .command("simulate")
    .summary("play many requests through a policy while its providers fail")
    .description(
      "Plays requests through a policy with the runtime's own engine on a virtual clock, while the providers do what a " +
        "fault profile says, or what recorded requests met: answers, latency, calls, cost, breakers, alerts. Nothing is called.",
    )
    .argument("<file...>", "policy files, folders of them, or - for standard input")
    .addOption(new Option("--profile <file>", "what requests come and what the paths do, as YAML or JSON"))
    .addOption(new Option("--replay <file>", "recorded outcomes, as JSON lines or as SQLite, as the world instead"))
    .addOption(new Option("--policy <name>", "of several policies this one"))
    .addOption(new Option("--for <time>", "how long the profile's requests come (default: 10m)").argParser(readTime))
    .addOption(
      new Option("--seed <number>", "other dice: another run of the same world").argParser(readSeed).default(1),
    )
    .addOption(new Option("--vary <setting=values>", "compare values of a setting, as budget.attempts=1..5"))
    .addOption(
      new Option(
        "--beside <config>",
        "what the gateway with this configuration of LiteLLM or Portkey would do in the same world",
      ),
    )
    .addOption(new Option("--svg <file>", "draw what happened over time into a file"))
    .addOption(
      new Option("--window <time>", "the time that alerts take rates over, as fbp alerts --window")
        .argParser(readWholeTime)
        .default(WINDOW_MS, "5m"),
    )
    .addOption(
      new Option("--scrape <time>", "how often metrics are scraped and alerts evaluated")
        .argParser(readWholeTime)
        .default(SCRAPE_MS, "15s"),
    );
  addFormat(command, SIMULATE_FORMATS)
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  fbp simulate policies/chat.fbp --profile faults.yaml --for 10m --svg outage.svg\n" +
        "  fbp simulate policies/chat.fbp --profile faults.yaml --vary primary.timeout=2s,4s,8s\n" +
        "  fbp simulate policies/chat.fbp --profile faults.yaml --beside litellm/config.yaml\n" +
        "  fbp simulate policies/next.fbp --replay outcomes.jsonl\n",
    )
    .action((files: readonly string[], options: Options) =>
      context.run(command, async () => {
        const { simulatePolicy } = await import("../actions/index.ts");
        return simulatePolicy(context.io, {
          ...options,
          files,
          format: formatOf(options),
          asOf: context.io.today(),
          forMs: options.for,
          alerts: { everyMs: options.scrape, windowMs: options.window },
        });
      }),
    );
}

function readTime(text: string): number {
  const [, amount = "", unit = ""] = /^(\d{1,6}(?:\.\d+)?)(s|m|h)$/.exec(text) ?? [];
  const ms = Number(amount) * ({ s: 1000, m: 60_000, h: 3_600_000 }[unit] ?? 0);
  if (ms === 0) throw new InvalidArgumentError("A time is written 90s, 10m or 2h.");
  return ms;
}

/** Of a server's own settings no one is shorter than a second. */
function readWholeTime(text: string): number {
  const [, amount = "", unit = ""] = /^([1-9]\d{0,4})(s|m|h)$/.exec(text) ?? [];
  if (unit === "") throw new InvalidArgumentError("A time is written 15s, 5m or 1h.");
  return Number(amount) * ({ s: 1000, m: 60_000, h: 3_600_000 }[unit] ?? 0);
}

function readSeed(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It is a whole number of at most nine digits.");
  return Number(text);
}
