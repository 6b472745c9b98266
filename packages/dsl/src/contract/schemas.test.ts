import { expect, test } from "vitest";
import { textOf } from "../source.ts";
import { brief, load, localWith } from "./testing/shipped.ts";

const found = ($defs: unknown) => load(localWith({ $defs })).diagnostics.map(brief);
const said = ($defs: unknown) => load(localWith({ $defs })).diagnostics.map(({ text, hint }) => [text, hint]);

/** Two schemas with an address of their own, as a bundler puts them into one file. */
const BUNDLED = {
  money: { $id: "https://example.com/money", type: "object", $defs: { code: { $anchor: "code", type: "string" } } },
  bill: { $id: "https://example.com/bill/", properties: { total: { $ref: "../money" } } },
};

test.each([
  "https://example.com/money",
  "https://example.com/money#/$defs/code",
  "https://example.com/money#code",
  "#/$defs/bill/properties/total",
])("a reference %s finds its place in the same file", ($ref) => {
  expect(found({ ...BUNDLED, x: { $ref } })).toEqual([]);
});

test("a place in a contract stays a place, wherever its schemas stand", () => {
  expect(found({ x: { $ref: "#/response/schema" } })).toEqual([]);
});

test.each([
  ["#code", "names an anchor that no schema here has", undefined],
  ["https://example.com/money#cod", "names an anchor that no schema here has", undefined],
  ["#/$defs/mony", "leads nowhere", 'did you mean "#/$defs/money"?'],
  ["#/$defs/%", "is not a place in a file", undefined],
])("of %s it is said that it %s", ($ref, why, hint) => {
  const [first, ...others] = said({ ...BUNDLED, x: { $ref } });
  expect(others).toEqual([]);
  expect(first?.[0]).toBe(`the reference ${JSON.stringify($ref)} ${why}`);
  if (hint !== undefined) expect(first?.[1]).toBe(hint);
});

test("what a reference counts from is named where that is not the file", () => {
  const inner = { $id: "https://example.com/inner", properties: { x: { $ref: "#/$defs/none" } } };
  expect(said({ inner })).toEqual([
    [
      'the reference "#/$defs/none" leads nowhere',
      'references here are counted from the schema around them that has the `$id` "https://example.com/inner"',
    ],
  ]);
  const slip = { $id: "https://example.com/inner", $anchor: "top", properties: { x: { $ref: "#tpo" } } };
  expect(said({ slip })[0]?.[1]).toBe('did you mean "#top"?');
});

test("what is not in the file is not fetched, and the way to bundle it is told", () => {
  expect(said({ x: { $ref: "https://example.com/none" } })).toEqual([
    [
      'the reference "https://example.com/none" leads out of this file',
      "nothing is fetched: put the schema under `$defs`, with its own `$id` if it has one; `fbp contract import` does so",
    ],
  ]);
});

test("two schemas of one name are told apart by nobody", () => {
  expect(found({ a: { $id: "https://example.com/a" }, b: { $id: "https://example.com/a" } })).toEqual([
    'FBP3047 @ "https://example.com/a"',
  ]);
  expect(found({ a: { $anchor: "x" }, b: { $dynamicAnchor: "x" } })).toEqual(['FBP3047 @ "x"']);
  const { diagnostics } = load(localWith({ $defs: { a: { $anchor: "x" }, b: { $anchor: "x" } } }));
  expect(diagnostics[0]?.related.map(({ span }) => textOf(span))).toEqual(['"a"']);
  const apart = { $id: "https://example.com/b", $anchor: "x" };
  expect(found({ a: { $anchor: "x" }, b: apart })).toEqual([]);
  expect(found({ x: { const: { $id: "a" }, enum: [{ $id: "a" }], default: { $id: "a" } } })).toEqual([]);
});

test.each([
  [{ $anchor: "#x" }, '"#x"'],
  [{ $anchor: "1" }, '"1"'],
  [{ $dynamicAnchor: "a b" }, '"a b"'],
  [{ $id: "https://example.com/x#part" }, '"https://example.com/x#part"'],
])("%j is no name", (schema, place) => expect(found({ x: schema })).toEqual([`FBP3043 @ ${place}`]));

test("a dynamic reference is followed where it can lead to one schema only", () => {
  const node = { $dynamicAnchor: "node", properties: { next: { $dynamicRef: "#node" } } };
  expect(found({ node })).toEqual([]);
  const other = { $id: "https://example.com/other", $dynamicAnchor: "node" };
  expect(found({ node, other })).toEqual(['FBP3060 @ "#node"']);
  expect(found({ x: { $dynamicRef: "#none" } })).toEqual(['FBP3040 @ "#none"']);
  expect(found({ x: { $dynamicAnchor: "x", $dynamicRef: "#x" } })).toEqual(['FBP3041 @ "#x"']);
});

const chain = (length: number) => ({
  ...Object.fromEntries(Array.from({ length: length - 1 }, (_, n) => [`d${n}`, { $ref: `#/$defs/d${n + 1}` }])),
  [`d${length - 1}`]: { type: "string" },
});

test("more schemas inside of each other than the checker follows are told", () => {
  expect(found(chain(100))).toEqual([]);
  expect(found(chain(101))).toEqual(['FBP3061 @ "d0"']);
  expect(found(chain(5000)).map((one) => one.slice(0, 7))).toEqual(["FBP3061"]);
});

test("so are more alternatives than it tells apart, once, at the innermost schema", () => {
  const several = (count: number, schema: (n: number) => unknown) => ({
    anyOf: Array.from({ length: count }, (_, n) => schema(n)),
  });
  const field = (n: number) => ({ required: [`f${n}`] });
  expect(found({ x: several(64, field) })).toEqual([]);
  expect(found({ x: several(65, field), y: { $ref: "#/$defs/x" } })).toEqual(['FBP3062 @ "x"']);
  expect(found({ x: { allOf: [several(8, field), several(9, field)] } })).toEqual(['FBP3062 @ "x"']);
  expect(found({ x: several(5000, (n) => ({ const: `w${n}`, title: "a word" })) })).toEqual([]);
  const doubling = Object.fromEntries(
    Array.from({ length: 40 }, (_, n) => [
      `d${n}`,
      { anyOf: [{ $ref: `#/$defs/d${n + 1}` }, { $ref: `#/$defs/d${n + 1}`, minLength: n }] },
    ]),
  );
  expect(found({ ...doubling, d40: {} })).toEqual(['FBP3062 @ "d33"']);
});
