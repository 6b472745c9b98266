/**
 * What a schema refuses: the other side of `not`, `if` and `oneOf`. The type holds every value that does
 * not fit, and perhaps more: a value is refused by one keyword or another, so it is the union of what
 * each refuses. Keywords that refuse nothing, such as `format`, add nothing.
 */
import { below } from "../contract/pointer.ts";
import { FOREIGN_KEYWORDS } from "../contract/schema-keywords.ts";
import { arrayOf } from "./array.ts";
import { intersect, union } from "./combine.ts";
import { kindsOf } from "./keywords.ts";
import { ANYTHING, ARRAY, BOOLEAN, EVERY_KIND, lazy, NEVER, NULL, NUMBER, STRING } from "./make.ts";
import { numberOf } from "./number.ts";
import { having, lacking, objectOf } from "./object.ts";
import { count, entriesOf, finiteNumber, isOpen, itemsOf, own, textsOf } from "./own.ts";
import { stringOf } from "./string.ts";
import type { Type } from "./type.ts";

/** How schemas inside of the one at hand are read. */
export interface Reading {
  typeAt(pointer: string, schema: unknown): Type;
  refusedAt(pointer: string, schema: unknown): Type;
  /** What the schema that a `$ref` or `$dynamicRef` leads to refuses. */
  refusedByTarget(keyword: "$ref" | "$dynamicRef", reference: string, pointer: string): Type;
}

/** A schema that refuses in more ways than this is not taken apart. */
const MOST_WAYS = 4;

type Way = () => Type;

export function refusedBy(schema: object, pointer: string, reading: Reading): Type {
  const ways = Object.keys(schema).flatMap((keyword) => waysOf(keyword, schema, pointer, reading));
  if (ways.length > MOST_WAYS) return ANYTHING;
  return union(ways.map((way) => way()));
}

function waysOf(keyword: string, schema: object, pointer: string, reading: Reading): readonly Way[] {
  const value = own(schema, keyword);
  const place = below(pointer, keyword);
  const each = (way: (place: string, inner: unknown) => Type): readonly Way[] =>
    itemsOf(schema, keyword).map((inner, index) => () => way(below(place, index), inner));
  const refused = (at: string, inner: unknown) => reading.refusedAt(at, inner);
  switch (keyword) {
    case "type":
      return [() => otherKinds(value)];
    case "const":
      return [() => otherThan([value])];
    case "enum":
      return Array.isArray(value) ? [() => otherThan(value)] : [];
    case "required":
      return textsOf(value).map((name) => () => lacking(name, place));
    case "properties":
      return entriesOf(schema, keyword)
        .filter(([, inner]) => !isOpen(inner))
        .map(([name, inner]) => () => {
          const at = below(place, name);
          return having(
            name,
            at,
            lazy(() => reading.refusedAt(at, inner)),
          );
        });
    case "dependentRequired":
      return entriesOf(schema, keyword).flatMap(([name, others]) =>
        textsOf(others).map((other) => () => intersect(having(name, place), lacking(other, place))),
      );
    case "dependentSchemas":
      return entriesOf(schema, keyword).map(([name, inner]) => () => {
        const at = below(place, name);
        return intersect(having(name, at), reading.refusedAt(at, inner));
      });
    case "allOf":
      return each(refused);
    case "anyOf":
      return [
        () =>
          each(refused)
            .map((way) => way())
            .reduce(intersect, ANYTHING),
      ];
    case "oneOf":
      return [() => (itemsOf(schema, keyword).length === 1 ? union(each(refused).map((way) => way())) : ANYTHING)];
    case "not":
      return [() => reading.typeAt(place, value)];
    case "then":
    case "else":
      return conditional(keyword, schema, pointer, reading);
    case "$ref":
    case "$dynamicRef":
      return typeof value === "string" ? [() => reading.refusedByTarget(keyword, value, pointer)] : [];
    case "$schema":
      return [() => ANYTHING];
    case "contains":
      return [() => withoutAny(schema, place, reading)];
    default:
      return FOREIGN_KEYWORDS.has(keyword) ? [() => ANYTHING] : plainWays(keyword, schema);
  }
}

