/** From what stands on the command line to the policy files that it means. */
import { type Dirent, readdirSync, statSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { UsageError } from "../exit.ts";

/** How standard input is named on the command line and in messages. */
export const STDIN = "-";
export const STDIN_NAME = "<stdin>";

const POLICIES: readonly string[] = [".fbp"];
/** Folders below this depth are not searched; a cycle of links is never followed at all. */
const MOST_DEPTH = 32;
const MOST_FILES = 10_000;

/**
 * A file stands for itself, also one that does not exist (reading it will say so); a folder for every file
 * below it that ends so, but for hidden folders and `node_modules`; `-` for standard input. Names come back
 * as they were given, relative to `cwd` where they lie below it, each once, folders' files in order.
 * @param endings of the files that are wanted of a folder; policies, if left out
 * @throws UsageError when a folder holds none, or too many
 */
export function expand(args: readonly string[], cwd: string, endings = POLICIES): readonly string[] {
  const found = new Set<string>();
  for (const arg of args) {
    if (arg === STDIN) {
      found.add(STDIN);
      continue;
    }
    const path = resolve(cwd, arg);
    if (!isFolder(path)) {
      found.add(nameOf(path, cwd));
      continue;
    }
    const below = filesBelow(path, endings, MOST_DEPTH);
    const kind = endings.join(" or ");
    if (below.length === 0) throw new UsageError(`no ${kind} file is in ${arg}`);
    for (const file of below) found.add(nameOf(file, cwd));
    if (found.size > MOST_FILES) throw new UsageError(`more than ${MOST_FILES} ${kind} files are in ${arg}`);
  }
  return [...found];
}

function filesBelow(folder: string, endings: readonly string[], depth: number): string[] {
  if (depth === 0) return [];
  const found: string[] = [];
  for (const entry of entriesOf(folder)) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...filesBelow(path, endings, depth - 1));
    else if (entry.isFile() && endings.some((ending) => entry.name.endsWith(ending))) found.push(path);
  }
  return found;
}

/** In order; none of a folder that may not be read. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    // Reading it will say why it cannot be looked at.
    return false;
  }
}

/** Relative to `cwd` with forward slashes; an absolute name for what lies outside. */
export function nameOf(path: string, cwd: string): string {
  const name = relative(cwd, path);
  return (name === "" || name.startsWith("..") || isAbsolute(name) ? path : name).split(sep).join("/");
}
