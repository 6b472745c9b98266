/** Does the document have the form of a contract? The schema's findings, in an operator's words. */
import type * as z from "zod/mini";
import type { Report } from "../diagnostics/index.ts";
import { nearest } from "../did-you-mean.ts";
import type { JsonDocument } from "./json.ts";
import { below, valueAt } from "./pointer.ts";
import { contractSchema } from "./schema.ts";

type Issue = z.core.$ZodIssue;
type Schema = z.core.$ZodType;

export function checkShape(document: JsonDocument, report: Report): void {
  if (!hasKnownForm(document, report)) return;
  const result = contractSchema().safeParse(document.value, WITHOUT_EVAL);
  for (const issue of result.error?.issues ?? []) reportIssue(issue, document, report);
}

/** Code made at run time would cost more than it saves here, and is forbidden in many browsers. */
const WITHOUT_EVAL = { jitless: true };

/** Of a document in another version of the form nothing else is worth saying. */
function hasKnownForm(document: JsonDocument, report: Report): boolean {
  const form = valueAt(document.value, ["fbp"]);
  if (typeof form !== "number" || form === 1) return true;
  report.add("FBP3014", document.spanOf("/fbp"), { got: String(form) });
  return false;
}

function reportIssue(issue: Issue, document: JsonDocument, report: Report): void {
  const path = issue.path.map(String);
  const pointer = below("", ...path);
  const what = path.length === 0 ? "the contract" : `\`${readable(path)}\``;
  if (issue.code === "unrecognized_keys") {
    const keys = keysAt(path);
    for (const key of issue.keys) {
      const near = nearest(key, keys);
      report.add("FBP3010", document.keySpanOf(below(pointer, key)), { key, where: readable(path), near, keys });
    }
    return;
  }
  const value = valueAt(document.value, path);
  if (value === undefined) {
    const key = path.at(-1) ?? "";
    report.add("FBP3011", document.spanOf(pointer), { key, where: readable(path.slice(0, -1)) });
    return;
  }
  const place = document.spanOf(pointer);
  if (issue.code === "invalid_value" && typeof value === typeof issue.values[0]) {
    const near = typeof value === "string" ? nearest(value, issue.values.map(String)) : undefined;
    report.add("FBP3013", place, { what, allowed: issue.values.map((allowed) => JSON.stringify(allowed)), near });
    return;
  }
  report.add("FBP3012", place, { what, expected: expectation(issue), got: kindOf(value) });
}

function expectation(issue: Issue): string {
  if (issue.code === "invalid_type") return WORDS.get(issue.expected) ?? issue.message;
  return issue.code === "invalid_value"
    ? issue.values.map((value) => JSON.stringify(value)).join(" or ")
    : issue.message;
}

const WORDS = new Map<string, string>([
  ["string", "text"],
  ["number", "a number"],
  ["boolean", "true or false"],
  ["array", "a list"],
  ["object", "an object"],
  ["record", "an object"],
]);

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (value === "") return "empty text";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "number") return String(value);
  const words = new Map([
    ["string", "text"],
    ["boolean", String(value)],
  ]);
  return words.get(typeof value) ?? "an object";
}

/** `response.usage.input`, `errors.conditions[2].code` */
export function readable(path: readonly string[]): string {
  return path.reduce(
    (made, step) => (/^\d+$/u.test(step) ? `${made}[${step}]` : made === "" ? step : `${made}.${step}`),
    "",
  );
}

/** The keys that the form knows at a place. */
function keysAt(path: readonly string[]): string[] {
  let schema: Schema | undefined = contractSchema();
  for (const step of path) schema = schema === undefined ? undefined : inside(bare(schema), step);
  const def = schema === undefined ? undefined : defOf(bare(schema));
  return def?.type === "object" ? Object.keys(def.shape) : [];
}

function inside(schema: Schema, step: string): Schema | undefined {
  const def = defOf(schema);
  if (def.type === "object") return Object.hasOwn(def.shape, step) ? def.shape[step] : undefined;
  if (def.type === "array") return def.element;
  return def.type === "record" ? def.valueType : undefined;
}

function bare(schema: Schema): Schema {
  const def = defOf(schema);
  return def.type === "optional" || def.type === "nullable" ? bare(def.innerType) : schema;
}

type Def =
  | z.core.$ZodObjectDef
  | z.core.$ZodArrayDef
  | z.core.$ZodRecordDef
  | z.core.$ZodOptionalDef
  | z.core.$ZodNullableDef;

function defOf(schema: Schema): Def {
  return schema._zod.def as Def;
}
