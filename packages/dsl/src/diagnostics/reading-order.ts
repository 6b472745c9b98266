import type { Span } from "../source.ts";

/** By source, then place, then code: the order in which a reader meets them. */
export function inReadingOrder<Found extends { readonly span: Span; readonly code: string }>(
  diagnostics: readonly Found[],
): Found[] {
  return [...diagnostics].sort(
    (a, b) =>
      compareText(a.span.source.name, b.span.source.name) ||
      a.span.start - b.span.start ||
      a.span.end - b.span.end ||
      compareText(a.code, b.code),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
