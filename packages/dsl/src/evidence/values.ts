/** Are the days and digests of the criteria what they say, and is what is called passed complete? */
import { epochDayOf } from "../contract/days.ts";
import type { JsonDocument } from "../contract/json.ts";
import { below, valueAt } from "../contract/pointer.ts";
import type { Report } from "../diagnostics/index.ts";
import { isDigest } from "../digest.ts";
import { CRITERIA, NEEDS_SIGNATURE } from "./document.ts";

/** What a criterion that is called passed must say, so that somebody can check it again. */
const OF_A_TRIAL = ["day", "validDays", "check", "against"] as const;

/** Reads what is there and passes over what has the wrong form, which was reported already. */
export function checkRecords(document: JsonDocument, report: Report): void {
  for (const criterion of CRITERIA) {
    const path = ["criteria", criterion];
    const at = (...more: string[]) => valueAt(document.value, [...path, ...more]);
    const placeOf = (...more: string[]) => document.spanOf(below("", ...path, ...more));
    for (const place of [["day"], ["signed", "day"]]) {
      const day = at(...place);
      if (typeof day === "string" && day !== "" && epochDayOf(day) === null)
        report.add("FBP8015", placeOf(...place), { day });
    }
    for (const digest of ["policy", "contracts"]) {
      const value = at("against", digest);
      if (typeof value === "string" && value !== "" && !isDigest(value))
        report.add("FBP8016", placeOf("against", digest), {});
    }
    if (at("status") !== "passed") continue;
    const wanted = [...OF_A_TRIAL, ...(NEEDS_SIGNATURE.has(criterion) ? ["signed"] : [])];
    const missing = wanted.filter((key) => at(key) === undefined);
    if (missing.length > 0) report.add("FBP8017", placeOf("status"), { criterion, missing });
  }
}
