/** The check of what is not remembered, with the compiler. */
import { expand } from "../files/expand.ts";
import type { Told } from "../files/gathered.ts";
import { Projects } from "../files/input.ts";
import { remember } from "../files/remembered.ts";
import type { Io } from "../io.ts";
import type { CheckOptions, Shown } from "./check.ts";
import { compileInputs, toldOf } from "./compile.ts";
import { type Checked, watch } from "./watch.ts";

/** @param known what is known already, by the input's name: the rest is compiled */
export async function checkAfresh(
  io: Io,
  options: CheckOptions,
  known: ReadonlyMap<string, Told>,
  show: (shown: Shown) => Promise<number>,
): Promise<number> {
  const projects = new Projects();
  const once = async (): Promise<Checked> => {
    const files = expand(options.files, io.cwd);
    const unknown = files.filter((file) => !known.has(file));
    const compiled = await compileInputs(io, unknown, options, projects);
    const told = new Map([
      ...known,
      ...unknown.flatMap((file, at) => compiled.slice(at, at + 1).map((one) => [file, toldOf(one)] as const)),
    ]);
    // Tables are for whoever asks for them: without, a check loads half as many packages.
    const explained = options.explain ? (await import("./explained.ts")).explainedOf(compiled, options) : null;
    const status = await show({ told: files.flatMap((file) => told.get(file) ?? []), explained });
    const { kept } = io;
    if (kept !== null) {
      for (const { input, compilation } of compiled) {
        if (input.path !== null) remember(kept, input, options, compilation);
      }
    }
    return { status, compiled };
  };
  return options.watch ? watch(io, once) : (await once()).status;
}
