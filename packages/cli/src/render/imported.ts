/** What `fbp contract import` made, in a few lines: what was taken, and what is to be done next. */
import type { Imported } from "@fbp/dsl";
import type { Io, Output } from "../io.ts";
import { plural } from "./finding.ts";
import { paletteFor } from "./palette.ts";
import { renderTable } from "./table.ts";
import { printable } from "./width.ts";

export interface ImportedTo {
  /** null: the contract went to standard output, or nowhere. */
  readonly file: string | null;
  readonly isWritten: boolean;
  readonly lenient: boolean;
}

export function renderImported(output: Output, env: Io["env"], imported: Imported, to: ImportedTo): string {
  const palette = paletteFor(output, env);
  const { contract } = imported;
  const of = (...names: readonly string[]) => text(contract, names);
  const auth = `${of("auth", "header")}: ${[of("auth", "scheme"), keyText(contract)].filter((one) => one !== "").join(" ")}`;
  const streams =
    read(contract, ["response", "stream"]) === undefined
      ? "no streams"
      : `streams end with ${of("response", "stream", "end")}`;
  const headers = Object.keys(Object(read(contract, ["limits", "headers"])));
  const rows = [
    ["endpoint", `POST ${of("endpoint", "baseUrl")}${of("endpoint", "path")}`],
    ["auth", auth],
    ["request", `prompt in ${of("request", "prompt")}, limits ${list(read(contract, ["request", "outputLimits"]))}`],
    ["response", `${to.lenient ? "relaxed" : "as the document has it"}, ${streams}`],
    ["errors", `at ${list(read(contract, ["errors", "at"]))}, no conditions yet`],
    ["limits", headers.length === 0 ? "no headers documented" : headers.join(", ")],
    ["schemas", plural(Object.keys(Object(contract.$defs)).length, "definition")],
  ].map(([area = "", what = ""]) => [palette.dim(area), printable(what)]);
  const file = to.file ?? "CONTRACT";
  const head = to.file === null ? `${of("name")}` : `${to.isWritten ? "wrote" : "would write"} ${to.file}`;
  const from = imported.operation === null ? "" : ` ${palette.dim(`from ${printable(imported.operation)}`)}`;
  return [
    `${palette.strong(printable(head))}${from}\n`,
    renderTable(null, rows, "  "),
    "\nEvery area is pending review. Next:\n",
    `  fbp contract check ${printable(file)} CAPTURES\n`,
    `  fbp contract verify ${printable(file)} …\n\n`,
  ].join("");
}

function keyText(contract: Imported["contract"]): string {
  const env = read(contract, ["auth", "env"]);
  return typeof env === "string" ? `$${env}` : "no key";
}

function list(value: unknown): string {
  const texts = Array.isArray(value) ? value.map((one) => (one === "" ? "the body itself" : String(one))) : [];
  return texts.length === 0 ? "none" : texts.join(", ");
}

function text(value: unknown, names: readonly string[]): string {
  const held = read(value, names);
  return typeof held === "string" ? held : "";
}

function read(value: unknown, names: readonly string[]): unknown {
  return names.reduce<unknown>((here, name) => (Object(here) as Readonly<Record<string, unknown>>)[name], value);
}
