import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chunkError, cutToBytes, errorObject, recordedError, withoutKeys } from "./errors.ts";
import type { Pointer, RecordPlan } from "./policy.ts";

const errorAt: readonly Pointer[] = [["error"], [0, "error"], ["detail"], []];
const contract = { errorAt };
const error = { message: "m", code: "c" };

describe("where the error object stands", () => {
  test.each<[string, number, unknown, unknown]>([
    ["at the documented place", 400, { error }, error],
    ["at the next documented place", 400, [{ error }], error],
    ["a text is a message", 400, { error: "bad key" }, { message: "bad key" }],
    ["an empty text is none", 400, { error: "", detail: "d" }, { message: "d" }],
    ["null is none", 400, { error: null, detail: "d" }, { message: "d" }],
    ["a list is none", 400, { error: ["x"], detail: "d" }, { message: "d" }],
    ["the body itself, by its message", 400, { message: "m" }, { message: "m" }],
    ["the body itself, by its code", 400, { code: 17 }, { code: 17 }],
    ["the body itself without either", 400, { status: "bad" }, null],
    ["the body itself with a message that is no text", 400, { message: {} }, null],
    ["a body that is not JSON", 502, "<html>bad gateway</html>", { message: "<html>bad gateway</html>" }],
    [
      "a page, by its title",
      502,
      "\n<!DOCTYPE html>\n<head>\n<title>x |\n 502: Bad gateway</title>",
      {
        message: "<title>x | 502: Bad gateway</title>",
      },
    ],
    ["a page without a title", 502, "  <HTML><h1>503</h1>", { message: "<HTML><h1>503</h1>" }],
    ["a page within JSON", 502, { error: "<html><title>no</title>" }, { message: "<title>no</title>" }],
    [
      "a text that begins like a tag",
      400,
      "<400> InternalError: <title>no</title>",
      {
        message: "<400> InternalError: <title>no</title>",
      },
    ],
    ["a title without an end", 502, `<html><title>${"x".repeat(5000)}`, { message: `<title>${"x".repeat(299)}` }],
    ["a long one is cut", 502, "x".repeat(5000), { message: "x".repeat(2048) }],
    ["an empty body", 502, "", null],
    ["no body", 502, undefined, null],
    ["under 200, at a documented place", 200, { error, choices: [] }, error],
    ["under 200, a text", 200, { error: "overloaded" }, { message: "overloaded" }],
    ["under 200, no error", 200, { error: null, choices: [] }, null],
    ["under 200, an empty text", 200, { error: "" }, null],
    ["under 200 the body itself is an answer", 200, { message: "hello", code: 1 }, null],
    ["under 200, a text is no error", 200, "hello", null],
    ["nothing from a prototype", 400, Object.create({ error }), null],
  ])("%s", (_title, status, body, found) => {
    expect(errorObject(contract, status, body)).toEqual(found);
  });

  test("never throws", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 100, max: 599 }), (body, status) => {
        const found = errorObject(contract, status, body);
        expect(found === null || typeof found === "object").toBe(true);
      }),
    );
  });
});

describe("the error object of a stream's event", () => {
  const atChoice = { errorAt: [["error"], ["choices", 0, "error"], []] as const };

  test.each<[string, string, unknown, unknown]>([
    ["stands where it stands in an answer", "message", { error }, error],
    ["stands beside choices", "message", { error, choices: [{ delta: { content: "" } }] }, error],
    ["stands in a choice", "message", { choices: [{ delta: {}, error }] }, error],
    ["may be a text", "message", { error: "overloaded" }, { message: "overloaded" }],
    ["is none in a usual chunk", "message", { choices: [{ delta: { content: "hello" } }] }, null],
    ["is none in a chunk with a null error", "message", { error: null, choices: [] }, null],
    ["is none in what is no JSON", "message", "[DONE]", null],
    ["is found in an event that is named so", "error", { type: "error", error }, error],
    ["is an event that is named so, whatever it holds", "error", { reason: "x" }, { reason: "x" }],
    ["is the text of an event that is named so", "error", "upstream is gone", { message: "upstream is gone" }],
    ["is there in an event that is named so and empty", "error", null, { message: "" }],
  ])("%s", (_title, name, chunk, found) => {
    expect(chunkError(atChoice, name, chunk)).toEqual(found);
  });
});

