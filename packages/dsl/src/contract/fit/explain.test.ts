import { describe, expect, test } from "vitest";
import { AjvTruth } from "../../emit/schema-truth.ts";
import { explain } from "./explain.ts";
import { shownPointer } from "./wants.ts";

/** The slips of a value: place, what was found, what is wanted, and where the schema says so. */
function slips(schema: unknown, value: unknown, $defs: object = {}): string[] {
  const truth = new AjvTruth({ schema, $defs });
  return explain(truth, "/schema", value).map(
    (slip) => `${slip.kind} ${shownPointer(slip.at) || "·"}: ${slip.found} | ${slip.wants.join(", ")} | ${slip.schema}`,
  );
}

describe("one keyword", () => {
  test.each<[string, unknown, unknown, string]>([
    ["a kind", { type: "string" }, 5, "kind ·: a whole number | text | /schema/type"],
    ["kinds", { type: ["string", "null"] }, [], "kind ·: an empty list | text, null | /schema/type"],
    ["a listed word", { enum: ["stop", "length"] }, "eos", 'value ·: "eos" | "stop", "length" | /schema/enum'],
    ["a kind where words are listed", { enum: ["a"] }, { b: 1 }, 'value ·: an object | "a" | /schema/enum'],
    ["a constant", { const: "chunk" }, "done", 'value ·: "done" | "chunk" | /schema/const'],
    ["a bound", { maximum: 2 }, 3.5, "bounds ·: 3.5 | at most 2 | /schema/maximum"],
    ["a length", { minLength: 2 }, "😀", "bounds ·: text of 1 character | at least 2 characters | /schema/minLength"],
    ["a number of items", { maxItems: 1 }, [1, 2], "bounds ·: a list of 2 items | at most 1 item | /schema/maxItems"],
    ["a pattern", { pattern: "^a" }, "b", "bounds ·: other text | what its pattern says | /schema/pattern"],
    [
      "items twice",
      { uniqueItems: true },
      [1, 1],
      "bounds ·: a list with an item twice | each item once | /schema/uniqueItems",
    ],
    ["a missing field", { required: ["id"] }, {}, "missing /id: missing |  | /schema/required"],
    [
      "a field too many",
      { additionalProperties: false },
      { more: 1 },
      "extra /more: there |  | /schema/additionalProperties",
    ],
    [
      "a forbidden field",
      { properties: { name: false } },
      { name: 1 },
      "extra /name: there |  | /schema/properties/name",
    ],
    ["a forbidden form", { not: { type: "null" } }, null, "forms ·: null | anything but this form | /schema/not"],
    [
      "a field that another asks for",
      { dependentRequired: { a: ["b"] } },
      { a: 1 },
      "missing /b: missing |  | /schema/dependentRequired",
    ],
    [
      "an item that is not there",
      { contains: { const: 1 } },
      [2],
      "forms ·: a list | at least 1 of a certain item, not 0 | /schema/contains",
    ],
    [
      "a name of a field",
      { propertyNames: { maxLength: 2 } },
      { long: 1 },
      "extra /long: there |  | /schema/propertyNames",
    ],
  ])("%s", (_, schema, value, slip) => expect(slips(schema, value)).toEqual([slip]));
});

describe("the way down to what is at fault", () => {
  test("through fields, items and references, to the schema that says so", () => {
    const schema = { properties: { list: { type: "array", items: { $ref: "#/$defs/one" } } } };
    expect(slips(schema, { list: [{ n: 1 }, { n: "x" }] }, { one: { properties: { n: { type: "number" } } } })).toEqual(
      ["kind /list/1/n: text | a number | /$defs/one/properties/n/type"],
    );
  });

  test("through tuples, patterns of names, conditions and dependent schemas", () => {
    expect(slips({ prefixItems: [{ type: "null" }], items: { type: "string" } }, [null, 1])).toEqual([
      "kind /1: a whole number | text | /schema/items/type",
    ]);
    expect(slips({ patternProperties: { "^x-": { type: "string" } } }, { "x-a": 1 })).toEqual([
      "kind /x-a: a whole number | text | /schema/patternProperties/^x-/type",
    ]);
    expect(slips({ if: { required: ["z"] }, else: { required: ["b"] } }, { a: 1 })).toEqual([
      "missing /b: missing |  | /schema/else/required",
    ]);
    expect(slips({ dependentSchemas: { a: { properties: { b: { type: "null" } } } } }, { a: 1, b: 2 })).toEqual([
      "kind /b: a whole number | null | /schema/dependentSchemas/a/properties/b/type",
    ]);
  });

  test("each of several causes, and one that two schemas share only once", () => {
    const part = { properties: { a: { type: "string" } } };
    expect(slips({ allOf: [part, part], required: ["b"] }, { a: 1 })).toEqual([
      "missing /b: missing |  | /schema/required",
      "kind /a: a whole number | text | /schema/allOf/0/properties/a/type",
    ]);
  });

  test("a keyword that is not looked into is told at its own schema", () => {
    expect(slips({ properties: { a: true }, unevaluatedProperties: false }, { a: 1, b: 2 })).toEqual([
      "forms ·: an object | only another form | /schema",
    ]);
  });
});

