/** Writes what was tried into an evidence file's text. */
import { withValueAt } from "../contract/edit.ts";
import { valueAt } from "../contract/pointer.ts";
import { CRITERIA, type Criterion, type CriterionRecord } from "./document.ts";

/** As evidence is usually written: what is put in comes where one would look for it. */
const ORDER = [
  ...["$schema", "fbp", "path", "for", "criteria", ...CRITERIA],
  ...["status", "day", "validDays", "check", "against", "signed", "notes", "policy", "contracts", "by", "statement"],
];

/**
 * The text of an evidence file with this record of one criterion; all else stays as it is, to the byte.
 *
 * @throws RangeError where the text is no JSON, or `criteria` is no object
 */
export function withCriterion(text: string, criterion: Criterion, record: CriterionRecord): string {
  const place = ["criteria", criterion];
  // Of a record that says nothing but its status there is no layout to keep: what is long would stand on one line.
  const made = isBare(text, criterion) ? withValueAt(text, place, null) : text;
  return withValueAt(made, place, record, ORDER);
}

function isBare(text: string, criterion: Criterion): boolean {
  try {
    const known = Object(valueAt(JSON.parse(text), ["criteria", criterion])) as object;
    return Object.keys(known).every((key) => key === "status") && "status" in known;
  } catch {
    return false;
  }
}

/** Evidence for `path` in place of `original` of which nothing has been tried yet. */
export function emptyEvidence(path: string, original: string): string {
  const lines = CRITERIA.map((criterion) => `    ${JSON.stringify(criterion)}: { "status": "pending" }`);
  const names = `  "path": ${JSON.stringify(path)},\n  "for": ${JSON.stringify(original)},\n`;
  return `{\n  "fbp": 1,\n${names}  "criteria": {\n${lines.join(",\n")}\n  }\n}\n`;
}
