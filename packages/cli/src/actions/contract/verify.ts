/** `fbp contract verify` */
import { isDeepStrictEqual } from "node:util";
import {
  AREA_NAMES,
  type AreaName,
  type AreaStatus,
  type Diagnostic,
  nearest,
  type OpenedContract,
  openText,
  type Source,
  statusOf,
  type Verification,
  withVerification,
} from "@fbp/dsl";
import type { ContractVerifyFormat } from "../../commands/contract/verify.ts";
import { EXIT, UsageError } from "../../exit.ts";
import { type ContractInput, contractInput, openInput } from "../../files/contract-input.ts";
import { STDIN } from "../../files/expand.ts";
import { save } from "../../files/save.ts";
import { renamedFinding, renamer } from "../../files/shown.ts";
import { type Io, widthFor } from "../../io.ts";
import { unifiedDiff } from "../../render/diff.ts";
import { jsonFinding, jsonText } from "../../render/json.ts";
import { paletteFor } from "../../render/palette.ts";
import { printFindings } from "../../render/print.ts";
import { recordedAsJson, recordedAsText } from "../../render/recorded.ts";
import { printable } from "../../render/width.ts";
import { type CheckOptions, checkOf, nextVerification } from "./verification.ts";

export interface ContractVerifyOptions extends CheckOptions {
  readonly contract: string;
  readonly areas: readonly string[];
  readonly format: ContractVerifyFormat;
  readonly dryRun: boolean;
}

/** Of a text that is no document nothing can be changed. */
const UNREADABLE: ReadonlySet<string> = new Set(["FBP3001", "FBP3002", "FBP3003", "FBP3004", "FBP3006"]);

/** @throws UsageError for what is no area, and for a check that says too little */
export function contractVerify(io: Io, options: ContractVerifyOptions): number {
  if (options.contract === STDIN) throw new UsageError("the contract must be a file: it is changed in place");
  const areas = areasOf(options.areas);
  const check = checkOf(options, io.today());
  const input = contractInput(io, options.contract);
  const before = openInput(input);
  const { source } = before;
  if (source === null || before.diagnostics.some(({ code }) => UNREADABLE.has(code))) {
    return refuse(io, options, input, before.diagnostics);
  }
  const root = JSON.parse(source.text) as unknown;
  if (!isObject(root) || areas.some((area) => root[area] !== undefined && !isObject(root[area]))) {
    return refuse(io, options, input, before.diagnostics);
  }
  const changes = areas.map((area) => {
    const known = isObject(root[area]) ? root[area].verification : undefined;
    return { area, verification: nextVerification(area, known, check, input, io) };
  });
  const text = changes.reduce(
    (made, { area, verification }) => withVerification(made, area, verification),
    source.text,
  );
  const after = openText({ ...source, text }, input.host);
  if (after.loaded === null) return refuse(io, options, input, problemsOf(before, after));
  requireNothingElse(root, text, changes);
  const statuses = statusOf(after.loaded, input.host, io.today()).filter(({ area }) => areas.includes(area));
  const written = !options.dryRun && text !== source.text && save(io, [{ path: input.path, text }]);
  const changed = { input, source, text, statuses, written };
  if (options.format === "json") printJson(io, changed);
  else printText(io, options, changed);
  return written || options.dryRun || text === source.text ? EXIT.fine : EXIT.problems;
}

function areasOf(names: readonly string[]): readonly AreaName[] {
  return [...new Set(names)].map((name) => {
    const area = AREA_NAMES.find((one) => one === name);
    if (area !== undefined) return area;
    const near = nearest(name, AREA_NAMES);
    const hint = near === undefined ? `the areas are ${AREA_NAMES.join(", ")}` : `did you mean ${near}?`;
    throw new UsageError(`a contract has no area ${JSON.stringify(name)}; ${hint}`);
  });
}

/** What was wrong before is told where it stands in the file; what only the new entry brings, as it would stand. */
function problemsOf(before: OpenedContract, after: OpenedContract): readonly Diagnostic[] {
  return before.loaded === null ? before.diagnostics : after.diagnostics;
}

/** The editor is ours: should it ever change more than it was asked to, nothing is written. */
function requireNothingElse(
  root: Readonly<Record<string, unknown>>,
  text: string,
  changes: readonly { readonly area: AreaName; readonly verification: Verification }[],
): void {
  const areas = changes.map(({ area, verification }) => [
    area,
    { ...(root[area] as object | undefined), verification },
  ]);
  const expected = { ...root, ...(Object.fromEntries(areas) as object) };
  if (!isDeepStrictEqual(JSON.parse(text), JSON.parse(JSON.stringify(expected)))) {
    throw new Error("the change would touch more than the verifications");
  }
}

function refuse(
  io: Io,
  options: ContractVerifyOptions,
  input: ContractInput,
  diagnostics: readonly Diagnostic[],
): number {
  const rename = renamer(input.nameFromHere);
  const findings = diagnostics.filter(({ severity }) => severity === "error").map((one) => renamedFinding(one, rename));
  const file = input.nameFromHere(input.name);
  if (options.format === "json") {
    io.stdout.write(jsonText({ file, written: false, areas: [], diff: "", diagnostics: findings.map(jsonFinding) }));
  } else {
    io.stderr.write(printFindings(io.stderr, io.env, findings));
    io.stderr.write(`${printable(file)} is left as it is\n`);
  }
  return EXIT.problems;
}

interface Changed {
  readonly input: ContractInput;
  readonly source: Source;
  /** The contract as it is to be. */
  readonly text: string;
  readonly statuses: readonly AreaStatus[];
  readonly written: boolean;
}

function printText(
  io: Io,
  { dryRun, notes }: ContractVerifyOptions,
  { input, source, text, statuses, written }: Changed,
): void {
  const palette = paletteFor(io.stdout, io.env);
  const file = printable(input.nameFromHere(input.name));
  if (text === source.text) {
    io.stdout.write(`${file} says so already\n`);
    return;
  }
  if (dryRun) io.stdout.write(`${unifiedDiff(file, source.text, text, palette)}\n`);
  if (!dryRun && !written) return;
  io.stdout.write(
    `${dryRun ? "would record" : "recorded"} in ${file}\n\n${recordedAsText(statuses, notes === null, palette, widthFor(io.stdout))}`,
  );
}

function printJson(io: Io, { input, source, text, statuses, written }: Changed): void {
  const file = input.nameFromHere(input.name);
  const plain = paletteFor({ ...io.stdout, isTerminal: false }, {});
  const diff = unifiedDiff(file, source.text, text, plain);
  io.stdout.write(jsonText({ file, written, areas: recordedAsJson(file, statuses), diff, diagnostics: [] }));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
