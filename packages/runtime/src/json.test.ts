import { expect, test } from "vitest";
import { MOST_DEPTH, parsedJson } from "./json.ts";

const lists = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
const objects = (depth: number): string => `${'{"a":'.repeat(depth)}0${"}".repeat(depth)}`;

test.each([lists, objects])(
  "what is nested to the bound is read, one more is not, wherever it stands (%o)",
  (nested) => {
    expect(parsedJson(nested(MOST_DEPTH))).toEqual(JSON.parse(nested(MOST_DEPTH)));
    expect(parsedJson(nested(MOST_DEPTH + 1))).toBeUndefined();
    expect(parsedJson(`{"x":[1,{"y":${nested(MOST_DEPTH - 3)}},null]}`)).toBeDefined();
    expect(parsedJson(`{"x":[1,{"y":${nested(MOST_DEPTH - 2)}},null]}`)).toBeUndefined();
    expect(parsedJson(nested(100_000))).toBeUndefined();
  },
);

test("a field that has a prototype's name is a field like others", () => {
  expect(parsedJson(`{"__proto__":${lists(MOST_DEPTH)}}`)).toBeUndefined();
  expect(parsedJson('{"__proto__":null,"toString":1}')).toEqual(JSON.parse('{"__proto__":null,"toString":1}'));
});

test("what is no JSON is nothing, and null is null", () => {
  for (const text of ["", "{", "undefined", '"\n"']) expect(parsedJson(text)).toBeUndefined();
  expect(parsedJson("null")).toBeNull();
});
