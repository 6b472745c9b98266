import { expect, test } from "vitest";
import { fitted, fittedList } from "./fit.ts";
import { widthOf } from "./width.ts";

test.each([
  ["short", 10, "short"],
  ["exactly so", 10, "exactly so"],
  ["a little more", 10, "a little…"],
  ["宽字符文本", 7, "宽字符…"],
])("%j in %i columns", (text, width, shown) => {
  expect(fitted(text, width)).toBe(shown);
  expect(widthOf(fitted(text, width))).toBeLessThanOrEqual(width);
});

test.each([
  [40, "first one, second one, third one"],
  [31, "first one, and 2 more"],
  [24, "first one, and 2 more"],
  [18, "first…, and 2 more"],
])("a list in %i columns", (width, shown) => {
  expect(fittedList(["first one", "second one", "third one"], width)).toBe(shown);
});

test("a list of one is cut like a text", () => {
  expect(fittedList(["a long item"], 7)).toBe("a long…");
});
