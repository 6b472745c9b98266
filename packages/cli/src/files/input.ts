/** The files that a command was given, each with the host that reads it and what belongs to it. */
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { Compiler, type FileText, type Host } from "@fbp/dsl";
import { nodeHost } from "@fbp/dsl/node";
import type { Io } from "../io.ts";
import { expand, nameOf, STDIN, STDIN_NAME } from "./expand.ts";
import { projectOf } from "./project.ts";

/** As the compiler's own limit for a policy; it says so itself when a text is at it. */
const MOST_INPUT_BYTES = 1024 * 1024;

export interface Input {
  /** As the user named it. */
  readonly shown: string;
  /** What the compiler is to be given. */
  readonly entry: string;
  readonly host: Host;
  readonly compiler: Compiler;
  /** Absolute; null for standard input. */
  readonly path: string | null;
  /** Where a file of the project is, absolute. */
  readonly pathOf: (name: string) => string;
  /** A file of the project as the user would name it from the working folder. */
  readonly nameFromHere: (name: string) => string;
  /** A file of the project relative to the repository, for those who show messages there. */
  readonly nameInRepository: (name: string) => string;
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
  const path = resolve(io.cwd, shown);
  const { root, name } = projectOf(path, io.cwd);
  const nameFromHere = (file: string): string => nameOf(join(root, file), io.cwd);
  return { ...projects.of(root), ...places(io, root), shown, entry: name, path, nameFromHere };
}

/** As if it were a file in the working folder. */
async function standardInput(io: Io, projects: Projects): Promise<Input> {
  const { root, name } = projectOf(join(io.cwd, STDIN_NAME), io.cwd);
  const host = withInput(projects.of(root).host, name, await readInput(io));
  const nameFromHere = (file: string): string => (file === name ? STDIN_NAME : nameOf(join(root, file), io.cwd));
  return {
    host,
    compiler: new Compiler(host),
    ...places(io, root),
    shown: STDIN_NAME,
    entry: name,
    path: null,
    nameFromHere,
  };
}

function places(io: Io, root: string): Pick<Input, "pathOf" | "nameInRepository"> {
  return { pathOf: (file) => join(root, file), nameInRepository: repositoryNames(io, root) };
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

/** In a GitHub job names are relative to its workspace, else to the project's root. */
function repositoryNames(io: Io, root: string): (name: string) => string {
  const workspace = io.env.GITHUB_WORKSPACE;
  if (workspace === undefined || !isAbsolute(workspace)) return (name) => name;
  const within = relative(workspace, root);
  if (within === ".." || within.startsWith(`..${sep}`) || isAbsolute(within)) return (name) => name;
  return (name) => join(within, name).split(sep).join("/");
}
