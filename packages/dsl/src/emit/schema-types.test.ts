import { describe, expect, test } from "vitest";
import type { Contract } from "../contract/document.ts";
import { CONTRACT, contractModel } from "../testing/models.ts";
import { schemaTypes } from "./schema-types.ts";

/** What is declared where the answer has this schema; the request is any object. */
function responseText(schema: unknown, $defs: Contract["$defs"] = {}): string {
  const contract: Contract = {
    ...CONTRACT,
    request: { ...CONTRACT.request, schema: {} },
    response: { ...CONTRACT.response, schema: schema as Contract["response"]["schema"] },
    $defs,
  };
  return schemaTypes(contractModel({ contract, root: contract })).replace(/^type Request = object;\n+/, "");
}

/** The text of one field. */
function fieldText(schema: unknown, $defs: Contract["$defs"] = {}): string {
  const text = responseText({ type: "object", properties: { field: schema } }, $defs);
  return /field\?: ?([\s\S]*?);\n\}/.exec(text)?.[1] ?? text;
}

describe("a field's type", () => {
  const cases: readonly (readonly [says: string, schema: unknown, text: string])[] = [
    ["nothing is said", {}, "unknown"],
    ["anything goes", true, "unknown"],
    ["nothing goes", false, "never"],
    ["whole numbers are numbers", { type: "integer", minimum: 1 }, "number"],
    ["null stands last", { type: ["null", "string"] }, "string | null"],
    ["null as an alternative", { anyOf: [{ type: "null" }, { type: "string" }] }, "string | null"],
    ["listed values", { enum: ["stop", "length", null] }, '"stop" | "length" | null'],
    ["listed values of a kind", { type: "string", enum: ["stop", "length"] }, '"stop" | "length"'],
    ["one value", { const: 2 }, "2"],
    ["values of several kinds", { enum: [true, 1, "a", { b: [null] }] }, 'true | 1 | "a" | { b: [null] }'],
    ["both truths", { enum: [true, false] }, "boolean"],
    ["known texts, and others", { anyOf: [{ type: "string" }, { enum: ["a", "b"] }] }, '"a" | "b" | (string & {})'],
    [
      "known texts, others and null",
      { anyOf: [{ enum: ["a"] }, { type: ["string", "null"] }] },
      '"a" | (string & {}) | null',
    ],
    ["a number beside numbers", { anyOf: [{ const: 1 }, { type: "number" }] }, "number"],
    ["the same twice", { oneOf: [{ type: "string" }, { type: "string", format: "uri" }] }, "string"],
    [
      "alternatives in alternatives",
      { anyOf: [{ anyOf: [{ type: "string" }, { type: "null" }] }, { type: "number" }] },
      "string | number | null",
    ],
    ["lists", { type: "array", items: { type: "string" }, maxItems: 3 }, "string[]"],
    ["lists of alternatives", { type: "array", items: { type: ["string", "null"] } }, "(string | null)[]"],
    ["lists of anything", { type: "array" }, "unknown[]"],
    ["lists without a kind", { items: { type: "string" } }, "string[]"],
    [
      "a list of anything beside one of texts",
      { anyOf: [{ type: "array" }, { type: "array", items: { type: "string" } }] },
      "unknown[]",
    ],
    [
      "tuples",
      { type: "array", prefixItems: [{ type: "string" }, { type: "number" }], items: false, minItems: 2 },
      "[string, number]",
    ],
    [
      "tuples that may be shorter",
      { type: "array", prefixItems: [{ type: "string" }], items: { type: "number" } },
      "[string?, ...number[]]",
    ],
    ["any object", { type: "object" }, "object"],
    ["no field at all", { type: "object", additionalProperties: false }, "{ [name: string]: never }"],
    ["a map", { type: "object", additionalProperties: { type: "number" } }, "{ [name: string]: number }"],
    [
      "fields by pattern",
      { type: "object", patternProperties: { "^x": { type: "string" } } },
      "{ [name: string]: unknown }",
    ],
    ["a short object", { type: "object", properties: { b: { type: "string" } }, required: ["b"] }, "{ b: string }"],
    [
      "fields and others",
      { properties: { b: { type: "string" } }, additionalProperties: { type: "string" } },
      "{ b?: string; [name: string]: unknown }",
    ],
    ["a required field of which nothing is said", { type: "object", required: ["b"] }, "{ b: unknown }"],
    [
      "a name that is no word",
      { properties: { "a-b": { type: "string" }, __proto__x: {} } },
      '{ "a-b"?: string; __proto__x?: unknown }',
    ],
    [
      "all of them",
      { allOf: [{ properties: { a: { type: "string" } } }, { properties: { b: { type: "string" } } }] },
      "{ a?: string; b?: string }",
    ],
    [
      "what all of them require",
      { allOf: [{ properties: { a: { type: "string" } } }, { required: ["a"] }] },
      "{ a: string }",
    ],
    [
      "a field narrowed by another part",
      { allOf: [{ properties: { a: { type: ["string", "null"] } } }, { properties: { a: { const: "b" } } }] },
      '{ a?: "b" }',
    ],
    [
      "a field that one part requires and another only describes",
      { allOf: [{ properties: { a: { type: "string" } }, required: ["a"] }, { properties: { a: {} } }] },
      "{ a: string }",
    ],
    ["one of all", { allOf: [{ type: "string" }, { description: "a word" }] }, "string"],
    [
      "fields beside alternatives that say no more of the type",
      { type: "object", properties: { a: { type: "string" } }, anyOf: [{ required: ["a"] }, { minProperties: 2 }] },
      "{ a?: string }",
    ],
    ["a kind beside values of another", { type: "number", enum: ["a"] }, "never"],
    ["what a type cannot say", { not: { type: "string" } }, "unknown"],
    ["a reference away", { $ref: "https://example.com/a.json" }, "unknown"],
  ];

  test.each(cases)("%s", (_, schema, text) => {
    expect(fieldText(schema)).toBe(text);
  });
});

