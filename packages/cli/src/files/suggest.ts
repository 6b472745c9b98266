import { readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { nearest } from "@fbp/dsl";

/** The policy file or folder that was probably meant by a path where there is nothing; only its last part is corrected. */
export function nearestName(path: string): string | undefined {
  try {
    const entries = readdirSync(dirname(path), { withFileTypes: true });
    const names = entries
      .filter((entry) => entry.isDirectory() || entry.name.endsWith(".fbp"))
      .map((entry) => entry.name);
    return nearest(basename(path), names);
  } catch {
    // The folder is not there either.
    return undefined;
  }
}
