/**
 * A predicate that is to hold, or to fail, as literals joined by `and` and `or`: each says of one place
 * which values it may have, or how the values of two places stand to each other.
 */

import type { Operand, Predicate, Read, Scalar } from "../../check/model.ts";
import { evaluate } from "../../check/predicate/evaluate.ts";
import * as numbers from "./numbers.ts";
import type { Place, Places, Root } from "./places.ts";
import { answering } from "./texts.ts";
import {
  ANY,
  ANY_NUMBER,
  among,
  besides,
  EMPTY,
  having,
  lacking,
  NO_NUMBER,
  NONE,
  NOT_EMPTY,
  NOTHING,
  PRESENT,
  type Values,
} from "./values.ts";

type Test = Predicate<Root>;

export type Formula = { readonly kind: "and" | "or"; readonly of: readonly Formula[] } | Literal;

export type Literal = Single | Pair;

/** The place holds one of `values`; `others` are all the rest. */
export interface Single {
  readonly kind: "single";
  readonly place: Place;
  readonly values: Values;
  readonly others: Values;
  /** The test that it was made of, and the answer that is asked for. */
  readonly test: Test;
  readonly held: boolean;
}

/**
 * Both places are there, and so stand their values. `==`: equal scalars; `!=`: anything else; `<` and
 * `<=`: numbers.
 */
export interface Pair {
  readonly kind: "pair";
  readonly operator: "==" | "!=" | "<" | "<=";
  readonly left: Place;
  readonly right: Place;
  readonly test: Test;
  readonly held: boolean;
}

export const TRUE: Formula = { kind: "and", of: [] };
export const FALSE: Formula = { kind: "or", of: [] };

export function formulaOf(predicate: Test, held: boolean, places: Places): Formula {
  switch (predicate.kind) {
    case "const":
      return predicate.value === held ? TRUE : FALSE;
    case "not":
      return formulaOf(predicate.of, !held, places);
    case "and":
    case "or": {
      const kind = (predicate.kind === "and") === held ? "and" : "or";
      const of = predicate.of.map((part) => formulaOf(part, held, places));
      const [only] = of;
      return of.length === 1 && only !== undefined ? only : { kind, of };
    }
    default:
      return testFormula(predicate, held, places);
  }
}

type Leaf = Exclude<Test, { readonly kind: "const" | "not" | "and" | "or" }>;

function testFormula(test: Leaf, held: boolean, places: Places): Formula {
  const reads = readsOf(test);
  const [read, other] = reads;
  if (read === undefined) return evaluate(test, {}) === held ? TRUE : FALSE;
  const place = places.at(read.from, read.segments);
  if (test.kind === "compare" && other !== undefined) {
    return comparison(test, place, places.at(other.from, other.segments), held);
  }
  const [yes, no] = valuesFor(test);
  return { kind: "single", place, values: held ? yes : no, others: held ? no : yes, test, held };
}

export function readsOf(test: Leaf): readonly Read<Root>[] {
  const sides: readonly Operand<Root>[] =
    test.kind === "compare" ? [test.left, test.right] : ["operand" in test ? test.operand : test.left];
  return sides.filter((side) => side.kind === "read");
}

/** The values for which a test of one place holds, and those for which it does not. */
function valuesFor(test: Leaf): readonly [Values, Values] {
  switch (test.kind) {
    case "compare":
      return comparedValues(test);
    case "in_set":
      return [among(test.values), besides(test.values)];
    case "in_range":
      return within(numbers.between(test.low, test.high));
    case "truth":
      return [among([true]), besides([true])];
    case "has":
      return test.value === null ? [NONE, ANY] : [having(test.value), lacking(test.value)];
    case "starts_with":
    case "contains": {
      const text = test.ignoreCase ? test.text.toLowerCase() : test.text;
      const { kind, ignoreCase } = test;
      const [yes, no] = [true, false].map((held) => answering({ kind, text, ignoreCase, held }));
      return [
        { ...NONE, texts: yes ?? null },
        { ...ANY, texts: no ?? null },
      ];
    }
    case "is":
      switch (test.test) {
        case "absent":
          return [NOTHING, PRESENT];
        case "present":
          return [PRESENT, NOTHING];
        case "empty":
          return [EMPTY, NOT_EMPTY];
        case "not_empty":
          return [NOT_EMPTY, EMPTY];
      }
  }
}

const MIRRORED = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" } as const;

function comparedValues(test: Extract<Leaf, { readonly kind: "compare" }>): readonly [Values, Values] {
  const isMirrored = test.left.kind === "value";
  const value: Scalar =
    test.left.kind === "value" ? test.left.value : test.right.kind === "value" ? test.right.value : null;
  const { operator } = test;
  if (value === null) return [NONE, ANY];
  if (operator === "==") return [among([value]), besides([value])];
  if (operator === "!=")
    return [
      { ...besides([value]), nothing: false },
      { ...among([value]), nothing: true },
    ];
  if (typeof value !== "number") return [NONE, ANY];
  return within(numbers.compared(isMirrored ? MIRRORED[operator] : operator, value));
}

function within(set: numbers.Numbers): readonly [Values, Values] {
  return [
    { ...NONE, numbers: set },
    { ...ANY, numbers: numbers.besides(set) },
  ];
}

type Comparison = Extract<Leaf, { readonly kind: "compare" }>;

function comparison(test: Comparison, left: Place, right: Place, held: boolean): Formula {
  if (left === right) return withItself(test, left, held);
  if (held) return pair(test, test.operator, left, right);
  const { operator } = test;
  const isOrder = operator !== "==" && operator !== "!=";
  // Of what is not there, or of what is no number, every comparison fails.
  const sides = [test.left, test.right].map((operand, index): Formula => {
    const place = index === 0 ? left : right;
    const absent: Test = { kind: "is", operand, test: "absent" };
    const single = (values: Values, others: Values, of: Test, answer: boolean): Formula => {
      return { kind: "single", place, values, others, test: of, held: answer };
    };
    if (!isOrder) return single(NOTHING, PRESENT, absent, true);
    return single(NO_NUMBER, ANY_NUMBER, isNumber(operand), false);
  });
  return {
    kind: "or",
    of: [...sides, pair({ ...test, operator: OPPOSITE[operator] }, OPPOSITE[operator], left, right)],
  };
}

const OPPOSITE = { "==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<" } as const;

function isNumber(operand: Operand<Root>): Test {
  return { kind: "in_range", left: operand, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
}

function pair(test: Test, operator: Comparison["operator"], left: Place, right: Place): Formula {
  if (operator === ">" || operator === ">=") {
    return { kind: "pair", operator: operator === ">" ? "<" : "<=", left: right, right: left, test, held: true };
  }
  return { kind: "pair", operator, left, right, test, held: true };
}

/** A value is equal to itself, and at most and at least itself where it is a number. */
function withItself(test: Comparison, place: Place, held: boolean): Formula {
  const [yes, no] =
    test.operator === "=="
      ? [PRESENT, NOTHING]
      : test.operator === "<=" || test.operator === ">="
        ? [ANY_NUMBER, NO_NUMBER]
        : [NONE, ANY];
  return { kind: "single", place, values: held ? yes : no, others: held ? no : yes, test, held };
}
