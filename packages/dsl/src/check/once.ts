import type { Diagnostic, Report } from "../diagnostics/index.ts";

/**
 * Moves what was found into `into`, but nothing that already stands there with the same code at the
 * same place: a block that serves several contracts or policies is checked once for each of them, and
 * its mistakes are still told once.
 */
export function mergeOnce(into: Report, found: Report): void {
  for (const diagnostic of found.diagnostics) {
    if (!into.diagnostics.some((known) => isSame(known, diagnostic))) into.diagnostics.push(diagnostic);
  }
}

function isSame(a: Diagnostic, b: Diagnostic): boolean {
  return (
    a.code === b.code &&
    a.span.start === b.span.start &&
    a.span.end === b.span.end &&
    a.span.source.name === b.span.source.name
  );
}
