import { describe, expect, test } from "vitest";
import { fits, type Purpose, placeInWords } from "./fits.ts";
import { typeOf } from "./from-schema.ts";

/** `yes`, or `no choices[].message: it may be …`. */
function told(value: unknown, place: unknown, purpose?: Purpose): string {
  const fit = fits(typeOf(value, ""), typeOf(place, ""), purpose);
  if (fit.kind === "yes") return "yes";
  return `${fit.kind}${placeInWords("", fit.at).replace(/^\.?/, " ").trimEnd()}: ${fit.why}`;
}

const record = (properties: object, required: readonly string[] = []) => ({ type: "object", properties, required });
const list = (items: unknown, more: object = {}) => ({ type: "array", items, ...more });
const text = { type: "string" };
const whole = { type: "integer" };
const number = { type: "number" };

describe("values of one kind", () => {
  test.each([
    [text, text, "yes"],
    [text, number, "no: it may be text, and only a number fits"],
    [{ type: ["string", "null"] }, text, "no: it may be null, and only text fits"],
    [text, { type: ["string", "null"] }, "yes"],
    [{ enum: ["a", "b"] }, { enum: ["b", "a", "c"] }, "yes"],
    [{ enum: ["a", "d"] }, { enum: ["a", "b"] }, 'no: it may be "d", and only one of "a", "b" fits'],
    [text, { enum: ["a", "b"] }, 'no: it may be text, and only one of "a", "b" fits'],
    [{ enum: ["a", 1, null] }, { anyOf: [text, whole, { type: "null" }] }, "yes"],
    [
      { enum: ["abc"] },
      { type: "string", maxLength: 2 },
      'no: it may be "abc", and only text of at most 2 characters fits',
    ],
    [
      { type: "string", maxLength: 9 },
      { type: "string", maxLength: 5 },
      "no: it may be text of at most 9 characters, and only text of at most 5 characters fits",
    ],
    [
      { type: "string", minLength: 1 },
      {
        anyOf: [
          { type: "string", maxLength: 4 },
          { type: "string", minLength: 5 },
        ],
      },
      "yes",
    ],
    [text, { type: "string", format: "uri" }, "unknown: it has to be in the form uri, and nothing says that it is"],
    [{ type: "string", format: "uri" }, text, "yes"],
    [{ type: "boolean" }, { enum: [true, false] }, "yes"],
    [{ type: "boolean" }, { const: true }, "no: it may be false, and only true fits"],
  ])("%j in %j: %s", (value, place, expected) => expect(told(value, place)).toBe(expected));

  test.each([
    [whole, number, "yes"],
    [number, whole, "no: it may be a number, and only a whole number fits"],
    [{ type: "integer", minimum: 1, maximum: 5 }, { type: "number", minimum: 0, maximum: 5 }, "yes"],
    [
      { type: "integer", minimum: 1, maximum: 128 },
      { type: "integer", minimum: 1, maximum: 8 },
      "no: it may be 9, and only a whole number from 1 to 8 fits",
    ],
    [{ type: "number", exclusiveMinimum: 0 }, { type: "number", minimum: 0 }, "yes"],
    [
      { type: "number", minimum: 0 },
      { type: "number", exclusiveMinimum: 0 },
      "no: it may be a number of at least 0, and only a number above 0 fits",
    ],
    [
      { type: "number", minimum: 0, maximum: 2 },
      {
        anyOf: [
          { type: "number", minimum: 0, maximum: 1 },
          { type: "number", exclusiveMinimum: 1 },
        ],
      },
      "yes",
    ],
    [
      { type: "number", minimum: 0, maximum: 2 },
      {
        anyOf: [
          { type: "number", minimum: 0, exclusiveMaximum: 1 },
          { type: "number", exclusiveMinimum: 1 },
        ],
      },
      "no: it may be a number from 0 to 2, and only a number from 0 and below 1 or a number above 1 fits",
    ],
    [
      { type: "integer", minimum: 0, maximum: 3 },
      { anyOf: [{ enum: [0, 1] }, { type: "integer", minimum: 2 }] },
      "yes",
    ],
    [{ type: "integer", minimum: 0, maximum: 3 }, { enum: [0, 1, 3] }, "no: it may be 2, and only one of 0, 1, 3 fits"],
    [
      { type: "integer", minimum: -(2 ** 63), maximum: 2 ** 63 },
      { type: "integer", minimum: -(2 ** 63), maximum: 2 ** 63 },
      "yes",
    ],
    [
      whole,
      { type: "integer", minimum: 0 },
      "no: it may be a whole number, and only a whole number of at least 0 fits",
    ],
    [{ enum: [1, 2.5] }, whole, "no: it may be 2.5, and only a whole number fits"],
  ])("%j in %j: %s", (value, place, expected) => expect(told(value, place)).toBe(expected));
});

