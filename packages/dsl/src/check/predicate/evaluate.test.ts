import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unknown } from "../../types/make.ts";
import type { FactRoot, Operand, Predicate, Read, Scalar } from "../model.ts";
import { evaluate, type Facts } from "./evaluate.ts";

const ANY = unknown("it is made up");

function read(from: FactRoot, ...segments: (string | number)[]): Read {
  return { kind: "read", from, segments, type: ANY, optional: true };
}

const value = (of: Scalar): Operand => ({ kind: "value", value: of });

const FACTS: Facts = {
  transport: null,
  sent: true,
  status: 429,
  headers: { "retry-after": "7" },
  error: { code: "slow_down", n: 3, list: ["a", 2, null], empty: {}, nothing: null, blank: "" },
  request: { tools: [], ok: true },
  context: { tier: "free" },
  attempts: 1,
  elapsedMs: 1500,
  committed: false,
};

const code = read("error", "code");
const nothing = read("error", "nothing");
const list = read("error", "list");

describe("evaluate", () => {
  const table: [string, Predicate, boolean][] = [
    ["an equal value", { kind: "compare", operator: "==", left: code, right: value("slow_down") }, true],
    ["letter case", { kind: "compare", operator: "==", left: code, right: value("Slow_Down") }, false],
    ["an unequal value", { kind: "compare", operator: "!=", left: code, right: value("x") }, true],
    ["!= beside null", { kind: "compare", operator: "!=", left: nothing, right: value("x") }, false],
    [
      "!= beside an absent place",
      { kind: "compare", operator: "!=", left: value(1), right: read("error", "no") },
      false,
    ],
    ["== of two absent places", { kind: "compare", operator: "==", left: nothing, right: nothing }, false],
    ["a number below", { kind: "compare", operator: "<", left: read("error", "n"), right: value(4) }, true],
    ["the order of text", { kind: "compare", operator: "<", left: code, right: value("t") }, false],
    ["a number beside text", { kind: "compare", operator: ">=", left: value("9"), right: value(1) }, false],
    ["a set", { kind: "in_set", left: read("status"), values: [408, 429] }, true],
    ["null in a set", { kind: "in_set", left: nothing, values: [null] }, false],
    ["both ends of a range", { kind: "in_range", left: read("status"), low: 429, high: 429 }, true],
    ["text in a range", { kind: "in_range", left: code, low: 0, high: 9 }, false],
    ["null as absent", { kind: "is", operand: nothing, test: "absent" }, true],
    ["false as present", { kind: "is", operand: read("committed"), test: "present" }, true],
    ["an empty object", { kind: "is", operand: read("error", "empty"), test: "empty" }, true],
    ["an empty list", { kind: "is", operand: read("request", "tools"), test: "empty" }, true],
    ["an empty text", { kind: "is", operand: read("error", "blank"), test: "not_empty" }, false],
    ["an absent place as empty", { kind: "is", operand: read("error", "no"), test: "empty" }, true],
    ["zero as not empty", { kind: "is", operand: value(0), test: "not_empty" }, true],
    ["a beginning", { kind: "starts_with", left: code, text: "slow", ignoreCase: false }, true],
    ["a part", { kind: "contains", left: code, text: "DOWN", ignoreCase: false }, false],
    ["a part, letter case aside", { kind: "contains", left: code, text: "DOWN", ignoreCase: true }, true],
    ["a part of a list", { kind: "contains", left: list, text: "a", ignoreCase: false }, false],
    ["what a list holds", { kind: "has", left: list, value: 2 }, true],
    ["what a list does not hold", { kind: "has", left: list, value: "2" }, false],
    ["null in a list", { kind: "has", left: list, value: null }, false],
    ["a field", { kind: "has", left: read("error"), value: "code" }, true],
    ["a field that is null", { kind: "has", left: read("error"), value: "nothing" }, false],
    ["truth", { kind: "truth", operand: read("request", "ok") }, true],
    ["what is no boolean as truth", { kind: "truth", operand: read("error", "n") }, false],
    ["an item", { kind: "compare", operator: "==", left: read("error", "list", 1), right: value(2) }, true],
    ["a name on a list", { kind: "is", operand: read("error", "list", "length"), test: "present" }, false],
    ["an index on an object", { kind: "is", operand: read("error", 0), test: "present" }, false],
    ["the length of text", { kind: "is", operand: read("error", "code", "length"), test: "present" }, false],
    ["an inherited field", { kind: "is", operand: read("error", "constructor"), test: "present" }, false],
    ["an inherited field by has", { kind: "has", left: read("error"), value: "toString" }, false],
    ["a header", { kind: "compare", operator: "==", left: read("header", "retry-after"), right: value("7") }, true],
    ["an inherited header", { kind: "is", operand: read("header", "__proto__"), test: "present" }, false],
    ["a transport that did not fail", { kind: "is", operand: read("transport"), test: "present" }, false],
    [
      "elapsed time in milliseconds",
      { kind: "compare", operator: ">", left: read("elapsed"), right: value(1000) },
      true,
    ],
    ["no condition of an and", { kind: "and", of: [] }, true],
    ["no condition of an or", { kind: "or", of: [] }, false],
    ["not", { kind: "not", of: { kind: "const", value: false } }, true],
  ];

  it.each(table)("%s", (_, predicate, expected) => {
    expect(evaluate(predicate, FACTS)).toBe(expected);
  });

  it("reads no status where no status line came", () => {
    const below: Predicate = { kind: "compare", operator: "<", left: read("status"), right: value(500) };
    expect(evaluate(below, { ...FACTS, status: 0 })).toBe(false);
    expect(evaluate({ kind: "is", operand: read("status"), test: "absent" }, { status: 0 })).toBe(true);
  });

  it("gives true or false for any predicate over any JSON values", () => {
    fc.assert(
      fc.property(predicates(), facts(), (predicate, given) => {
        expect([true, false]).toContain(evaluate(predicate, given));
      }),
    );
  });

  it("gives the opposite for not", () => {
    fc.assert(
      fc.property(predicates(), facts(), (predicate, given) => {
        expect(evaluate({ kind: "not", of: predicate }, given)).toBe(!evaluate(predicate, given));
      }),
    );
  });

  it("holds no comparison with what is absent", () => {
    fc.assert(
      fc.property(operators(), fc.jsonValue(), (operator, held) => {
        const left = read("request", "no");
        const right = read("request", "yes");
        const given: Facts = { request: { yes: held } };
        expect(evaluate({ kind: "compare", operator, left, right }, given)).toBe(false);
        expect(evaluate({ kind: "compare", operator, left: right, right: left }, given)).toBe(false);
      }),
    );
  });
});

