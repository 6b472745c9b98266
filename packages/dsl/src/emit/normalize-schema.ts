/**
 * A JSON Schema reduced to what decides whether a value fits: annotations are left out, and nothing in
 * it can look like code to a generator. `format` is an annotation too, as draft 2020-12 has it: a
 * provider's answer is not refused for the look of a date.
 */
import { below, parsePointer, valueAt } from "../contract/pointer.ts";
import { resolveDynamicReference, resolveReference } from "../types/reference.ts";

/** Annotations, names of places, which are resolved, and what is not followed. */
const LEFT_OUT = new Set([
  "$anchor",
  "$comment",
  "$dynamicAnchor",
  "$dynamicRef",
  "$id",
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

/**
 * The same document for validation. References within it are counted from its top, so that neither `$id`
 * nor an anchor is needed: ajv would write an `$id`, as it stands, into a comment of the code that it
 * runs. A `$dynamicRef` that can lead to one schema only is a `$ref`; any other is not followed: it
 * allows any value, as the types have it.
 */
export function normalizeSchema(root: unknown): unknown {
  return new Normalizer(root).schema(root, "");
}

class Normalizer {
  readonly #root: unknown;

  constructor(root: unknown) {
    this.#root = root;
  }

  schema(schema: unknown, pointer: string): unknown {
    if (Array.isArray(schema)) return schema.map((item, index) => this.schema(item, below(pointer, index)));
    if (typeof schema !== "object" || schema === null) return schema;
    const result: Record<string, unknown> = {};
    for (const [keyword, value] of Object.entries(schema)) {
      if (LEFT_OUT.has(keyword) || keyword === "__proto__") continue;
      const place = below(pointer, keyword);
      if (keyword === "enum" && Array.isArray(value) && value.length === 0) result.not = {};
      else if (VALUES.has(keyword)) result[keyword] = value;
      else if (keyword === "$ref") result.$ref = this.#reference(value, pointer);
      else if (MAPS.has(keyword)) result[keyword] = this.#map(value, place);
      else if (typeof value === "boolean" || (typeof value === "object" && value !== null)) {
        // Keywords that hold a schema or a list of them, and unknown ones into which a reference may point.
        result[keyword] = this.schema(value, place);
      }
    }
    const also = this.#dynamic(valueAt(schema, ["$dynamicRef"]), pointer);
    if (also !== undefined) result.allOf = [...(Array.isArray(result.allOf) ? result.allOf : []), also];
    return result;
  }

  /** Fields are left to be what they are where ajv cannot name them: `__proto__`, and half a surrogate pair. */
  #map(map: unknown, pointer: string): unknown {
    if (typeof map !== "object" || map === null || Array.isArray(map)) return map;
    const fields = Object.entries(map).filter(([name]) => name !== "__proto__" && !/\p{Surrogate}/u.test(name));
    return Object.fromEntries(fields.map(([name, schema]) => [name, this.schema(schema, below(pointer, name))]));
  }

  #reference(value: unknown, pointer: string): unknown {
    if (typeof value !== "string") return value;
    const target = resolveReference(this.#root, pointer, value);
    return target.kind === "found" ? fromTop(target.pointer) : value;
  }

  /** Where a `$dynamicRef` leads, if that is one schema only. */
  #dynamic(value: unknown, pointer: string): unknown {
    if (typeof value !== "string") return undefined;
    const target = resolveDynamicReference(this.#root, pointer, value);
    return target.kind === "found" ? { $ref: fromTop(target.pointer) } : undefined;
  }
}

function fromTop(pointer: string): string {
  const segments = (parsePointer(pointer) ?? []).map((segment) => encodeURIComponent(below("", segment).slice(1)));
  return ["#", ...segments].join("/");
}

/** Does a keyword of this name with a meaning stand anywhere in the schema? */
export function mentionsKeyword(schema: unknown, pattern: RegExp): boolean {
  if (Array.isArray(schema)) return schema.some((item) => mentionsKeyword(item, pattern));
  if (typeof schema !== "object" || schema === null) return false;
  return Object.entries(schema).some(([key, value]) => pattern.test(key) || mentionsKeyword(value, pattern));
}
