import { describe, expect, test } from "vitest";
import { anyItem, fieldNames } from "./access.ts";
import { admits, closedValues, describe as inWords, kindsOf, rangeOf, without } from "./relate.ts";
import { at, of, words } from "./testing/places.ts";

describe("a type in words", () => {
  test.each([
    [true, "anything"],
    [{}, "anything"],
    [false, "nothing"],
    [{ type: "string" }, "text"],
    [{ type: ["string", "null"] }, "text or null"],
    [{ type: "string", minLength: 1 }, "text that is not empty"],
    [{ type: "string", minLength: 2, maxLength: 4 }, "text of 2 to 4 characters"],
    [{ type: "string", minLength: 3, maxLength: 3 }, "text of 3 characters"],
    [{ type: "string", maxLength: 1 }, "text of at most 1 character"],
    [{ type: "string", format: "date" }, "text in the form date"],
    [{ type: "integer", minimum: 0, maximum: 20 }, "a whole number from 0 to 20"],
    [{ type: "number", exclusiveMinimum: 0, maximum: 2 }, "a number above 0 and up to 2"],
    [{ type: "number", minimum: 1 }, "a number of at least 1"],
    [{ type: "number", exclusiveMaximum: 1 }, "a number below 1"],
    [{ type: "number", maximum: 1 }, "a number of at most 1"],
    [{ type: "number", multipleOf: 1 }, "a whole number"],
    [{ type: "number", multipleOf: 8 }, "a multiple of 8"],
    [{ type: "number", multipleOf: 0.5 }, "a number"],
    [{ type: "integer", multipleOf: 4, minimum: 6, exclusiveMaximum: 12 }, "8"],
    [{ allOf: [{ type: "number", multipleOf: 4 }, { multipleOf: 6 }] }, "a multiple of 12"],
    [{ type: "integer", exclusiveMinimum: 1, exclusiveMaximum: 2 }, "nothing"],
    [{ type: "number", exclusiveMinimum: 1, exclusiveMaximum: 2 }, "a number above 1 and below 2"],
    [{ type: "string", pattern: "^a" }, "text that matches ^a"],
    [{ type: "string", minLength: 2, pattern: "^a" }, "text of at least 2 characters that matches ^a"],
    [{ type: "string", minLength: 1, pattern: "^a" }, "text that is not empty and matches ^a"],
    [{ type: "string", enum: ["ab", "b"], pattern: "^a" }, '"ab"'],
    [{ type: "string", maxLength: 0 }, '""'],
    [{ type: "string", not: { const: "none" } }, 'text other than "none"'],
    [{ type: "integer", minimum: 0, not: { enum: [1, 2, -3] } }, "a whole number of at least 0 other than 1 or 2"],
    [{ enum: ["a", "b", "c"], not: { enum: ["b", "c"] } }, '"a"'],
    [{ type: "boolean", not: { const: true } }, "false"],
    [{ type: ["string", "null"], not: { type: "null" } }, "text"],
    [{ type: "integer", not: { minimum: 5 } }, "a whole number below 5"],
    [{ type: "string", not: { maxLength: 3 } }, "text of at least 4 characters"],
    [{ type: ["string", "array"], not: { minLength: 0 } }, "nothing"],
    [{ uniqueItems: true }, "anything"],
    [{ type: "boolean" }, "true or false"],
    [{ type: "array" }, "a list"],
    [{ type: "array", maxItems: 0 }, "an empty list"],
    [{ type: "object" }, "an object"],
    [{ const: "stop" }, '"stop"'],
    [{ enum: ["stop", "length", null] }, 'one of "stop", "length" or null'],
    [{ enum: ["stop", 1, true] }, 'one of "stop", 1, true'],
    [{ enum: [..."abcdefghij"] }, 'one of "a", "b", "c", "d", "e", "f", "g", "h" and 2 more'],
    [{ anyOf: [{ const: "a" }, { const: "b" }, { type: "array" }] }, 'one of "a", "b" or a list'],
    [{ anyOf: [{ type: "string" }, { enum: ["a"] }] }, "text"],
    [{ type: "string", enum: ["a", 1, null] }, '"a"'],
    [{ allOf: [{ minimum: 0 }, { type: "integer", maximum: 3 }] }, "a whole number from 0 to 3"],
    [{ allOf: [{ type: "string" }, { type: "number" }] }, "nothing"],
    [{ type: "number", minimum: 3, maximum: 2 }, "nothing"],
    [{ not: {} }, "nothing"],
    [{ not: { type: "string" } }, "null, true or false, a number, a list or an object"],
  ])("%j is %s", (schema, text) => expect(inWords(of(schema))).toBe(text));
});

