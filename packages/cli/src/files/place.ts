/** Where an input is: in which project, and what its files are called there and elsewhere. */
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Io } from "../io.ts";
import { nameOf, STDIN_NAME } from "./expand.ts";
import { projectOf } from "./project.ts";

export interface Place {
  /** As the user named it. */
  readonly shown: string;
  /** What the compiler is to be given. */
  readonly entry: string;
  /** Of the project, absolute. */
  readonly root: string;
  /** Absolute; null for standard input. */
  readonly path: string | null;
  /** Where a file of the project is, absolute. */
  readonly pathOf: (name: string) => string;
  /** A file of the project as the user would name it from the working folder. */
  readonly nameFromHere: (name: string) => string;
  /** A file of the project relative to the repository, for those who show messages there. */
  readonly nameInRepository: (name: string) => string;
}

export function placeOfFile(io: Io, shown: string): Place {
  const path = resolve(io.cwd, shown);
  const { root, name } = projectOf(path, io.cwd);
  return { ...namesIn(io, root), shown, entry: name, path, nameFromHere: (file) => nameOf(join(root, file), io.cwd) };
}

/** As if it were a file in the working folder. */
export function placeOfInput(io: Io): Place {
  const { root, name } = projectOf(join(io.cwd, STDIN_NAME), io.cwd);
  const nameFromHere = (file: string): string => (file === name ? STDIN_NAME : nameOf(join(root, file), io.cwd));
  return { ...namesIn(io, root), shown: STDIN_NAME, entry: name, path: null, nameFromHere };
}

function namesIn(io: Io, root: string): Pick<Place, "root" | "pathOf" | "nameInRepository"> {
  return { root, pathOf: (file) => join(root, file), nameInRepository: repositoryNames(io, root) };
}

/** In a GitHub job names are relative to its workspace, else to the project's root. */
function repositoryNames(io: Io, root: string): (name: string) => string {
  const workspace = io.env.GITHUB_WORKSPACE;
  if (workspace === undefined || !isAbsolute(workspace)) return (name) => name;
  const within = relative(workspace, root);
  if (within === ".." || within.startsWith(`..${sep}`) || isAbsolute(within)) return (name) => name;
  return (name) => join(within, name).split(sep).join("/");
}
