import { faultsOfForm } from "../contract/form.ts";
import { type JsonDocument, readJson } from "../contract/json.ts";
import { valueAt } from "../contract/pointer.ts";
import { Report } from "../diagnostics/index.ts";
import type { Source, Span } from "../source.ts";
import type { Evidence } from "./document.ts";
import { evidenceSchema } from "./schema.ts";
import { checkRecords } from "./values.ts";

/** Evidence that was read without an error; what it shows is another question. */
export interface LoadedEvidence {
  readonly evidence: Evidence;
  readonly source: Source;
  /** Where a JSON Pointer stands in the text, as in `LoadedContract`. */
  spanOf(pointer: string): Span;
}

/**
 * Reads an evidence file and reports every problem at its place in the text; null where one is an
 * error. Never throws, whatever the text.
 */
export function loadEvidence(source: Source, report: Report): LoadedEvidence | null {
  const findings = new Report();
  const document = readJson(source, findings);
  if (document !== null) {
    checkForm(document, findings);
    checkRecords(document, findings);
  }
  report.diagnostics.push(...findings.diagnostics);
  if (document === null || findings.failed) return null;
  // The form holds, and the schema that says so changes nothing in the value.
  return { evidence: document.value as Evidence, source, spanOf: (pointer) => document.spanOf(pointer) };
}

function checkForm(document: JsonDocument, report: Report): void {
  const form = valueAt(document.value, ["fbp"]);
  if (typeof form === "number" && form !== 1) {
    report.add("FBP8014", document.spanOf("/fbp"), { got: String(form) });
    return;
  }
  for (const fault of faultsOfForm(document, evidenceSchema(), "the evidence")) {
    switch (fault.kind) {
      case "unknown_key":
        report.add("FBP8010", fault.place, fault);
        break;
      case "missing_key":
        report.add("FBP8011", fault.place, fault);
        break;
      case "wrong_kind":
        report.add("FBP8012", fault.place, fault);
        break;
      case "not_allowed":
        report.add("FBP8013", fault.place, fault);
        break;
    }
  }
}
