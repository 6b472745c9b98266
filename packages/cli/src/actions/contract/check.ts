/** `fbp contract check` */
import { resolve } from "node:path";
import {
  CaptureCheck,
  type CaptureKind,
  type CaptureResult,
  classifierOf,
  inReadingOrder,
  loadSchemaTruth,
  loadValidators,
  Report,
  reportCaptures,
  span,
} from "@fbp/dsl";
import type { ContractCheckFormat } from "../../commands/contract/check.ts";
import { EXIT, UsageError } from "../../exit.ts";
import { contractInput, openInput } from "../../files/contract-input.ts";
import { expand, nameOf, STDIN, STDIN_NAME } from "../../files/expand.ts";
import { type LinesProblem, linesOf, readLines } from "../../files/lines.ts";
import { renamedFinding, renamer } from "../../files/shown.ts";
import type { Io } from "../../io.ts";
import { jsonCaptures, renderCaptures } from "../../render/captures.ts";
import type { Finding } from "../../render/finding.ts";
import { Progress } from "../../render/progress.ts";

/** What is taken of a folder. */
const CAPTURES = [".json", ".jsonl", ".ndjson", ".sse"];

/** Of one capture file. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface ContractCheckOptions {
  readonly contract: string;
  readonly files: readonly string[];
  readonly format: ContractCheckFormat;
  readonly as: CaptureKind | "auto";
  /** The field of error rows that says which signal each should be. */
  readonly expect: string;
  /** What words in that field stand for. */
  readonly words: ReadonlyMap<string, readonly string[]>;
}

export async function contractCheck(io: Io, options: ContractCheckOptions): Promise<number> {
  if (options.contract === STDIN)
    throw new UsageError("the contract must be a file; captures may come from standard input");
  const files = expand(options.files, io.cwd, CAPTURES);
  const input = contractInput(io, options.contract);
  const { host } = input;
  const rename = renamer(input.nameFromHere);
  const { loaded, diagnostics } = openInput(input);
  const findings: Finding[] = diagnostics.map((found) => renamedFinding(found, rename));
  if (loaded === null) return print(io, options, null, findings);
  await loadValidators();
  const classifier = classifierOf(loaded, host);
  findings.push(...classifier.diagnostics.map((found) => renamedFinding(found, rename)));
  const { classify } = classifier;
  if (classify === null) return print(io, options, null, findings);
  const check = new CaptureCheck(loaded, await loadSchemaTruth(loaded.root), {
    as: options.as,
    classify,
    expectations: { field: options.expect, words: options.words, signals: new Set(classifier.declared) },
  });
  const report = new Report();
  await readAll(io, files, check, report);
  const result = check.result();
  reportCaptures(result, loaded, report);
  // Captures are named as the user named them, and files of the contract as its project does.
  const ofContract = new Set(loaded.sources);
  const found = inReadingOrder(report.diagnostics);
  findings.push(...found.map((one) => (ofContract.has(one.span.source) ? renamedFinding(one, rename) : one)));
  return print(io, options, result, findings);
}

async function readAll(io: Io, files: readonly string[], check: CaptureCheck, report: Report): Promise<void> {
  const progress = new Progress(io);
  for (const [index, shown] of files.entries()) {
    const step = (): Promise<void> => progress.step(`${index + 1} of ${files.length}: ${shown}`);
    await step();
    const name = shown === STDIN ? STDIN_NAME : nameOf(resolve(io.cwd, shown), io.cwd);
    const reader = check.file(name);
    const problem: LinesProblem | null =
      shown === STDIN
        ? await readStdin(io, reader.line)
        : await readLines(resolve(io.cwd, shown), MOST_BYTES, reader.line, step);
    if (problem === null) reader.end();
    else report.add("FBP3320", span({ name, text: "" }, 0, 0), { file: name, why: problem });
  }
  progress.clear();
}

async function readStdin(io: Io, line: (text: string) => void): Promise<LinesProblem | null> {
  const bytes = await io.readInput(MOST_BYTES);
  return bytes === null ? `it is larger than ${MOST_BYTES / (1024 * 1024)} MiB` : linesOf(bytes, MOST_BYTES, line);
}

function print(
  io: Io,
  options: ContractCheckOptions,
  result: CaptureResult | null,
  findings: readonly Finding[],
): number {
  const { contract, format } = options;
  io.stdout.write(
    format === "json" ? jsonCaptures(contract, result, findings) : renderCaptures(io, contract, result, findings),
  );
  return findings.some(({ severity }) => severity === "error") ? EXIT.problems : EXIT.fine;
}
