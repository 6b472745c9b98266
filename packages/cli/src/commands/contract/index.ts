import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { addContractCheck } from "./check.ts";
import { addContractImport } from "./import.ts";
import { addContractStatus } from "./status.ts";
import { addContractVerify } from "./verify.ts";

/** `fbp contract …`: what is known of a provider, and how well. */
export function addContract(program: Command, context: Context): void {
  const group = program
    .command("contract")
    .summary("check, import and verify contracts")
    .description("Works on contracts: what is known of a provider's API, area by area.")
    .helpCommand("help [command]", "print the help of a command")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  fbp contract import openapi.yaml --out contracts/acme.contract.json --lenient\n" +
        "  fbp contract check contracts/acme.contract.json captures\n" +
        '  fbp contract verify contracts/acme.contract.json endpoint auth --checker "$USER" --valid-days 90\n' +
        "  fbp contract status policies\n",
    );
  addContractStatus(group, context);
  addContractVerify(group, context);
  addContractCheck(group, context);
  addContractImport(group, context);
}