// ---------------------------------------------------------------- any predicate, any facts

function operators() {
  return fc.constantFrom("==" as const, "!=" as const, "<" as const, "<=" as const, ">" as const, ">=" as const);
}

const NAMES = ["a", "b", "length", "constructor", "__proto__", "toString", ""];

function reads(): fc.Arbitrary<Read> {
  const roots: FactRoot[] = ["transport", "sent", "status", "header", "error", "request", "context", "response"];
  const segment = fc.oneof(fc.constantFrom(...NAMES), fc.nat(3));
  return fc
    .tuple(fc.constantFrom(...roots, "attempts" as const, "elapsed" as const), fc.array(segment, { maxLength: 3 }))
    .map(([from, segments]) => read(from, ...segments));
}

function scalars(): fc.Arbitrary<Scalar> {
  return fc.oneof(fc.constantFrom<Scalar>(null, true, false, "", "a", 0, 1, 429), fc.string(), fc.double());
}

function operands(): fc.Arbitrary<Operand> {
  return fc.oneof(reads(), scalars().map(value));
}

function predicates(): fc.Arbitrary<Predicate> {
  const { predicate } = fc.letrec<{ predicate: Predicate }>((tie) => ({
    predicate: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaves(),
      fc.record({
        kind: fc.constantFrom("or" as const, "and" as const),
        of: fc.array(tie("predicate"), { maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant("not" as const), of: tie("predicate") }),
    ),
  }));
  return predicate;
}

function leaves(): fc.Arbitrary<Predicate> {
  const kind = <Kind extends string>(of: Kind) => fc.constant(of);
  return fc.oneof(
    fc.record({ kind: kind("const"), value: fc.boolean() }),
    fc.record({ kind: kind("compare"), operator: operators(), left: operands(), right: operands() }),
    fc.record({ kind: kind("in_set"), left: operands(), values: fc.array(scalars(), { maxLength: 3 }) }),
    fc.record({ kind: kind("in_range"), left: operands(), low: fc.integer(), high: fc.integer() }),
    fc.record({
      kind: kind("is"),
      operand: operands(),
      test: fc.constantFrom("absent" as const, "present" as const, "empty" as const, "not_empty" as const),
    }),
    fc.record({
      kind: fc.constantFrom("starts_with" as const, "contains" as const),
      left: operands(),
      text: fc.string(),
      ignoreCase: fc.boolean(),
    }),
    fc.record({ kind: kind("has"), left: operands(), value: scalars() }),
    fc.record({ kind: kind("truth"), operand: operands() }),
  );
}

function facts(): fc.Arbitrary<Facts> {
  const json = fc.jsonValue({ maxDepth: 3 });
  const nested = fc.oneof(json, fc.dictionary(fc.constantFrom(...NAMES), json));
  return fc.record(
    {
      transport: fc.constantFrom(null, "dns" as const),
      sent: fc.boolean(),
      status: fc.constantFrom(0, 200, 429),
      headers: fc.dictionary(fc.constantFrom("a", "length"), fc.string()),
      error: nested,
      request: nested,
      context: nested,
      response: nested,
      attempts: fc.nat(3),
      elapsedMs: fc.nat(),
      committed: fc.boolean(),
    },
    { requiredKeys: [] },
  );
}
