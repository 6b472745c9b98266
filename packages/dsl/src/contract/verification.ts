/** Is a verification complete, and are its days and digests what they say? */
import type { Report } from "../diagnostics/index.ts";
import { isDigest } from "../digest.ts";
import { epochDayOf } from "./days.ts";
import { AREA_NAMES } from "./document.ts";
import type { JsonDocument } from "./json.ts";
import { below, valueAt } from "./pointer.ts";

export function checkVerifications(document: JsonDocument, report: Report): void {
  for (const area of AREA_NAMES) {
    const path = [area, "verification"];
    const pointer = below("", ...path);
    const at = (...more: string[]) => valueAt(document.value, [...path, ...more]);
    const day = at("day");
    if (typeof day === "string" && epochDayOf(day) === null) {
      report.add("FBP3051", document.spanOf(below(pointer, "day")), { day });
    }
    const source = at("source");
    const sources: readonly unknown[] = Array.isArray(source) ? source : [];
    sources.forEach((_, index) => {
      const digest = at("source", String(index), "digest");
      if (typeof digest === "string" && !isDigest(digest)) {
        report.add("FBP3052", document.spanOf(below(pointer, "source", index, "digest")), {});
      }
    });
    if (at("status") !== "verified") continue;
    sources.forEach((_, index) => {
      const copy = at("source", String(index), "file");
      if (typeof copy !== "string" || at("source", String(index), "digest") !== undefined) return;
      const place = document.spanOf(below(pointer, "source", index, "file"));
      const file = document.source.name;
      report.add("FBP3105", place, { area, copy, file, hasSource: true }, { names: [file] });
    });
    const missing = ["checker", "day", "validDays"].filter((key) => at(key) === undefined);
    if (sources.length === 0) missing.unshift("source");
    if (missing.length > 0) report.add("FBP3050", document.spanOf(below(pointer, "status")), { area, missing });
  }
}
