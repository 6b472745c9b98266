import type { Io, Output } from "../io.ts";
import type { Finding } from "./finding.ts";
import { paletteFor } from "./palette.ts";
import { renderText } from "./text.ts";

/** Findings for people, with an empty line after each. */
export function printFindings(output: Output, env: Io["env"], findings: readonly Finding[]): string {
  const style = { palette: paletteFor(output, env), columns: output.isTerminal ? output.columns : null };
  return findings.map((finding) => `${renderText(finding, style)}\n`).join("");
}
