/** Which folder a policy file belongs to, and how its files are named there. */
import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";

export interface Project {
  /** Absolute. Nothing outside of it is read. */
  readonly root: string;
  /** The file, relative to the root, with forward slashes. */
  readonly name: string;
}

/**
 * The root is the repository that the file is in, so that messages, digests and artefacts are the same
 * from whatever folder fbp is run; without one it is the working folder, or for a file elsewhere that
 * file's own folder, or what is there of it.
 * @param path absolute
 * @param cwd absolute
 */
export function projectOf(path: string, cwd: string): Project {
  const root = repositoryOf(dirname(path)) ?? (isBelow(path, cwd) ? cwd : folderThatIs(dirname(path)));
  return { root, name: relative(root, path).split(sep).join("/") };
}

function repositoryOf(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (at === dirname(at)) return null;
  }
}

function folderThatIs(folder: string): string {
  let at = folder;
  while (!existsSync(at) && at !== dirname(at)) at = dirname(at);
  return at;
}

function isBelow(path: string, folder: string): boolean {
  const name = relative(folder, path);
  return name !== "" && name !== ".." && !name.startsWith(`..${sep}`) && !isAbsolute(name);
}
