import { nearest } from "@fbp/dsl";
import type { Finding } from "../render/finding.ts";
import type { Input } from "./input.ts";
import { nearFile } from "./near-file.ts";

/** A file that is not there gets the name that was probably meant. */
export function suggested(finding: Finding, input: Input): Finding {
  const isMissing =
    input.path !== null && finding.code === "FBP2014" && input.host.read(input.entry).kind === "missing";
  if (!isMissing || finding.span.source.name !== input.entry) return finding;
  const name = nearFile(input.path, ".fbp");
  return name === undefined ? finding : { ...finding, hint: `did you mean ${name}?` };
}

/** What to put behind "no path is called …". */
export function meant(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined ? `, there are ${[...new Set(candidates)].join(", ")}` : `, did you mean ${near}?`;
}
