import type { Command } from "commander";
import type { Context } from "../../context.ts";
import { addEvidenceSign } from "./sign.ts";
import { addEvidenceStatus } from "./status.ts";

/** `fbp evidence …`: may a path stand in for another one. */
export function addEvidence(program: Command, context: Context): void {
  const group = program
    .command("evidence")
    .summary("show and sign what makes a path fit for fallbacks")
    .description("Works on evidence: what shows that one path may stand in for another.")
    .helpCommand("help [command]", "print the help of a command");
  addEvidenceStatus(group, context);
  addEvidenceSign(group, context);
}
