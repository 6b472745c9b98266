/**
 * Which fields and items of a value a schema may have looked at: `unevaluatedProperties` and
 * `unevaluatedItems` speak of the others. More may be counted here than a validator would: then those
 * keywords bind less.
 */
import { below } from "../contract/pointer.ts";
import { arrayOf } from "./array.ts";
import { ALGEBRA, union } from "./combine.ts";
import { either } from "./lazily.ts";
import { ARRAY, EVERY_KIND, OBJECT, UNDESCRIBED } from "./make.ts";
import { objectOf } from "./object.ts";
import { entriesOf, itemsOf, own } from "./own.ts";
import type { Field, Lazy, Type } from "./type.ts";

export interface Evaluated {
  /** Fields, with the place that each was named in. */
  readonly fields: ReadonlyMap<string, string>;
  readonly patterns: ReadonlySet<string>;
  readonly isEveryField: boolean;
  /** The first so many items. */
  readonly items: number;
  readonly isEveryItem: boolean;
  /** Items of these types, wherever they stand. */
  readonly contained: readonly Lazy<Type>[];
}

export const NOTHING_EVALUATED: Evaluated = Object.freeze({
  fields: new Map(),
  patterns: new Set<string>(),
  isEveryField: false,
  items: 0,
  isEveryItem: false,
  contained: [],
});

export const EVERYTHING_EVALUATED: Evaluated = Object.freeze({
  ...NOTHING_EVALUATED,
  isEveryField: true,
  isEveryItem: true,
});

/** What the schema itself looks at, without the schemas in it that are asked about the same value. */
export function evaluatedBy(
  schema: object,
  pointer: string,
  at: (pointer: string, schema: unknown) => Lazy<Type>,
): Evaluated {
  const names = entriesOf(schema, "properties").map(([name]) => [name, below(pointer, "properties", name)] as const);
  const contains = own(schema, "contains");
  return {
    fields: new Map(names),
    patterns: new Set(entriesOf(schema, "patternProperties").map(([pattern]) => pattern)),
    isEveryField: Object.hasOwn(schema, "additionalProperties"),
    items: itemsOf(schema, "prefixItems").length,
    isEveryItem: Object.hasOwn(schema, "items"),
    contained: contains === undefined ? [] : [at(below(pointer, "contains"), contains)],
  };
}

/** What either may have looked at. */
export function evaluatedByAny(all: readonly Evaluated[]): Evaluated {
  return {
    fields: new Map(all.flatMap((one) => [...one.fields])),
    patterns: new Set(all.flatMap((one) => [...one.patterns])),
    isEveryField: all.some((one) => one.isEveryField),
    items: all.reduce((most, one) => Math.max(most, one.items), 0),
    isEveryItem: all.some((one) => one.isEveryItem),
    contained: [...new Set(all.flatMap((one) => one.contained))],
  };
}

/** Values whose other fields are as `unevaluatedProperties` says; null where there are no others. */
export function otherFields(evaluated: Evaluated, rest: Lazy<Type>): Type | null {
  if (evaluated.isEveryField) return null;
  const fields = [...evaluated.fields].map(([name, place]): [string, Field] => [
    name,
    { type: UNDESCRIBED, required: false, place },
  ]);
  const object = objectOf({
    fields: new Map(fields),
    patterns: [...evaluated.patterns].map((pattern) => ({ pattern, type: UNDESCRIBED })),
    rest: rest.known?.kind === "never" ? null : rest,
  });
  return union([...EVERY_KIND.filter((type) => type !== OBJECT), object]);
}

/** Values whose other items are as `unevaluatedItems` says; null where there are no others. */
export function otherItems(evaluated: Evaluated, rest: Lazy<Type>): Type | null {
  if (evaluated.isEveryItem) return null;
  const list = arrayOf({
    prefix: Array.from({ length: evaluated.items }, () => UNDESCRIBED),
    items: either([rest, ...evaluated.contained], ALGEBRA),
  });
  return union([...EVERY_KIND.filter((type) => type !== ARRAY), list]);
}
