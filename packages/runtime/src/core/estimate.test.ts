import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { estimatePromptTokens, outputLimit } from "./estimate.ts";
import { aContract } from "./testing/policy.ts";

const contract = aContract();
const estimate = (request: unknown) => estimatePromptTokens(contract, request);

describe("the prompt", () => {
  test.each<[string, unknown, number]>([
    ["nothing", undefined, 0],
    ["no object", "hello", 0],
    ["no prompt", {}, 3],
    ["a text", { messages: "12345678" }, 5],
    ["four bytes are a token, begun ones count", { messages: "123456789" }, 6],
    ["a message: names and texts", { messages: [{ role: "user", content: "12345" }] }, 3 + 5],
    ["other scripts take more bytes", { messages: "日本" }, 3 + 2],
    ["a surrogate pair is four bytes", { messages: "😀" }, 3 + 1],
    ["numbers and truths", { messages: [1234, true, null] }, 3 + 2],
    ["plain settings do not count", { messages: "", temperature: 0.123_456_789, user: "somebody" }, 3],
    ["tools do", { tools: [{ name: "12345678" }] }, 3 + 3],
    ["an image counts as an image", { messages: [`data:image/png;base64,${"A".repeat(1_000_000)}`] }, 3 + 1445],
    ["a small one as its text", { messages: ["data:,12345678901234"] }, 3 + 5],
  ])("%s", (_title, request, tokens) => {
    expect(estimate(request)).toBe(tokens);
  });

  test("a long text is measured in samples", () => {
    expect(estimate({ messages: "x".repeat(40_000) })).toBe(3 + 10_000);
    expect(estimate({ messages: "日".repeat(40_000) })).toBe(3 + 30_000);
  });

  test("nesting a hundred thousand deep does not break it", () => {
    let deep: unknown = "x";
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(estimate({ messages: deep })).toBeGreaterThanOrEqual(3);
  });

  test("never throws on JSON, is a whole number, and more text is never fewer tokens", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (messages, more) => {
        const tokens = estimate({ messages });
        expect(Number.isSafeInteger(tokens) && tokens >= 0).toBe(true);
        expect(estimate({ messages: [messages, more] })).toBeGreaterThanOrEqual(tokens);
      }),
    );
  });
});

describe("the request's own limit for the answer", () => {
  test.each<[unknown, number | null]>([
    [{ max_tokens: 100 }, 100],
    [{ max_tokens: 100, max_completion_tokens: 50 }, 50],
    [{ max_tokens: 0 }, 0],
    [{ max_tokens: null, max_completion_tokens: null }, null],
    [{ max_completion_tokens: null, max_tokens: 7 }, 7],
    [{ max_tokens: "100" }, null],
    [{ max_tokens: -1 }, null],
    [{ max_tokens: 1.5 }, null],
    [{ max_tokens: 1e300 }, null],
    [{}, null],
    [null, null],
    ["text", null],
    [Object.create({ max_tokens: 5 }), null],
  ])("%j: %j", (request, limit) => {
    expect(outputLimit(contract, request)).toBe(limit);
  });
});
