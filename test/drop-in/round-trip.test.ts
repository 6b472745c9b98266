/** Any text, split anywhere on its way in: clients see what the provider has sent. */
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import type { Transport } from "@fbp/runtime";
import { streamText } from "ai";
import fc from "fast-check";
import OpenAI from "openai";
import { afterAll, expect, test } from "vitest";
import { aClientOf } from "./service.ts";

/** The pieces of the next answer's body. */
let pieces: readonly Uint8Array[] = [];

const transport: Transport = {
  send(_call, observer) {
    observer.sent();
    observer.head(200, { "content-type": "text/event-stream" });
    for (const piece of pieces) observer.data(piece);
    observer.end();
    return { abort() {} };
  },
};

const { chat, close } = aClientOf("http://provider.invalid", "visible", transport);
afterAll(close);

const chunk = (delta: object, finish: string | null = null): object => ({
  id: "c",
  object: "chat.completion.chunk",
  created: 1,
  model: "m",
  choices: [{ index: 0, delta, finish_reason: finish }],
});

/** Lone halves of surrogates and separators of lines among them; not all of it empty, which is no answer. */
const texts = fc
  .array(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("\u2028", "\r\n\r\n", "data: [DONE]", "\ud800", "\0")))
  .filter((all) => all.join("").trim() !== "");

function split(bytes: Uint8Array, at: readonly number[]): readonly Uint8Array[] {
  const places = [...new Set(at.map((place) => place % bytes.length))].sort((one, other) => one - other);
  return [0, ...places].map((place, nth) => bytes.subarray(place, places[nth]));
}

function answerOf(all: readonly string[], places: readonly number[]): readonly object[] {
  const chunks = [...all.map((content) => chunk({ content })), chunk({}, "stop")];
  const body = `${chunks.map((each) => `data: ${JSON.stringify(each)}\r\n\r\n`).join("")}data: [DONE]\n\n`;
  pieces = split(new TextEncoder().encode(body), places);
  return chunks;
}

const PLACES = fc.array(fc.nat(5000), { maxLength: 8 });

test("the openai client sees each chunk as it was", async () => {
  const openai = new OpenAI({ baseURL: chat.baseURL, apiKey: "unused", fetch: chat.fetch, maxRetries: 0 });
  await fc.assert(
    fc.asyncProperty(texts, PLACES, async (all, places) => {
      const chunks = answerOf(all, places);
      const messages = [{ role: "user" as const, content: "Say it." }];
      const seen: unknown[] = [];
      for await (const each of await openai.chat.completions.create({ model: "any", messages, stream: true })) {
        seen.push(each);
      }
      expect(seen).toEqual(chunks);
    }),
  );
});

test("the AI SDK sees the text as it was", async () => {
  const { baseURL, fetch } = chat;
  const model = createOpenAICompatible({ name: "fbp", baseURL, fetch })("any");
  await fc.assert(
    fc.asyncProperty(texts, PLACES, async (all, places) => {
      answerOf(all, places);
      expect(await streamText({ model, prompt: "Say it.", maxRetries: 0 }).text).toBe(all.join(""));
    }),
    { numRuns: 30 },
  );
});
