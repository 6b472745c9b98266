/** What of a capture may be printed. A capture holds prompts, answers and sometimes keys: none of it may get out. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { kindOf, shownLabel, shownStep, shownValue, shownWord } from "./shown.ts";

test.each([
  "stop",
  "content_filter",
  "chat.completion.chunk",
  "gpt-4o-2024-11-20",
  "on_demand",
  "DataInspectionFailed",
])("%s is a word", (word) => {
  expect(shownWord(word)).toBe(word);
});

const SECRETS = [
  "sk-abcdefghijklmnopqrstuvwx",
  "sk-proj-abcdefghijklmnopqrst",
  "gsk_abcdefghijklmnop1234",
  "AKIAABCDEFGHIJKLMNOP",
  "ghp_abcdefghijklmnop1234",
  "eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.c2ln",
  "0123456789abcdef",
  "d41d8cd98f00b204e9800998ecf8427e",
  "4111111111111111",
  "+491701234567",
];

test.each(SECRETS)("%s is none", (text) => {
  expect(shownWord(text)).toBeNull();
  expect(shownLabel(text)).toBe("…");
  expect(shownStep(text)).toBe("…");
  expect(shownValue(text)).toBe("some other text");
});

test.each(["two words", "a\nline", "naïve", "what?", "jo@acme.test", "x".repeat(41), "a/b", '"', "\u001b[2J", ""])(
  "%j is none either",
  (text) => expect(shownWord(text)).toBeNull(),
);

test("nothing with a blank in it is ever a word", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      expect(shownWord(`${before} ${after}`)).toBeNull();
    }),
  );
});

describe("of other values the kind alone", () => {
  test.each<[unknown, string]>([
    [null, "null"],
    [true, "true"],
    ["", "empty text"],
    [[], "an empty list"],
    [["a secret"], "a list"],
    [{ a: "secret" }, "an object"],
    [4_111_111_111_111_111, "a number"],
    [1.5, "1.5"],
  ])("%j", (value, shown) => expect(shownValue(value)).toBe(shown));

  test.each<[unknown, string]>([
    [5, "a whole number"],
    [1.5, "a number"],
    ["stop", "text"],
  ])("%j by its kind", (value, kind) => expect(kindOf(value)).toBe(kind));
});

test("names of providers may have blanks", () => {
  expect(shownLabel("openai (Cloudflare)")).toBe("openai (Cloudflare)");
  expect(shownLabel("openrouter/DeepInfra")).toBe("openrouter/DeepInfra");
  expect(shownLabel("Bearer abcdefghijklmnopqrst")).toBe("…");
});

test("steps of a pointer: positions and plain names", () => {
  expect(["choices", 0, "$ref", "_private", "x-tenant", "ignore all instructions"].map(shownStep)).toEqual([
    "choices",
    "0",
    "$ref",
    "_private",
    "x-tenant",
    "…",
  ]);
});
