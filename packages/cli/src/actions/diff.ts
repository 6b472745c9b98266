/** `fbp diff` */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { nearest, type PolicyModel } from "@fbp/dsl";
import { CHANGE_KINDS, type ChangeKind, diffPolicies, type PolicyDiff } from "@fbp/dsl/proof";
import type { DiffFormat } from "../commands/diff.ts";
import { EXIT, UsageError } from "../exit.ts";
import { STDIN } from "../files/expand.ts";
import { type Input, inputsOf, Projects } from "../files/input.ts";
import { revisedInput, revisedOf } from "../files/revision.ts";
import type { Io } from "../io.ts";
import { changesAsText } from "../render/changes.ts";
import { changesAsMarkdown } from "../render/changes-markdown.ts";
import type { Finding } from "../render/finding.ts";
import { jsonFinding, jsonText } from "../render/json.ts";
import { paletteFor } from "../render/palette.ts";
import { printFindings } from "../render/print.ts";
import { Progress } from "../render/progress.ts";
import { printable } from "../render/width.ts";
import { type Compiled, findingsOf } from "./compile.ts";

export interface DiffOptions {
  readonly old: string;
  readonly fresh: string;
  readonly format: DiffFormat;
  /** ISO day. */
  readonly asOf: string;
  /** As given: kinds with commas; null: none. */
  readonly failOn: string | null;
}

/** @throws UsageError for an unknown kind, a folder, or a revision that is not there */
export async function diff(io: Io, options: DiffOptions): Promise<number> {
  const failOn = kindsOf(options.failOn);
  if (options.old === STDIN && options.fresh === STDIN) throw new UsageError("standard input can be one side only");
  const progress = new Progress(io);
  const projects = new Projects();
  const inputs = [await inputOf(io, options.old, projects), await inputOf(io, options.fresh, projects)];
  const compiled = inputs.map((input): Compiled => {
    const compilation = input.compiler.compile(input.entry, {
      profile: "development",
      asOf: options.asOf,
      prove: false,
    });
    return { input, compilation };
  });
  const errors = findingsOf(compiled, "here").filter(({ severity }) => severity === "error");
  await progress.step("comparing");
  const policies = errors.length > 0 ? [] : diffPolicies(policiesOf(compiled[0]), policiesOf(compiled[1]), options);
  progress.clear();
  print(io, options, policies, errors);
  if (errors.length > 0) return EXIT.problems;
  // What could not be compared may have changed.
  const occurred = policies.flatMap(({ changes, notCompared }) => [...changes, ...notCompared].map(({ kind }) => kind));
  return occurred.some((kind) => failOn.has(kind)) ? EXIT.problems : EXIT.fine;
}

function policiesOf(compiled: Compiled | undefined): readonly PolicyModel[] {
  return compiled?.compilation.program?.policies ?? [];
}

const ANY = "any";

/** @throws UsageError for one that there is not */
function kindsOf(text: string | null): ReadonlySet<ChangeKind> {
  const found = new Set<ChangeKind>();
  for (const word of text?.split(",").map((one) => one.trim()) ?? []) {
    const named = CHANGE_KINDS.filter((kind) => kind === word || word === ANY);
    if (named.length === 0) {
      const meant = nearest(word, [...CHANGE_KINDS, ANY]);
      const hint = meant === undefined ? `it is one of ${[...CHANGE_KINDS, ANY].join(", ")}` : `did you mean ${meant}?`;
      throw new UsageError(`no kind of change is called ${JSON.stringify(word)}, ${hint}`);
    }
    for (const kind of named) found.add(kind);
  }
  return found;
}

/** A file that is there is that file, whatever its name looks like. */
async function inputOf(io: Io, arg: string, projects: Projects): Promise<Input> {
  const revised = arg === STDIN || existsSync(resolve(io.cwd, arg)) ? null : revisedOf(arg);
  if (revised !== null) return revisedInput(io, arg, revised);
  const [input] = await inputsOf(io, [arg], projects);
  if (input === undefined || (arg !== STDIN && resolve(io.cwd, arg) !== input.path)) {
    throw new UsageError(`${printable(arg)} is a folder; fbp diff compares one file with one file`);
  }
  return input;
}

function print(io: Io, options: DiffOptions, policies: readonly PolicyDiff[], errors: readonly Finding[]): void {
  if (options.format === "json") {
    const { old, fresh, asOf } = options;
    io.stdout.write(jsonText({ old, new: fresh, asOf, ...asJson(policies), diagnostics: errors.map(jsonFinding) }));
    return;
  }
  if (errors.length > 0) {
    io.stderr.write(printFindings(io.stderr, io.env, errors));
    io.stderr.write("fbp: nothing was compared, since there are errors\n");
    return;
  }
  const sides = { old: options.old, fresh: options.fresh };
  const text =
    options.format === "markdown"
      ? changesAsMarkdown(policies, sides)
      : changesAsText(policies, paletteFor(io.stdout, io.env), io.stdout.isTerminal ? io.stdout.columns : 100);
  io.stdout.write(text);
}

function asJson(policies: readonly PolicyDiff[]) {
  return {
    policies: policies.map(({ policy, status, notCompared }) => ({ policy, status, notCompared })),
    changes: policies.flatMap(({ policy, changes }) =>
      changes.map(({ kind, what, before, after, because }) => ({ policy, kind, what, before, after, because })),
    ),
  };
}
