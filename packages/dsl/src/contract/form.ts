/**
 * Does a document have a form that a zod schema describes? The schema's findings, in an operator's
 * words; which message each becomes is for whoever knows what the document is.
 */
import type * as z from "zod/mini";
import { nearest } from "../did-you-mean.ts";
import type { Span } from "../source.ts";
import type { JsonDocument } from "./json.ts";
import { below, valueAt } from "./pointer.ts";

type Issue = z.core.$ZodIssue;
type Schema = z.core.$ZodType;

export type Fault = { readonly place: Span } & (
  | {
      readonly kind: "unknown_key";
      readonly key: string;
      readonly where: string;
      readonly near: string | undefined;
      readonly keys: readonly string[];
    }
  | { readonly kind: "missing_key"; readonly key: string; readonly where: string }
  | {
      readonly kind: "not_allowed";
      readonly what: string;
      readonly allowed: readonly string[];
      readonly near: string | undefined;
    }
  | { readonly kind: "wrong_kind"; readonly what: string; readonly expected: string; readonly got: string }
);

/** @param whole what the document is, where the fault is that of its top: "the contract" */
export function faultsOfForm(document: JsonDocument, schema: Schema, whole: string): readonly Fault[] {
  const result = (schema as z.ZodMiniType).safeParse(document.value, WITHOUT_EVAL);
  return (result.error?.issues ?? []).flatMap((issue) => faultsOf(issue, document, schema, whole));
}

/** Code made at run time would cost more than it saves here, and is forbidden in many browsers. */
const WITHOUT_EVAL = { jitless: true };

function faultsOf(issue: Issue, document: JsonDocument, schema: Schema, whole: string): readonly Fault[] {
  const path = issue.path.map(String);
  const pointer = below("", ...path);
  if (issue.code === "unrecognized_keys") {
    const keys = keysAt(schema, path);
    return issue.keys.map((key): Fault => {
      const place = document.keySpanOf(below(pointer, key));
      return { kind: "unknown_key", place, key, where: readable(path), near: nearest(key, keys), keys };
    });
  }
  const value = valueAt(document.value, path);
  const place = document.spanOf(pointer);
  if (value === undefined) {
    return [{ kind: "missing_key", place, key: path.at(-1) ?? "", where: readable(path.slice(0, -1)) }];
  }
  const what = path.length === 0 ? whole : `\`${readable(path)}\``;
  if (issue.code === "invalid_value" && typeof value === typeof issue.values[0]) {
    const near = typeof value === "string" ? nearest(value, issue.values.map(String)) : undefined;
    return [{ kind: "not_allowed", place, what, allowed: issue.values.map((one) => JSON.stringify(one)), near }];
  }
  return [{ kind: "wrong_kind", place, what, expected: expectation(issue), got: kindOf(value) }];
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
  // An object may have a field that stands in the way of its own text.
  if (typeof value === "boolean") return String(value);
  return typeof value === "string" ? "text" : "an object";
}

/** `response.usage.input`, `errors.conditions[2].code` */
export function readable(path: readonly string[]): string {
  return path.reduce(
    (made, step) => (/^\d+$/u.test(step) ? `${made}[${step}]` : made === "" ? step : `${made}.${step}`),
    "",
  );
}

/** The keys that the form knows at a place. */
function keysAt(root: Schema, path: readonly string[]): string[] {
  let schema: Schema | undefined = root;
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