describe("of several forms", () => {
  test("kinds and words are told together", () => {
    expect(slips({ anyOf: [{ type: "string" }, { type: "null" }] }, 5)).toEqual([
      "kind ·: a whole number | text, null | /schema/anyOf",
    ]);
    expect(slips({ anyOf: [{ enum: ["none", "auto"] }, { type: "object" }] }, "all")).toEqual([
      'value ·: "all" | "none", "auto", an object | /schema/anyOf',
    ]);
  });

  const parts = {
    oneOf: [
      { required: ["type", "text"], properties: { type: { const: "text" }, text: { type: "string" } } },
      { required: ["type", "url"], properties: { type: { const: "image" }, url: { type: "string" } } },
      { type: "string" },
    ],
  };

  test("the one whose telling field fits is meant", () => {
    expect(slips(parts, { type: "image" })).toEqual(["missing /url: missing |  | /schema/oneOf/1/required"]);
    // Also where another form has no more slips.
    expect(slips(parts, { type: "image", text: "a cat" })).toEqual([
      "missing /url: missing |  | /schema/oneOf/1/required",
    ]);
    expect(slips(parts, { type: "image", url: 5 })).toEqual([
      "kind /url: a whole number | text | /schema/oneOf/1/properties/url/type",
    ]);
  });

  test("a telling field that fits none is what is told", () => {
    expect(slips(parts, { type: "audio", data: "…" })).toEqual([
      'value /type: "audio" | "text", "image" | /schema/oneOf',
    ]);
  });

  test("without a telling field the form with the fewest slips is meant", () => {
    const forms = { anyOf: [{ required: ["a", "b", "c"] }, { required: ["a", "d"] }] };
    expect(slips(forms, { a: 1 })).toEqual(["missing /d: missing |  | /schema/anyOf/1/required"]);
  });

  test("more than one of oneOf is told as such", () => {
    expect(slips({ oneOf: [{ type: "number" }, { minimum: 1 }] }, 5)).toEqual([
      "forms ·: a whole number | exactly one of 2 forms, not 2 at once | /schema/oneOf",
    ]);
  });
});

describe("bounds", () => {
  test("a list of wrong items gives a few slips", () => {
    expect(
      slips(
        { items: { type: "null" } },
        Array.from({ length: 10_000 }, () => 1),
      ),
    ).toHaveLength(20);
  });

  test("a value that overflows a recursive schema does not fit, and is told once", () => {
    let value: unknown = null;
    for (let depth = 0; depth < 50_000; depth++) value = [value];
    const truth = new AjvTruth({ schema: { items: { $ref: "#/schema" } } });
    expect(truth.fits("/schema", value)).toBe(false);
  });
});

test("what fits has no slips", () => {
  expect(slips({ type: "object", required: ["a"] }, { a: 1 })).toEqual([]);
  expect(slips(true, 1)).toEqual([]);
});

test("what is __proto__ to JavaScript is a field like any other", () => {
  const value: unknown = JSON.parse('{ "__proto__": { "a": 1 }, "constructor": 1 }');
  expect(slips({ required: ["toString"] }, value)).toEqual(["missing /toString: missing |  | /schema/required"]);
  expect(slips({ properties: { constructor: { type: "string" } } }, value)).toEqual([
    "kind /constructor: a whole number | text | /schema/properties/constructor/type",
  ]);
});