describe("objects", () => {
  test.each([
    [record({ a: text, b: text }, ["a", "b"]), record({ a: text }, ["a"]), "yes"],
    [record({ a: text }), record({ a: text }, ["a"]), "no a: it may be left out, and has to be there"],
    [record({ a: number }), record({ a: text }), "no a: it may be a number, and only text fits"],
    [
      { ...record({ a: text }), additionalProperties: false },
      { ...record({}), additionalProperties: false },
      "no a: it may be there, and no such field is taken",
    ],
    [
      record({ a: false }),
      { ...record({}), additionalProperties: false },
      "unknown *: the schema does not say which other fields there may be",
    ],
    [
      { type: "object", additionalProperties: number },
      { type: "object", additionalProperties: text },
      "no *: it may be a number, and only text fits",
    ],
    [
      { type: "object", patternProperties: { "^x-": text }, additionalProperties: false },
      { type: "object", patternProperties: { "^x-": text }, additionalProperties: number },
      "yes",
    ],
    [
      { type: "object", patternProperties: { "^x-": text }, additionalProperties: false },
      { type: "object", patternProperties: { "^x": number } },
      "unknown *: patterns of names are not compared with each other",
    ],
    [
      record({ outer: record({ inner: { type: ["string", "null"] } }) }),
      record({ outer: record({ inner: text }) }),
      "no outer.inner: it may be null, and only text fits",
    ],
  ])("%j in %j: %s", (value, place, expected) => expect(told(value, place)).toBe(expected));

  test("what is not described is not known, and not a difference", () => {
    expect(told(record({}), record({ a: text }))).toBe("unknown a: the schema does not describe it");
    expect(told(record({}), record({ a: text }, ["a"]))).toBe("unknown a: the schema does not describe it");
    expect(told(record({ a: true }), record({ a: text }))).toBe("unknown a: the schema lets everything through");
    expect(told(record({ a: text }), record({}))).toBe("yes");
  });

  test("what is sent is what is described", () => {
    expect(told(record({}), record({ a: text }), "sent")).toBe("yes");
    expect(told(record({}), record({ a: text }, ["a"]), "sent")).toBe("unknown a: the schema does not describe it");
    expect(told(record({ a: text }), { ...record({ a: text }), additionalProperties: false }, "sent")).toBe("yes");
    expect(told(record({ a: text }), { ...record({}), additionalProperties: false }, "sent")).toBe(
      "no a: it may be there, and no such field is taken",
    );
  });

  test("what is read is what the reader knows of", () => {
    const closed = { ...record({ a: text }), additionalProperties: false };
    expect(told(record({ a: text, b: number }), closed, "read")).toBe("yes");
    expect(told(record({ a: number, b: number }), closed, "read")).toBe("no a: it may be a number, and only text fits");
    const map = { type: "object", additionalProperties: text };
    expect(told(record({ b: number }), map, "read")).toBe("no b: it may be a number, and only text fits");
  });
});

describe("what is skimmed", () => {
  test.each([
    [record({ a: { type: ["string", "null"] } }), record({ a: text }, ["a"]), "yes"],
    [record({ a: text }), record({ a: { enum: ["x", "y"] } }), "yes"],
    [
      record({ a: number }),
      record({ a: { enum: ["x", "y"] } }),
      'no a: it may be a number, and only one of "x", "y" fits',
    ],
    [record({ a: list(text) }), record({ a: list(text, { minItems: 1 }) }, ["a"]), "yes"],
    [record({ a: list(text) }), record({ a: text }), "no a: it may be a list, and only text fits"],
  ])("%j as %j: %s", (value, place, expected) => expect(told(value, place, "skimmed")).toBe(expected));
});

describe("several kinds of object", () => {
  const said = (role: string, content: unknown) => record({ role: { const: role }, content }, ["role", "content"]);
  const messages = { oneOf: [said("user", text), said("tool", { type: ["string", "null"] })] };

  test("are told apart by a field that is always there", () => {
    expect(
      told(messages, { oneOf: [said("tool", { type: ["string", "null"] }), said("user", text), said("system", text)] }),
    ).toBe("yes");
    expect(told(messages, { oneOf: [said("user", text), said("tool", text)] })).toBe(
      "no content: it may be null, and only text fits",
    );
    expect(told(messages, said("user", text))).toBe('no role: it may be "tool", and only "user" fits');
  });

  test("take together what none of them takes alone", () => {
    const either = record({ role: { enum: ["user", "tool"] }, content: text }, ["role", "content"]);
    expect(told(either, messages)).toBe("yes");
    expect(
      told(
        record({ role: { enum: ["user", "tool"] }, content: { type: ["string", "null"] } }, ["role", "content"]),
        messages,
      ),
    ).toBe("no content: it may be null, and only text fits");
  });

  test("that no field tells apart are not judged, but for a field that fits none of them", () => {
    const place = { anyOf: [record({ a: text }, ["a"]), record({ b: text }, ["b"])] };
    const value = { anyOf: [record({ a: text }, ["a"]), record({ b: text }, ["b"])] };
    expect(told(value, place)).toBe("yes");
    expect(told(record({ a: text, b: text }), place)).toBe(
      "unknown: several kinds of object fit, and no single one takes all that it may be",
    );
    const closed = { anyOf: [record({ a: text, n: whole }, ["a"]), record({ b: text, n: text }, ["b"])] };
    expect(told(record({ n: { type: "null" } }), closed)).toBe(
      "no n: it may be null, and only a whole number or text fits",
    );
  });
});

