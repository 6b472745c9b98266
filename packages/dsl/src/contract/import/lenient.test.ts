import { expect, test } from "vitest";
import type { Schema } from "./convert.ts";
import { relaxed } from "./lenient.ts";

test.each<[string, Schema, Schema]>([
  ["null is allowed", { type: "string" }, { type: ["string", "null"] }],
  ["lists of words are open", { type: "string", enum: ["a", "b"] }, { type: ["string", "null"] }],
  ["words without a kind keep their kind", { enum: ["a", 1, null] }, { type: ["string", "number", "null"] }],
  ["a constant is open", { const: "chunk" }, { type: ["string", "null"] }],
  ["nothing is required", { required: ["id"], properties: {} }, { properties: {} }],
  ["but the choices", { required: ["id", "choices"] }, { required: ["choices"] }],
  ["other fields are let in", { additionalProperties: false, unevaluatedProperties: false }, {}],
  [
    "a schema for other fields stays",
    { additionalProperties: { type: "string" } },
    { additionalProperties: { type: "string" } },
  ],
  [
    "oneOf is read as anyOf",
    { oneOf: [{ minLength: 1 }, { maximum: 2 }] },
    { anyOf: [{ minLength: 1 }, { maximum: 2 }] },
  ],
  [
    "beside an anyOf too",
    { anyOf: [{ minimum: 1 }, { maximum: 0 }], oneOf: [{ minLength: 1 }] },
    { anyOf: [{ minimum: 1 }, { maximum: 0 }], allOf: [{ anyOf: [{ minLength: 1 }] }] },
  ],
  [
    "null needs no form of its own",
    { anyOf: [{ type: ["string", "null"] }, { type: ["null"] }], description: "d" },
    { type: ["string", "null"], description: "d" },
  ],
  ["forms that have become the same are one", { anyOf: [{ minimum: 1 }, { minimum: 1 }] }, { minimum: 1 }],
  ["null alone stays null", { anyOf: [{ type: "null" }] }, { type: ["null"] }],
  [
    "the text of a message may be a list of parts",
    { properties: { content: { type: ["string", "null"] }, name: { type: ["string", "null"] } } },
    { properties: { content: { type: ["string", "null", "array"] }, name: { type: ["string", "null"] } } },
  ],
])("%s", (_, strict, expected) => expect(relaxed(strict, false)).toEqual(expected));

test("a whole answer is never null", () => {
  expect(relaxed({ type: "object", required: ["choices"] }, true)).toEqual({ type: "object", required: ["choices"] });
});
