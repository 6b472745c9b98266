import type { RecordPlan } from "@fbp/runtime/core";
import type { Report } from "../diagnostics/index.ts";
import { nearest } from "../did-you-mean.ts";
import type * as tree from "../syntax/tree.ts";
import { lookupField } from "../types/access.ts";
import type { ContractInScope } from "./predicate/scope.ts";
import { settingsOf } from "./settings.ts";
import { countOf } from "./values.ts";

/** Where the policy names fields and no bound. */
const BYTES = 512;

const BOUNDS = { least: 1, most: 65_536 };

/** Without a `record` block nothing of a provider's error object is kept. */
export function checkRecord(
  block: tree.RecordBlock | undefined,
  contracts: readonly ContractInScope[],
  report: Report,
): RecordPlan {
  const settings = settingsOf(report, "`record`", block?.settings ?? []);
  const body = settings.get("error_body");
  return {
    errorFields: body === undefined ? [] : fieldsOf(body.fields, contracts, report),
    errorBytes: (body?.upTo ? countOf(report, "error_body", body.upTo, BOUNDS, "bytes") : null) ?? BYTES,
    keepInvalidOutput: settings.get("invalid_output")?.keep ?? false,
  };
}

function fieldsOf(
  names: readonly tree.Name[],
  contracts: readonly ContractInScope[],
  report: Report,
): readonly string[] {
  const fields: string[] = [];
  for (const { text: field, span } of names) {
    if (field === "") continue;
    if (fields.includes(field)) {
      report.add("FBP2018", span, { what: "`error_body`", value: `\`${field}\`` });
      continue;
    }
    fields.push(field);
    reportUnknownField(field, span, contracts, report);
  }
  return fields;
}

/** A field that no contract's error object has. An open object may have any; only a near miss is told then. */
function reportUnknownField(
  field: string,
  place: tree.Node["span"],
  contracts: readonly ContractInScope[],
  report: Report,
): void {
  const lookups = contracts.map(({ name, loaded }) => ({ name, found: lookupField(loaded.error, field) }));
  const [first] = lookups;
  if (first === undefined) return;
  const slips = lookups.map(({ found }) => {
    if (found.kind === "wrong_kind") return null;
    const meant = nearest(field, found.candidates);
    const named = found.kind === "found" && (found.place !== null || meant === undefined);
    return named ? null : { nearest: meant };
  });
  if (slips.some((slip) => slip === null)) return;
  report.add("FBP2027", place, { field, contract: first.name, nearest: slips[0]?.nearest });
}
