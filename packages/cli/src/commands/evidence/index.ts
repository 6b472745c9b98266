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
    .helpCommand("help [command]", "print the help of a command")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  fbp evidence status policies\n" +
        "  fbp canary policies/chat.fbp --path backup --evidence policies/evidence/backup.evidence.json\n" +
        "  fbp evidence sign policies/chat.fbp --path backup --criterion prompt \\\n" +
        '    --by "$USER" --note "200 recorded prompts, see QA-17"\n',
    );
  addEvidenceStatus(group, context);
  addEvidenceSign(group, context);
}