describe("what a reference leads to", () => {
  const $defs = {
    tool_call: { type: "object", properties: { id: { type: "string" }, args: { type: ["string", "object"] } } },
    finish: { enum: ["stop", "length"] },
    words: { type: "string", description: "Any words." },
    usage: { type: ["object", "null"], properties: { input: { type: "integer" } } },
    node: { type: "object", properties: { next: { $ref: "#/$defs/node" } } },
    base: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
  };

  test("has the name that the contract gives it", () => {
    expect(
      responseText(
        { type: "object", properties: { calls: { type: "array", items: { $ref: "#/$defs/tool_call" } } } },
        $defs,
      ),
    ).toBe(`interface Response {
  calls?: ToolCall[];
}

interface ToolCall {
  id?: string;
  args?: string | object;
}`);
  });

  test("is said where it is used, if it is but a word", () => {
    expect(
      responseText({ type: "object", properties: { text: { $ref: "#/$defs/words" } } }, $defs),
    ).toBe(`interface Response {
  /** Any words. */
  text?: string;
}`);
  });

  test("leaves null to the places that use it", () => {
    expect(
      responseText(
        { type: "object", properties: { usage: { $ref: "#/$defs/usage" }, finish: { $ref: "#/$defs/finish" } } },
        $defs,
      ),
    ).toBe(`interface Response {
  usage?: Usage | null;
  finish?: Finish;
}

interface Usage {
  input?: number;
}

type Finish = "stop" | "length";`);
  });

  test("may be itself", () => {
    expect(responseText({ $ref: "#/$defs/node" }, $defs)).toBe(`interface Response {
  next?: Response;
}`);
    expect(fieldText({ $ref: "#/response/schema" })).toBe("Response");
  });

  test("is taken in where more is said beside it", () => {
    expect(
      responseText(
        { allOf: [{ $ref: "#/$defs/base" }, { type: "object", properties: { text: { type: "string" } } }] },
        $defs,
      ),
    ).toBe(`interface Response {
  id: string;
  text?: string;
}`);
  });

  test("says nothing where it leads round in a circle", () => {
    const circle = { a: { $ref: "#/$defs/b" }, b: { anyOf: [{ $ref: "#/$defs/a" }, { type: "null" }] } };
    expect(fieldText({ $ref: "#/$defs/a" }, circle)).toBe("unknown");
  });
});