/** Keywords of one kind of value each, by the bounds that they set. */
function plainWays(keyword: string, schema: object): readonly Way[] {
  const value = own(schema, keyword);
  const bound = finiteNumber(schema, keyword);
  const size = count(schema, keyword);
  const some = (way: Way, isSaying = !isOpen(value)): readonly Way[] => (isSaying ? [way] : []);
  switch (keyword) {
    case "minimum":
      return some(() => numberOf({ max: bound, maxExclusive: bound !== null }));
    case "maximum":
      return some(() => numberOf({ min: bound, minExclusive: bound !== null }));
    case "exclusiveMinimum":
      return some(() => numberOf({ max: bound }));
    case "exclusiveMaximum":
      return some(() => numberOf({ min: bound }));
    case "multipleOf":
      return [() => NUMBER];
    case "minLength":
      return some(() => stringOf({ maxLength: (size ?? 0) - 1 }), size !== null);
    case "maxLength":
      return some(() => stringOf({ minLength: (size ?? 0) + 1 }), size !== null);
    case "pattern":
      return [() => STRING];
    case "minItems":
      return some(() => arrayOf({ maxItems: (size ?? 0) - 1 }), size !== null);
    case "maxItems":
      return some(() => arrayOf({ minItems: (size ?? 0) + 1 }), size !== null);
    case "uniqueItems":
      return some(() => arrayOf({ minItems: 2 }), value === true);
    case "prefixItems":
    case "unevaluatedItems":
      return some(() => arrayOf({ minItems: 1 }));
    case "items":
      return some(() => arrayOf({ minItems: itemsOf(schema, "prefixItems").length + 1 }));
    case "minProperties":
      return some(() => objectOf({ maxFields: (size ?? 0) - 1 }), size !== null);
    case "maxProperties":
      return some(() => objectOf({ minFields: (size ?? 0) + 1 }), size !== null);
    case "additionalProperties":
    case "patternProperties":
    case "propertyNames":
    case "unevaluatedProperties":
      return some(() => objectOf({ minFields: 1 }));
    default:
      return [];
  }
}

function otherKinds(names: unknown): Type {
  const kinds = kindsOf(names);
  if (kinds === null) return ANYTHING;
  // Whole numbers alone do not make up the numbers.
  return union(EVERY_KIND.filter((kind) => !kinds.includes(kind)));
}

/** Every value but these; lists and objects are not told apart. */
function otherThan(values: readonly unknown[]): Type {
  const booleans = [true, false].filter((value) => !values.includes(value));
  return union([
    ...EVERY_KIND.filter((kind) => kind !== NULL && kind !== BOOLEAN && kind !== NUMBER && kind !== STRING),
    ...(values.includes(null) ? [] : [NULL]),
    ...booleans.map((value): Type => ({ kind: "boolean", value })),
    numberOf({ except: values.filter((value) => typeof value === "number") }),
    stringOf({ except: values.filter((value) => typeof value === "string") }),
  ]);
}

function conditional(keyword: "then" | "else", schema: object, pointer: string, reading: Reading): readonly Way[] {
  if (!Object.hasOwn(schema, "if")) return [];
  const place = below(pointer, "if");
  const test = own(schema, "if");
  const refused = () => reading.refusedAt(below(pointer, keyword), own(schema, keyword));
  return [
    () => intersect(keyword === "then" ? reading.typeAt(place, test) : reading.refusedAt(place, test), refused()),
  ];
}

/** Lists that do not contain enough, or contain too many. */
function withoutAny(schema: object, place: string, reading: Reading): Type {
  const most = count(schema, "maxContains");
  const least = count(schema, "minContains") ?? 1;
  if (most === null && least === 0) return NEVER;
  if (most !== null || least > 1) return ARRAY;
  return arrayOf({ items: lazy(() => reading.refusedAt(place, own(schema, "contains"))) });
}
