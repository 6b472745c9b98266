/** `fbp check` */
import { explainProof, policyEntry } from "@fbp/dsl";
import type { CheckFormat } from "../commands/check.ts";
import { EXIT, UsageError } from "../exit.ts";
import { STDIN } from "../files/expand.ts";
import { Projects } from "../files/input.ts";
import type { Io } from "../io.ts";
import type { ExplainedPolicy } from "../render/explain.ts";
import { type Finding, summaryOf } from "../render/finding.ts";
import { renderGithub } from "../render/github.ts";
import { jsonFinding, jsonSummary, jsonText } from "../render/json.ts";
import { paletteFor } from "../render/palette.ts";
import { printFindings } from "../render/print.ts";
import { renderSarif } from "../render/sarif.ts";
import { VERSION } from "../version.ts";
import { type Compiled, type CompileOptions, compileInputs, findingsOf } from "./compile.ts";
import { pagesOf } from "./pages.ts";
import { type Checked, watch } from "./watch.ts";

export interface CheckOptions extends CompileOptions {
  readonly files: readonly string[];
  readonly format: CheckFormat;
  readonly explain: boolean;
  readonly watch: boolean;
}

export async function check(io: Io, options: CheckOptions): Promise<number> {
  if (options.watch && options.files.includes(STDIN)) throw new UsageError("standard input cannot be watched");
  const projects = new Projects();
  const once = (): Promise<Checked> => checkOnce(io, options, projects);
  return options.watch ? watch(io, once) : (await once()).status;
}

async function checkOnce(io: Io, options: CheckOptions, projects: Projects): Promise<Checked> {
  const compiled = await compileInputs(io, options.files, options, projects);
  const names = options.format === "github" || options.format === "sarif" ? "repository" : "here";
  const findings = findingsOf(compiled, names);
  // Tables are for whoever asks for them: without, a check loads half as many packages.
  const explaining = options.explain ? await import("../render/explain.ts") : null;
  io.stdout.write(render(io, compiled, findings, options, explaining));
  const failed = findings.some((finding) => finding.severity === "error");
  return { status: failed ? EXIT.problems : EXIT.fine, compiled };
}

function render(
  io: Io,
  compiled: readonly Compiled[],
  findings: readonly Finding[],
  options: CheckOptions,
  explaining: typeof import("../render/explain.ts") | null,
): string {
  const policies = explaining === null ? [] : explained(compiled, options);
  switch (options.format) {
    case "text": {
      const palette = paletteFor(io.stdout, io.env);
      const bounds =
        explaining === null ? [] : policies.map((policy) => `${explaining.explainPolicy(policy, palette)}\n`);
      return `${printFindings(io.stdout, io.env, findings)}${bounds.join("")}${summaryOf(findings, compiled.length)}\n`;
    }
    case "json":
      return jsonText({
        profile: options.profile,
        asOf: options.asOf,
        files: compiled.map(({ input }) => input.shown),
        diagnostics: findings.map(jsonFinding),
        summary: jsonSummary(findings, compiled.length),
        ...(explaining === null ? {} : { policies: policies.map(explaining.jsonExplained) }),
      });
    case "sarif":
      return renderSarif(findings, { version: VERSION, pageOf: pagesOf(findings) });
    case "github":
      return findings.map(renderGithub).join("");
  }
}

/** What is known of each policy whose text has no errors. */
function explained(compiled: readonly Compiled[], options: CheckOptions): readonly ExplainedPolicy[] {
  return compiled.flatMap(({ input, compilation }) =>
    compilation.examined.map(({ policy, proved }) => ({
      file: input.shown,
      policy: policyEntry(policy, options),
      proof: proved.kind === "proved" ? explainProof(proved.proof) : null,
    })),
  );
}
