import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Report } from "../diagnostics/index.ts";
import { type Span, textOf } from "../source.ts";
import { DEEPEST_DOCUMENT, LARGEST_DOCUMENT, readJson } from "./json.ts";

function read(text: string) {
  const report = new Report();
  const document = readJson({ name: "x.json", text }, report);
  return {
    document,
    found: report.diagnostics.map(({ code, text: words, span }) => ({ code, words, at: span.start })),
  };
}

test.each([
  ["", "the document is empty", 0],
  [" \n", "the document is empty", 0],
  ["\uFEFF{}", "a byte order mark stands before it", 0],
  ["{", "a closing brace } is expected here", 1],
  ['{"a":1,}', "the name of a key is expected here", 7],
  ["[1,]", "a value is expected here", 3],
  ['{"a" 1}', "a colon is expected here", 5],
  ['{"a":1 "b":2}', "a comma is expected here", 7],
  ['{"a":1} 2', "the document should end here", 8],
  ['// no\n{"a":1}', "JSON has no comments", 0],
  ['{"a": "b\n"}', "a text is not closed on its line", 6],
  ['{"a": tru}', "an unknown word stands here", 6],
  ['{"a": "\\x"}', "there is no such escape in a text", 6],
  ['{"a": "\u0001"}', "a control character stands in a text", 6],
  ['{"a": 1.}', "a number breaks off here", 6],
  ["'a'", "an unknown word stands here", 0],
])("%j: %s", (text, problem, at) => {
  const { document, found } = read(text);
  expect(document).toBeNull();
  expect(found[0]).toMatchObject({ code: "FBP3003", words: `this is not JSON: ${problem}`, at });
});

test("the first problems are told, not all that follow from them", () => {
  const { found } = read("{{{{[[[[,,,,:::: x y z ]]]]");
  expect(found.length).toBeGreaterThan(0);
  expect(found.length).toBeLessThanOrEqual(5);
});

test("every key that is given twice is told, with the place of the first", () => {
  const report = new Report();
  const text = '{"a": 1, "b": {"c": 1, "c": 2, "c": 3}, "a": 2}';
  expect(readJson({ name: "x.json", text }, report)).toBeNull();
  expect(report.diagnostics.map(({ code, span, related }) => [code, span.start, related[0]?.span.start])).toEqual([
    ["FBP3004", 23, 15],
    ["FBP3004", 31, 15],
    ["FBP3004", 40, 1],
  ]);
});

describe("bounds", () => {
  test("4 MiB of text", () => {
    const most = `"${"x".repeat(LARGEST_DOCUMENT - 2)}"`;
    expect(read(most).document?.value).toHaveLength(LARGEST_DOCUMENT - 2);
    expect(read(`${most} `).found).toMatchObject([{ code: "FBP3001" }]);
  });

  test("so many levels", () => {
    expect(read("[".repeat(DEEPEST_DOCUMENT) + "]".repeat(DEEPEST_DOCUMENT)).found).toEqual([]);
    const deeper = `{"a":${"[".repeat(DEEPEST_DOCUMENT)}${"]".repeat(DEEPEST_DOCUMENT)}}`;
    expect(read(deeper).found).toMatchObject([{ code: "FBP3002", at: 5 + DEEPEST_DOCUMENT - 1 }]);
  });

  test.each(["[", '{"a":', '["\r', '["\n[', '["\\"[', "[/*"])("a million of %j ends with a message", (piece) => {
    const { document, found } = read(piece.repeat(Math.floor(1_000_000 / piece.length)));
    expect(document).toBeNull();
    expect(found.length).toBeGreaterThan(0);
  });

  test("brackets inside of texts are no levels", () => {
    expect(read(JSON.stringify(["[".repeat(1000), '\\"[[['])).found).toEqual([]);
  });
});

test("the value is what JSON.parse makes of it, and nothing is read that it refuses", () => {
  const broken = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", '"', "}", "]", "1", "\\", " ", "/*", "tru", "\u0000", "e"))
    .map(([text, at, piece]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + piece + text.slice(place + (at % 2));
    });
  fc.assert(
    fc.property(fc.oneof(fc.json(), broken), (text) => {
      const { document, found } = read(text);
      if (found.some(({ code }) => code === "FBP3004")) return;
      let expected: unknown;
      try {
        expected = JSON.parse(text);
      } catch {
        expect(document).toBeNull();
        expect(found.length).toBeGreaterThan(0);
        return;
      }
      expect(found).toEqual([]);
      expect(document?.value).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});

test("names that mean something to JavaScript are plain keys", () => {
  const value = read('{"__proto__": {"a": 1}, "constructor": 2}').document?.value as object;
  expect(Object.keys(value)).toEqual(["__proto__", "constructor"]);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect((value as { a?: unknown }).a).toBeUndefined();
});

describe("places", () => {
  const { document } = read('{"a": {"b": [10, {"c": true}]}, "x/y~z": "w"}');
  const at = (place: Span | undefined) => (place === undefined ? undefined : textOf(place));

  test.each([
    ["", "{", "{"],
    ["/a", '"a"', '"a"'],
    ["/a/b", '"b"', '"b"'],
    ["/a/b/0", "10", "10"],
    ["/a/b/1", "{", "{"],
    ["/a/b/1/c", "true", '"c"'],
    ["/a/b/1/none", "{", "{"],
    ["/x~1y~0z", '"w"', '"x/y~z"'],
    ["/a/none", '"a"', '"a"'],
    ["/a/b/7", '"b"', '"b"'],
    ["/a/b/0/deeper", "10", "10"],
    ["nonsense", "{", "{"],
  ])("%s", (pointer, value, key) => {
    expect(at(document?.spanOf(pointer))).toBe(value);
    expect(at(document?.keySpanOf(pointer))).toBe(key);
  });
});
