/**
 * A JSON Schema reduced to what decides whether a value fits: annotations are left out, and nothing in
 * it can look like code to a generator. `format` is an annotation too, as draft 2020-12 has it: a
 * provider's answer is not refused for the look of a date.
 */

const ANNOTATIONS = new Set([
  "$comment",
  "$schema",
  "$vocabulary",
  "contentEncoding",
  "contentMediaType",
  "contentSchema",
  "default",
  "deprecated",
  "description",
  "discriminator",
  "example",
  "examples",
  "format",
  "nullable",
  "readOnly",
  "title",
  "writeOnly",
]);

/** Keywords whose value is data, not a schema. */
const VALUES = new Set([
  "const",
  "dependentRequired",
  "enum",
  "exclusiveMaximum",
  "exclusiveMinimum",
  "maxContains",
  "maximum",
  "maxItems",
  "maxLength",
  "maxProperties",
  "minContains",
  "minimum",
  "minItems",
  "minLength",
  "minProperties",
  "multipleOf",
  "pattern",
  "required",
  "type",
  "uniqueItems",
]);

const MAPS = new Set(["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"]);

const REFERENCES = new Set(["$anchor", "$dynamicAnchor", "$dynamicRef", "$id", "$ref"]);

/** The same schema for validation. What is no object stays what it is. */
export function normalizeSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(normalizeSchema);
  if (typeof schema !== "object" || schema === null) return schema;
  const result: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (ANNOTATIONS.has(keyword) || keyword === "__proto__") continue;
    if (keyword === "enum" && Array.isArray(value) && value.length === 0) result.not = {};
    else if (VALUES.has(keyword)) result[keyword] = value;
    else if (REFERENCES.has(keyword)) result[keyword] = reference(value);
    else if (MAPS.has(keyword)) result[keyword] = normalizeMap(value);
    else if (typeof value === "boolean" || (typeof value === "object" && value !== null)) {
      // Keywords that hold a schema or a list of them, and unknown ones into which a `$ref` may point.
      result[keyword] = normalizeSchema(value);
    }
  }
  return result;
}

/** Fields are left to be what they are where ajv cannot name them: `__proto__`, and half a surrogate pair. */
function normalizeMap(map: unknown): unknown {
  if (typeof map !== "object" || map === null || Array.isArray(map)) return map;
  const fields = Object.entries(map).filter(([name]) => name !== "__proto__" && !/\p{Surrogate}/u.test(name));
  return Object.fromEntries(fields.map(([name, schema]) => [name, normalizeSchema(schema)]));
}

/** Ajv writes an `$id` into a block comment: without `*` it cannot end it. A reference to it is encoded alike. */
function reference(value: unknown): unknown {
  return typeof value === "string" ? value.replaceAll("*", "%2A") : value;
}

/** Does a keyword of this name with a meaning stand anywhere in the schema? */
export function mentionsKeyword(schema: unknown, pattern: RegExp): boolean {
  if (Array.isArray(schema)) return schema.some((item) => mentionsKeyword(item, pattern));
  if (typeof schema !== "object" || schema === null) return false;
  return Object.entries(schema).some(([key, value]) => pattern.test(key) || mentionsKeyword(value, pattern));
}
