/** Random tests over the places of such a request, as text and as the predicate that they are to become. */
import fc from "fast-check";
import { unknown } from "../../../types/make.ts";
import type { Operand, Predicate, Read, Scalar } from "../../model.ts";
import { TEXTS } from "./instances.ts";

export interface Written {
  readonly text: string;
  readonly predicate: Predicate;
}

const SHALLOW: readonly (readonly (string | number)[])[] = [["a"], ["b"], ["c"]];

const DEEP: readonly (readonly (string | number)[])[] = [
  ["a", 0],
  ["a", 1],
  ["b", "a"],
  ["b", 0],
  ["c", "b"],
  ["c", 0, "a"],
];

const SCALARS: readonly Scalar[] = [true, false, "", "a", "b", "chat", "aaaaaaaaa", -4, 0, 1, 2, 2.5, 5, 11];

export function tests(): fc.Arbitrary<Written> {
  const place = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...SHALLOW) }, fc.constantFrom(...DEEP));
  const scalar = fc.constantFrom(...SCALARS);
  const text = fc.constantFrom(...TEXTS, "aaaaaaaaa");
  const operator = fc.constantFrom(
    "==" as const,
    "!=" as const,
    "<" as const,
    "<=" as const,
    ">" as const,
    ">=" as const,
  );
  return fc.oneof(
    fc.tuple(place, operator, scalar, fc.boolean()).map(([path, sign, value, isFlipped]): Written => {
      const [one, other]: [Operand, Operand] = [readOf(path), { kind: "value", value }];
      const [left, right] = isFlipped ? [other, one] : [one, other];
      const words = isFlipped ? [JSON.stringify(value), textOf(path)] : [textOf(path), JSON.stringify(value)];
      return { text: words.join(` ${sign} `), predicate: { kind: "compare", operator: sign, left, right } };
    }),
    fc.tuple(place, operator, place).map(
      ([a, sign, b]): Written => ({
        text: `${textOf(a)} ${sign} ${textOf(b)}`,
        predicate: { kind: "compare", operator: sign, left: readOf(a), right: readOf(b) },
      }),
    ),
    fc.tuple(place, fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 })).map(
      ([path, values]): Written => ({
        text: `${textOf(path)} in {${values.map((value) => JSON.stringify(value)).join(", ")}}`,
        predicate: { kind: "in_set", left: readOf(path), values },
      }),
    ),
    fc.tuple(place, fc.integer({ min: -4, max: 8 }), fc.nat(8)).map(
      ([path, low, more]): Written => ({
        text: `${textOf(path)} in ${low}..${low + more}`,
        predicate: { kind: "in_range", left: readOf(path), low, high: low + more },
      }),
    ),
    fc.tuple(place, fc.constantFrom("absent" as const, "present" as const, "empty" as const, "not_empty" as const)).map(
      ([path, test]): Written => ({
        text: `${textOf(path)} is ${test.replace("_", " ")}`,
        predicate: { kind: "is", operand: readOf(path), test },
      }),
    ),
    fc.tuple(place, fc.constantFrom("starts_with" as const, "contains" as const), text).map(
      ([path, kind, part]): Written => ({
        text: `${textOf(path)} ${kind.replace("_", " ")} ${JSON.stringify(part)}`,
        predicate: { kind, left: readOf(path), text: part, ignoreCase: false },
      }),
    ),
    fc.tuple(place, scalar).map(
      ([path, value]): Written => ({
        text: `${textOf(path)} has ${JSON.stringify(value)}`,
        predicate: { kind: "has", left: readOf(path), value },
      }),
    ),
    place.map((path): Written => ({ text: textOf(path), predicate: { kind: "truth", operand: readOf(path) } })),
  );
}

export function readOf(path: readonly (string | number)[]): Read {
  return { kind: "read", from: "request", segments: path, type: unknown("it is made up"), optional: true };
}

export function textOf(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, one) => (typeof one === "number" ? `${text}[${one}]` : `${text}.${one}`),
    "request",
  );
}
