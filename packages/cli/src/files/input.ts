/** The files that a command was given, each with the host that reads it and what belongs to it. */
import { Compiler, type FileText, type Host } from "@fbp/dsl";
import { nodeHost } from "@fbp/dsl/node";
import type { Io } from "../io.ts";
import { expand, STDIN } from "./expand.ts";
import { type Place, placeOfFile, placeOfInput } from "./place.ts";

/** As the compiler's own limit for a policy; it says so itself when a text is at it. */
const MOST_INPUT_BYTES = 1024 * 1024;

export interface Input extends Place {
  readonly host: Host;
  readonly compiler: Compiler;
}

/** The projects that inputs belong to. A compiler keeps what it has made: kept over several checks, each is quick. */
export class Projects {
  readonly #known = new Map<string, { readonly host: Host; readonly compiler: Compiler }>();

  of(root: string): { readonly host: Host; readonly compiler: Compiler } {
    let project = this.#known.get(root);
    if (project === undefined) {
      const host = nodeHost(root);
      project = { host, compiler: new Compiler(host) };
      this.#known.set(root, project);
    }
    return project;
  }
}

/** @throws UsageError for a folder without policies */
export async function inputsOf(io: Io, args: readonly string[], projects = new Projects()): Promise<readonly Input[]> {
  const inputs: Input[] = [];
  for (const shown of expand(args, io.cwd)) {
    inputs.push(shown === STDIN ? await standardInput(io, projects) : fileInput(io, shown, projects));
  }
  return inputs;
}

function fileInput(io: Io, shown: string, projects: Projects): Input {
  const place = placeOfFile(io, shown);
  return { ...place, ...projects.of(place.root) };
}

async function standardInput(io: Io, projects: Projects): Promise<Input> {
  const place = placeOfInput(io);
  const host = withInput(projects.of(place.root).host, place.entry, await readInput(io));
  return { ...place, host, compiler: new Compiler(host) };
}

/** The project as it is on disk, with one more file that was read from standard input. */
function withInput(host: Host, name: string, text: FileText): Host {
  return { ...host, read: (file) => (file === name ? text : host.read(file)) };
}

async function readInput(io: Io): Promise<FileText> {
  const bytes = await io.readInput(MOST_INPUT_BYTES);
  if (bytes === null) return { kind: "too_large", limit: MOST_INPUT_BYTES };
  if (bytes.includes(0)) return { kind: "binary" };
  try {
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { kind: "binary" };
  }
}
