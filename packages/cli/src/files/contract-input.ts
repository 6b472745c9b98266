/** A contract that a command was given by itself. */
import { join, resolve } from "node:path";
import type { Host } from "@fbp/dsl";
import type { Io } from "../io.ts";
import { nameOf } from "./expand.ts";
import { Projects } from "./input.ts";
import { projectOf } from "./project.ts";

export interface ContractInput {
  /** Absolute. */
  readonly path: string;
  /** Absolute; names in the contract are relative to it. */
  readonly root: string;
  /** Relative to the root. */
  readonly name: string;
  readonly host: Host;
  /** A file of the project as the user would name it from the working folder. */
  readonly nameFromHere: (name: string) => string;
}

export function contractInput(io: Io, shown: string, projects = new Projects()): ContractInput {
  const path = resolve(io.cwd, shown);
  const { root, name } = projectOf(path, io.cwd);
  const { host } = projects.of(root);
  return { path, root, name, host, nameFromHere: (file) => nameOf(join(root, file), io.cwd) };
}
