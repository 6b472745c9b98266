import { describe, expect, test } from "vitest";
import { fieldNames } from "./access.ts";
import { admits, closedValues, describe as inWords } from "./relate.ts";
import { at, of, words } from "./testing/places.ts";

/** An object with a field `then` might be taken for a promise. */
function when(condition: unknown, [keyword, consequence]: readonly [string, unknown]): object {
  return { if: condition, [keyword]: consequence };
}

describe("bounds", () => {
  const field = (name: string, schema: unknown = {}) => ({
    type: "object",
    required: [name],
    properties: { [name]: schema },
  });

  test("unions that multiply stay small, and hold what they held", () => {
    const branch = (name: string) => ({ anyOf: Array.from({ length: 40 }, (_, n) => field(`${name}${n}`)) });
    const type = of({ allOf: [branch("a"), branch("b"), branch("c")] });
    expect(type.kind === "union" ? type.of.length : 1).toBeLessThanOrEqual(64);
    expect(admits(type, { a1: 1, b2: 2, c3: 3 })).toBe(true);
    expect(fieldNames(type)).toContain("c39");
  });

  test("alternatives that are too many to tell apart are taken together, and keep what all of them have", () => {
    const branches = Array.from({ length: 100 }, (_, n) => ({
      type: "object",
      required: ["kind", `own${n}`],
      properties: { kind: { const: `k${n}` }, [`own${n}`]: { type: "integer" } },
      additionalProperties: false,
    }));
    const type = of({ anyOf: branches });
    expect(type.kind).toBe("object");
    const kind = at(type, "kind");
    expect(kind).toMatchObject({ kind: "found", optional: false, place: "/anyOf/0/properties/kind" });
    expect(kind.kind === "found" ? closedValues(kind.type) : null).toHaveLength(100);
    expect(words(at(type, "own7"))).toBe("a whole number?");
    expect(words(at(type, "none"))).toBe("missing");
  });

  test("and what their patterns and their rests let through", () => {
    const branch = (n: number, rest: unknown) => ({
      type: "object",
      required: [`own${n}`],
      patternProperties: { [`^x${n}-`]: { type: "integer" }, "^own": { type: "string" } },
      additionalProperties: rest,
    });
    const type = of({ anyOf: Array.from({ length: 100 }, (_, n) => branch(n, n === 99 ? { type: "null" } : false)) });
    expect(type.kind).toBe("object");
    expect(words(at(type, "x7-a"))).toBe("a whole number, text or null?");
    expect(words(at(type, "own7"))).toBe("text?");
    const closed = of({
      anyOf: Array.from({ length: 100 }, (_, n) => ({ ...branch(n, false), patternProperties: {} })),
    });
    expect(closed.kind).toBe("never");
  });

  test("so many conditions at once only widen", () => {
    const conditions = Array.from({ length: 40 }, (_, n) =>
      when({ required: [`a${n}`] }, ["then", { required: [`b${n}`] }]),
    );
    const type = of({ type: "object", properties: { x: { type: "string" } }, required: ["x"], allOf: conditions });
    expect(words(at(type, "x"))).toBe("text");
    expect(admits(type, { x: "", a1: 1, b1: 1 })).toBe(true);
  });

  test("a field that thousands of schemas describe is read without an end of the stack", () => {
    const type = of({
      allOf: Array.from({ length: 20_000 }, (_, n) => field("a", { minimum: n % 3, type: "number" })),
    });
    expect(words(at(type, "a"))).toBe("a number of at least 2");
    let nested: object = field("a", { type: "number" });
    for (let level = 0; level < 50; level++)
      nested = { allOf: [nested, field("a", { minimum: level, type: "number" })] };
    expect(words(at(of(nested), "a"))).toBe("a number of at least 49");
  });

  test("what is passed over may have looked at a field", () => {
    const allOf = Array.from({ length: 300 }, (_, n) => ({ properties: { [`a${n}`]: { type: "string" } } }));
    const type = of({ type: "object", allOf, unevaluatedProperties: false });
    expect(words(at(type, "a0"))).toBe("text?");
    expect(words(at(type, "a299"))).toBe("anything?");
    expect(words(at(of({ type: "object", allOf: allOf.slice(0, 200), unevaluatedProperties: false }), "a299"))).toBe(
      "missing",
    );
  });

  test("schemas that grow at every level are read in bounded work", () => {
    const level = (n: number) => ({
      oneOf: [
        { allOf: [{ $ref: `#/$defs/d${n + 1}` }, field(`a${n}`)] },
        { anyOf: [{ $ref: `#/$defs/d${n + 1}` }, field(`b${n}`)] },
        { ...when({ $ref: `#/$defs/d${n + 1}` }, ["then", field(`c${n}`)]), unevaluatedProperties: false },
        { not: { $ref: `#/$defs/d${n + 1}` } },
      ],
    });
    const $defs = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`d${n}`, level(n)]));
    const type = of({ $defs: { ...$defs, d30: { type: "object" } }, $ref: "#/$defs/d0" });
    expect(["union", "unknown", "object"]).toContain(type.kind);
  });

  test("wide objects in many branches are combined until it is too much", () => {
    const wide = (name: string) => ({
      properties: Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`${name}${n}`, { type: "string" }])),
    });
    const branches = (n: number) => ({ anyOf: Array.from({ length: 16 }, (_, m) => wide(`${n}-${m}-`)) });
    const type = of({ type: "object", allOf: Array.from({ length: 10 }, (_, n) => branches(n)) });
    expect(admits(type, {})).toBe(true);
  });

  test("what refuses itself is not known", () => {
    expect(of({ not: { $ref: "#" } }).kind).toBe("unknown");
    expect(admits(of({ oneOf: [{ $ref: "#" }, { required: ["a"] }] }), 1)).toBe(true);
  });

  test("a long list of words is one type", () => {
    const words = Array.from({ length: 10_000 }, (_, n) => `w${n}`);
    expect(closedValues(of({ enum: words }))).toHaveLength(10_000);
    expect(closedValues(of({ anyOf: words.slice(0, 500).map((word) => ({ const: word })) }))).toHaveLength(500);
  });

  test("many definitions that use each other twice are read once each", () => {
    const levels = Array.from({ length: 40 }, (_, n) => [
      `d${n}`,
      { allOf: [{ $ref: `#/$defs/d${n + 1}` }, { $ref: `#/$defs/d${n + 1}` }] },
    ]);
    const schema = { $defs: { ...Object.fromEntries(levels), d40: { type: "string" } }, $ref: "#/$defs/d0" };
    expect(inWords(of(schema))).toBe("text");
  });
});
