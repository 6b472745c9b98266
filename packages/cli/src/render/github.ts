import { positionOf } from "@fbp/dsl";
import type { Finding } from "./finding.ts";
import { withoutKeysIn } from "./keys.ts";

const COMMAND = { error: "error", warning: "warning", note: "notice" } as const;

/**
 * GitHub's workflow commands: one line a finding, which the runner shows beside the line of the pull
 * request. Columns may only be given for a place on one line.
 * The finding's files must be named as the repository names them.
 */
export function renderGithub(found: Finding): string {
  const finding = withoutKeysIn(found);
  const { source, start, end } = finding.span;
  const from = positionOf(source, start);
  const to = positionOf(source, end);
  const properties = [`file=${escapeProperty(source.name)}`, `line=${from.line}`, `endLine=${to.line}`];
  if (from.line === to.line) properties.push(`col=${from.column}`, `endColumn=${to.column}`);
  properties.push(`title=${escapeProperty(finding.code)}`);
  const text = finding.hint === undefined ? finding.text : `${finding.text}\nhint: ${finding.hint}`;
  return `::${COMMAND[finding.severity]} ${properties.join(",")}::${escapeData(text)}\n`;
}

/** As `escapeData` and `escapeProperty` of @actions/core. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
