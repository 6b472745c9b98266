/** A contract that a command was given by itself. */
import { join, resolve } from "node:path";
import { type Host, type OpenedContract, openContract } from "@fbp/dsl";
import type { Io } from "../io.ts";
import { nameOf } from "./expand.ts";
import { Projects } from "./input.ts";
import { nearFile } from "./near-file.ts";
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

/** Opens it; where it is not there, with the name that was probably meant. */
export function openInput({ name, path, host }: ContractInput): OpenedContract {
  const opened = openContract(name, host);
  if (host.read(name).kind !== "missing") return opened;
  const near = nearFile(path, ".json");
  const hinted = near === undefined ? {} : { hint: `did you mean ${near}?` };
  return { ...opened, diagnostics: opened.diagnostics.map((found) => ({ ...found, ...hinted })) };
}
