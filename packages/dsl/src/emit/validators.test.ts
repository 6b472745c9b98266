import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeValidators } from "./validators.ts";

function textOf(schema: unknown): string {
  const made = makeValidators([{ root: schema, pointer: "#" }]);
  if (made.kind === "failed") throw new Error(made.why);
  return made.text;
}

function validatorOf(schema: unknown): (value: unknown) => unknown {
  return new Function(`"use strict";\n${textOf(schema)}\nreturn fits$1;`)() as (value: unknown) => unknown;
}

/**
 * Ajv itself, as it runs by default but for what makes it an oracle here; null where it refuses the
 * schema. It gives null for a value that has no answer: a schema that asks itself about the same value.
 */
function oracleOf(schema: unknown): ((value: unknown) => boolean | null) | null {
  try {
    const ajv = new Ajv2020({
      strict: false,
      validateFormats: false,
      validateSchema: false,
      ownProperties: true,
      logger: false,
    });
    const validate = ajv.compile(schema as object);
    return (value) => {
      try {
        return validate(value);
      } catch {
        return null;
      }
    };
  } catch {
    return null;
  }
}

describe("a generated validator", () => {
  const names = fc.constantFrom("a", "b", "constructor", "x-c", 'q"', "");
  /** Ajv takes an empty name in `required` for one that is there; here it is missing. */
  const needed = fc.constantFrom("a", "b", "constructor", "x-c");
  const values: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, true, false, 0, 1, 2, 1.5, -1, "", "a", "ab", "\u{1f600}", "x-c"),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(names, tie("value"), { maxKeys: 3, noNullPrototype: true }),
    ),
  })).value;
  const counts = fc.nat(3);
  const schemas: fc.Arbitrary<unknown> = fc.letrec((tie) => {
    const schema = tie("schema");
    const list = fc.array(schema, { minLength: 1, maxLength: 3 });
    const map = fc.dictionary(names, schema, { maxKeys: 3, noNullPrototype: true });
    const types = fc.constantFrom("null", "boolean", "integer", "number", "string", "array", "object");
    return {
      schema: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        fc.boolean(),
        fc.record(
          {
            type: fc.oneof(types, fc.uniqueArray(types, { minLength: 1, maxLength: 3 })),
            enum: fc.uniqueArray(values, { minLength: 1, maxLength: 3 }),
            const: values,
            minimum: counts,
            multipleOf: fc.constantFrom(1, 0.5),
            minLength: counts,
            maxLength: counts,
            pattern: fc.constantFrom("^a", "b$"),
          },
          { requiredKeys: [] },
        ),
        fc.constant({ $ref: "#/$defs/again" }),
        fc.record({ anyOf: list, oneOf: list, allOf: list, not: schema }, { requiredKeys: [] }),
        fc
          .tuple(schema, schema, schema)
          .map((parts) => Object.fromEntries(["if", "then", "else"].map((keyword, index) => [keyword, parts[index]]))),
        fc.record(
          {
            items: schema,
            prefixItems: list,
            contains: schema,
            minContains: counts,
            maxContains: counts,
            minItems: counts,
            uniqueItems: fc.boolean(),
            unevaluatedItems: schema,
          },
          { requiredKeys: [] },
        ),
        fc.record(
          {
            properties: map,
            required: fc.uniqueArray(needed, { maxLength: 2 }),
            additionalProperties: schema,
            patternProperties: fc.dictionary(fc.constantFrom("^x", "a"), schema, { maxKeys: 2, noNullPrototype: true }),
            propertyNames: schema,
            minProperties: counts,
            maxProperties: counts,
            dependentRequired: fc.dictionary(names, fc.uniqueArray(needed, { maxLength: 2 }), {
              noNullPrototype: true,
            }),
            dependentSchemas: map,
            unevaluatedProperties: schema,
          },
          { requiredKeys: [] },
        ),
      ),
    };
  }).schema;

  test("answers as ajv does, for any schema and any value", () => {
    fc.assert(
      fc.property(schemas, schemas, fc.array(values, { minLength: 1, maxLength: 12 }), (schema, again, list) => {
        const root = { allOf: [schema], $defs: { again: { ...Object(again), title: "Again" } } };
        const oracle = oracleOf(root);
        fc.pre(oracle !== null);
        const fits = validatorOf(root);
        for (const value of list) {
          const expected = oracle?.(value) ?? null;
          if (expected !== null) expect(fits(value)).toBe(expected);
        }
      }),
      { numRuns: 100 },
    );
  });

  const suite = fileURLToPath(
    new URL("../../../../../shared/data/json-schema-test-suite/draft2020-12/", import.meta.url),
  );
  const files = existsSync(suite) ? readdirSync(suite).filter((name) => name.endsWith(".json")) : [];

  /** Remote documents, and what ajv itself cannot resolve. */
  const OUT_OF_REACH = /^(?:refRemote|dynamicRef|unevaluatedItems|unevaluatedProperties|vocabulary)\.json$/;

  test.skipIf(files.length === 0)("answers as the official tests say (skipped without ../shared/data)", () => {
    let tried = 0;
    const wrong: string[] = [];
    for (const name of files.filter((file) => !OUT_OF_REACH.test(file))) {
      const groups = JSON.parse(readFileSync(`${suite}${name}`, "utf8")) as {
        description: string;
        schema: unknown;
        tests: { description: string; data: unknown; valid: boolean }[];
      }[];
      for (const group of groups) {
        if (makeValidators([{ root: group.schema, pointer: "#" }]).kind === "failed") continue;
        const fits = validatorOf(group.schema);
        for (const one of group.tests) {
          tried++;
          if (fits(one.data) !== one.valid) wrong.push(`${name}: ${group.description}: ${one.description}`);
        }
      }
    }
    // A field that is itself named `__proto__` is not looked at, neither by ajv nor here.
    expect(wrong).toEqual([
      "properties.json: properties whose names are Javascript object property names: __proto__ not valid",
    ]);
    expect(tried).toBeGreaterThan(850);
  });

  test("collects no errors and needs nothing", () => {
    const text = textOf({
      properties: { a: { anyOf: [{ type: "string", minLength: 1 }, { const: { b: 1 } }] }, c: { uniqueItems: true } },
      required: ["a"],
    });
    expect(text).not.toMatch(/vErrors|instancePath|schemaPath|require\(|import |\beval\b|new Function/);
  });

  test("returns at once where the first error decides", () => {
    const text = textOf({ type: "object", required: ["a"], properties: { a: { type: "string" } } });
    expect(text).not.toContain("errors");
    expect(text).toContain('if (typeof data.a !== "string") return false;');
  });

  test("follows references from a schema inside a document to the document's root", () => {
    const root = {
      fbp: 1,
      response: { schema: { $ref: "#/$defs/tree" } },
      $defs: { tree: { items: { $ref: "#/$defs/tree" }, type: "array" } },
    };
    const made = makeValidators([{ root, pointer: "#/response/schema" }]);
    if (made.kind === "failed") throw new Error(made.why);
    const fits = new Function(`${made.text}\nreturn ${made.functions[0]};`)() as (value: unknown) => boolean;
    expect([fits([[], [[]]]), fits([[1]])]).toEqual([true, false]);
  });

  test("follows anchors and schemas with an `$id`, and a dynamic reference that can lead to one schema only", () => {
    const fits = validatorOf({
      properties: { a: { $ref: "#word" }, b: { $ref: "inner#whole" }, c: { $ref: "#word", $dynamicRef: "#short" } },
      $defs: {
        word: { $anchor: "word", type: "string" },
        inner: { $id: "inner", $defs: { whole: { $anchor: "whole", type: "integer" } } },
        short: { $dynamicAnchor: "short", maxLength: 1 },
      },
    });
    expect([
      fits({ a: "x", b: 1, c: "x" }),
      fits({ a: 1 }),
      fits({ b: 1.5 }),
      fits({ c: "xy" }),
      fits({ c: 1 }),
    ]).toEqual([true, false, false, false, false]);
  });

  test("says no to a value nested deeper than the stack", () => {
    const fits = validatorOf({
      $ref: "#/$defs/list",
      $defs: { list: { type: "array", items: { $ref: "#/$defs/list" } } },
    });
    const deep = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`) as unknown;
    expect(fits(deep)).toBe(false);
  });

  test("does not refuse a text for its format", () => {
    expect(validatorOf({ type: "string", format: "date-time" })("yesterday")).toBe(true);
    expect(validatorOf({ type: "string", format: "no such format" })("x")).toBe(true);
  });

  test("misses a field with an empty name", () => {
    expect(validatorOf({ required: [""] })({})).toBe(false);
  });

  test("knows an empty list of values that none is allowed", () => {
    expect(validatorOf({ enum: [] })(1)).toBe(false);
  });

  test.each([
    ["a reference to nowhere", { $ref: "#/$defs/none" }],
    ["a reference to another file", { $ref: "https://example.com/other.json" }],
    ["a pattern that is none", { pattern: "(" }],
    ["a keyword with a wrong value", { maxLength: "1); throw 1; (" }],
  ])("reports %s as data", (_, schema) => {
    expect(makeValidators([{ root: schema, pointer: "#" }])).toMatchObject({ kind: "failed", why: expect.any(String) });
  });
});

describe("hostile text in a schema", () => {
  const HOSTILE = [
    "*/globalThis.broken = 1;/*",
    '"];globalThis.broken = 1;//',
    "'+globalThis.broken+'",
    ["`$", "{globalThis.broken = 1}`"].join(""),
    "\u2028globalThis.broken = 1",
    "</script><script>globalThis.broken = 1</script>",
    "\\",
    "\n}globalThis.broken = 1;{",
    "validate0.errors = [{}];",
    "const err0 = {};",
    "\u00a70\u00a7",
    "__proto__",
    "constructor",
  ];

  test.each(HOSTILE)("stays text: %j", (text) => {
    const schema = {
      $id: `http://example.com/${text.replace(/[^!-~]|\\/g, "")}`,
      properties: { [text]: { const: text }, a: { enum: [text, { [text]: text }] }, b: { type: "string" } },
      required: ["b"],
      patternProperties: { [`^zz${text.replace(/[^A-Za-z ;=]/g, ".")}$`]: { type: "string" } },
    };
    const fits = validatorOf(schema);
    expect(fits({ b: "x", a: text })).toBe(true);
    expect(fits({ b: "x", a: JSON.parse(`{${JSON.stringify(text)}: ${JSON.stringify(text)}}`) as unknown })).toBe(true);
    expect(fits({ b: "x", a: "other" })).toBe(false);
    expect(fits({})).toBe(false);
    if (text !== "__proto__") expect(fits(JSON.parse(`{"b": "x", ${JSON.stringify(text)}: "other"}`))).toBe(false);
    expect("broken" in globalThis).toBe(false);
    expect(textOf(schema)).not.toMatch(/<\/|[\u2028\u2029]/);
  });
});
