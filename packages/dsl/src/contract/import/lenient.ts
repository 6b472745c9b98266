/**
 * A schema relaxed to what providers really answer: only the answer itself is required, everything may be null,
 * lists of words are open, other fields are let in, `oneOf` is read as `anyOf`, and the text of a message may come
 * in a list of parts.
 */
import { type Schema, withNull } from "./convert.ts";
import { isRecord } from "./source.ts";

/** What stays required: without it there is nothing to read. */
export const REQUIRED = "choices";

/** Providers that reason put a list of parts where others have a text. */
const TEXT_OF_A_MESSAGE = "content";

/** @param isWhole the whole answer, or what it must have: null is not added */
export function relaxed(strict: Schema, isWhole: boolean): Schema {
  const schema = open({ ...strict });
  requireLess(schema);
  for (const keyword of ["additionalProperties", "unevaluatedProperties"] as const) {
    if (schema[keyword] === false) delete schema[keyword];
  }
  messageText(schema);
  if (Array.isArray(schema.oneOf)) {
    const forms = schema.oneOf as readonly unknown[];
    delete schema.oneOf;
    if (schema.anyOf === undefined) schema.anyOf = forms;
    else schema.allOf = [...(Array.isArray(schema.allOf) ? schema.allOf : []), { anyOf: forms }];
  }
  const simple = oneForm(schema);
  return isWhole || simple.type === undefined ? simple : withNull(simple);
}

/** A list of words becomes the kind of its words. */
function open(schema: Schema): Schema {
  const values: readonly unknown[] | null = Array.isArray(schema.enum)
    ? schema.enum
    : Object.hasOwn(schema, "const")
      ? [schema.const]
      : null;
  if (values === null) return schema;
  const { enum: _, const: __, ...rest } = schema;
  if (rest.type !== undefined) return rest;
  const types = [...new Set(values.map(typeOfValue))];
  return { type: types.length === 1 ? types[0] : types, ...rest };
}

function typeOfValue(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value === "object" ? "object" : typeof value;
}

function requireLess(schema: Schema): void {
  const kept = Array.isArray(schema.required) && schema.required.includes(REQUIRED);
  delete schema.required;
  delete schema.dependentRequired;
  if (kept) schema.required = [REQUIRED];
}

function messageText(schema: Schema): void {
  if (!isRecord(schema.properties) || !Object.hasOwn(schema.properties, TEXT_OF_A_MESSAGE)) return;
  const text = schema.properties[TEXT_OF_A_MESSAGE];
  if (!isRecord(text) || !Array.isArray(text.type) || !text.type.includes("string")) return;
  const type = [...new Set([...text.type, "array"])];
  schema.properties = { ...schema.properties, [TEXT_OF_A_MESSAGE]: { ...text, type } };
}

/** Null needs no form of its own any more, and one form that is left needs no list. */
function oneForm(schema: Schema): Schema {
  if (!Array.isArray(schema.anyOf)) return schema;
  const texts = new Set<string>();
  const forms = schema.anyOf.filter((form) => {
    const text = JSON.stringify(form);
    const isFresh = !texts.has(text);
    texts.add(text);
    return isFresh && !isNullAlone(form);
  });
  const { anyOf: _, ...rest } = schema;
  const [only] = forms;
  if (forms.length === 0) return { ...rest, type: "null" };
  const clashes = isRecord(only) ? Object.keys(only).some((key) => Object.hasOwn(rest, key) && !isNote(key)) : true;
  if (forms.length > 1 || clashes) return { ...rest, anyOf: forms };
  return { ...(only as Schema), ...rest };
}

function isNullAlone(form: unknown): boolean {
  return isRecord(form) && Object.keys(form).length === 1 && [form.type].flat().every((type) => type === "null");
}

function isNote(keyword: string): boolean {
  return keyword === "title" || keyword === "description" || keyword === "default" || keyword === "examples";
}
