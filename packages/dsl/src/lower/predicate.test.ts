import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FactRoot, Operand, Predicate, Read, Scalar } from "../check/model.ts";
import { evaluate, type Facts } from "../check/predicate/evaluate.ts";
import { all, equal, oneOf, read } from "../testing/models.ts";
import { Shared } from "./helpers.ts";
import { predicateText } from "./predicate.ts";
import { needsOwnRead } from "./prototype-names.ts";
import { blockLines, type Roots } from "./reads.ts";

/** Every root as a field of one object, so that any predicate can be tried. */
const ROOTS: Roots = {
  transport: "f.transport",
  sent: "f.sent",
  status: "f.status",
  header: "f.headers",
  error: "f.error",
  request: "f.request",
  context: "f.context",
  response: "f.response",
  attempts: "f.attempts",
  elapsed: "f.elapsedMs",
  committed: "f.committed",
};

function textOf(predicate: Predicate): string {
  const shared = new Shared();
  const lines = blockLines(ROOTS, shared, (block) => [`return ${predicateText(predicate, block)};`]);
  return `${shared.text()}\nreturn (f) => {\n${lines.join("\n")}\n};`;
}

function compiled(predicate: Predicate): (facts: Facts) => unknown {
  return new Function(`"use strict";\n${textOf(predicate)}`)() as (facts: Facts) => unknown;
}

const names = fc.constantFrom(
  "code",
  "type",
  "message",
  "items",
  "constructor",
  "length",
  "toString",
  "__proto__",
  "at",
  "0",
  "na me",
  '"',
  "\u2028",
);

const texts = fc.constantFrom(
  "",
  "a",
  "A",
  "İ",
  "insufficient_quota",
  "Insufficient",
  "\u2028",
  ["`$", "{1}`"].join(""),
  "code",
  "5",
);
const numbers = fc.constantFrom(-1, -0, 0, 1, 2, 400, 429, 500, 0.5, 1e21);
const scalars: fc.Arbitrary<Scalar> = fc.oneof(texts, numbers, fc.boolean(), fc.constant(null));

const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, scalars, tie("list"), tie("object")),
  list: fc.array(tie("value"), { maxLength: 3 }),
  object: fc
    .array(fc.tuple(names, tie("value")), { maxLength: 4 })
    // As JSON.parse makes it: `__proto__` is an own field.
    .map((fields) => {
      const made = {};
      for (const [name, value] of fields) {
        Object.defineProperty(made, name, { value, enumerable: true, configurable: true, writable: true });
      }
      return made;
    }),
})).value;

const segments = fc.array(fc.oneof({ weight: 3, arbitrary: names }, fc.constantFrom(0, 1)), { maxLength: 3 });

const reads: fc.Arbitrary<Read> = fc.oneof(
  fc
    .tuple(fc.constantFrom<FactRoot>("error", "request", "context", "response"), segments)
    .map(([from, path]) => read(from, ...path)),
  fc
    .constantFrom<FactRoot>("transport", "sent", "status", "attempts", "elapsed", "committed")
    .map((from) => read(from)),
  fc.constantFrom("retry-after", "x-code", "constructor").map((name) => read("header", name)),
);

const operands: fc.Arbitrary<Operand> = fc.oneof(
  { weight: 4, arbitrary: reads },
  scalars.map((value) => ({ kind: "value" as const, value })),
);

const leaf: fc.Arbitrary<Predicate> = fc.oneof(
  fc.boolean().map((value) => ({ kind: "const" as const, value })),
  fc.record({
    kind: fc.constant("compare" as const),
    operator: fc.constantFrom("==", "!=", "<", "<=", ">", ">="),
    left: operands,
    right: operands,
  }),
  fc.record({ kind: fc.constant("in_set" as const), left: operands, values: fc.array(scalars, { maxLength: 12 }) }),
  fc.record({ kind: fc.constant("in_range" as const), left: operands, low: numbers, high: numbers }),
  fc.record({
    kind: fc.constant("is" as const),
    operand: operands,
    test: fc.constantFrom("absent", "present", "empty", "not_empty"),
  }),
  fc.record({
    kind: fc.constantFrom("starts_with" as const, "contains" as const),
    left: operands,
    text: texts,
    ignoreCase: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("has" as const), left: operands, value: fc.oneof(scalars, names) }),
  fc.record({ kind: fc.constant("truth" as const), operand: operands }),
);

const predicates: fc.Arbitrary<Predicate> = fc.letrec<{ any: Predicate; nested: Predicate }>((tie) => ({
  any: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leaf, tie("nested")),
  nested: fc.oneof(
    fc.record({ kind: fc.constantFrom("and" as const, "or" as const), of: fc.array(tie("any"), { maxLength: 4 }) }),
    fc.record({ kind: fc.constant("not" as const), of: tie("any") }),
  ),
})).any;

const facts = fc.record({
  transport: fc.constantFrom(null, "connect" as const, "reset" as const),
  sent: fc.boolean(),
  status: fc.constantFrom(0, 400, 429, 500),
  headers: fc.dictionary(fc.constantFrom("retry-after", "x-code"), texts, { noNullPrototype: true }),
  error: json,
  request: json,
  context: json,
  response: json,
  attempts: fc.nat(3),
  elapsedMs: fc.nat(3),
  committed: fc.boolean(),
});