describe("fields", () => {
  const schema = {
    type: "object",
    required: ["id", "extra"],
    properties: { id: { type: "string" }, note: { type: ["string", "null"] }, gone: false },
    patternProperties: { "^x-": { type: "integer" } },
    additionalProperties: { type: "boolean" },
  };

  test.each([
    ["id", "text"],
    ["note", "text or null?"],
    ["gone", "missing"],
    ["x-a", "a whole number?"],
    ["other", "true or false?"],
    ["extra", "true or false"],
    ["__proto__", "true or false?"],
  ])("%s is %s", (name, text) => expect(words(at(of(schema), name))).toBe(text));

  test("a field that the schema does not name has no place, and the names that it does give", () => {
    expect(at(of(schema), "nte")).toMatchObject({ place: null, candidates: ["id", "note", "extra"] });
    expect(at(of(schema), "id")).toMatchObject({ place: "/properties/id", candidates: [] });
  });

  test("a closed object has no other field, and says which it has", () => {
    const closed = of({ type: "object", properties: { a: true, b: true }, additionalProperties: false });
    expect(at(closed, "c")).toEqual({ kind: "missing", candidates: ["a", "b"] });
    expect(fieldNames(closed)).toEqual(["a", "b"]);
  });

  test("`additionalProperties` closes only the object that it stands in", () => {
    const type = of({
      allOf: [{ type: "object", properties: { a: {} }, additionalProperties: false }, { properties: { b: {} } }],
    });
    expect(words(at(type, "b"))).toBe("missing");
    const open = of({ allOf: [{ type: "object", properties: { a: {} } }, { properties: { b: { type: "null" } } }] });
    expect(words(at(open, "b"))).toBe("null?");
  });

  test("a field of some members of a union is optional, of none is missing, of no object is of the wrong kind", () => {
    const type = of({
      oneOf: [
        { type: "object", required: ["a"], properties: { a: { const: 1 } }, additionalProperties: false },
        { type: "object", required: ["a", "b"], properties: { a: { const: 2 }, b: {} }, additionalProperties: false },
      ],
    });
    expect(words(at(type, "a"))).toBe("one of 1, 2");
    expect(words(at(type, "b"))).toBe("anything?");
    expect(at(type, "c")).toEqual({ kind: "missing", candidates: ["a", "b"] });
    expect(words(at(of({ type: ["string", "null"] }), "a"))).toBe("wrong_kind");
    expect(words(at(of({ type: ["object", "null"], required: ["a"], properties: { a: {} } }), "a"))).toBe("anything?");
  });

  test("both sides of an intersection bind a field, by name, by pattern and by the rest", () => {
    const left = { type: "object", properties: { ab: { minimum: 0 } }, additionalProperties: { maximum: 9 } };
    const right = { patternProperties: { "^a": { type: "integer" } }, additionalProperties: { type: "number" } };
    const type = of({ allOf: [left, right] });
    expect(words(at(type, "ab"))).toBe("a whole number of at least 0?");
    expect(words(at(type, "other"))).toBe("a number of at most 9?");
  });

  test("a pattern of either side opens what that side closes", () => {
    const closed = { patternProperties: { "^x-": { type: "integer" } }, additionalProperties: false };
    for (const allOf of [
      [{ type: "object" }, closed],
      [{ type: "object", ...closed }, {}],
    ]) {
      expect(words(at(of({ allOf }), "x-b"))).toBe("a whole number?");
      expect(words(at(of({ allOf }), "b"))).toBe("missing");
    }
  });

  test("keywords and names are a schema's own, never what every object has", () => {
    expect(inWords(of(Object.create({ type: "string", enum: ["a"] })))).toBe("anything");
    const type = of({
      type: "object",
      properties: Object.create({ a: { type: "string" } }),
      additionalProperties: false,
    });
    expect(["a", "toString", "constructor", "__proto__"].map((name) => words(at(type, name)))).toEqual(
      Array(4).fill("missing"),
    );
    const named = of(
      JSON.parse('{ "type": "object", "required": ["__proto__"], "properties": { "__proto__": { "const": 1 } } }'),
    );
    expect(words(at(named, "__proto__"))).toBe("1");
    expect([admits(named, {}), admits(named, JSON.parse('{ "__proto__": 1 }'))]).toEqual([false, true]);
  });

  test("a pattern that could run for ever is not run", () => {
    const type = of({
      type: "object",
      patternProperties: { "(a+)+$": { type: "string" } },
      additionalProperties: { type: "null" },
    });
    expect(words(at(type, `${"a".repeat(40)}!`))).toBe("text or null?");
  });
});

