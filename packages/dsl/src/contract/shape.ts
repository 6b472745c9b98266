/** Does the document have the form of a contract? */
import type { Report } from "../diagnostics/index.ts";
import { type Fault, faultsOfForm } from "./form.ts";
import type { JsonDocument } from "./json.ts";
import { valueAt } from "./pointer.ts";
import { contractSchema } from "./schema.ts";

export function checkShape(document: JsonDocument, report: Report): void {
  if (!hasKnownForm(document, report)) return;
  for (const fault of faultsOfForm(document, contractSchema(), "the contract")) reportFault(fault, report);
}

/** Of a document in another version of the form nothing else is worth saying. */
function hasKnownForm(document: JsonDocument, report: Report): boolean {
  const form = valueAt(document.value, ["fbp"]);
  if (typeof form !== "number" || form === 1) return true;
  report.add("FBP3014", document.spanOf("/fbp"), { got: String(form) });
  return false;
}

function reportFault(fault: Fault, report: Report): void {
  switch (fault.kind) {
    case "unknown_key":
      report.add("FBP3010", fault.place, fault);
      break;
    case "missing_key":
      report.add("FBP3011", fault.place, fault);
      break;
    case "wrong_kind":
      report.add("FBP3012", fault.place, fault);
      break;
    case "not_allowed":
      report.add("FBP3013", fault.place, fault);
      break;
  }
}
