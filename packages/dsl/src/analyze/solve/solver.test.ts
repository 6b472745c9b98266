import { describe, expect, it } from "vitest";
import type { Operand, Predicate, Read, Scalar } from "../../check/model.ts";
import { typeOf } from "../../types/from-schema.ts";
import { type Demand, Solver } from "./solver.ts";

function place(...segments: readonly (string | number)[]): Read {
  return { kind: "read", from: "request", segments, type: { kind: "unknown", why: "of a test" }, optional: true };
}

function value(of: Scalar): Operand {
  return { kind: "value", value: of };
}

type Operator = Extract<Predicate, { kind: "compare" }>["operator"];

function compare(left: Operand, operator: Operator, right: Operand): Predicate {
  return { kind: "compare", operator, left, right };
}

function is(operand: Read, test: "absent" | "present" | "empty" | "not_empty"): Predicate {
  return { kind: "is", operand, test };
}

function yes(...predicates: readonly Predicate[]): readonly Demand[] {
  return predicates.map((predicate) => ({ predicate, held: true }));
}

function no(...predicates: readonly Predicate[]): readonly Demand[] {
  return predicates.map((predicate) => ({ predicate, held: false }));
}

/** The request that is found, or what else the solver says. */
function solve(schema: unknown, demands: readonly Demand[]): unknown {
  const solution = new Solver([{ request: { type: typeOf(schema, ""), optional: false } }]).solve(demands);
  return solution.kind === "yes" ? solution.facts.request : solution.kind;
}

function record(properties: Readonly<Record<string, unknown>>, required: readonly string[] = []): unknown {
  return { type: "object", properties, required, additionalProperties: false };
}

const A = place("a");
const B = place("b");

describe("numbers", () => {
  const whole = record({ a: { type: "integer" } });
  const any = record({ a: { type: "number" } });

  it("are whole where the type says so", () => {
    const between = yes(compare(A, ">", value(3)), compare(A, "<", value(4)));
    expect(solve(whole, between)).toBe("no");
    expect(solve(any, between)).toEqual({ a: 3.5 });
    expect(solve(whole, yes(compare(A, ">", value(3)), compare(A, "<", value(5))))).toEqual({ a: 4 });
  });

  it("keep to steps, bounds and exceptions", () => {
    const stepped = record({ a: { type: "integer", multipleOf: 5, minimum: 1, maximum: 12, not: { const: 10 } } });
    expect(solve(stepped, yes(is(A, "present")))).toEqual({ a: 5 });
    expect(solve(stepped, yes(compare(A, ">", value(5))))).toBe("no");
  });

  it("that are ruled out one by one leave the others", () => {
    const few = record({ a: { type: "integer", minimum: 0, maximum: 3 } }, ["a"]);
    const others = (...values: readonly number[]) => no(...values.map((one) => compare(A, "==", value(one))));
    expect(solve(few, others(0, 1, 3))).toEqual({ a: 2 });
    expect(solve(few, others(0, 1, 2, 3))).toBe("no");
  });

  it("lie between two neighbours of a double, or not", () => {
    const next = 1 + Number.EPSILON;
    expect(solve(any, yes(compare(A, ">", value(1)), compare(A, "<", value(next))))).toBe("no");
    expect(solve(any, yes(compare(A, ">", value(1)), compare(A, "<=", value(next))))).toEqual({ a: next });
  });
});

describe("texts", () => {
  it("are taken from a closed list", () => {
    const tier = record({ a: { enum: ["free", "paid", "trial"] } }, ["a"]);
    expect(solve(tier, no(compare(A, "==", value("free")), compare(A, "==", value("trial"))))).toEqual({ a: "paid" });
    expect(
      solve(tier, yes({ kind: "contains", left: A, text: "e", ignoreCase: false }, compare(A, "==", value("paid")))),
    ).toBe("no");
  });

  it("keep to the lengths of the type", () => {
    const short = record({ a: { type: "string", minLength: 3, maxLength: 4 } });
    const begins = (text: string): Predicate => ({ kind: "starts_with", left: A, text, ignoreCase: false });
    expect(solve(short, yes(begins("ab")))).toEqual({ a: "abx" });
    expect(solve(short, yes(begins("abcde")))).toBe("no");
  });

  it("fit a pattern, or nothing is said", () => {
    const shaped = record({ a: { type: "string", pattern: "^[a-z]+-[0-9]+$" } });
    expect(solve(shaped, yes(compare(A, "==", value("model-7"))))).toEqual({ a: "model-7" });
    expect(solve(shaped, yes(compare(A, "==", value("model"))))).toBe("no");
    expect(solve(shaped, yes(is(A, "present")))).toBe("unknown");
  });
});

