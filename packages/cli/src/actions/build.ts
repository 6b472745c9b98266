/** `fbp build` */
import { join, resolve } from "node:path";
import type { BuildFormat } from "../commands/build.ts";
import { EXIT, UsageError } from "../exit.ts";
import { nameOf } from "../files/expand.ts";
import { runtimeToEmbed } from "../files/runtime.ts";
import { save } from "../files/save.ts";
import type { FileToWrite } from "../files/write.ts";
import type { Io } from "../io.ts";
import { type Finding, plural, summaryOf } from "../render/finding.ts";
import { jsonFinding, jsonSummary, jsonText } from "../render/json.ts";
import { printFindings } from "../render/print.ts";
import { Progress } from "../render/progress.ts";
import { printable } from "../render/width.ts";
import { type Compiled, type CompileOptions, compileInputs, findingsOf } from "./compile.ts";

export interface BuildOptions extends CompileOptions {
  readonly files: readonly string[];
  readonly format: BuildFormat;
  readonly outDir: string;
  /** The runtime goes into each module. */
  readonly bundle: boolean;
}

interface Artefact extends FileToWrite {
  /** The policy file that it is made of, as the user named it. */
  readonly of: string;
}

/** Writes everything or, where anything is wrong, nothing. */
export async function build(io: Io, options: BuildOptions): Promise<number> {
  const compiled = await compileInputs(io, options.files, options);
  const findings = findingsOf(compiled, "here");
  const failed = findings.some((finding) => finding.severity === "error");
  const artefacts = failed ? [] : await artefactsOf(io, compiled, options);
  if (options.format === "text") {
    // What was found goes to standard error: on standard output stand the files that were written.
    io.stderr.write(printFindings(io.stderr, io.env, findings));
    if (findings.length > 0) io.stderr.write(`${summaryOf(findings, compiled.length)}\n`);
  }
  const written = artefacts.length > 0 && save(io, artefacts);
  print(io, options, compiled, findings, written ? artefacts : []);
  return written || (!failed && artefacts.length === 0) ? EXIT.fine : EXIT.problems;
}

/**
 * @throws UsageError when two of the files would give artefacts of the same name, or a policy is named
 *   like something of the runtime that is put beside it
 */
async function artefactsOf(io: Io, compiled: readonly Compiled[], options: BuildOptions): Promise<readonly Artefact[]> {
  const outDir = resolve(io.cwd, options.outDir);
  const runtime = options.bundle ? runtimeToEmbed() : undefined;
  const made = new Map<string, Artefact>();
  const progress = new Progress(io);
  for (const { input, compilation } of compiled) {
    await progress.step(`building ${input.shown}`);
    const taken = compilation.program?.policies.find((policy) => runtime?.exports.has(policy.name));
    if (taken !== undefined) {
      progress.clear();
      throw new UsageError(
        `a bundle exports ${taken.name} of the runtime, and a policy in ${printable(input.shown)} is named so; rename it`,
      );
    }
    for (const { name, text } of await compilation.artefacts(runtime)) {
      const path = join(outDir, name);
      const other = made.get(path);
      if (other !== undefined) {
        progress.clear();
        throw new UsageError(
          `${printable(name)} would come from both ${printable(other.of)} and ${printable(input.shown)}; build them into folders of their own`,
        );
      }
      made.set(path, { path, text, of: input.shown });
    }
  }
  progress.clear();
  return [...made.values()];
}

function print(
  io: Io,
  options: BuildOptions,
  compiled: readonly Compiled[],
  findings: readonly Finding[],
  artefacts: readonly Artefact[],
): void {
  const files = artefacts.map(({ path, text, of }) => ({
    file: nameOf(path, io.cwd),
    source: of,
    bytes: Buffer.byteLength(text),
  }));
  if (options.format === "json") {
    io.stdout.write(
      jsonText({
        profile: options.profile,
        asOf: options.asOf,
        files: compiled.map(({ input }) => input.shown),
        diagnostics: findings.map(jsonFinding),
        summary: jsonSummary(findings, compiled.length),
        artefacts: files,
      }),
    );
    return;
  }
  for (const { file, bytes } of files) io.stdout.write(`wrote ${printable(file)} (${sizeOf(bytes)})\n`);
  if (files.length === 0)
    io.stderr.write(`nothing was written${findings.length > 0 ? "" : `: ${nothing(compiled)}`}\n`);
}

function nothing(compiled: readonly Compiled[]): string {
  return `${plural(compiled.length, "file")} without a policy`;
}

function sizeOf(bytes: number): string {
  return bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} KB`;
}
