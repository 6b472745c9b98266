/** `fbp graph` */
import { resolve } from "node:path";
import { mermaidOf, pictureOf, svgOf } from "@fbp/dsl";
import type { GraphFormat } from "../commands/graph.ts";
import { EXIT, UsageError } from "../exit.ts";
import { nameOf } from "../files/expand.ts";
import { save } from "../files/save.ts";
import { meant } from "../files/suggest.ts";
import type { Io } from "../io.ts";
import { printFindings } from "../render/print.ts";
import { printable } from "../render/width.ts";
import { compileInputs, findingsOf, policiesIn } from "./compile.ts";

export interface GraphOptions {
  readonly files: readonly string[];
  readonly format: GraphFormat;
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
    io.stderr.write(`${printFindings(io.stderr, io.env, errors)}fbp: nothing was drawn, since there are errors\n`);
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
  if (options.output === undefined) {
    io.stdout.write(text);
    return EXIT.fine;
  }
  const path = resolve(io.cwd, options.output);
  if (!save(io, [{ path, text }])) return EXIT.problems;
  io.stdout.write(`wrote ${printable(nameOf(path, io.cwd))}\n`);
  return EXIT.fine;
}
