/** The keywords that speak of one kind of value each: numbers, texts, lists, objects. */
import { below } from "../contract/pointer.ts";
import { arrayOf } from "./array.ts";
import { ALGEBRA, intersect, union } from "./combine.ts";
import { meet } from "./lazily.ts";
import { ARRAY, BOOLEAN, EVERY_KIND, NEVER, NOTHING, NULL, NUMBER, OBJECT, ready, STRING } from "./make.ts";
import { numberOf } from "./number.ts";
import { objectOf, undeclared } from "./object.ts";
import { count, entriesOf, finiteNumber, isOpen, isRecord, itemsOf, own, textsOf } from "./own.ts";
import { matchesPattern } from "./pattern.ts";
import { closedValues } from "./relate.ts";
import { stringOf } from "./string.ts";
import type { Field, Lazy, ObjectType, Type } from "./type.ts";

/** The type of a schema that stands at a pointer, when it is asked for. */
export type ReadAt = (pointer: string, schema: unknown) => Lazy<Type>;

/** What `type` and the keywords of each kind say, or null for nothing; keywords with a wrong value say nothing. */
export function ownKindOf(schema: object, pointer: string, at: ReadAt): Type | null {
  const kinds = kindsOf(own(schema, "type"));
  const narrowed = (kinds ?? EVERY_KIND).map((type) => narrow(type, schema, pointer, at));
  const saysNothing = kinds === null && narrowed.every((type, index) => type === EVERY_KIND[index]);
  return saysNothing ? null : union(narrowed);
}

const KINDS = new Map<unknown, Type>([
  ["null", NULL],
  ["boolean", BOOLEAN],
  ["number", NUMBER],
  ["integer", { ...NUMBER, integer: true }],
  ["string", STRING],
  ["array", ARRAY],
  ["object", OBJECT],
]);

/** The kinds that a `type` names; null where it says nothing. */
export function kindsOf(keyword: unknown): readonly Type[] | null {
  const names: readonly unknown[] = Array.isArray(keyword) ? keyword : [keyword];
  const types = names.map((name) => KINDS.get(name));
  return types.every((type) => type !== undefined) ? types : null;
}

/** Gives `type` itself back where the schema says nothing more of its kind. */
function narrow(type: Type, schema: object, pointer: string, at: ReadAt): Type {
  const speaks = (keywords: readonly string[]) => keywords.some((keyword) => Object.hasOwn(schema, keyword));
  switch (type.kind) {
    case "number":
      return speaks(NUMBER_KEYWORDS) ? intersect(type, numberIn(schema)) : type;
    case "string":
      return speaks(STRING_KEYWORDS) ? stringIn(schema) : type;
    case "array":
      return speaks(ARRAY_KEYWORDS) ? arrayIn(schema, pointer, at) : type;
    case "object":
      return speaks(OBJECT_KEYWORDS) ? objectIn(schema, pointer, at) : type;
    default:
      return type;
  }
}

const NUMBER_KEYWORDS = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
const STRING_KEYWORDS = ["minLength", "maxLength", "format", "pattern"];
const ARRAY_KEYWORDS = ["prefixItems", "items", "minItems", "maxItems", "contains"];
const OBJECT_KEYWORDS = [
  "properties",
  "patternProperties",
  "additionalProperties",
  "required",
  "propertyNames",
  "minProperties",
  "maxProperties",
];

function numberIn(schema: object): Type {
  const step = own(schema, "multipleOf");
  const isWhole = typeof step === "number" && Number.isSafeInteger(step) && step > 0;
  const above = finiteNumber(schema, "exclusiveMinimum");
  const under = finiteNumber(schema, "exclusiveMaximum");
  const parts = [
    numberOf({ min: finiteNumber(schema, "minimum"), max: finiteNumber(schema, "maximum") }),
    numberOf({ min: above, minExclusive: above !== null, max: under, maxExclusive: under !== null }),
    numberOf({ integer: isWhole, step: isWhole && step > 1 ? step : null }),
  ];
  return parts.reduce(intersect);
}

function stringIn(schema: object): Type {
  const format = own(schema, "format");
  const pattern = own(schema, "pattern");
  return stringOf({
    minLength: count(schema, "minLength") ?? 0,
    maxLength: count(schema, "maxLength"),
    format: typeof format === "string" ? format : null,
    patterns: typeof pattern === "string" ? [pattern] : [],
  });
}

