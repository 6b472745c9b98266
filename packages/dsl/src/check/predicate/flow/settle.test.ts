import { describe, expect, it } from "vitest";
import { LIMITS } from "../../../syntax/limits.ts";
import { check } from "../testing/check-text.ts";

const said = (text: string, schema: Parameters<typeof check>[1]) =>
  check(text, schema).report.diagnostics.map(({ code, text: words }) => `${code} ${words}`);

describe("a field that tells shapes apart", () => {
  const shape = (tag: string, required: readonly string[], more: object) => ({
    type: "object",
    properties: { tag: { const: tag }, ...more },
    required,
    additionalProperties: false,
  });
  const schema = {
    type: "object",
    properties: {
      part: {
        anyOf: [shape("a", ["text"], { text: { type: "string" } }), shape("b", ["tag"], { url: { type: "string" } })],
      },
    },
  };

  it("rules out the shapes that do not have the value", () => {
    expect(said('request.part.tag == "b" and request.part.text is present', schema)).toEqual([
      'FBP2137 `request.part.text is present` never holds where `request.part.tag == "b"` does, for there `request.part.text` is absent',
    ]);
  });

  it("rules out no shape that may leave the field out", () => {
    expect(said('not request.part.tag == "a" and request.part.text is present', schema)).toEqual([]);
    expect(said("request.part.tag is absent and request.part.text is present", schema)).toEqual([]);
  });

  it("is told by the fields of a shape in its turn", () => {
    expect(said('request.part.url is present and request.part.tag == "b"', schema)).toEqual([
      'FBP2139 `request.part.tag == "b"` adds nothing: it always holds where `request.part.url is present` does',
    ]);
  });
});

describe("a place and what it holds", () => {
  const schema = {
    type: "object",
    properties: {
      tools: { type: "array", items: { type: "object", properties: { name: { type: "string" } } } },
      size: { type: "object", properties: { high: { type: "integer" }, wide: { type: "integer" } } },
    },
  };

  it("are there together, whichever of what it holds was asked last", () => {
    expect(said("request.size.high == 1 and not request.size.wide == 1 and request.size is absent", schema)).toEqual([
      "FBP2137 `request.size is absent` never holds where `request.size.high == 1` does",
    ]);
  });

  it("are not empty together, in either order", () => {
    expect(said('request.tools[0].name == "a" and request.tools is empty', schema)).toEqual([
      'FBP2137 `request.tools is empty` never holds where `request.tools[0].name == "a"` does',
    ]);
    expect(said('request.tools is empty and request.tools[0].name == "a"', schema)).toHaveLength(1);
  });
});

describe("what always holds by itself", () => {
  it("is not laid to what stands before it", () => {
    const schema = { type: "object", properties: { a: { type: "integer" }, b: { type: "integer" } } };
    const alone = "(request.b != 0 or request.b < 1 or request.b is absent)";
    expect(said(`request.a == request.b and ${alone}`, schema)).toEqual([
      "FBP2138 `request.b is absent` always holds where neither `request.b != 0` nor `request.b < 1` does, so one of them always holds",
    ]);
  });
});

describe("the longest condition", () => {
  const schema = { type: "object", properties: { n: { type: "integer" }, tag: { type: "string" } } };

  it("is looked through to its last part", () => {
    const texts = Array.from({ length: LIMITS.terms - 1 }, (_, at) => `request.tag == "t${at}"`);
    expect(said([...texts, 'request.tag == "t7"'].join(" or "), schema)).toEqual([
      'FBP2139 `request.tag == "t7"` adds nothing: it stands here already',
    ]);
  });

  it("is not said to be settled where its numbers are too many to follow", () => {
    const numbers = Array.from({ length: LIMITS.terms - 1 }, (_, at) => `request.n == ${2 * at}`);
    expect(said([...numbers, "request.n == 8"].join(" or "), schema)).toEqual([]);
    expect(said([...numbers.slice(0, 20), "request.n == 8"].join(" or "), schema)).toHaveLength(1);
  });
});
