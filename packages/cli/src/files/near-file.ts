import { readdirSync } from "node:fs";
import { basename, dirname, extname } from "node:path";
import { nearest } from "@fbp/dsl";

/**
 * The file or folder that was probably meant by a path where there is nothing; only its last part is corrected, and an
 * ending that two names share makes them no nearer.
 *
 * @param ending of the files that may be meant
 */
export function nearFile(path: string, ending = ""): string | undefined {
  try {
    const names = readdirSync(dirname(path), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() || entry.name.endsWith(ending))
      .map((entry) => entry.name);
    const [wrong, shared] = [basename(path), extname(path)];
    const alike = names.filter((name) => extname(name) === shared);
    const stem = nearest(
      basename(wrong, shared),
      alike.map((name) => basename(name, shared)),
    );
    if (stem !== undefined) return `${stem}${shared}`;
    return nearest(
      wrong,
      names.filter((name) => !alike.includes(name)),
    );
  } catch {
    // The folder is not there either.
    return undefined;
  }
}
