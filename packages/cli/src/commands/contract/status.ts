import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { addFormat, addProfile, type FormatOptions, formatOf, type ProfileOptions } from "../../options.ts";

const FORMATS = ["text", "json"] as const;
export type ContractStatusFormat = (typeof FORMATS)[number];

type Options = ProfileOptions & FormatOptions<ContractStatusFormat>;

export function addContractStatus(group: Command, context: Context): void {
  const command = group
    .command("status")
    .summary("show what is verified, by whom, until when, and what relies on it")
    .description(
      "Shows the six areas of each contract: who checked them against what and until when that stands, and which " +
        "lines of the given policies rely on them.",
    )
    .argument("<input...>", "policies, contracts, folders of them, or - for a policy on standard input");
  addProfile(addFormat(command, FORMATS))
    .addHelpText(
      "after",
      "\nExit status: 1 where a file has problems or a verification is contradicted; with\n" +
        "--profile production also where something that is relied on is not verified.\n" +
        "\nExamples:\n" +
        "  fbp contract status policies/chat.fbp\n" +
        "  fbp contract status . --profile production --as-of 2027-01-01\n",
    )
    .action((inputs: readonly string[], options: Options) =>
      context.run(command, async () => {
        const { contractStatus } = await import("../../actions/index.ts");
        return contractStatus(context.io, {
          inputs,
          format: formatOf(options),
          profile: options.profile,
          asOf: options.asOf ?? context.io.today(),
        });
      }),
    );
}
