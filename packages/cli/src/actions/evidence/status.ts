/** `fbp evidence status` */
import type { EvidenceStatusFormat } from "../../commands/evidence/status.ts";
import { EXIT } from "../../exit.ts";
import type { Io } from "../../io.ts";
import { targetAsJson, targetsAsText } from "../../render/evidence.ts";
import { jsonFinding, jsonText } from "../../render/json.ts";
import { printFindings } from "../../render/print.ts";
import { gatherTargets } from "./targets.ts";

export interface EvidenceStatusOptions {
  readonly files: readonly string[];
  readonly format: EvidenceStatusFormat;
  /** ISO day. */
  readonly asOf: string;
}

/** What the table does not tell: why there is no evidence to speak of. */
const NO_EVIDENCE: ReadonlySet<string> = new Set(["FBP8001", "FBP8002", "FBP8003", "FBP8004"]);

/** @throws UsageError for a folder without policies */
export async function evidenceStatus(io: Io, { files, format, asOf }: EvidenceStatusOptions): Promise<number> {
  const gathered = await gatherTargets(io, files, asOf);
  const { targets } = gathered;
  const findings = gathered.findings.filter(({ severity, code }) => severity === "error" || NO_EVIDENCE.has(code));
  if (format === "json") {
    const all = { asOf, files: gathered.files, targets: targets.map(targetAsJson) };
    io.stdout.write(jsonText({ ...all, diagnostics: findings.map(jsonFinding) }));
  } else {
    // Last stands what to run next.
    io.stderr.write(printFindings(io.stderr, io.env, findings));
    io.stdout.write(targetsAsText(io, targets));
  }
  const hasErrors = findings.some(({ severity }) => severity === "error");
  return !hasErrors && targets.every(({ eligible }) => eligible) ? EXIT.fine : EXIT.problems;
}
