import fc from "fast-check";
import { expect, test } from "vitest";
import { nearest } from "../did-you-mean.ts";
import { readText } from "./text.ts";

test("a text says what JSON says it says", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      expect(readText(JSON.stringify(value))).toEqual({ value, wrong: null });
    }),
  );
});

test.each([
  ['"a\\qb"', "a\\qb", { at: 2, length: 2 }],
  ['"\\u12"', "\\u12", { at: 1, length: 2 }],
  ['"\\u00g0"', "\\u00g0", { at: 1, length: 2 }],
  ['"\\x41 \\y"', "\\x41 \\y", { at: 1, length: 2 }],
])("an escape that JSON does not have is found: %s", (image, value, wrong) => {
  expect(readText(image)).toEqual({ value, wrong });
});

test.each([
  ["polcy", "policy"],
  ["plicy", "policy"],
  ["oplicy", "policy"],
  ["Policy", "policy"],
  ["pth", "path"],
  ["pahts", undefined],
  ["x", undefined],
  ["p".repeat(1000), undefined],
])("of a misspelled word the nearest is offered, if it is near: %s", (written, expected) => {
  expect(nearest(written, ["policy", "path", "scenario"])).toBe(expected);
});