describe("a predicate's generated code", () => {
  test("decides as the plain evaluation does, for any facts", () => {
    fc.assert(
      fc.property(predicates, fc.array(facts, { minLength: 1, maxLength: 8 }), (predicate, list) => {
        const decide = compiled(predicate);
        for (const one of list) expect(decide(one)).toBe(evaluate(predicate, one));
      }),
      { numRuns: 1500 },
    );
  });

  test("does not throw where a place holds a value of any kind", () => {
    const predicate: Predicate = {
      kind: "or",
      of: [
        equal(read("error", "code", "constructor", 0), "x"),
        { kind: "contains", left: read("error", "message"), text: "x", ignoreCase: true },
        { kind: "has", left: read("error"), value: "toString" },
        { kind: "is", operand: read("error", "items", 0, "length"), test: "not_empty" },
      ],
    };
    const decide = compiled(predicate);
    for (const error of [undefined, null, 1, "x", true, [], {}, [[]], () => 1, Symbol("s"), 1n, new Date(0)]) {
      expect(decide({ error })).toBe(false);
    }
  });

  test("does not take what a prototype holds for a field", () => {
    for (const name of ["constructor", "length", "toString", "__proto__", "at", "0"]) {
      const present = compiled({ kind: "is", operand: read("error", name), test: "present" });
      for (const error of [{}, ["a"], "text", 5]) expect(present({ error })).toBe(false);
      expect(present({ error: JSON.parse(`{${JSON.stringify(name)}: 1}`) })).toBe(true);
    }
  });

  test("reads a place once that is mentioned many times", () => {
    const code = read("error", "code");
    const text = textOf(
      all({ kind: "not", of: equal(code, "a") }, oneOf(code, "b", "c"), equal(read("error", "type"), "t")),
    );
    expect(text.match(/f\.error/g)).toHaveLength(1);
    expect(text.match(/\.code/g)).toHaveLength(1);
  });

  test("compares the status without looking at its kind", () => {
    expect(textOf(oneOf(read("status"), 401, 403))).toContain("status_ === 401 || status_ === 403");
  });

  test("looks a place up once that is compared with many values", () => {
    const values = Array.from({ length: 12 }, (_, index) => `code_${index}`);
    const code = read("error", "code");
    const text = textOf(all(oneOf(code, ...values), { kind: "not", of: oneOf(code, "code_3", "code_5", "code_6") }));
    expect(text).toContain("const code_number_ = numbers$1.get(f.error?.code) ?? 0;");
    expect(text).toContain("code_number_ >= 1 && code_number_ <= 12");
    expect(text).toContain("code_number_ === 4 || code_number_ === 6 || code_number_ === 7");
  });

  describe("texts that are looked for in a message", () => {
    const message = read("error", "message");
    const contains = (text: string): Predicate => ({ kind: "contains", left: message, text, ignoreCase: true });
    const either = (...of: readonly Predicate[]): Predicate => ({ kind: "or", of });
    const few = either(
      all(equal(read("status"), 400), either(...["A.b", "c"].map(contains))),
      contains("d|"),
      contains("E\u2028"),
    );
    /** So many that one pass over the message is made before all. */
    const many = either(few, ...Array.from({ length: 40 }, (_, at) => contains(`long words, number ${at}`)));

    test.each([
      ["few", few],
      ["many", many],
    ])("read it once: %s", (_title, predicate) => {
      expect(textOf(predicate).match(/f\.error/g)).toHaveLength(1);
      const decide = compiled(predicate);
      const at = (status: number, said: unknown) => decide({ status, error: { message: said } });
      expect(at(400, "xa.Bx")).toBe(true);
      expect(at(400, "xaab")).toBe(false);
      expect([at(500, "a.b"), at(500, "D|"), at(500, "d"), at(0, "e\u2028")]).toEqual([false, true, false, true]);
      expect([at(400, null), at(400, 5), at(400, [])]).toEqual([false, false, false]);
    });

    test("are found in whatever letters, and after a sieve too", () => {
      const decide = compiled(many);
      expect(textOf(many)).toContain("sieve");
      expect(textOf(few)).not.toContain("sieve");
      expect(decide({ error: { message: "So many LONG WORDS, NUMBER 39 of them" } })).toBe(true);
      expect(decide({ error: { message: "so many long words, number x" } })).toBe(false);
    });

    test("leave what a message begins with as it is", () => {
      const begins: Predicate = { kind: "starts_with", left: message, text: "<HTML", ignoreCase: true };
      for (const predicate of [either(begins, few), either(begins, many), either(many, begins)]) {
        const decide = compiled(predicate);
        expect(decide({ error: { message: "<Html><body>" } })).toBe(true);
        expect(decide({ error: { message: "see <html>" } })).toBe(false);
      }
    });

    test("are found where lower case is longer than the text", () => {
      const turkish = Array.from({ length: 30 }, (_, at) => contains(`i\u0307${String.fromCharCode(97 + at)}`));
      expect(compiled(either(...turkish))({ error: { message: "\u0130a" } })).toBe(true);
    });
  });

  test("refuses a number that no policy can hold", () => {
    expect(() => textOf(equal(read("error", "code"), Number.NaN))).toThrow(RangeError);
  });
});

test("the list of prototype names holds all that this engine has", () => {
  const prototypes = [Object, Array, String, Number, Boolean, Function].map((owner) => owner.prototype as object);
  const missing = prototypes
    .flatMap((prototype) => Object.getOwnPropertyNames(prototype))
    .filter((name) => !needsOwnRead(name));
  expect(missing).toEqual([]);
});
