/**
 * SARIF 2.1.0, as GitHub's code scanning reads it: one run, a rule with help for each code that
 * occurs, and for each result a place with a region in UTF-16 columns.
 */
import { messages, positionOf, type Span } from "@fbp/dsl";
import type { Finding } from "./finding.ts";
import { withoutKeysIn } from "./keys.ts";

const LEVEL = { error: "error", warning: "warning", note: "note" } as const;

export interface SarifOptions {
  readonly version: string;
  /** The page of a code, in Markdown; null where there is none. */
  readonly pageOf: (code: string) => string | null;
}

export function renderSarif(findings: readonly Finding[], options: SarifOptions): string {
  const codes = [...new Set(findings.map((finding) => finding.code))].sort();
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "fbp",
            version: options.version,
            semanticVersion: options.version,
            rules: codes.map((code) => rule(code, findings, options)),
          },
        },
        columnKind: "utf16CodeUnits",
        results: findings.map((finding) => result(finding, codes.indexOf(finding.code))),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function rule(code: string, findings: readonly Finding[], options: SarifOptions): object {
  const definition = (messages as Readonly<Record<string, { title: string; severity: Finding["severity"] }>>)[code];
  const title = definition?.title ?? code;
  const page = options.pageOf(code);
  const severity = definition?.severity ?? findings.find((finding) => finding.code === code)?.severity ?? "error";
  return {
    id: code,
    name: code,
    shortDescription: { text: title },
    fullDescription: { text: title },
    help: { text: page ?? title, markdown: page ?? title },
    defaultConfiguration: { level: LEVEL[severity] },
    properties: { tags: ["fallback-policy"], "problem.severity": severity === "note" ? "recommendation" : severity },
  };
}

function result(found: Finding, ruleIndex: number): object {
  const finding = withoutKeysIn(found);
  const text = finding.hint === undefined ? finding.text : `${finding.text}\n\nHint: ${finding.hint}`;
  return {
    ruleId: finding.code,
    ruleIndex,
    level: LEVEL[finding.severity],
    message: { text },
    locations: [{ physicalLocation: physicalLocation(finding.span) }],
    relatedLocations: finding.related.map((related, id) => ({
      id,
      message: { text: related.text },
      physicalLocation: physicalLocation(related.span),
    })),
  };
}

function physicalLocation(place: Span): object {
  const start = positionOf(place.source, place.start);
  const end = positionOf(place.source, Math.max(place.start, place.end));
  return {
    artifactLocation: { uri: uriOf(place.source.name), uriBaseId: "%SRCROOT%" },
    region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
  };
}

/** A relative reference; each segment of the name is encoded by itself. */
function uriOf(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}
