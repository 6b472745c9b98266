/** Findings as data: the form of `diagnostics` in every JSON output; see docs/schemas. */
import { positionOf, type Severity, type Span } from "@fbp/dsl";
import { countOf, type Finding } from "./finding.ts";
import { withoutKeysIn } from "./keys.ts";

export const JSON_VERSION = 1;

export interface JsonPlace {
  readonly file: string;
  /** Line and column count from 1, offsets from 0; all in UTF-16 units. `end` is behind the last unit. */
  readonly start: JsonPosition;
  readonly end: JsonPosition;
}

export interface JsonPosition {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

export interface JsonFinding extends JsonPlace {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly hint: string | null;
  readonly related: readonly (JsonPlace & { readonly message: string })[];
  /** Left out where no request has to be shown. */
  readonly story?: { readonly steps: readonly string[]; readonly scenario: string | null };
}

export function jsonFinding(found: Finding): JsonFinding {
  const finding = withoutKeysIn(found);
  return {
    code: finding.code,
    severity: finding.severity,
    message: finding.text,
    hint: finding.hint ?? null,
    ...jsonPlace(finding.span),
    related: finding.related.map((related) => ({ message: related.text, ...jsonPlace(related.span) })),
    ...(finding.story === undefined ? {} : { story: finding.story }),
  };
}

export function jsonPlace(place: Span): JsonPlace {
  const position = (offset: number): JsonPosition => ({ ...positionOf(place.source, offset), offset });
  return { file: place.source.name, start: position(place.start), end: position(place.end) };
}

export function jsonSummary(findings: readonly Finding[], files: number): Readonly<Record<string, number>> {
  return { ...countOf(findings), files };
}

/** One object and a newline. */
export function jsonText(value: object): string {
  return `${JSON.stringify({ version: JSON_VERSION, ...value }, null, 2)}\n`;
}
