import fc from "fast-check";
import { expect, test } from "vitest";
import { typeOf } from "../types/from-schema.ts";
import { admits } from "../types/relate.ts";
import { sampleOf, type Wanted } from "./sample.ts";

function leaf(...values: unknown[]): Wanted {
  return { kind: "leaf", values, avoid: [] };
}

function below(children: Readonly<Record<string, Wanted>>): Wanted {
  const entries = Object.entries(children).map(
    ([key, wanted]) => [/^\d+$/.test(key) ? Number(key) : key, wanted] as const,
  );
  return { kind: "below", children: new Map(entries) };
}

test("has what the schema requires and nothing else", () => {
  const schema = {
    type: "object",
    required: ["id", "count", "tags"],
    properties: {
      id: { type: "string", minLength: 3 },
      count: { type: "integer", minimum: 4 },
      tags: { type: "array", minItems: 2, items: { enum: ["a", "b"] } },
      note: { type: "string" },
    },
  };
  expect(sampleOf(typeOf(schema, ""), null).value).toEqual({ id: "xxx", count: 4, tags: ["a", "a"] });
});

test("puts what is wanted where it is wanted, also below optional fields and in later items", () => {
  const schema = {
    type: "object",
    properties: { choices: { type: "array", items: { type: "object", properties: { text: { type: "string" } } } } },
  };
  const sample = sampleOf(typeOf(schema, ""), below({ choices: below({ "1": below({ text: leaf("ok") }) }) }));
  expect(sample).toEqual({ value: { choices: [{}, { text: "ok" }] }, placed: 1 });
});

test("takes the member of a union that can hold what is wanted", () => {
  const schema = {
    anyOf: [
      { type: "null" },
      { type: "object", required: ["kind"], properties: { kind: { const: "a" } }, additionalProperties: false },
      { type: "object", required: ["kind"], properties: { kind: { const: "b" }, text: { type: ["null", "string"] } } },
    ],
  };
  expect(sampleOf(typeOf(schema, ""), below({ text: leaf("ok") })).value).toEqual({ kind: "b", text: "ok" });
});

test("takes another value of a closed list, but for those to avoid", () => {
  const wanted: Wanted = { kind: "leaf", values: ["stop"], avoid: ["length"] };
  expect(sampleOf(typeOf({ enum: ["length", "done"] }, ""), wanted)).toEqual({ value: "done", placed: 1 });
  expect(sampleOf(typeOf({ enum: ["length", "stop"] }, ""), wanted)).toEqual({ value: "stop", placed: 1 });
  expect(sampleOf(typeOf({ enum: ["length"] }, ""), wanted).placed).toBe(0);
});

test("builds objects and arrays where the schema says nothing", () => {
  const wanted = below({ choices: below({ "0": below({ text: leaf("ok") }) }) });
  expect(sampleOf(typeOf(true, ""), wanted).value).toEqual({ choices: [{ text: "ok" }] });
});

test("ends for a schema that demands itself", () => {
  const schema = {
    $ref: "#/$defs/node",
    $defs: {
      node: {
        type: "object",
        required: ["left", "right"],
        properties: { left: { $ref: "#/$defs/node" }, right: { $ref: "#/$defs/node" } },
      },
    },
  };
  expect(sampleOf(typeOf(schema, ""), null).value).toHaveProperty("left.left.right");
});

const scalar = fc.oneof(
  fc.record({ type: fc.constant("string"), minLength: fc.nat(5) }),
  fc.record({ type: fc.constant("integer"), minimum: fc.integer({ min: -9, max: 9 }) }),
  fc.record({ type: fc.constant("number"), exclusiveMinimum: fc.nat(9), maximum: fc.integer({ min: 11, max: 99 }) }),
  fc.record({ enum: fc.array(fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)), { minLength: 1 }) }),
);

const schemas = fc.letrec((again) => ({
  schema: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.record({ type: fc.constant("array"), minItems: fc.nat(2), items: again("schema") }),
    fc
      .dictionary(fc.constantFrom("a", "b", "c"), again("schema"))
      .map((properties) => ({ type: "object", properties, required: Object.keys(properties) })),
    fc.record({ anyOf: fc.array(again("schema"), { minLength: 1, maxLength: 3 }) }),
  ),
})).schema;

test("what it gives is a value of the type", () => {
  fc.assert(
    fc.property(schemas, (schema) => {
      const type = typeOf(schema, "");
      expect(admits(type, sampleOf(type, null).value)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
