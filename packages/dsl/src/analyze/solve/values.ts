/**
 * Sets of what one place may hold: JSON values, or nothing (missing or null). Exact for everything that
 * a test of a single place asks; of a list or an object only what `has` and `is empty` can tell.
 */

import type { Scalar } from "../../check/model.ts";
import { membersOf } from "../../types/combine.ts";
import type { Type } from "../../types/type.ts";
import * as numbers from "./numbers.ts";
import { bothTexts, EVERY_TEXT, holdsText, listed, type Texts, textsBesides } from "./texts.ts";

export interface Values {
  readonly nothing: boolean;
  readonly yes: boolean;
  readonly no: boolean;
  readonly numbers: numbers.Numbers;
  readonly texts: Texts | null;
  readonly lists: Holders | null;
  readonly objects: Holders | null;
}

/** Lists by the scalars that they hold, objects by the fields that are there. Never an empty set. */
export interface Holders {
  /** May it be `[]` or `{}`? */
  readonly empty: boolean;
  readonly full: boolean;
  readonly has: readonly Scalar[];
  readonly lacks: readonly Scalar[];
}

export const ANY_HOLDER: Holders = { empty: true, full: true, has: [], lacks: [] };
const EMPTY_HOLDER: Holders = { empty: true, full: false, has: [], lacks: [] };
const FULL_HOLDER: Holders = { empty: false, full: true, has: [], lacks: [] };

export const NONE: Values = {
  nothing: false,
  yes: false,
  no: false,
  numbers: numbers.NO_NUMBER,
  texts: null,
  lists: null,
  objects: null,
};

export const ANY: Values = {
  nothing: true,
  yes: true,
  no: true,
  numbers: numbers.EVERY_NUMBER,
  texts: EVERY_TEXT,
  lists: ANY_HOLDER,
  objects: ANY_HOLDER,
};

export const NOTHING: Values = { ...NONE, nothing: true };
export const PRESENT: Values = { ...ANY, nothing: false };
export const EMPTY: Values = { ...NOTHING, texts: listed([""]), lists: EMPTY_HOLDER, objects: EMPTY_HOLDER };
export const NOT_EMPTY: Values = { ...PRESENT, texts: textsBesides([""]), lists: FULL_HOLDER, objects: FULL_HOLDER };
export const ANY_SCALAR: Values = { ...PRESENT, lists: null, objects: null };
export const ANY_NUMBER: Values = { ...NONE, numbers: numbers.EVERY_NUMBER };
export const NO_NUMBER: Values = { ...ANY, numbers: numbers.NO_NUMBER };
/** What can have an item, or a field. */
export const A_LIST: Values = { ...NONE, lists: FULL_HOLDER };
export const AN_OBJECT: Values = { ...NONE, objects: FULL_HOLDER };

/** These and no others; null among them says nothing. */
export function among(scalars: readonly Scalar[]): Values {
  return {
    ...NONE,
    yes: scalars.includes(true),
    no: scalars.includes(false),
    numbers: numbers.numbersOf(scalars.filter((value) => typeof value === "number")),
    texts: listed(scalars.filter((value) => typeof value === "string")),
  };
}

/** All others, and nothing. */
export function besides(scalars: readonly Scalar[]): Values {
  const texts = scalars.filter((value) => typeof value === "string");
  return {
    ...ANY,
    yes: !scalars.includes(true),
    no: !scalars.includes(false),
    numbers: numbers.besides(numbers.numbersOf(scalars.filter((value) => typeof value === "number"))),
    texts: texts.length === 0 ? EVERY_TEXT : textsBesides(texts),
  };
}

export function having(value: Scalar): Values {
  const holder: Holders = { ...FULL_HOLDER, has: [value] };
  return { ...NONE, lists: value === null ? null : holder, objects: typeof value === "string" ? holder : null };
}

export function lacking(value: Scalar): Values {
  const holder: Holders = { ...ANY_HOLDER, lacks: [value] };
  return {
    ...ANY,
    lists: value === null ? ANY_HOLDER : holder,
    objects: typeof value === "string" ? holder : ANY_HOLDER,
  };
}

export function both(a: Values, b: Values): Values {
  if (a === b || b === ANY) return a;
  if (a === ANY) return b;
  return {
    nothing: a.nothing && b.nothing,
    yes: a.yes && b.yes,
    no: a.no && b.no,
    numbers: numbers.both(a.numbers, b.numbers),
    texts: a.texts === null || b.texts === null ? null : bothTexts(a.texts, b.texts),
    lists: bothHolders(a.lists, b.lists),
    objects: bothHolders(a.objects, b.objects),
  };
}

function bothHolders(a: Holders | null, b: Holders | null): Holders | null {
  if (a === null || b === null) return null;
  if (a === b || b === ANY_HOLDER) return a;
  if (a === ANY_HOLDER) return b;
  const has = [...new Set([...a.has, ...b.has])];
  const lacks = [...new Set([...a.lacks, ...b.lacks])];
  const empty = a.empty && b.empty && has.length === 0;
  const full = a.full && b.full;
  if ((!empty && !full) || (has.length > 0 && !full) || has.some((value) => lacks.includes(value))) return null;
  return { empty, full, has, lacks };
}

export function isNone(values: Values): boolean {
  return (
    !values.nothing &&
    !values.yes &&
    !values.no &&
    values.numbers.length === 0 &&
    values.texts === null &&
    values.lists === null &&
    values.objects === null
  );
}

/** What a place of the type can hold, or a little more. */
export function valuesOf(type: Type, optional: boolean): Values {
  let nothing = optional;
  let yes = false;
  let no = false;
  let figures = numbers.NO_NUMBER;
  let texts: string[] | null = [];
  let lists: Holders | null = null;
  let objects: Holders | null = null;
  for (const member of membersOf(type)) {
    switch (member.kind) {
      case "unknown":
        return ANY;
      case "null":
        nothing = true;
        break;
      case "boolean":
        yes ||= member.value !== false;
        no ||= member.value !== true;
        break;
      case "number":
        figures = numbers.either(figures, numbers.rangeOfType(member));
        break;
      case "string":
        if (member.values === null) texts = null;
        else texts?.push(...member.values);
        break;
      case "array":
        lists = ANY_HOLDER;
        break;
      case "object":
        objects = ANY_HOLDER;
        break;
      default:
    }
  }
  return { nothing, yes, no, numbers: figures, texts: texts === null ? EVERY_TEXT : listed(texts), lists, objects };
}

/** `null` and `undefined` are nothing. */
export function holdsValue(values: Values, value: unknown): boolean {
  if (value === undefined || value === null) return values.nothing;
  switch (typeof value) {
    case "boolean":
      return value ? values.yes : values.no;
    case "number":
      return numbers.holds(values.numbers, value);
    case "string":
      return values.texts !== null && holdsText(values.texts, value);
    default: {
      const holders = Array.isArray(value) ? values.lists : values.objects;
      if (holders === null) return false;
      const count = Array.isArray(value) ? value.length : Object.keys(value).length;
      if (count === 0 ? !holders.empty : !holders.full) return false;
      const isIn = (one: Scalar) =>
        Array.isArray(value) ? value.includes(one) : (own(value, String(one)) ?? null) !== null;
      return holders.has.every(isIn) && !holders.lacks.some(isIn);
    }
  }
}

/** The field of an object, or the item of a list; undefined where there is none of its own. */
export function own(value: unknown, segment: string | number): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value) !== (typeof segment === "number"))
    return undefined;
  return Object.hasOwn(value, segment) ? (value as Readonly<Record<string | number, unknown>>)[segment] : undefined;
}
