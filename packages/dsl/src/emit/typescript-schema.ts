/**
 * JSON Schemas as json-schema-to-typescript is given them: only keywords that shape a type, none of its
 * own extensions (`tsType` is pasted as it stands), and no reference that it would have to fetch. What
 * is left out widens the type, never narrows it.
 */
import { below, parsePointer, valueAt } from "../contract/pointer.ts";
import { identifier } from "../lower/names.ts";
import { resolveReference } from "../types/reference.ts";

type SchemaObject = Readonly<Record<string, unknown>>;

const COPIED = new Set(["const", "deprecated", "enum", "required", "type"]);
const LISTS = new Set(["allOf", "anyOf", "oneOf"]);

/** The schemas of one document. What a reference leads to becomes a definition, whatever place it had. */
export class TypescriptSchemas {
  readonly #root: unknown;
  /** Names of definitions, by the pointer to what they define. */
  readonly #names = new Map<string, string>();
  readonly #definitions = new Map<string, unknown>();

  constructor(root: unknown) {
    this.#root = root;
  }

  /** The schema at the pointer. */
  at(pointer: string): unknown {
    return this.#schema(valueAt(this.#root, parsePointer(pointer) ?? []), pointer);
  }

  /** As `at`, but never itself a reference; null for a schema that refers to itself alone. */
  resolvedAt(pointer: string): SchemaObject | null {
    let place = pointer;
    for (const met = new Set<string>(); !met.has(place); ) {
      met.add(place);
      const found = this.at(place);
      const ref = valueAt(this.#root, [...(parsePointer(place) ?? []), "$ref"]);
      if (!isObject(found)) return {};
      if (!("$ref" in found) || typeof ref !== "string") return found;
      const target = resolveReference(this.#root, place, ref);
      if (target.kind !== "found") return {};
      place = target.pointer;
    }
    return null;
  }

  /** What the schemas asked for so far refer to, by name. */
  definitions(): SchemaObject {
    return Object.fromEntries(this.#definitions);
  }

  #schema(schema: unknown, pointer: string): unknown {
    if (!isObject(schema)) return schema === false ? false : {};
    const result: Record<string, unknown> = {};
    for (const [keyword, value] of Object.entries(schema)) {
      const place = below(pointer, keyword);
      if (COPIED.has(keyword)) result[keyword] = value;
      else if (keyword === "title" || keyword === "description") result[keyword] = proseText(value);
      else if (keyword === "properties") result[keyword] = this.#map(value, place);
      else if (keyword === "additionalProperties") result[keyword] = this.#schema(value, place);
      else if (LISTS.has(keyword) && Array.isArray(value)) result[keyword] = this.#list(value, place);
    }
    return { ...result, ...extraFields(schema), ...this.#items(schema, pointer), ...this.#reference(schema, pointer) };
  }

  #map(map: unknown, pointer: string): SchemaObject {
    if (!isObject(map)) return {};
    const fields = Object.entries(map).filter(([name]) => name !== "__proto__");
    return Object.fromEntries(fields.map(([name, schema]) => [name, this.#schema(schema, below(pointer, name))]));
  }

  #list(schemas: readonly unknown[], pointer: string): readonly unknown[] {
    return schemas.map((schema, index) => this.#schema(schema, below(pointer, index)));
  }

  /** Tuples were written `items: […]` before draft 2020-12, and are still expected so. */
  #items({ items, prefixItems }: SchemaObject, pointer: string): SchemaObject {
    const rest = items === undefined ? true : this.#schema(items, below(pointer, "items"));
    if (Array.isArray(prefixItems)) {
      return { items: this.#list(prefixItems, below(pointer, "prefixItems")), additionalItems: rest };
    }
    return isObject(items) ? { items: rest } : {};
  }

  /** A reference that leads nowhere means any value. */
  #reference({ $ref }: SchemaObject, pointer: string): SchemaObject {
    if (typeof $ref !== "string") return {};
    const target = resolveReference(this.#root, pointer, $ref);
    return target.kind === "found" ? { $ref: `#/$defs/${this.#define(target.pointer)}` } : {};
  }

  #define(pointer: string): string {
    const known = this.#names.get(pointer);
    if (known !== undefined) return known;
    const base = identifier(parsePointer(pointer)?.at(-1) ?? "document");
    let name = base;
    for (let count = 2; this.#definitions.has(name); count++) name = `${base}_${count}`;
    this.#names.set(pointer, name);
    this.#definitions.set(name, {});
    this.#definitions.set(name, this.at(pointer));
    return name;
  }
}

/** Fields by pattern have no exact type: where there are any, others of any kind may stand. */
function extraFields(schema: SchemaObject): SchemaObject {
  return isObject(schema.patternProperties) ? { additionalProperties: true } : {};
}

function proseText(value: unknown): string {
  return typeof value === "string" ? value.replaceAll("*/", "* /") : "";
}

function isObject(value: unknown): value is SchemaObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
