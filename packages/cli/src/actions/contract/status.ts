/** `fbp contract status` */
import { shellWord, statusOf } from "@fbp/dsl";
import type { ContractStatusFormat } from "../../commands/contract/status.ts";
import { EXIT } from "../../exit.ts";
import { contractInput, openInput } from "../../files/contract-input.ts";
import { expand } from "../../files/expand.ts";
import { Projects } from "../../files/input.ts";
import { renamedFinding, renamer } from "../../files/shown.ts";
import type { Io } from "../../io.ts";
import { areasAsJson, areasAsText, type ContractAreas, isOpen } from "../../render/areas.ts";
import { type Finding, plural } from "../../render/finding.ts";
import { jsonFinding, jsonText } from "../../render/json.ts";
import { printFindings } from "../../render/print.ts";
import { printable } from "../../render/width.ts";
import { type Compiled, type CompileOptions, compileInputs, findingsOf } from "../compile.ts";
import { Gathering } from "./areas.ts";

export interface ContractStatusOptions extends CompileOptions {
  readonly inputs: readonly string[];
  readonly format: ContractStatusFormat;
}

/** What is read of a folder. */
const ENDINGS = [".fbp", ".contract.json"];

/** The table tells of these by itself. */
const CONTRADICTIONS: ReadonlySet<string> = new Set(["FBP3103", "FBP3104"]);

interface Read {
  /** As the user named them. */
  readonly files: readonly string[];
  readonly contracts: readonly ContractAreas[];
  /** The errors in all that was read, but for contradicted verifications. */
  readonly errors: readonly Finding[];
}

/** @throws UsageError for a folder with neither policies nor contracts */
export async function contractStatus(io: Io, options: ContractStatusOptions): Promise<number> {
  const read = await readAll(io, options);
  if (options.format === "json") printJson(io, options, read);
  else printText(io, read);
  const { contracts, errors } = read;
  return errors.length > 0 || isRefused(contracts, options) ? EXIT.problems : EXIT.fine;
}

async function readAll(io: Io, options: ContractStatusOptions): Promise<Read> {
  const projects = new Projects();
  const gathering = new Gathering();
  const files = expand(options.inputs, io.cwd, ENDINGS);
  const found: Finding[] = [];
  const compiled = await compilePolicies(io, files, options, projects);
  for (const { input, compilation } of compiled) gathering.addProgram(compilation.standing, input);
  found.push(...findingsOf(compiled, "here"));
  for (const name of files.filter(isContract)) {
    const input = contractInput(io, name, projects);
    const { loaded, diagnostics } = openInput(input);
    if (loaded !== null) gathering.addContract(loaded, statusOf(loaded, input.host, options.asOf), input);
    const rename = renamer(input.nameFromHere);
    found.push(...diagnostics.map((one) => renamedFinding(one, rename)));
  }
  const errors = found.filter(({ severity, code }) => severity === "error" && !CONTRADICTIONS.has(code));
  return { files, contracts: gathering.contracts(), errors: onlyOnce(errors) };
}

function isContract(file: string): boolean {
  return file.endsWith(".json");
}

/** What is not verified is for the table to say: for the compiler it is a warning. */
async function compilePolicies(
  io: Io,
  files: readonly string[],
  { asOf }: ContractStatusOptions,
  projects: Projects,
): Promise<readonly Compiled[]> {
  const policies = files.filter((file) => !isContract(file));
  return policies.length === 0
    ? []
    : compileInputs(io, policies, { profile: "development", asOf, prove: false }, projects);
}

/** A contract that is given by itself, and by a policy too, has each of its problems once. */
function onlyOnce(findings: readonly Finding[]): readonly Finding[] {
  const keyOf = ({ code, span, text }: Finding): string => JSON.stringify([code, span.source.name, span.start, text]);
  return [...new Map(findings.map((finding) => [keyOf(finding), finding])).values()];
}

/** A contradicted verification is an error in every profile, an open area that is relied on in production. */
function isRefused(contracts: readonly ContractAreas[], { profile }: ContractStatusOptions): boolean {
  return contracts.some(({ areas }) =>
    areas.some((area) => area.state.kind === "contradicted" || (profile === "production" && isOpen(area))),
  );
}

function printText(io: Io, { contracts, errors }: Read): void {
  const ofContracts = errors.filter(({ span }) => isContract(span.source.name));
  io.stdout.write(areasAsText(io, contracts));
  io.stderr.write(printFindings(io.stderr, io.env, ofContracts));
  const others = errors.filter((error) => !ofContracts.includes(error)).map(({ span }) => span.source.name);
  for (const file of new Set(others)) {
    const count = plural(others.filter((name) => name === file).length, "error");
    const check = `fbp check ${shellWord(file)}`;
    io.stderr.write(`${printable(file)} has ${count}, so more may rely on these areas; ${printable(check)} tells\n`);
  }
}

function printJson(io: Io, { profile, asOf }: ContractStatusOptions, { files, contracts, errors }: Read): void {
  io.stdout.write(
    jsonText({ profile, asOf, files, areas: areasAsJson(contracts), diagnostics: errors.map(jsonFinding) }),
  );
}
