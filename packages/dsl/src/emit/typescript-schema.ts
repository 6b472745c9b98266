/**
 * A JSON Schema as json-schema-to-typescript is given it: only keywords that shape a type, none of its
 * own extensions (`tsType` is pasted as it stands), and no reference that it would have to fetch. What
 * is left out widens the type, never narrows it.
 */
import { parsePointer, valueAt } from "../contract/pointer.ts";

type SchemaObject = Readonly<Record<string, unknown>>;

const COPIED = new Set(["const", "deprecated", "enum", "required", "type"]);
const LISTS = new Set(["allOf", "anyOf", "oneOf"]);

/** `root` is the document in which references resolve; one that leads nowhere means any value. */
export function typescriptSchema(schema: unknown, root: unknown): unknown {
  if (!isObject(schema)) return schema === false ? false : {};
  if (typeof schema.$ref === "string" && !leadsSomewhere(schema.$ref, root)) return {};
  const result: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (COPIED.has(keyword)) result[keyword] = value;
    else if (keyword === "$ref" && typeof value === "string") result[keyword] = value;
    else if (keyword === "title" || keyword === "description") result[keyword] = proseText(value);
    else if (keyword === "properties") result[keyword] = typescriptMap(value, root);
    else if (keyword === "additionalProperties") result[keyword] = typescriptSchema(value, root);
    else if (LISTS.has(keyword) && Array.isArray(value))
      result[keyword] = value.map((one) => typescriptSchema(one, root));
  }
  return { ...result, ...extraFields(schema), ...itemsOf(schema, root) };
}

/** The schemas under `$defs` or `properties`, by name. */
export function typescriptMap(map: unknown, root: unknown): SchemaObject {
  if (!isObject(map)) return {};
  const fields = Object.entries(map).filter(([name]) => name !== "__proto__");
  return Object.fromEntries(fields.map(([name, schema]) => [name, typescriptSchema(schema, root)]));
}

/** Fields by pattern have no exact type: where there are any, others of any kind may stand. */
function extraFields(schema: SchemaObject): SchemaObject {
  return isObject(schema.patternProperties) ? { additionalProperties: true } : {};
}

/** Tuples were written `items: […]` before draft 2020-12, and are still expected so. */
function itemsOf(schema: SchemaObject, root: unknown): SchemaObject {
  const { items, prefixItems } = schema;
  if (Array.isArray(prefixItems)) {
    const rest = items === undefined ? true : typescriptSchema(items, root);
    return { items: prefixItems.map((item) => typescriptSchema(item, root)), additionalItems: rest };
  }
  return isObject(items) ? { items: typescriptSchema(items, root) } : {};
}

function proseText(value: unknown): string {
  return typeof value === "string" ? value.replaceAll("*/", "* /") : "";
}

function leadsSomewhere(ref: string, root: unknown): boolean {
  return ref.startsWith("#/") && targetOf(ref, root) !== undefined;
}

/** What a reference within the document points at. */
export function targetOf(ref: string, root: unknown): unknown {
  let pointer: string;
  try {
    pointer = decodeURIComponent(ref.slice(1));
  } catch {
    return undefined;
  }
  const segments = parsePointer(pointer);
  return segments === null ? undefined : valueAt(root, segments);
}

export function isObject(value: unknown): value is SchemaObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
