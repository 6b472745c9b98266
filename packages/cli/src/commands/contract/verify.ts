import type { AreaName } from "@fbp/dsl";
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import type { Context } from "../../context.ts";
import { addFormat, type FormatOptions, formatOf, readDay, readValidDays } from "../../options.ts";

const FORMATS = ["text", "json"] as const;
export type ContractVerifyFormat = (typeof FORMATS)[number];

/** Named here too, for completion and help: the compiler is loaded when the command runs. */
const AREAS: Readonly<Record<AreaName, true>> = {
  endpoint: true,
  auth: true,
  request: true,
  response: true,
  errors: true,
  limits: true,
};

/** What an area was checked against, as the options say it. */
export interface SourceOption {
  readonly title: string;
  address?: string;
  /** As the user names it from the working folder. */
  file?: string;
}

interface Options extends FormatOptions<ContractVerifyFormat> {
  readonly title?: readonly SourceOption[];
  readonly checker?: string;
  readonly day?: string;
  readonly validDays?: number;
  readonly notes?: string;
  readonly pending?: boolean;
  readonly dryRun?: boolean;
}

export function addContractVerify(group: Command, context: Context): void {
  const areas = new Argument("<area...>", "the areas that were checked");
  // Only for completion and help: what is no area gets a better message than a choice would give.
  areas.argChoices = Object.keys(AREAS);
  const command = group
    .command("verify")
    .summary("record that areas of a contract were checked")
    .description(
      "Records in a contract that areas of it were checked: against what, by whom, on which day, and for how many days " +
        "that stands. Without --title it was against the sources that the contract lists. Digests of copies are computed.",
    )
    .argument("<contract>", "the contract file; only the verifications in it change")
    .addArgument(areas);
  addSources(command)
    .addOption(new Option("--checker <name>", "who checked: a person, a team or a command"))
    .addOption(new Option("--day <date>", "the day of the check (default: today)").argParser(readDay))
    .addOption(new Option("--valid-days <number>", "for how many days the check stands").argParser(readValidDays))
    .addOption(new Option("--notes <text>", 'what is not known; "" takes the notes away (default: as they are)'))
    .addOption(
      new Option("--pending", "take the verification back; --notes says why").conflicts([
        "title",
        "address",
        "file",
        "checker",
        "day",
        "validDays",
      ]),
    )
    .addOption(new Option("--dry-run", "write nothing; show what would change"));
  addFormat(command, FORMATS)
    .addHelpText(
      "after",
      "\nExamples:\n" +
        '  fbp contract verify acme.contract.json endpoint auth --checker "$USER" --valid-days 90\n' +
        "  fbp contract verify acme.contract.json limits --checker jo --valid-days 30 \\\n" +
        '    --title "Rate limits" --address https://acme.example/limits --file sources/limits.html\n' +
        '  fbp contract verify acme.contract.json limits --pending --notes "429 came without Retry-After"\n',
    )
    .action((contract: string, names: readonly string[], options: Options) =>
      context.run(command, async () => {
        const { contractVerify } = await import("../../actions/index.ts");
        return contractVerify(context.io, {
          contract,
          areas: names,
          format: formatOf(options),
          sources: options.title ?? null,
          checker: options.checker ?? null,
          day: options.day ?? null,
          validDays: options.validDays ?? null,
          notes: options.notes ?? null,
          pending: options.pending ?? false,
          dryRun: options.dryRun ?? false,
        });
      }),
    );
}

/** Each `--title` begins a source; what follows belongs to it. */
function addSources(command: Command): Command {
  const sources: SourceOption[] = [];
  const title = (text: string): SourceOption[] => {
    sources.push({ title: text });
    return sources;
  };
  const more = (key: "address" | "file") => (text: string) => {
    const last = sources.at(-1);
    if (last === undefined) throw new InvalidArgumentError("Name the source first, with --title.");
    if (last[key] !== undefined)
      throw new InvalidArgumentError(`A source has one ${key}. Begin the next with --title.`);
    last[key] = text;
    return text;
  };
  return command
    .addOption(
      new Option("--title <text>", "what was read; may be repeated, each with its --address or --file").argParser(
        title,
      ),
    )
    .addOption(new Option("--address <url>", "where that is found").argParser(more("address")))
    .addOption(new Option("--file <file>", "a copy of it in this project").argParser(more("file")));
}
