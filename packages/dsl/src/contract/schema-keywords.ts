/** The keywords of JSON Schema draft 2020-12: what each must hold, and which of them hold schemas. */

export interface Keyword {
  /** Completes "must be …". */
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
  /** Where schemas stand in its value. */
  readonly schemas?: "one" | "list" | "map";
  /** These schemas are asked about the very same value, not about a field or an item of it. */
  readonly isInPlace?: true;
  /** And one of them is enough. */
  readonly isChoice?: true;
  /** What to do instead, where a slip is usual. */
  readonly hint?: string;
}

const isRecord = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
const isSchema = (value: unknown) => typeof value === "boolean" || isRecord(value);
const isText = (value: unknown) => typeof value === "string";
const isNumber = (value: unknown) => typeof value === "number" && Number.isFinite(value);
const isCount = (value: unknown) => Number.isInteger(value) && Number(value) >= 0;
const isListOf = (fits: (value: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(fits);
const isMapOf = (fits: (value: unknown) => boolean) => (value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(fits);
const isSet = (value: unknown) => Array.isArray(value) && new Set(value).size === value.length;
const isTextSet = (value: unknown) => isListOf(isText)(value) && isSet(value);

const TYPES = new Set<unknown>(["null", "boolean", "number", "integer", "string", "array", "object"]);
const isType = (value: unknown) =>
  TYPES.has(value) ||
  (Array.isArray(value) && value.length > 0 && value.every((name) => TYPES.has(name)) && isSet(value));

export function isPattern(value: unknown): boolean {
  if (typeof value !== "string") return false;
  try {
    return new RegExp(value, "u") instanceof RegExp;
  } catch {
    return false;
  }
}

const DIALECT = "https://json-schema.org/draft/2020-12/schema";

/** A name that can stand behind the `#` of a reference. */
const anchor: Keyword = {
  expected: "a name: a letter or `_`, then letters, digits, `_`, `-` and `.`",
  fits: (value) => typeof value === "string" && /^[A-Za-z_][-\w.]*$/u.test(value),
  hint: "references write it behind a `#`; the keyword itself has none",
};

const text: Keyword = { expected: "text", fits: isText };
const flag: Keyword = { expected: "true or false", fits: (value) => typeof value === "boolean" };
const number: Keyword = { expected: "a number", fits: isNumber, hint: "it takes the number itself, not true or false" };
const count: Keyword = { expected: "a whole number of at least 0", fits: isCount };
const any: Keyword = { expected: "any value", fits: () => true };
const schema: Keyword = { expected: "a schema: an object, true or false", fits: isSchema, schemas: "one" };
const inPlace: Keyword = { ...schema, isInPlace: true };
const branches: Keyword = {
  expected: "a list of schemas with at least one",
  fits: (value) => isListOf(isSchema)(value) && Array.isArray(value) && value.length > 0,
  schemas: "list",
};
const map: Keyword = { expected: "an object of schemas", fits: isMapOf(isSchema), schemas: "map" };

export const SCHEMA_KEYWORDS: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ["$schema", { expected: JSON.stringify(DIALECT), fits: (value) => value === DIALECT || value === `${DIALECT}#` }],
  [
    "$id",
    {
      expected: "an address without a fragment",
      fits: (value) => typeof value === "string" && /^[^#]*#?$/u.test(value),
      hint: "a name inside of a file is an `$anchor`",
    },
  ],
  ["$ref", text],
  ["$anchor", anchor],
  ["$dynamicRef", text],
  ["$dynamicAnchor", anchor],
  ["$vocabulary", any],
  ["$comment", text],
  ["$defs", map],
  ["definitions", map],
  ["type", { expected: `one of ${[...TYPES].join(", ")}, or a list of them`, fits: isType }],
  ["enum", { expected: "a list of values", fits: Array.isArray }],
  ["const", any],
  ["multipleOf", { expected: "a number above 0", fits: (value) => isNumber(value) && Number(value) > 0 }],
  ["minimum", number],
  ["maximum", number],
  ["exclusiveMinimum", number],
  ["exclusiveMaximum", number],
  ["minLength", count],
  ["maxLength", count],
  ["pattern", { expected: "a regular expression of ECMAScript with the flag u", fits: isPattern }],
  ["format", text],
  ["prefixItems", branches],
  ["items", { ...schema, hint: "a list of schemas, one for each item, belongs into `prefixItems`" }],
  ["contains", schema],
  ["minContains", count],
  ["maxContains", count],
  ["minItems", count],
  ["maxItems", count],
  ["uniqueItems", flag],
  ["unevaluatedItems", schema],
  ["properties", map],
  [
    "patternProperties",
    {
      expected: "an object of schemas, by regular expressions of ECMAScript with the flag u",
      fits: (value) => isMapOf(isSchema)(value) && Object.keys(Object(value)).every(isPattern),
      schemas: "map",
    },
  ],
  ["additionalProperties", schema],
  ["propertyNames", schema],
  ["unevaluatedProperties", schema],
  [
    "required",
    {
      expected: "a list of names, each once",
      fits: isTextSet,
      hint: "it stands beside `properties`, and lists the names",
    },
  ],
  ["minProperties", count],
  ["maxProperties", count],
  ["dependentRequired", { expected: "an object of lists of names", fits: isMapOf(isTextSet) }],
  ["dependentSchemas", { ...map, isInPlace: true }],
  ["allOf", { ...branches, isInPlace: true }],
  ["anyOf", { ...branches, isInPlace: true, isChoice: true }],
  ["oneOf", { ...branches, isInPlace: true, isChoice: true }],
  ["not", inPlace],
  ["if", inPlace],
  ["then", inPlace],
  ["else", inPlace],
  ["title", text],
  ["description", text],
  ["default", any],
  ["examples", { expected: "a list", fits: Array.isArray }],
  ["deprecated", flag],
  ["readOnly", flag],
  ["writeOnly", flag],
  ["contentEncoding", text],
  ["contentMediaType", text],
  ["contentSchema", schema],
]);

/** Keywords of OpenAPI and of older drafts that are often left in, with what says the same today. */
export const FOREIGN_KEYWORDS: ReadonlyMap<string, string> = new Map([
  ["nullable", 'write the type as a list, as in "type": ["string", "null"]'],
  ["dependencies", "write `dependentRequired` or `dependentSchemas`"],
  ["additionalItems", "write `prefixItems` for the first items and `items` for the rest"],
  ["$recursiveRef", "write `$ref`"],
]);
