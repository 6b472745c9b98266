/** `fbp graph` */
import { resolve } from "node:path";
import { mermaidOf, pictureOf, svgOf } from "@fbp/dsl";
import type { GraphFormat } from "../commands/graph.ts";
import { EXIT, UsageError } from "../exit.ts";
import { nameOf } from "../files/expand.ts";
import { save } from "../files/save.ts";
import { meant } from "../files/suggest.ts";
import type { Io } from "../io.ts";
import type { Finding } from "../render/finding.ts";
import { jsonFinding, jsonSummary, jsonText } from "../render/json.ts";
import { printFindings } from "../render/print.ts";
import { printable } from "../render/width.ts";
import { type Compiled, compileInputs, findingsOf, policiesIn } from "./compile.ts";

export interface GraphOptions {
  readonly files: readonly string[];
  readonly format: GraphFormat;
  readonly isJson: boolean;
  readonly output?: string;
  readonly policy?: string;
  /** ISO day. */
  readonly asOf: string;
}

/** @throws UsageError where there is no policy, or none of that name */
export async function graph(io: Io, options: GraphOptions): Promise<number> {
  const { files, format, asOf, policy } = options;
  const compiled = await compileInputs(io, files, { profile: "development", asOf, prove: false });
  const errors = findingsOf(compiled, "here").filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    if (options.isJson) io.stdout.write(jsonOf(options, compiled, errors, NOTHING));
    else io.stderr.write(`${printFindings(io.stderr, io.env, errors)}fbp: nothing was drawn, since there are errors\n`);
    return EXIT.problems;
  }
  const models = policiesIn(compiled).map(({ model }) => model);
  const found = models.filter(({ name }) => policy === undefined || name === policy);
  if (found.length === 0) {
    if (policy === undefined) throw new UsageError("there is no policy in what was given");
    const names = models.map(({ name }) => name);
    throw new UsageError(`no policy is called ${JSON.stringify(policy)}${meant(policy, names)}`);
  }
  const pictures = found.map(pictureOf);
  const text = format === "svg" ? svgOf(pictures) : mermaidOf(pictures);
  const path = options.output === undefined ? null : resolve(io.cwd, options.output);
  if (path !== null && !save(io, [{ path, text }])) return EXIT.problems;
  const file = path === null ? null : nameOf(path, io.cwd);
  if (options.isJson) {
    const drawn = { policies: found.map(({ name }) => name), picture: text, written: file === null ? [] : [file] };
    io.stdout.write(jsonOf(options, compiled, [], drawn));
  } else io.stdout.write(file === null ? text : `wrote ${printable(file)}\n`);
  return EXIT.fine;
}

interface Drawn {
  readonly policies: readonly string[];
  readonly picture: string | null;
  readonly written: readonly string[];
}

const NOTHING: Drawn = { policies: [], picture: null, written: [] };

function jsonOf(
  { format }: GraphOptions,
  compiled: readonly Compiled[],
  errors: readonly Finding[],
  drawn: Drawn,
): string {
  return jsonText({
    format,
    files: compiled.map(({ input }) => input.shown),
    diagnostics: errors.map(jsonFinding),
    summary: jsonSummary(errors, compiled.length),
    ...drawn,
  });
}
