import { describe, expect, test } from "vitest";
import { typeOf } from "./from-schema.ts";
import { type Documents, resolveDynamicReference, resolveReference } from "./reference.ts";
import { describe as inWords } from "./relate.ts";

const MONEY = {
  $id: "https://example.com/parts/money",
  type: "object",
  properties: { amount: { $anchor: "amount", type: "number" }, currency: { $ref: "code" } },
  $defs: { code: { $id: "code", $anchor: "it", type: "string" } },
};

describe("inside of a document", () => {
  const root = { $id: "https://example.com/root.json", $defs: { money: MONEY, word: { $anchor: "word" } } };
  const from = (pointer: string, reference: string) => resolveReference(root, pointer, reference);

  test.each([
    ["", "#/$defs/word", "/$defs/word"],
    ["", "#word", "/$defs/word"],
    ["", "root.json", ""],
    ["", "root.json#word", "/$defs/word"],
    ["", "#", ""],
    ["", "parts/money", "/$defs/money"],
    ["", "./x/../parts/money#amount", "/$defs/money/properties/amount"],
    ["", "/parts/code#it", "/$defs/money/$defs/code"],
    ["", "https://example.com/parts/money#/properties", "/$defs/money/properties"],
    ["/$defs/money", "#", "/$defs/money"],
    ["/$defs/money/properties/currency", "code", "/$defs/money/$defs/code"],
    ["/$defs/money/properties/currency", "#amount", "/$defs/money/properties/amount"],
    ["/$defs/money/properties/currency", "../root.json#word", "/$defs/word"],
    ["/$defs/money/$defs/code", "#", "/$defs/money/$defs/code"],
  ])("from %j, %s is %j", (pointer, reference, found) =>
    expect(from(pointer, reference)).toEqual({ kind: "found", pointer: found }),
  );

  test.each([
    ["", "#amount", "no_anchor"],
    ["/$defs/money", "#word", "no_anchor"],
    ["", "#/$defs/none", "nowhere"],
    ["", "#/$defs/__proto__", "nowhere"],
    ["", "#toString", "no_anchor"],
    ["", "#a b", "malformed"],
    ["", "#/~2", "malformed"],
    ["", "https://example.com/none", "elsewhere"],
    ["/$defs/money", "money2", "elsewhere"],
  ])("from %j, %s is %s", (pointer, reference, kind) => expect(from(pointer, reference)).toEqual({ kind }));

  test("a name that two schemas have is neither's", () => {
    const twice = { $defs: { a: { $anchor: "x" }, b: { $anchor: "x" }, c: { $id: "y" }, d: { $id: "y" } } };
    expect(resolveReference(twice, "", "#x")).toEqual({ kind: "ambiguous" });
    expect(resolveReference(twice, "", "y")).toEqual({ kind: "ambiguous" });
  });

  test("a contract's own top is no schema: what looks like a name there is none", () => {
    const contract = { fbp: 1, $id: "https://example.com/x", response: { schema: { $anchor: "here" } }, $defs: {} };
    expect(resolveReference(contract, "/$defs", "#here")).toEqual({ kind: "found", pointer: "/response/schema" });
  });

  test("a schema is found where none was expected, and so are the names in it", () => {
    const odd = { other: { inner: { $anchor: "deep", $id: "https://example.com/odd" } }, $ref: "#/other/inner" };
    expect(resolveReference({ other: odd.other }, "", "https://example.com/odd")).toEqual({ kind: "elsewhere" });
    expect(resolveReference(odd, "", "https://example.com/odd#deep")).toEqual({
      kind: "found",
      pointer: "/other/inner",
    });
  });

  test("is as deep and as wide as it is", () => {
    let deep: object = { $anchor: "end" };
    for (let level = 0; level < 2000; level++) deep = { items: deep };
    expect(resolveReference(deep, "", "#end").kind).toBe("found");
    const circle: Record<string, unknown> = { $anchor: "start" };
    circle.items = circle;
    expect(resolveReference(circle, "", "#start")).toEqual({ kind: "found", pointer: "" });
  });
});

describe("a dynamic reference", () => {
  const dynamic = (root: unknown, reference: string) => resolveDynamicReference(root, "", reference).kind;
  const node = { $dynamicAnchor: "node" };

  test.each([
    ["the one schema of that name", { $defs: { a: node } }, "#node", "found"],
    ["a plain anchor", { $defs: { a: { $anchor: "node" }, b: { $id: "b", ...node } } }, "#node", "found"],
    ["a place", { $defs: { a: node, b: { $id: "b", ...node } } }, "#/$defs/a", "found"],
    ["one of two", { $defs: { a: node, b: { $id: "b", ...node } } }, "#node", "dynamic"],
    ["none", { $defs: {} }, "#node", "no_anchor"],
    [
      "one of two, where a reference finds the other",
      { $defs: { a: node }, not: { $ref: "#/x" }, x: { $id: "x", ...node } },
      "#node",
      "dynamic",
    ],
  ])("leads to %s", (_, root, reference, kind) => expect(dynamic(root, reference)).toBe(kind));
});

test("a dynamic reference among more schemas than are looked at may lead to any of them", () => {
  const $defs = { a: { $dynamicAnchor: "node" }, many: { anyOf: Array.from({ length: 60_000 }, () => ({})) } };
  expect(resolveDynamicReference({ $defs }, "", "#node").kind).toBe("dynamic");
});

describe("other documents", () => {
  const documents: Documents = new Map<string, unknown>([
    ["https://example.com/served/money.json", MONEY],
    ["https://example.com/served/old.json", { $schema: "http://json-schema.org/draft-07/schema#", type: "string" }],
    ["https://example.com/served/ring.json", { allOf: [{ $ref: "ring.json" }], type: "string" }],
  ]);
  const of = ($ref: string) => inWords(typeOf({ $ref }, "", documents));

  test.each([
    ["by the address where it is found", "https://example.com/served/money.json#amount", "a number"],
    ["by its own address", "https://example.com/parts/money#amount", "a number"],
    ["by the address of a schema in it", "https://example.com/parts/code", "text"],
    ["of another dialect", "https://example.com/served/old.json", "anything"],
    ["that asks for itself", "https://example.com/served/ring.json", "text"],
    ["that is not at hand", "https://example.com/served/none.json", "anything"],
  ])("%s", (_, reference, words) => expect(of(reference)).toBe(words));

  test("are not looked for where none are given", () => {
    expect(typeOf({ $ref: "https://example.com/served/money.json" }, "")).toEqual({
      kind: "unknown",
      why: "its schema refers to https://example.com/served/money.json, which is not in this file",
    });
  });
});