describe("places", () => {
  it("are absent where nothing asks for them", () => {
    expect(solve(record({ a: { type: "string" } }), no(compare(A, "==", value("x"))))).toEqual({});
  });

  it("that must be there are filled with the smallest that fits", () => {
    const deep = record({
      a: record({ b: { type: "array", items: record({ c: { type: "string" } }, ["c"]), minItems: 2 } }, ["b"]),
    });
    expect(solve(deep, yes(is(A, "present")))).toEqual({ a: { b: [{ c: "x" }, { c: "x" }] } });
  });

  it("hold null where the type has nothing else for absent", () => {
    expect(solve(record({ a: { type: ["string", "null"] } }, ["a"]), yes(is(A, "absent")))).toEqual({ a: null });
    expect(solve(record({ a: { type: "string" } }, ["a"]), yes(is(A, "absent")))).toBe("no");
  });

  it("need something around them", () => {
    const inside = yes(compare(place("a", "b"), "==", value(1)));
    expect(solve(record({ a: {} }), inside)).toEqual({ a: { b: 1 } });
    expect(solve(record({ a: {} }), [...inside, ...no(is(A, "present"))])).toBe("no");
    expect(solve(record({ a: { type: "array" } }), inside)).toBe("no");
  });

  it("are told apart by the member of a union that fits all of them", () => {
    const either = {
      anyOf: [
        record({ kind: { const: "text" }, size: { type: "integer", maximum: 9 } }, ["kind", "size"]),
        record({ kind: { const: "image" }, size: { type: "integer", minimum: 100 } }, ["kind", "size"]),
      ],
    };
    const asked = (kind: string) =>
      yes(compare(place("kind"), "==", value(kind)), compare(place("size"), ">", value(50)));
    expect(solve(either, asked("image"))).toEqual({ kind: "image", size: 100 });
    expect(solve(either, asked("text"))).toBe("no");
  });
});

describe("lists and objects", () => {
  const has = (left: Read, of: Scalar): Predicate => ({ kind: "has", left, value: of });

  it("hold what is asked for, and nothing that is ruled out", () => {
    const tags = record({ a: { type: "array", items: { enum: ["x", "y", "z"] }, maxItems: 2 } });
    expect(solve(tags, yes(has(A, "y"), has(A, "x")))).toEqual({ a: ["y", "x"] });
    expect(solve(tags, yes(has(A, "y"), has(A, "x"), has(A, "z")))).toBe("no");
    expect(solve(tags, [...yes(is(A, "not_empty")), ...no(has(A, "x"), has(A, "y"))])).toEqual({ a: ["z"] });
    expect(solve(tags, [...yes(is(A, "not_empty")), ...no(has(A, "x"), has(A, "y"), has(A, "z"))])).toBe("no");
  });

  it("put each item where its place allows it", () => {
    const pair = record({ a: { type: "array", prefixItems: [{ const: "first" }], items: { type: "integer" } } });
    expect(solve(pair, yes(has(A, 7)))).toEqual({ a: ["first", 7] });
    expect(solve(pair, [...yes(has(A, 7)), ...yes(compare(place("a", 1), "==", value(3)))])).toEqual({
      a: ["first", 3, 7],
    });
  });

  it("have a field exactly where it is there", () => {
    const open = record({ a: { type: "object" } });
    expect(solve(open, [...yes(has(A, "b")), ...no(is(place("a", "b"), "present"))])).toBe("no");
    expect(solve(open, yes(has(A, "b"), compare(place("a", "b"), ">", value(2))))).toEqual({ a: { b: 3 } });
  });

  it("are empty or not, each in its own way", () => {
    const any = record({ a: { type: ["array", "object", "string"] } });
    const asked = [...yes(is(A, "empty"), is(A, "present"))];
    expect(["", [], {}]).toContainEqual((solve(any, asked) as { a: unknown }).a);
    expect(solve(record({ a: { type: "array", minItems: 1 } }), asked)).toBe("no");
    expect(solve(record({ a: { type: "integer" } }), asked)).toBe("no");
    expect(solve(record({ a: { type: "object", maxProperties: 0 } }), yes(is(A, "not_empty")))).toBe("no");
    expect(solve(record({ a: record({ b: { type: "integer" } }) }), yes(is(A, "not_empty")))).toEqual({ a: { b: 0 } });
    expect(
      solve(record({ a: { type: "object", additionalProperties: { const: 1 } } }), yes(is(A, "not_empty"))),
    ).toEqual({
      a: { x: 1 },
    });
  });
});