describe("what a record may hold of it", () => {
  const plan: RecordPlan = { errorFields: ["code", "type", "message"], errorBytes: 40, keepInvalidOutput: false };

  test.each<[string, unknown, unknown]>([
    ["the allowed fields", { code: "c", type: "t", param: "p" }, { code: "c", type: "t" }],
    ["numbers and truths as text", { code: 42, type: false }, { code: "42", type: "false" }],
    ["no objects, no null", { code: { a: 1 }, type: null }, null],
    ["nothing allowed is there", { param: "p" }, null],
    ["no error", null, null],
    ["a text", "text", null],
    ["a list", ["code"], null],
    ["cut to the bound", { message: "no ".repeat(100) }, { message: `${"no ".repeat(13)}n` }],
    ["without keys", { message: "Incorrect key sk-abc123def456 given" }, { message: "Incorrect key [redacted] given" }],
  ])("%s", (_title, given, recorded) => {
    const found = recordedError(plan, given);
    expect(found === null ? null : { ...found }).toEqual(recorded);
  });

  test("a field named like a prototype's is a plain field", () => {
    const found = recordedError({ ...plan, errorFields: ["__proto__"] }, JSON.parse('{"__proto__": "x"}'));
    expect(JSON.stringify(found)).toBe('{"__proto__":"x"}');
  });

  test("a key at the cut leaves nothing behind", () => {
    const key = `sk-${"a".repeat(60)}`;
    for (let before = 0; before < 60; before++) {
      const found = recordedError(plan, { message: `${".".repeat(before)} ${key}` });
      expect(found?.message).not.toContain("sk-");
    }
  });
});

test.each([
  ["Bearer abc.def", "[redacted]"],
  ["authorization: bearer abc.def, then", "authorization: [redacted] then"],
  ["sk-proj-abcdefgh", "[redacted]"],
  ["key sk-...wxyz1 is wrong", "key [redacted] is wrong"],
  ["gsk_abcdef123", "[redacted]"],
  ["0123456789abcdef0123456789abcdef", "[redacted]"],
  ["rate_limit_exceeded", "rate_limit_exceeded"],
  ["invalid_api_key", "invalid_api_key"],
  ["token_limit_of_4096_exceeded", "token_limit_of_4096_exceeded"],
  ["maximum_context_length_of_this_model_exceeded", "maximum_context_length_of_this_model_exceeded"],
  ["ask-me about model-a", "ask-me about model-a"],
])("%s -> %s", (text, clean) => {
  expect(withoutKeys(text)).toBe(clean);
});

test("a text is cut between characters, to as many bytes as fit", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(40), (text, bytes) => {
      const cut = cutToBytes(text, bytes);
      const size = (value: string) => new TextEncoder().encode(value).length;
      const next = String.fromCodePoint(text.slice(cut.length).codePointAt(0) ?? 0x61);
      expect(text.startsWith(cut)).toBe(true);
      expect(size(cut)).toBeLessThanOrEqual(bytes);
      if (cut !== text) expect(size(cut + next)).toBeGreaterThan(bytes);
    }),
  );
});

const bodies = join(import.meta.dirname, "../../../../../shared/data/error-bodies.jsonl");

describe.skipIf(!existsSync(bodies))(
  "error bodies that providers really sent (../shared/data; skipped where it is absent)",
  () => {
    const rows = existsSync(bodies) ? readFileSync(bodies, "utf8").trim().split("\n") : [];

    test("an error is found in each that says something, and a record of it holds no key", () => {
      const plan: RecordPlan = { errorFields: ["code", "type", "message"], errorBytes: 512, keepInvalidOutput: false };
      for (const row of rows) {
        const { status, body } = JSON.parse(row) as { status: number; body: string };
        const found = errorObject(contract, status, parsed(body));
        const recorded = recordedError(plan, found);
        expect(JSON.stringify(recorded) ?? "").not.toMatch(/sk-\w{4}/);
        if (body.trim() !== "" && status >= 400) expect.soft(found, body).not.toBeNull();
      }
      expect(rows.length).toBeGreaterThan(50);
    });
  },
);

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}
