/**
 * One schema of OpenAPI 3.0 or 3.1, level by level, as JSON Schema 2020-12 has it. What only OpenAPI knows is
 * left out: `discriminator`, `xml`, `externalDocs`, extensions.
 *
 * @see https://spec.openapis.org/oas/v3.0.4.html#schema-object
 */

import { isPattern, SCHEMA_KEYWORDS } from "../schema-keywords.ts";
import { redacted } from "../secrets.ts";
import { isRecord, type Json } from "./source.ts";

export type Schema = Record<string, unknown>;

/** Names of places, which are counted anew, and what needs them. */
const LEFT_OUT = new Set([
  "$anchor",
  "$comment",
  "$defs",
  "$dynamicAnchor",
  "$dynamicRef",
  "$id",
  "$ref",
  "$schema",
  "$vocabulary",
  "definitions",
]);

const ANNOTATIONS = new Set(["title", "description", "examples", "default"]);

/** The inner schemas of a keyword, each converted. */
export type Inner = (keyword: string, key: string | number | null, schema: unknown) => unknown;

export interface Remarks {
  /** A pattern that no expression of ECMAScript with the flag u is. */
  readonly pattern: (keyword: string) => void;
  /** Something that looks like a key stood in an example or a description. */
  readonly secret: (keyword: string) => void;
}

/**
 * The schema without its `$ref`, which is for the caller to follow.
 *
 * @param inner converts what stands inside
 */
export function convertLevel(source: Json, descriptions: boolean, inner: Inner, remarks: Remarks): Schema {
  const schema: Schema = {};
  for (const [keyword, value] of Object.entries(source)) {
    const known = SCHEMA_KEYWORDS.get(keyword);
    if (known === undefined || LEFT_OUT.has(keyword)) continue;
    if (ANNOTATIONS.has(keyword)) {
      if (descriptions) annotate(schema, keyword, value, remarks);
    } else if (known.schemas === undefined) schema[keyword] = value;
    else schema[keyword] = innerOf(known.schemas, keyword, value, inner);
  }
  if (descriptions && Object.hasOwn(source, "example") && !Object.hasOwn(schema, "examples")) {
    annotate(schema, "examples", [source.example], { ...remarks, secret: () => remarks.secret("example") });
  }
  exclusive(schema, "exclusiveMinimum", "minimum");
  exclusive(schema, "exclusiveMaximum", "maximum");
  required(schema, source);
  patterns(schema, remarks);
  if (Array.isArray(schema.type)) schema.type = [...new Set(schema.type)];
  const single = withoutLoneAllOf(schema);
  return source.nullable === true ? withNull(single) : single;
}

/** `allOf` with one schema is how OpenAPI 3.0 puts a description beside a reference. */
function withoutLoneAllOf(schema: Schema): Schema {
  const { allOf, ...rest } = schema;
  const [only, ...more]: readonly unknown[] = Array.isArray(allOf) ? allOf : [];
  const isLone = isRecord(only) && more.length === 0 && Object.keys(rest).every((keyword) => ANNOTATIONS.has(keyword));
  return isLone ? { ...only, ...rest } : schema;
}

function innerOf(holds: "one" | "list" | "map", keyword: string, value: unknown, inner: Inner): unknown {
  if (holds === "one") return inner(keyword, null, value);
  if (holds === "list") return Array.isArray(value) ? value.map((one, index) => inner(keyword, index, one)) : value;
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inner(keyword, key, one)]));
}

/** Examples are often of the kind that must not get into a repository. */
function annotate(schema: Schema, keyword: string, value: unknown, remarks: Remarks): void {
  if (typeof value === "string") {
    schema[keyword] = redacted(value);
    if (schema[keyword] !== value) remarks.secret(keyword);
    return;
  }
  const text = JSON.stringify(value) ?? "";
  if (redacted(text) === text) schema[keyword] = value;
  else remarks.secret(keyword);
}

/** OpenAPI 3.0 has a flag beside the bound where JSON Schema has the bound itself. */
function exclusive(schema: Schema, keyword: "exclusiveMinimum" | "exclusiveMaximum", bound: "minimum" | "maximum") {
  if (typeof schema[keyword] !== "boolean") return;
  const isExclusive = schema[keyword];
  delete schema[keyword];
  if (!isExclusive || schema[bound] === undefined) return;
  schema[keyword] = schema[bound];
  delete schema[bound];
}

/** What only answers hold is not asked of a request, nor the reverse; and a list of names has each once. */
function required(schema: Schema, source: Json): void {
  if (!Array.isArray(schema.required)) {
    delete schema.required;
    return;
  }
  const properties = isRecord(source.properties) ? source.properties : {};
  const names = [...new Set<unknown>(schema.required)].filter((name) => {
    const property = typeof name === "string" && Object.hasOwn(properties, name) ? properties[name] : undefined;
    return !isRecord(property) || (property.readOnly !== true && property.writeOnly !== true);
  });
  if (names.length === 0) delete schema.required;
  else schema.required = names;
}

function patterns(schema: Schema, remarks: Remarks): void {
  if (schema.pattern !== undefined && !isPattern(schema.pattern)) {
    delete schema.pattern;
    remarks.pattern("pattern");
  }
  const { patternProperties } = schema;
  if (!isRecord(patternProperties) || Object.keys(patternProperties).every(isPattern)) return;
  schema.patternProperties = Object.fromEntries(Object.entries(patternProperties).filter(([name]) => isPattern(name)));
  remarks.pattern("patternProperties");
}

/** The same schema, and null. */
export function withNull(schema: Schema): Schema {
  if (Array.isArray(schema.enum)) {
    const { enum: values, ...rest } = schema;
    const listed = { ...rest, enum: values.includes(null) ? values : [...values, null] };
    return rest.type === undefined ? listed : { ...listed, type: typesWithNull(rest.type) };
  }
  if (schema.type !== undefined) return { ...schema, type: typesWithNull(schema.type) };
  const { title, description, default: usual, examples, ...rest } = schema;
  const notes = Object.fromEntries(
    Object.entries({ title, description, default: usual, examples }).filter(([, value]) => value !== undefined),
  );
  const isAny = Object.keys(rest).length === 0;
  if (isAny) return schema;
  const forms = Array.isArray(rest.anyOf) && Object.keys(rest).length === 1 ? rest.anyOf : [rest];
  return { ...notes, anyOf: [...forms, { type: "null" }] };
}

function typesWithNull(type: unknown): readonly unknown[] {
  return [...new Set([...(Array.isArray(type) ? (type as readonly unknown[]) : [type]), "null"])];
}
