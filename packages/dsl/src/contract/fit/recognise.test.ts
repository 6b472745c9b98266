import { expect, test } from "vitest";
import { loadShipped } from "../testing/shipped.ts";
import { Recogniser } from "./recognise.ts";

const recogniser = new Recogniser(loadShipped("openai-compatible").contract);

test.each<[string, unknown, string | null]>([
  ["a request", { model: "m", messages: [] }, "request"],
  ["an answer", { choices: [{ message: { content: "hi" } }] }, "response"],
  ["an answer that says what it is", { object: "chat.completion", choices: null }, "response"],
  ["a chunk", { choices: [{ delta: {} }] }, "chunk"],
  ["a chunk that says what it is", { object: "chat.completion.chunk" }, "chunk"],
  ["the last chunk, with the usage", { choices: [], usage: {} }, "chunk"],
  ["an error", { error: { message: "no" } }, "error"],
  ["an error that is a text", { error: "no" }, "error"],
  ["an error in a list", [{ error: { code: 400 } }], "error"],
  ["an error that is the body itself", { code: 30011, message: "no" }, "error"],
  ["an error in a choice", { choices: [{ error: { code: 502 } }] }, "error"],
  [
    "an error dressed as a chunk",
    { object: "chat.completion.chunk", choices: [{ delta: {} }], error: { code: "x" } },
    "error",
  ],
  ["a page", "<html>502</html>", "error"],
  ["an answer whose error is null", { error: null, choices: [{ message: {} }] }, "response"],
  ["an object", { hello: 1 }, null],
  ["a list", [{ hello: 1 }], null],
  ["a number", 42, null],
  ["null", null, null],
])("%s", (_, value, kind) => expect(recogniser.kindOf(value)).toBe(kind));
