/** What a schema has to say of a type. */
export type SchemaObject = Readonly<Record<string, unknown>>;

export type Saying = "$ref" | "allOf" | "anyOf" | "oneOf" | "values" | "kinds";

/** The kinds of keywords that shape the type, in the order in which they are merged. */
export function says(schema: SchemaObject): readonly Saying[] {
  const has = (keyword: string) => Object.hasOwn(schema, keyword);
  const isList = (keyword: string) => Array.isArray(schema[keyword]) && schema[keyword].length > 0;
  const sayings: Saying[] = [];
  if (typeof schema.$ref === "string") sayings.push("$ref");
  for (const keyword of ["allOf", "anyOf", "oneOf"] as const) if (isList(keyword)) sayings.push(keyword);
  if (has("const") || Array.isArray(schema.enum)) sayings.push("values");
  if (
    has("type") ||
    ["properties", "patternProperties", "items", "prefixItems"].some(has) ||
    isObject(schema.additionalProperties)
  )
    sayings.push("kinds");
  return sayings;
}

/** What a reader is told of the schema: its description, or else its title. */
export function docOf(schema: unknown): string | null {
  if (!isObject(schema)) return null;
  const texts = [schema.description, schema.title]
    .filter((text) => typeof text === "string")
    .map((text) => text.trim());
  const said = texts.find((text) => text !== "") ?? null;
  if (schema.deprecated !== true) return said;
  return said === null ? DEPRECATED : `${said}\n${DEPRECATED}`;
}

const DEPRECATED = "@deprecated";

/** What an editor must find at the place itself. */
export function tagsIn(doc: string | null): string | null {
  return doc?.endsWith(DEPRECATED) ? DEPRECATED : null;
}

export function withoutTags(doc: string | null): string | null {
  const text = doc?.endsWith(DEPRECATED) ? doc.slice(0, -DEPRECATED.length).trim() : doc;
  return text === "" || text === undefined ? null : text;
}

export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textIn(list: unknown): readonly string[] {
  return listIn(list).filter((item) => typeof item === "string");
}

export function isObject(value: unknown): value is SchemaObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
