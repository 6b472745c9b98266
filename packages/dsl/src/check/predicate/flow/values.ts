/**
 * Sets of JSON values that are there, as tests narrow them down: exact for true and false, numbers and
 * listed texts, of lists and objects no more than whether they can be empty. A set may be wider than
 * what can really be there, never narrower.
 */
import { union } from "../../../types/combine.ts";
import { ARRAY, BOOLEAN, NEVER, NUMBER, OBJECT, ready, STRING, strings } from "../../../types/make.ts";
import type { Type } from "../../../types/type.ts";
import type { Scalar } from "../../model.ts";
import { type Member, mayBeEmpty, mayBeFull, membersOf } from "../members.ts";
import * as numbers from "./numbers.ts";
import * as texts from "./texts.ts";

export interface Values {
  readonly booleans: ReadonlySet<boolean>;
  readonly numbers: numbers.Numbers;
  readonly texts: texts.Texts;
  readonly lists: Fill;
  readonly objects: Fill;
}

/** Which of them there can be. */
interface Fill {
  readonly empty: boolean;
  readonly full: boolean;
}

const NO_FILL: Fill = { empty: false, full: false };
const ANY_FILL: Fill = { empty: true, full: true };

export const NOTHING: Values = { booleans: new Set(), numbers: [], texts: [], lists: NO_FILL, objects: NO_FILL };

export const ANYTHING: Values = {
  booleans: new Set([true, false]),
  numbers: numbers.EVERY_NUMBER,
  texts: texts.textsOf(STRING),
  lists: ANY_FILL,
  objects: ANY_FILL,
};

export function valuesOf(type: Type): Values {
  return membersOf(type).map(memberValues).reduce(either, NOTHING);
}

function memberValues(member: Member): Values {
  switch (member.kind) {
    case "unknown":
      return ANYTHING;
    case "boolean":
      return { ...NOTHING, booleans: new Set(member.value === null ? [true, false] : [member.value]) };
    case "number":
      return { ...NOTHING, numbers: numbers.numbersOf(member) };
    case "string":
      return { ...NOTHING, texts: texts.textsOf(member) };
    case "array":
      return { ...NOTHING, lists: { empty: mayBeEmpty(member), full: mayBeFull(member) } };
    case "object":
      return { ...NOTHING, objects: { empty: mayBeEmpty(member), full: mayBeFull(member) } };
  }
}

/** For messages; as wide as the values or wider. */
export function typeOfValues(values: Values): Type {
  const [only] = values.booleans.size === 1 ? values.booleans : [];
  return union([
    values.booleans.size === 0 ? NEVER : only === undefined ? BOOLEAN : { kind: "boolean", value: only },
    ...values.numbers.map(
      (range): Type => ({
        ...NUMBER,
        integer: range.integer,
        values: range.low === range.high ? [range.low] : null,
        min: Number.isFinite(range.low) ? range.low : null,
        max: Number.isFinite(range.high) ? range.high : null,
        minExclusive: range.lowOpen,
        maxExclusive: range.highOpen,
      }),
    ),
    ...values.texts.map((piece): Type => (piece.kind === "listed" ? strings([...piece.values]) : piece.type)),
    values.lists.full ? ARRAY : values.lists.empty ? { ...ARRAY, items: ready(NEVER), maxItems: 0 } : NEVER,
    values.objects.full || values.objects.empty ? OBJECT : NEVER,
  ]);
}

export function isNothing(values: Values): boolean {
  return (
    values.booleans.size + values.numbers.length + values.texts.length === 0 &&
    !mayBe(values.lists) &&
    !mayBe(values.objects)
  );
}

function mayBe(fill: Fill): boolean {
  return fill.empty || fill.full;
}

export function either(a: Values, b: Values): Values {
  return {
    booleans: new Set([...a.booleans, ...b.booleans]),
    numbers: numbers.either(a.numbers, b.numbers),
    texts: texts.either(a.texts, b.texts),
    lists: { empty: a.lists.empty || b.lists.empty, full: a.lists.full || b.lists.full },
    objects: { empty: a.objects.empty || b.objects.empty, full: a.objects.full || b.objects.full },
  };
}

export function both(a: Values, b: Values): Values {
  return {
    booleans: new Set([...a.booleans].filter((value) => b.booleans.has(value))),
    numbers: numbers.both(a.numbers, b.numbers),
    texts: texts.both(a.texts, b.texts),
    lists: bothFills(a.lists, b.lists),
    objects: bothFills(a.objects, b.objects),
  };
}

function bothFills(a: Fill, b: Fill): Fill {
  return { empty: a.empty && b.empty, full: a.full && b.full };
}

// ---------------------------------------------------------------- what a test leaves

export function among(values: Values, listed: readonly Scalar[]): Values {
  return {
    ...NOTHING,
    booleans: new Set([...values.booleans].filter((value) => listed.includes(value))),
    numbers: numbers.both(values.numbers, numbers.among(numbersIn(listed))),
    texts: texts.among(values.texts, textsIn(listed)),
  };
}

export function besides(values: Values, listed: readonly Scalar[]): Values {
  return {
    ...values,
    booleans: new Set([...values.booleans].filter((value) => !listed.includes(value))),
    numbers: numbers.both(values.numbers, numbers.besides(numbersIn(listed))),
    texts: texts.besides(values.texts, textsIn(listed)),
  };
}

function numbersIn(listed: readonly Scalar[]): number[] {
  return listed.filter((value) => typeof value === "number");
}

function textsIn(listed: readonly Scalar[]): string[] {
  return listed.filter((value) => typeof value === "string");
}

/** The numbers of that set, and nothing else. */
export function numbersWithin(values: Values, set: numbers.Numbers): Values {
  return { ...NOTHING, numbers: numbers.both(values.numbers, set) };
}

/** The numbers of that set, and whatever is no number. */
export function unlessOutside(values: Values, set: numbers.Numbers): Values {
  return { ...values, numbers: numbers.both(values.numbers, set) };
}

export function answering(values: Values, test: texts.TextTest, held: boolean): Values {
  return { ...(held ? NOTHING : values), texts: texts.answering(values.texts, test, held) };
}

export function emptyOnly(values: Values): Values {
  return {
    ...NOTHING,
    texts: texts.among(values.texts, [""]),
    lists: { empty: values.lists.empty, full: false },
    objects: { empty: values.objects.empty, full: false },
  };
}

export function fullOnly(values: Values): Values {
  return {
    ...values,
    texts: texts.besides(values.texts, [""]),
    lists: { empty: false, full: values.lists.full },
    objects: { empty: false, full: values.objects.full },
  };
}

/** What can have an item, or a field. */
export function holders(values: Values, segment: string | number): Values {
  const full = { empty: false, full: true };
  if (typeof segment === "number") return { ...NOTHING, lists: bothFills(values.lists, full) };
  return { ...NOTHING, objects: bothFills(values.objects, full) };
}
