import type { ArrayType, Lazy, NumberType, ObjectType, StringType, Type, UnknownType } from "./type.ts";

/** Any JSON value; `why` completes the sentence "nothing better is known because …". */
export function unknown(why: string): UnknownType {
  return { kind: "unknown", why };
}

/** Nothing narrows it. */
export const ANYTHING: UnknownType = Object.freeze(unknown("the schema does not describe it"));

export const NEVER: Type = Object.freeze({ kind: "never" });
export const NULL: Type = Object.freeze({ kind: "null" });
export const BOOLEAN: Type = Object.freeze({ kind: "boolean", value: null });

export const NUMBER: NumberType = Object.freeze({
  kind: "number",
  integer: false,
  values: null,
  min: null,
  max: null,
  minExclusive: false,
  maxExclusive: false,
  step: null,
  except: [],
});

export const STRING: StringType = Object.freeze({
  kind: "string",
  values: null,
  minLength: 0,
  maxLength: null,
  format: null,
  patterns: [],
  except: [],
});

/** What no schema describes. */
export const UNDESCRIBED = ready<Type>(ANYTHING);
/** What cannot be there. */
export const NOTHING = ready(NEVER);

export const ARRAY: ArrayType = Object.freeze({
  kind: "array",
  prefix: [],
  items: UNDESCRIBED,
  minItems: 0,
  maxItems: null,
});

export const OBJECT: ObjectType = Object.freeze({
  kind: "object",
  fields: new Map(),
  patterns: [],
  rest: UNDESCRIBED,
  names: null,
  minFields: 0,
  maxFields: null,
});

/** Every JSON value, told apart by kind. */
export const EVERY_KIND: readonly Type[] = Object.freeze([NULL, BOOLEAN, NUMBER, STRING, ARRAY, OBJECT]);

export function ready<T>(value: T): Lazy<T> {
  return { get: () => value, known: value };
}

/** Computed at the first `get`, once. `compute` must not ask for its own result. */
export function lazy<T>(compute: () => T): Lazy<T> {
  let state: { readonly value: T } | null = null;
  return {
    get() {
      state ??= { value: compute() };
      return state.value;
    },
  };
}

/** The closed list of these texts; bounds would say nothing more of them. */
export function strings(values: readonly string[]): Type {
  return values.length === 0 ? NEVER : { ...STRING, values: [...new Set(values)] };
}

export function numbers(values: readonly number[]): Type {
  return values.length === 0
    ? NEVER
    : { ...NUMBER, integer: values.every(Number.isInteger), values: [...new Set(values)] };
}

/** The type that only this JSON value has; `place` is where it is written. */
export function literal(value: unknown, place: string): Type {
  if (value === null) return NULL;
  switch (typeof value) {
    case "boolean":
      return { kind: "boolean", value };
    case "number":
      return numbers([value]);
    case "string":
      return strings([value]);
    case "object":
      return Array.isArray(value) ? literalArray(value, place) : literalObject(value, place);
    default:
      return NEVER;
  }
}

function literalArray(items: readonly unknown[], place: string): Type {
  return {
    kind: "array",
    prefix: items.map((item, index) => lazyLiteral(item, `${place}/${index}`)),
    items: NOTHING,
    minItems: items.length,
    maxItems: items.length,
  };
}

function literalObject(value: object, place: string): Type {
  const fields = Object.entries(value).map(([name, held]) => {
    return [name, { type: lazyLiteral(held, place), required: true, place }] as const;
  });
  return { ...OBJECT, fields: new Map(fields), rest: null };
}

function lazyLiteral(value: unknown, place: string): Lazy<Type> {
  const isPlain = typeof value !== "object" || value === null;
  return isPlain ? ready(literal(value, place)) : lazy(() => literal(value, place));
}