describe("an object that is written where it is used", () => {
  const message = {
    type: "object",
    description: "What was said.",
    properties: {
      role: { type: "string" },
      content: { type: "string" },
      refusal: { type: "string" },
      audio: { type: "object" },
    },
  };

  test("is named for its place, one of a list in the singular", () => {
    const choice = {
      type: "object",
      properties: { message, entries: { type: "array", items: message }, bus: { type: "array", items: message } },
    };
    const text = responseText({ type: "object", properties: { choices: { type: "array", items: choice } } });
    expect([...text.matchAll(/^interface (\w+)/gm)].map(([, name]) => name)).toEqual([
      "Response",
      "ResponseChoice",
      "ResponseChoiceMessage",
      "ResponseChoiceEntry",
      "ResponseChoiceBusItem",
    ]);
  });

  test("keeps what is said of it", () => {
    expect(responseText({ type: "object", properties: { message } })).toContain(
      "/** What was said. */\ninterface ResponseMessage {",
    );
  });

  test("is told from the other alternatives by its tag or its title", () => {
    const part = (type: string) => ({ ...message, properties: { type: { const: type }, ...message.properties } });
    const text = fieldText({
      anyOf: [part("text"), part("image_url"), { ...message, title: "Old part" }, { type: "string" }],
    });
    expect(text).toContain("string | ResponseFieldText | ResponseFieldImageUrl | ResponseFieldOldPart");
  });

  test("gives way to a definition of that name", () => {
    const text = responseText(
      { type: "object", properties: { message, other: { $ref: "#/$defs/responseMessage" } } },
      { responseMessage: { type: "object", properties: { a: { type: "string" } } } },
    );
    expect(text).toContain("message?: ResponseMessageType;");
    expect(text).toContain("other?: ResponseMessage;");
  });
});

describe("comments", () => {
  test("are the description or the title, on as many lines as they need", () => {
    const long = `${"many words ".repeat(20)}\n\n*/ and a second paragraph`;
    const text = responseText({
      title: "An answer",
      type: "object",
      properties: {
        a: { description: long },
        b: { title: "B", deprecated: true, type: "string" },
        c: { description: "" },
      },
    });
    expect(text.startsWith("/** An answer */\ninterface Response {\n  /**\n   * many words")).toBe(true);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(110);
    expect(text).toContain("   *\n   * *\\/ and a second paragraph\n   */");
    expect(text).toContain("  /**\n   * B\n   * @deprecated\n   */\n  b?: string;");
    expect(text).toContain("  c?: unknown;");
  });
});

test("alternatives that do not fit a line stand below each other", () => {
  const values = Array.from({ length: 12 }, (_, at) => `alternative-${at}`);
  expect(fieldText({ enum: values })).toBe(values.map((value) => `\n    | "${value}"`).join(""));
});

test("a contract that is out to cost much does not", () => {
  const $defs = Object.fromEntries(
    Array.from({ length: 60 }, (_, at) => [
      `d${at}`,
      { allOf: [1, 2].map((n) => ({ $ref: `#/$defs/d${at + n}`, properties: { [`p${at}`]: {} } })) },
    ]),
  );
  expect(responseText({ $ref: "#/$defs/d0" }, $defs).length).toBeLessThan(100_000);
});

test("the same contract gives the same text, in the order of its schemas", () => {
  const schema = { type: "object", properties: { b: { type: "string" }, a: { type: "string" } } };
  expect(responseText(schema)).toBe("interface Response {\n  b?: string;\n  a?: string;\n}");
});
