/** Reading the keywords of a schema object: own properties only, for a schema may come from anywhere. */

export type SchemaObject = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is SchemaObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function own(schema: object, keyword: string): unknown {
  return Object.hasOwn(schema, keyword) ? (schema as SchemaObject)[keyword] : undefined;
}

/** The entries of a keyword that holds an object; none where it holds anything else. */
export function entriesOf(schema: object, keyword: string): readonly (readonly [name: string, value: unknown])[] {
  const value = own(schema, keyword);
  return isRecord(value) ? Object.entries(value) : [];
}

/** The items of a keyword that holds a list; none where it holds anything else. */
export function itemsOf(schema: object, keyword: string): readonly unknown[] {
  const value = own(schema, keyword);
  return Array.isArray(value) ? value : [];
}

export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? [...new Set(value.filter((name) => typeof name === "string"))] : [];
}

export function finiteNumber(schema: object, keyword: string): number | null {
  const value = own(schema, keyword);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** A number of characters, items or fields. */
export function count(schema: object, keyword: string): number | null {
  const value = finiteNumber(schema, keyword);
  return value !== null && Number.isInteger(value) && value >= 0 ? value : null;
}

/** Does the schema let every value through, as plain as can be? */
export function isOpen(schema: unknown): boolean {
  return schema === true || (isRecord(schema) && Object.keys(schema).length === 0);
}
