import { describe, expect, test } from "vitest";
import { convertLevel, type Remarks } from "./convert.ts";

function convert(schema: Readonly<Record<string, unknown>>, descriptions = true) {
  const said: string[] = [];
  const remarks: Remarks = {
    pattern: (keyword) => said.push(keyword),
    secret: (keyword) => said.push(`secret in ${keyword}`),
  };
  const made = convertLevel(schema, descriptions, (_, __, inner) => inner, remarks);
  return said.length === 0 ? made : { ...made, said };
}

test.each<[string, Readonly<Record<string, unknown>>, unknown]>([
  ["null beside a type", { type: "string", nullable: true }, { type: ["string", "null"] }],
  ["null that was there already", { type: ["string", "null"], nullable: true }, { type: ["string", "null"] }],
  ["no null", { type: "string", nullable: false }, { type: "string" }],
  [
    "null among words",
    { type: "string", enum: ["a"], nullable: true },
    { type: ["string", "null"], enum: ["a", null] },
  ],
  ["null among words without a type", { enum: ["a", null], nullable: true }, { enum: ["a", null] }],
  [
    "null beside forms",
    { anyOf: [{ type: "string" }], nullable: true },
    { anyOf: [{ type: "string" }, { type: "null" }] },
  ],
  [
    "null beside one reference in a list",
    { allOf: [{ $ref: "#/a" }], nullable: true, description: "which" },
    { description: "which", anyOf: [{ $ref: "#/a" }, { type: "null" }] },
  ],
  ["null of anything", { nullable: true, description: "any" }, { description: "any" }],
  ["a flag that makes a bound exclusive", { minimum: 0, exclusiveMinimum: true }, { exclusiveMinimum: 0 }],
  ["a flag that does not", { maximum: 2, exclusiveMaximum: false }, { maximum: 2 }],
  ["an exclusive bound of 3.1", { exclusiveMinimum: 0 }, { exclusiveMinimum: 0 }],
  ["a flag without a bound", { exclusiveMinimum: true }, {}],
  ["an example", { type: "string", example: "a" }, { type: "string", examples: ["a"] }],
  ["an example beside examples", { example: "a", examples: ["b"] }, { examples: ["b"] }],
  [
    "what only OpenAPI knows",
    { type: "object", discriminator: {}, xml: {}, externalDocs: {}, "x-order": 1 },
    { type: "object" },
  ],
  ["names of places", { $id: "a", $anchor: "b", $schema: "c", $defs: { d: true }, title: "t" }, { title: "t" }],
  [
    "fields of answers alone, and of requests alone",
    {
      required: ["id", "key", "name", "name"],
      properties: { id: { readOnly: true }, key: { writeOnly: true }, name: {} },
    },
    { required: ["name"], properties: { id: { readOnly: true }, key: { writeOnly: true }, name: {} } },
  ],
  ["a flag of an older draft", { required: true, type: "string" }, { type: "string" }],
  ["one schema of allOf", { allOf: [{ type: "string" }], description: "d" }, { type: "string", description: "d" }],
  [
    "allOf beside other keywords",
    { allOf: [{ minLength: 1 }], type: "string" },
    { allOf: [{ minLength: 1 }], type: "string" },
  ],
  ["a pattern of another dialect", { pattern: "^[\\w-.]+$", type: "string" }, { type: "string", said: ["pattern"] }],
  [
    "a pattern of names of another dialect",
    { patternProperties: { "[": true, a: true } },
    { patternProperties: { a: true }, said: ["patternProperties"] },
  ],
  [
    "a key in a description",
    { description: "send Bearer sk-abcdefghijklmnopqrst" },
    { description: "send Bearer [redacted]", said: ["secret in description"] },
  ],
  ["a key in an example", { example: { auth: "sk-abcdefghijklmnopqrst" } }, { said: ["secret in example"] }],
])("%s", (_, schema, expected) => expect(convert(schema)).toEqual(expected));

describe("without descriptions", () => {
  test("nothing is left that does not decide", () => {
    const schema = {
      type: "string",
      title: "t",
      description: "d",
      default: "x",
      examples: ["e"],
      example: "e",
      deprecated: true,
    };
    expect(convert(schema, false)).toEqual({ type: "string", deprecated: true });
  });
});

test("inner schemas are converted where a keyword holds one, a list or a map of them", () => {
  const seen: unknown[] = [];
  const inner = (keyword: string, key: string | number | null) => {
    seen.push([keyword, key]);
    return true;
  };
  const remarks = { pattern: () => {}, secret: () => {} };
  const schema = { items: {}, anyOf: [{}, {}], properties: { a: {}, enum: {} }, enum: [{}], const: {} };
  expect(convertLevel(schema, true, inner, remarks)).toEqual({
    items: true,
    anyOf: [true, true],
    properties: { a: true, enum: true },
    enum: [{}],
    const: {},
  });
  expect(seen).toEqual([
    ["items", null],
    ["anyOf", 0],
    ["anyOf", 1],
    ["properties", "a"],
    ["properties", "enum"],
  ]);
});