describe("lists", () => {
  test.each([
    [list(text), list({ type: ["string", "null"] }), "yes"],
    [list({ type: ["string", "null"] }), list(text), "no []: it may be null, and only text fits"],
    [list(text), list(text, { minItems: 1 }), "no: it may have fewer than 1 item"],
    [list(text, { maxItems: 9 }), list(text, { maxItems: 4 }), "no: it may have more than 4 items"],
    [
      { type: "array", prefixItems: [text, number], items: false, minItems: 2 },
      list({ type: ["string", "number"] }),
      "yes",
    ],
    [
      { type: "array", prefixItems: [text, number], items: false },
      list(text),
      "no [1]: it may be a number, and only text fits",
    ],
    [list(text), { type: "array", prefixItems: [text, number] }, "no [1]: it may be text, and only a number fits"],
    [list(text, { maxItems: 0 }), list(number), "yes"],
    [list(text), { anyOf: [list(number), list(text)] }, "yes"],
    [list(text), { anyOf: [list(number), list(whole)] }, "no []: it may be text, and only a number fits"],
    [
      list({ type: ["string", "number"] }),
      { anyOf: [list(number), list(text)] },
      "unknown: several kinds of list fit, and no single one takes all that it may be",
    ],
  ])("%j in %j: %s", (value, place, expected) => expect(told(value, place)).toBe(expected));
});

describe("recursive schemas", () => {
  const tree = (leaf: unknown) => record({ leaf, children: list({ $ref: "#" }) });

  test("fit where no way into them shows a difference", () => {
    expect(told(tree(text), tree({ type: ["string", "null"] }))).toBe("yes");
    expect(told(tree(text), record({ leaf: text, children: list(tree(text)) }))).toBe("yes");
  });

  test("do not where one does, however deep", () => {
    expect(told(tree({ type: ["string", "null"] }), tree(text))).toBe("no leaf: it may be null, and only text fits");
    const turned = record({
      leaf: text,
      children: list(record({ leaf: text, children: list({ $ref: "#/$defs/odd" }) })),
    });
    const odd = { ...turned, $defs: { odd: record({ leaf: whole }) } };
    expect(told(tree(text), odd)).toBe("no children[].children[].leaf: it may be text, and only a whole number fits");
  });

  test("take nothing over from an alternative that was tried and did not fit", () => {
    // The first alternative holds on the assumption that the whole fits, and fails only at its last field.
    const value = { ...record({ next: { $ref: "#" }, end: text }, ["end"]) };
    const place = { anyOf: [record({ next: { $ref: "#" }, end: number }, ["end"]), record({ end: text }, ["end"])] };
    expect(told(value, place)).toBe("yes");
    const wrong = {
      anyOf: [record({ next: { $ref: "#" }, end: number }, ["end"]), record({ next: whole, end: text }, ["end"])],
    };
    expect(told(value, wrong)).not.toBe("yes");
  });
});

describe("what is not known", () => {
  test("is named with its reason", () => {
    const away = { $ref: "https://example.com/other.json" };
    expect(told(record({ a: away }), record({ a: text }))).toMatch(/^unknown a: its schema refers to/);
    expect(told(record({ a: text }), record({ a: away }))).toMatch(/^unknown a: its schema refers to/);
  });

  test("everything fits what lets everything through", () => {
    expect(told(messy, {})).toBe("yes");
    expect(told(messy, true)).toBe("yes");
    expect(told({}, {})).toBe("yes");
    expect(told(false, text)).toBe("yes");
    expect(told(text, false)).toBe("no: it may be text, and only nothing fits");
  });

  const messy = { anyOf: [text, list(record({ a: list(number) }))] };
});

describe("schemas of any size", () => {
  test("are compared in bounded time", () => {
    const wide = (size: number): object => {
      const leaf = (at: number): object => ({ enum: [`${at}`, size] });
      const fields = (of: (at: number) => object): object =>
        record(Object.fromEntries(Array.from({ length: size }, (_, at) => [`f${at}`, of(at)])));
      return fields((at) => fields((inner) => leaf(at * size + inner)));
    };
    expect(told(wide(40), wide(40))).toBe("yes");
    expect(told(wide(160), wide(160))).toMatch(/^unknown [f0-9.]+: the schemas are too large to be compared whole$/);
  });

  test("are compared to a bounded depth", () => {
    const chain = (length: number): object => ({
      $ref: "#/$defs/d0",
      $defs: Object.fromEntries(
        Array.from({ length }, (_, at) => [`d${at}`, record({ next: { $ref: `#/$defs/d${(at + 1) % length}` } })]),
      ),
    });
    expect(told(chain(5), chain(7))).toBe("yes");
    expect(told(chain(97), chain(89))).toMatch(
      /^unknown next(\.next)+: the schemas are too large to be compared whole$/,
    );
  });
});
