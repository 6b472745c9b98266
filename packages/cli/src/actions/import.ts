/** `fbp import` */
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Gateway, type ImportedPolicy, importGateway, Report, type Source, span, worstText } from "@fbp/dsl";
import { readAsset } from "../assets.ts";
import type { ImportFormat } from "../commands/import.ts";
import { EXIT } from "../exit.ts";
import { readBytes } from "../files/bytes.ts";
import { nameOf, STDIN, STDIN_NAME } from "../files/expand.ts";
import { save } from "../files/save.ts";
import { readStructured } from "../files/structured.ts";
import type { FileToWrite } from "../files/write.ts";
import type { Io } from "../io.ts";
import { type Finding, summaryOf } from "../render/finding.ts";
import { jsonFinding, jsonSummary, jsonText } from "../render/json.ts";
import { paletteFor } from "../render/palette.ts";
import { printFindings } from "../render/print.ts";
import { renderTable } from "../render/table.ts";
import { printable } from "../render/width.ts";

const MOST_BYTES = 4 * 1024 * 1024;

export interface ImportConfigOptions {
  /** JSON or YAML; `-` for standard input. */
  readonly config: string;
  readonly format: ImportFormat;
  /** null: as it looks. */
  readonly from: Gateway | null;
  readonly out: string | null;
  readonly force: boolean;
  readonly dryRun: boolean;
}

interface Made {
  readonly imported: ImportedPolicy | null;
  readonly findings: readonly Finding[];
}

export async function importConfig(io: Io, options: ImportConfigOptions): Promise<number> {
  const out = options.out === null ? null : resolve(io.cwd, options.out);
  const made = await make(io, options);
  const files = out === null || made.imported === null ? [] : filesOf(made.imported, out);
  const isWriting = files.length > 0 && !options.dryRun;
  if (isWriting && !options.force) {
    const standing = files.filter((file) => !mayStand(file)).map(({ path }) => nameOf(path, io.cwd));
    if (standing.length > 0) {
      io.stderr.write(`fbp: ${printable(standing.join(", "))} would be overwritten; --force replaces it\n`);
      return EXIT.problems;
    }
  }
  // What was verified in a contract is worth more than a fresh copy, also with --force.
  const fresh = files.filter(({ path, isShipped }) => !isShipped || !existsSync(path));
  if (isWriting && !save(io, fresh)) return EXIT.problems;
  print(io, options, made, { files: files.map(({ path }) => nameOf(path, io.cwd)), isWritten: isWriting });
  return made.imported === null ? EXIT.problems : EXIT.fine;
}

async function make(io: Io, { config, from }: ImportConfigOptions): Promise<Made> {
  const name = config === STDIN ? STDIN_NAME : nameOf(resolve(io.cwd, config), io.cwd);
  const report = new Report();
  const read = await readBytes(io, config, MOST_BYTES);
  if (read.kind === "problem") {
    report.add("FBP3380", span({ name, text: "" }, 0, 0), { file: name, why: read.why });
    return { imported: null, findings: report.diagnostics };
  }
  const source: Source = { name, text: read.text };
  const document = await readStructured(source, report, { hidesValues: true });
  const shown = config === STDIN ? "configuration" : basename(config);
  const imported = document === null ? null : importGateway(document, { from, source: shown }, report);
  return { imported, findings: report.diagnostics };
}

interface ImportFile extends FileToWrite {
  readonly isShipped: boolean;
}

function filesOf({ text, contracts }: ImportedPolicy, out: string): readonly ImportFile[] {
  const folder = join(dirname(out), "contracts");
  return [
    { path: out, text, isShipped: false },
    ...contracts.map((contract) => ({
      path: join(folder, contract.file),
      text: contract.kind === "shipped" ? readAsset("contracts", contract.file) : contract.text,
      isShipped: contract.kind === "shipped",
    })),
  ];
}

/** A contract that is shipped may be there already, verified meanwhile: it is left as it is. */
function mayStand({ path, isShipped }: ImportFile): boolean {
  return isShipped || !existsSync(path);
}

interface Written {
  readonly files: readonly string[];
  readonly isWritten: boolean;
}

function print(io: Io, options: ImportConfigOptions, made: Made, { files, isWritten }: Written): void {
  const { imported, findings } = made;
  if (options.format === "json") {
    io.stdout.write(
      jsonText({
        config: options.config,
        gateway: imported?.gateway ?? null,
        policy: imported?.text ?? null,
        contracts: (imported?.contracts ?? []).map((contract) => contract.file),
        worst: imported?.worst ?? [],
        files,
        written: isWritten,
        diagnostics: findings.map(jsonFinding),
        summary: jsonSummary(findings, 1),
      }),
    );
    return;
  }
  // Where the policy goes to standard output, all that is said of it goes elsewhere.
  const isPrinted = options.out === null && imported !== null && !options.dryRun;
  if (isPrinted) io.stdout.write(imported.text);
  const output = isPrinted || imported === null ? io.stderr : io.stdout;
  output.write(printFindings(output, io.env, findings));
  if (imported !== null) {
    const palette = paletteFor(output, io.env);
    const rows = imported.worst.map(({ policy, before, after }) => [policy, worstText(before), worstText(after)]);
    const head = ["one request at most", imported.title, "here"].map(palette.dim);
    output.write(renderTable(head, rows, "  "));
    if (isPrinted) {
      const names = imported.contracts.map(({ file }) => file).join(", ");
      output.write(`\nIts contracts are not written: ${names}; --out FILE writes all of it.\n`);
    }
    if (files.length > 0)
      output.write(`\n${files.map((file) => `${isWritten ? "wrote" : "would write"} ${printable(file)}\n`).join("")}`);
    if (isWritten) output.write(`\nNext:\n  fbp check ${printable(files[0] ?? "")} --explain\n`);
  }
  output.write(`\n${summaryOf(findings, 1)}\n`);
}