function arrayIn(schema: object, pointer: string, at: ReadAt): Type {
  const prefix = itemsOf(schema, "prefixItems").map((inner, index) => at(below(pointer, "prefixItems", index), inner));
  const items = own(schema, "items");
  const rest = items === undefined || Array.isArray(items) ? ARRAY.items : at(below(pointer, "items"), items);
  const { least, most } = contained(schema);
  return arrayOf({
    prefix,
    items: rest,
    minItems: Math.max(count(schema, "minItems") ?? 0, least),
    maxItems:
      least > (most ?? least) ? -1 : atMost(count(schema, "maxItems"), atMost(most, distinct(schema, prefix, rest))),
  });
}

/** How many items `contains` asks for at least, and how many it allows in all. */
function contained(schema: object): { readonly least: number; readonly most: number | null } {
  const sought = own(schema, "contains");
  if (sought === undefined) return { least: 0, most: null };
  const least = count(schema, "minContains") ?? 1;
  const most = count(schema, "maxContains");
  if (sought === false && least > 0) return { least, most: 0 };
  return { least, most: isOpen(sought) || (most !== null && most < least) ? most : null };
}

/** No more unlike items than there are values for them. */
function distinct(schema: object, prefix: readonly unknown[], items: Lazy<Type>): number | null {
  if (own(schema, "uniqueItems") !== true || prefix.length > 0 || items.known === undefined) return null;
  return closedValues(items.known)?.length ?? null;
}

function atMost(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}

function objectIn(schema: object, pointer: string, at: ReadAt): Type {
  const patterns = entriesOf(schema, "patternProperties").map(([pattern, inner]) => ({
    pattern,
    type: at(below(pointer, "patternProperties", pattern), inner),
  }));
  const additional = own(schema, "additionalProperties");
  const rest = additional === false ? null : restOf(additional, below(pointer, "additionalProperties"), at);
  const required = textsOf(own(schema, "required"));
  const isRequired = new Set(required);
  const fields = new Map<string, Field>();
  for (const [name, inner] of entriesOf(schema, "properties")) {
    const place = below(pointer, "properties", name);
    // A pattern that takes a declared field's name binds it too.
    const type = patterns
      .filter(({ pattern }) => matchesPattern(pattern, name) === "yes")
      .reduce((type, pattern) => meet(type, pattern.type, ALGEBRA), at(place, inner));
    fields.set(name, { type, required: isRequired.has(name), place });
  }
  for (const name of required) {
    if (fields.has(name)) continue;
    const type = undeclared({ patterns, rest }, name, ALGEBRA);
    fields.set(name, { type, required: true, place: below(pointer, "required"), undescribed: true });
  }
  const described: ObjectType = { ...OBJECT, fields, patterns, rest };
  return objectOf({
    ...named(described, schema, pointer, at),
    minFields: count(schema, "minProperties") ?? 0,
    maxFields: count(schema, "maxProperties"),
  });
}

function restOf(additional: unknown, place: string, at: ReadAt): Lazy<Type> {
  return isRecord(additional) ? at(place, additional) : (OBJECT.rest ?? NOTHING);
}

/** Names of which there are only so many are the fields; other rules for names stay rules. */
function named(object: ObjectType, schema: object, pointer: string, at: ReadAt): ObjectType {
  const rule = own(schema, "propertyNames");
  if (rule === undefined) return object;
  const place = below(pointer, "propertyNames");
  const names = at(place, rule);
  if (names.known?.kind === "unknown") return object;
  if (names.known === undefined) return { ...object, names };
  const values = closedValues(intersect(names.known, STRING));
  if (values === null) return { ...object, names };
  const listed = values.map((value): readonly [string, Field] => {
    const name = String(value);
    const type = undeclared(object, name, ALGEBRA);
    return [name, object.fields.get(name) ?? { type, required: false, place }];
  });
  const barred = [...object.fields].flatMap(([name, field]) =>
    values.includes(name) ? [] : [[name, { ...field, type: ready(NEVER) }] as const],
  );
  return { ...object, fields: new Map([...listed, ...barred]), patterns: [], rest: null };
}
