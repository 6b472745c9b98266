/** Compiles what a command was given, file by file, with progress and each finding once. */
import type { Compilation, PolicyModel } from "@fbp/dsl";
import { gathered, type Told } from "../files/gathered.ts";
import { type Input, inputsOf, type Projects } from "../files/input.ts";
import { suggested } from "../files/suggest.ts";
import type { Io } from "../io.ts";
import type { Profile } from "../options.ts";
import type { Finding } from "../render/finding.ts";
import { Progress } from "../render/progress.ts";

export interface CompileOptions {
  readonly profile: Profile;
  /** ISO day. */
  readonly asOf: string;
  /** Is what can happen to a request explored too? Left out: yes. */
  readonly prove?: boolean;
}

export interface Compiled {
  readonly input: Input;
  readonly compilation: Compilation;
}

/** @throws UsageError for a folder without policies */
export async function compileInputs(
  io: Io,
  args: readonly string[],
  options: CompileOptions,
  projects?: Projects,
): Promise<readonly Compiled[]> {
  const inputs = await inputsOf(io, args, projects);
  const progress = new Progress(io);
  const compiled: Compiled[] = [];
  for (const [index, input] of inputs.entries()) {
    await progress.step(`${index + 1} of ${inputs.length}: ${input.shown}`);
    compiled.push({ input, compilation: input.compiler.compile(input.entry, { ...options, clock: io.now }) });
  }
  progress.clear();
  return compiled;
}

/** As `gathered`, with the name that was probably meant of a file that is not there. */
export function findingsOf(compiled: readonly Compiled[], names: "here" | "repository"): readonly Finding[] {
  return gathered(compiled.map(toldOf), names);
}

export function toldOf({ input, compilation }: Compiled): Told {
  return { place: input, findings: compilation.diagnostics.map((diagnostic) => suggested(diagnostic, input)) };
}

/** A policy, and one of the files that have it. */
export interface PolicyIn {
  readonly compiled: Compiled;
  readonly model: PolicyModel;
}

/** Every policy once, from its own file where that was given: a file that uses another has the other's policies too. */
export function policiesIn(compiled: readonly Compiled[]): readonly PolicyIn[] {
  const found = new Map<string, PolicyIn>();
  for (const one of compiled) {
    for (const model of one.compilation.program?.policies ?? []) {
      const { source } = model.span;
      const key = JSON.stringify([one.input.pathOf(source.name), model.name]);
      if (!found.has(key) || one.input.entry === source.name) found.set(key, { compiled: one, model });
    }
  }
  return [...found.values()];
}
