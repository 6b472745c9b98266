/** What the exploration of a policy finds wrong with it; nothing that the checks before it have told. */
import type { Diagnostic, Report } from "../../diagnostics/index.ts";
import type { Proof } from "../proof.ts";
import { reportActions } from "./actions.ts";
import { reportSlack } from "./budget.ts";
import { reportLate } from "./late.ts";
import { reportDefaults, reportLines } from "./lines.ts";
import { quickOutages, slowOutages } from "./outage.ts";
import { reportTurns, reportTwins } from "./turns.ts";

/** @param told what was reported before */
export function reportFindings(proof: Proof, told: readonly Diagnostic[], report: Report): void {
  const { model } = proof;
  const slow = slowOutages(proof);
  const quick = quickOutages(proof);
  const late = reportLate(model, slow, report);
  const stopped = reportActions(proof, [...quick, ...slow], late, told, report);
  reportLines(proof, told, report);
  reportDefaults(proof, report);
  reportTurns(model, [...quick, ...slow], report);
  reportTwins(model, report);
  reportSlack(proof, new Set([...late, ...stopped]), told, report);
}
