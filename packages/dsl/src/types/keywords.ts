/** The keywords that speak of one kind of value each: numbers, texts, lists, objects. */
import { below } from "../contract/pointer.ts";
import { fieldOf, intersect, union } from "./combine.ts";
import { ARRAY, BOOLEAN, EVERY_KIND, lazy, NEVER, NULL, NUMBER, OBJECT, ready, STRING } from "./make.ts";
import { matchesPattern } from "./pattern.ts";
import type { ArrayType, Field, Lazy, NumberType, ObjectType, StringType, Type } from "./type.ts";

/** The type of a schema that stands at a pointer, when it is asked for. */
export type ReadAt = (pointer: string, schema: unknown) => Lazy<Type>;

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Own properties only: a schema may come from anywhere. */
export function own(schema: object, keyword: string): unknown {
  return Object.hasOwn(schema, keyword) ? (schema as Readonly<Record<string, unknown>>)[keyword] : undefined;
}

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

function kindsOf(keyword: unknown): readonly Type[] | null {
  const names: readonly unknown[] = Array.isArray(keyword) ? keyword : [keyword];
  const types = names.map((name) => KINDS.get(name));
  return types.every((type) => type !== undefined) ? types : null;
}

/** Gives `type` itself back where the schema says nothing more of its kind. */
function narrow(type: Type, schema: object, pointer: string, at: ReadAt): Type {
  const speaks = (keywords: readonly string[]) => keywords.some((keyword) => Object.hasOwn(schema, keyword));
  switch (type.kind) {
    case "number":
      return speaks(NUMBER_KEYWORDS) ? intersect(type, numberOf(schema)) : type;
    case "string":
      return speaks(STRING_KEYWORDS) ? intersect(type, stringOf(schema)) : type;
    case "array":
      return speaks(ARRAY_KEYWORDS) ? arrayOf(schema, pointer, at) : type;
    case "object":
      return speaks(OBJECT_KEYWORDS) ? objectOf(schema, pointer, at) : type;
    default:
      return type;
  }
}

const NUMBER_KEYWORDS = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
const STRING_KEYWORDS = ["minLength", "maxLength", "format"];
const ARRAY_KEYWORDS = ["prefixItems", "items", "minItems", "maxItems"];
const OBJECT_KEYWORDS = ["properties", "patternProperties", "additionalProperties", "required"];

function numberOf(schema: object): Type {
  const step = own(schema, "multipleOf");
  const above = bound(schema, "exclusiveMinimum");
  const under = bound(schema, "exclusiveMaximum");
  const parts: NumberType[] = [
    { ...NUMBER, min: bound(schema, "minimum"), max: bound(schema, "maximum") },
    { ...NUMBER, min: above, minExclusive: above !== null, max: under, maxExclusive: under !== null },
    { ...NUMBER, integer: typeof step === "number" && step > 0 && Number.isInteger(step) },
  ];
  return parts.reduce<Type>(intersect, NUMBER);
}

function bound(schema: object, keyword: string): number | null {
  const value = own(schema, keyword);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** A count of characters or items. */
function count(schema: object, keyword: string): number | null {
  const value = bound(schema, keyword);
  return value !== null && Number.isInteger(value) && value >= 0 ? value : null;
}

function stringOf(schema: object): Type {
  const minLength = count(schema, "minLength") ?? 0;
  const maxLength = count(schema, "maxLength");
  if (maxLength !== null && minLength > maxLength) return NEVER;
  const format = own(schema, "format");
  const type: StringType = { ...STRING, minLength, maxLength, format: typeof format === "string" ? format : null };
  return type;
}

function arrayOf(schema: object, pointer: string, at: ReadAt): Type {
  const first = own(schema, "prefixItems");
  const prefix = Array.isArray(first)
    ? first.map((inner, index) => at(below(pointer, "prefixItems", index), inner))
    : [];
  const items = own(schema, "items");
  const isClosed = items === false;
  const most = count(schema, "maxItems");
  const type: ArrayType = {
    kind: "array",
    prefix,
    items: isClosed ? ready(NEVER) : isRecord(items) ? at(below(pointer, "items"), items) : ARRAY.items,
    minItems: count(schema, "minItems") ?? 0,
    maxItems: isClosed ? Math.min(prefix.length, most ?? prefix.length) : most,
  };
  return type.maxItems !== null && type.minItems > type.maxItems ? NEVER : type;
}

function objectOf(schema: object, pointer: string, at: ReadAt): ObjectType {
  const patterns = entriesOf(schema, "patternProperties").map(([pattern, inner]) => ({
    pattern,
    type: at(below(pointer, "patternProperties", pattern), inner),
  }));
  const additional = own(schema, "additionalProperties");
  const rest =
    additional === false
      ? null
      : isRecord(additional)
        ? at(below(pointer, "additionalProperties"), additional)
        : OBJECT.rest;
  const undeclared: ObjectType = { kind: "object", fields: new Map(), patterns, rest };

  const listed = own(schema, "required");
  const required = new Set(Array.isArray(listed) ? listed.filter((name) => typeof name === "string") : []);
  const fields = new Map<string, Field>();
  for (const [name, inner] of entriesOf(schema, "properties")) {
    const place = below(pointer, "properties", name);
    const declared = at(place, inner);
    // A pattern that takes a declared field's name binds it too.
    const also = patterns.filter(({ pattern }) => matchesPattern(pattern, name) === "yes");
    const type =
      also.length === 0
        ? declared
        : lazy(() => [declared, ...also.map((one) => one.type)].map((one) => one.get()).reduce(intersect));
    fields.set(name, { type, required: required.has(name), place });
  }
  for (const name of required) {
    if (fields.has(name)) continue;
    fields.set(name, {
      type: lazy(() => fieldOf(undeclared, name)),
      required: true,
      place: below(pointer, "required"),
    });
  }
  return { kind: "object", fields, patterns, rest };
}

function entriesOf(schema: object, keyword: string): readonly (readonly [name: string, schema: unknown])[] {
  const value = own(schema, keyword);
  return isRecord(value) ? Object.entries(value) : [];
}
