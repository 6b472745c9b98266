/** From what stands on the command line to the policy files that it means. */
import { readdir, stat } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { UsageError } from "../exit.ts";

/** How standard input is named on the command line and in messages. */
export const STDIN = "-";
export const STDIN_NAME = "<stdin>";

const EXTENSION = ".fbp";
/** Folders below this depth are not searched; a cycle of links is never followed at all. */
const MOST_DEPTH = 32;
const MOST_FILES = 10_000;

/**
 * A file stands for itself, also one that does not exist (reading it will say so); a folder for every
 * `*.fbp` below it, but for hidden folders and `node_modules`; `-` for standard input. Names come back as
 * they were given, relative to `cwd` where they lie below it, each once, folders' files in order.
 * @throws UsageError when a folder holds none, or too many
 */
export async function expand(args: readonly string[], cwd: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const arg of args) {
    if (arg === STDIN) {
      found.add(STDIN);
      continue;
    }
    const path = resolve(cwd, arg);
    if (!(await isFolder(path))) {
      found.add(nameOf(path, cwd));
      continue;
    }
    const below = await policiesBelow(path, MOST_DEPTH);
    if (below.length === 0) throw new UsageError(`no ${EXTENSION} file is in ${arg}`);
    for (const file of below) found.add(nameOf(file, cwd));
    if (found.size > MOST_FILES) throw new UsageError(`more than ${MOST_FILES} ${EXTENSION} files are in ${arg}`);
  }
  return [...found];
}

async function policiesBelow(folder: string, depth: number): Promise<string[]> {
  if (depth === 0) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await policiesBelow(path, depth - 1)));
    else if (entry.isFile() && entry.name.endsWith(EXTENSION)) found.push(path);
  }
  return found;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

/** Relative to `cwd` with forward slashes; an absolute name for what lies outside. */
export function nameOf(path: string, cwd: string): string {
  const name = relative(cwd, path);
  return (name === "" || name.startsWith("..") || isAbsolute(name) ? path : name).split(sep).join("/");
}
