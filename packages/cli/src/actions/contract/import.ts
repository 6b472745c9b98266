/** `fbp contract import` */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Imported, type ImportOptions, importContract, loadContract, Report, type Source, span } from "@fbp/dsl";
import type { ContractImportFormat } from "../../commands/contract/import.ts";
import { EXIT } from "../../exit.ts";
import { readBytes } from "../../files/bytes.ts";
import { nameOf, STDIN, STDIN_NAME } from "../../files/expand.ts";
import { projectOf } from "../../files/project.ts";
import { save } from "../../files/save.ts";
import { readStructured } from "../../files/structured.ts";
import type { Io } from "../../io.ts";
import { type Finding, summaryOf } from "../../render/finding.ts";
import { renderImported } from "../../render/imported.ts";
import { jsonFinding, jsonSummary, jsonText } from "../../render/json.ts";
import { printFindings } from "../../render/print.ts";
import { printable } from "../../render/width.ts";

/** OpenAPI documents of whole platforms are a few MiB. */
const MOST_BYTES = 16 * 1024 * 1024;

/** How a contract is named that is written nowhere. */
const NO_FILE = "<contract>";

export interface ContractImportOptions extends Omit<ImportOptions, "source"> {
  /** OpenAPI as JSON or YAML; `-` for standard input. */
  readonly document: string;
  readonly format: ContractImportFormat;
  readonly out: string | null;
  readonly force: boolean;
  readonly dryRun: boolean;
}

interface Made {
  readonly imported: Imported | null;
  /** The contract as JSON; null where none could be made. */
  readonly text: string | null;
  readonly findings: readonly Finding[];
}

export async function contractImport(io: Io, options: ContractImportOptions): Promise<number> {
  const { out } = options;
  const path = out === null ? null : resolve(io.cwd, out);
  const shown = path === null ? NO_FILE : nameOf(path, io.cwd);
  if (path !== null && !options.dryRun && !options.force && existsSync(path)) {
    io.stderr.write(
      `fbp: ${printable(shown)} is there already; --force replaces it, with all that was verified in it\n`,
    );
    return EXIT.problems;
  }
  const made = await make(io, options, path, shown);
  const isWritten = path !== null && made.text !== null && !options.dryRun;
  if (isWritten && !save(io, [{ path, text: made.text ?? "" }])) return EXIT.problems;
  print(io, options, made, path === null ? null : shown, isWritten);
  return made.findings.some(({ severity }) => severity === "error") ? EXIT.problems : EXIT.fine;
}

async function make(io: Io, options: ContractImportOptions, out: string | null, shown: string): Promise<Made> {
  const name = options.document === STDIN ? STDIN_NAME : nameOf(resolve(io.cwd, options.document), io.cwd);
  const report = new Report();
  const read = await readBytes(io, options.document, MOST_BYTES);
  if (read.kind === "problem") {
    report.add("FBP3370", span({ name, text: "" }, 0, 0), { file: name, why: read.why });
    return { imported: null, text: null, findings: report.diagnostics };
  }
  const source: Source = { name, text: read.text };
  const document = await readStructured(source, report);
  if (document === null) return { imported: null, text: null, findings: report.diagnostics };
  const digest = `sha256-${createHash("sha256").update(read.bytes).digest("hex")}`;
  const file = fileInProject(io, options.document, out);
  const imported = importContract(document, { ...options, source: { file, digest } }, report);
  if (imported === null) return { imported, text: null, findings: report.diagnostics };
  const text = `${JSON.stringify(imported.contract, null, 2)}\n`;
  loadContract({ name: shown, text }, report);
  return { imported, text, findings: report.diagnostics };
}

/** How verifications name a copy: relative to the root of the contract's project; null for one outside of it. */
function fileInProject(io: Io, document: string, out: string | null): string | null {
  if (document === STDIN) return null;
  const { root } = projectOf(out ?? resolve(io.cwd, "contract.json"), io.cwd);
  const name = nameOf(resolve(io.cwd, document), root);
  return name.startsWith("/") || /^[A-Za-z]:/.test(name) ? null : name;
}

function print(io: Io, options: ContractImportOptions, made: Made, file: string | null, isWritten: boolean): void {
  const { imported, text, findings } = made;
  if (options.format === "json") {
    io.stdout.write(
      jsonText({
        document: options.document,
        operation: imported?.operation ?? null,
        file,
        written: isWritten,
        contract: imported?.contract ?? null,
        diagnostics: findings.map(jsonFinding),
        summary: jsonSummary(findings, 1),
      }),
    );
    return;
  }
  // Where the contract goes to standard output, all that is said of it goes elsewhere.
  const isPrinted = file === null && !options.dryRun && text !== null;
  if (isPrinted) io.stdout.write(text);
  const output = isPrinted || text === null ? io.stderr : io.stdout;
  output.write(printFindings(output, io.env, findings));
  if (imported !== null)
    output.write(renderImported(output, io.env, imported, { file, isWritten, lenient: options.lenient }));
  output.write(`${summaryOf(findings, 1)}\n`);
}