describe("two places", () => {
  const two = (a: unknown, b: unknown) => record({ a, b }, ["a", "b"]);
  const whole = (minimum: number, maximum: number) => ({ type: "integer", minimum, maximum });

  it("stand in order where their ranges let them", () => {
    expect(solve(two(whole(0, 5), whole(5, 9)), yes(compare(A, ">=", B)))).toEqual({ a: 5, b: 5 });
    expect(solve(two(whole(0, 5), whole(5, 9)), yes(compare(A, ">", B)))).toBe("no");
  });

  it("make a chain, and no circle", () => {
    const three = record({ a: { type: "number" }, b: { type: "number" }, c: { type: "number" } });
    const C = place("c");
    expect(solve(three, yes(compare(A, "<", B), compare(B, "<", C), compare(C, "<", A)))).toBe("no");
    const found = solve(
      three,
      yes(compare(A, "<", B), compare(B, "<", C), compare(C, "<", value(1)), compare(A, ">", value(0))),
    );
    expect(found).toMatchObject({ a: expect.any(Number) });
  });

  it("are unlike when there are values enough", () => {
    const flag = { type: "boolean" };
    const C = place("c");
    const unlike = yes(compare(A, "!=", B), compare(B, "!=", C), compare(A, "!=", C));
    expect(solve(record({ a: flag, b: flag, c: flag }), unlike)).toBe("no");
    expect(solve(record({ a: flag, b: flag, c: { enum: [true, "third"] } }), unlike)).not.toBe("no");
  });

  it("that are not equal need not be there", () => {
    expect(solve(record({ a: { type: "string" }, b: { type: "string" } }), no(compare(A, "==", B)))).toEqual({});
    expect(solve(two({ const: "x" }, { const: "x" }), no(compare(A, "==", B)))).toBe("no");
  });

  it("are one: a place is always equal to itself", () => {
    expect(solve(record({ a: { type: "object" } }), yes(compare(A, "==", A)))).toEqual({ a: {} });
    expect(solve(record({ a: { type: "string" } }), yes(compare(A, "<=", A)))).toBe("no");
  });
});

describe("many alternatives", () => {
  it("are taken back where they lead to nothing", () => {
    const [a, b, c] = [compare(A, "==", value(1)), compare(B, "==", value("x")), compare(place("c"), "==", value("y"))];
    const other = compare(A, "==", value(2));
    const or = (...of: readonly Predicate[]): Predicate => ({ kind: "or", of });
    const schema = record({ a: { enum: [1, 2] }, b: { enum: ["x", "z"] }, c: { enum: ["y", "z"] } });
    const asked = yes(or(a, b), or(other, c), or({ kind: "not", of: c }, b), or({ kind: "not", of: b }, other));
    expect(solve(schema, asked)).toEqual({ a: 2, b: "x" });
    expect(solve(schema, [...asked, ...no(other)])).toBe("no");
  });

  it("are gone through without trying all combinations", () => {
    const fields = Array.from({ length: 40 }, (_, index) => `f${index}`);
    const schema = record(Object.fromEntries(fields.map((name) => [name, { enum: ["x", "y"] }])), fields);
    const each = fields.map(
      (name, index): Predicate => ({
        kind: "or",
        of: [
          compare(place(name), "==", value("y")),
          compare(place(fields[(index + 1) % fields.length] ?? ""), "==", value("y")),
        ],
      }),
    );
    expect(solve(schema, yes(...each))).toMatchObject({ f0: expect.any(String) });
    expect(
      solve(schema, [...yes(...each), ...no(...fields.map((name) => compare(place(name), "==", value("y"))))]),
    ).toBe("no");
  });
});
