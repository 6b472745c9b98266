import { expect, test } from "vitest";
import { CONTRACT } from "../testing/models.ts";
import { canonicalAnswer, canonicalRequest } from "./canonical.ts";

test("an answer fits the schema, says something, is finished and reports its usage", () => {
  expect(canonicalAnswer(CONTRACT, CONTRACT)).toEqual({
    choices: [{ message: { content: "ok" }, finish_reason: "stop" }],
    usage: { prompt_tokens: 10, completion_tokens: 5 },
  });
});

test("a finish reason that would cut the answer is not taken", () => {
  const choice = { properties: { text: { type: "string" }, why: { enum: ["length", "done"] } } };
  const contract = {
    ...CONTRACT,
    response: {
      ...CONTRACT.response,
      schema: { properties: { choices: { items: choice } } },
      answer: ["/choices/0/text"],
      finishReason: "/choices/0/why",
      usage: { input: "/usage/in", output: "/usage/out" },
    },
  };
  expect(canonicalAnswer(contract, contract)).toMatchObject({ choices: [{ text: "ok", why: "done" }] });
});

test("where the first place of an answer takes no text, a later one does", () => {
  const contract = {
    ...CONTRACT,
    response: {
      ...CONTRACT.response,
      schema: {
        type: "object",
        properties: { refusal: { type: "null" }, text: { type: "string" }, why: { type: "string" }, in: {}, out: {} },
        additionalProperties: false,
      },
      answer: ["/refusal", "/text"],
      finishReason: "/why",
      usage: { input: "/in", output: "/out" },
    },
  };
  expect(canonicalAnswer(contract, contract)).toEqual({ text: "ok", why: "stop", in: 10, out: 5 });
});

test("a request is one message of the user", () => {
  expect(canonicalRequest(CONTRACT, CONTRACT)).toEqual({ model: "", messages: [{ role: "user", content: "hello" }] });
});

test("a request whose prompt is a text is that text", () => {
  const request = { ...CONTRACT.request, prompt: "input", schema: { properties: { input: { type: "string" } } } };
  const contract = { ...CONTRACT, request };
  expect(canonicalRequest(contract, contract)).toEqual({ input: "hello" });
});