describe("items", () => {
  test.each([
    [{ type: "array", items: { type: "string" } }, 0, "text?"],
    [{ type: "array", items: { type: "string" }, minItems: 1 }, 0, "text"],
    [{ type: "array", items: { type: "string" }, maxItems: 2 }, 2, "missing"],
    [{ type: "array", prefixItems: [{ const: 1 }], items: false }, 0, "1?"],
    [{ type: "array", prefixItems: [{ const: 1 }], items: false }, 1, "missing"],
    [{ type: "array", prefixItems: [{ const: 1 }] }, 1, "anything?"],
    [{ const: ["a", { b: 2 }] }, 0, '"a"'],
    [{ type: "object" }, 0, "wrong_kind"],
  ])("%j at %i is %s", (schema, index, text) => expect(words(at(of(schema), index))).toBe(text));

  test("inside of a constant", () => expect(words(at(of({ const: ["a", { b: 2 }] }), 1, "b"))).toBe("2"));

  test("any one of them", () => {
    expect(
      inWords(anyItem(of({ prefixItems: [{ const: "a" }], items: { type: "null" }, type: "array" })) ?? of(true)),
    ).toBe('"a" or null');
    expect(anyItem(of({ type: "string" }))).toBeNull();
  });
});

describe("references", () => {
  test("a tree is a type of finite size", () => {
    const tree = {
      type: "object",
      required: ["value"],
      properties: { value: { type: "number" }, left: { $ref: "#" }, right: { $ref: "#" } },
    };
    expect(words(at(of(tree), "left", "right", "left", "value"))).toBe("a number");
  });

  test("keywords beside a reference bind too", () => {
    const schema = { $defs: { one: { type: "integer", minimum: 0 } }, $ref: "#/$defs/one", maximum: 5 };
    expect(inWords(of(schema))).toBe("a whole number from 0 to 5");
  });

  test("escapes and percent signs", () => {
    const schema = { $defs: { "a/b~c d": { const: 1 } }, $ref: "#/$defs/a~1b~0c%20d" };
    expect(inWords(of(schema))).toBe("1");
  });

  test.each([
    ["#/$defs/none", "where nothing stands"],
    ["other.json", "which is not in this file"],
    ["https://example.com/x", "which is not in this file"],
    ["#anchor", "and no schema has that anchor"],
    ["#/%", "which is no place in a file"],
    ["##", "which is no place in a file"],
  ])("what %s is, is not known, and that is said", ($ref, why) =>
    expect(of({ $ref })).toEqual({ kind: "unknown", why: `its schema refers to ${$ref}, ${why}` }),
  );

  test("a reference counts from the schema around it that has an `$id`", () => {
    const inner = {
      $id: "https://example.com/inner",
      $defs: { x: { const: "inner" } },
      properties: { x: { $ref: "#/$defs/x" } },
    };
    const schema = { $defs: { x: { const: "outer" } }, properties: { inner } };
    expect(words(at(of(schema), "inner", "x"))).toBe('"inner"?');
  });

  test("circles and chains without an end are not known", () => {
    expect(of({ $ref: "#" }).kind).toBe("unknown");
    expect(of({ $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } }, $ref: "#/$defs/a" }).kind).toBe(
      "unknown",
    );
    const chain = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`d${n}`, { $ref: `#/$defs/d${n + 1}` }]));
    expect(of({ $defs: chain, $ref: "#/$defs/d0" }).kind).toBe("unknown");
  });
});

describe("questions", () => {
  test("closed values", () => {
    expect(closedValues(of({ enum: ["a", 1, null, true] }))).toEqual(["a", 1, null, true]);
    expect(closedValues(of({ type: "boolean" }))).toEqual([true, false]);
    expect(closedValues(of({ type: ["string", "null"] }))).toBeNull();
    expect(closedValues(of(false))).toEqual([]);
  });

  test("ranges", () => {
    expect(rangeOf(of({ anyOf: [{ type: "integer", minimum: 3 }, { enum: [-1.5, 2] }, { type: "null" }] }))).toEqual({
      min: -1.5,
      max: null,
      minExclusive: false,
      maxExclusive: false,
      integer: false,
    });
    expect(rangeOf(of({ type: "string" }))).toBeNull();
  });

  test("kinds, and a type less one of them", () => {
    expect([...kindsOf(of({ type: ["object", "null", "integer"] }))].sort()).toEqual(["null", "number", "object"]);
    expect(inWords(without(of({ type: ["string", "null"] }), "null"))).toBe("text");
    expect(kindsOf(of(false)).size).toBe(0);
  });

  test("a schema of another dialect is not known", () => {
    const schema = { $schema: "http://json-schema.org/draft-07/schema#", type: "string" };
    expect(of(schema)).toEqual({ kind: "unknown", why: "its schema is of another dialect" });
  });
});
