import { readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { nearest } from "@fbp/dsl";
import type { Finding } from "../render/finding.ts";
import type { Input } from "./input.ts";

/** A file that is not there gets the name that was probably meant. */
export function suggested(finding: Finding, input: Input): Finding {
  const isMissing =
    input.path !== null && finding.code === "FBP2014" && input.host.read(input.entry).kind === "missing";
  if (!isMissing || finding.span.source.name !== input.entry) return finding;
  const name = nearestName(input.path);
  return name === undefined ? finding : { ...finding, hint: `did you mean ${name}?` };
}

/** The policy file or folder that was probably meant by a path where there is nothing; only its last part is corrected. */
function nearestName(path: string): string | undefined {
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

/** What to put behind "no path is called …". */
export function meant(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined ? `, there are ${[...new Set(candidates)].join(", ")}` : `, did you mean ${near}?`;
}
