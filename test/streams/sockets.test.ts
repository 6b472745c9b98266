/** Each way in which a provider's stream can go wrong, over a real socket: what the caller of `chat.stream` reads, and what is left open. */
import { StreamError } from "@fbp/runtime";
import { afterEach, describe, expect, test } from "vitest";
import {
  type Behaviour,
  HEALTHY,
  refusal,
  SIXTY_WORDS_TEXT,
  type Streamed,
} from "../../packages/cli/src/provider/index.ts";
import { aService, type Service, until } from "../drop-in/service.ts";

let service: Service | null = null;

afterEach(async () => {
  await service?.close();
  service = null;
});

const ASK = { messages: [{ role: "user", content: "hello" }] };
const BACKUP = { ...HEALTHY, tokens: ["the ", "backup"] };

interface Read {
  readonly text: string;
  /** null: a quiet end. */
  readonly error: unknown;
}

async function readAll(stream: AsyncIterable<unknown>): Promise<Read> {
  let text = "";
  try {
    for await (const chunk of stream) {
      const { choices } = chunk as { choices: readonly { delta: { content?: string | null } }[] };
      text += choices.map(({ delta }) => delta.content ?? "").join("");
    }
    return { text, error: null };
  } catch (error) {
    return { text, error };
  }
}

const data = (value: object): string => JSON.stringify(value);
const FIVE = SIXTY_WORDS_TEXT.split(" ").slice(0, 5).map((word) => `${word} `).join(""); // biome-ignore format: one line
const streamed = (more: Partial<Streamed>): Streamed => ({ ...HEALTHY, ...more });

const WHOLE: Readonly<Record<string, Behaviour>> = {
  "a healthy stream": HEALTHY,
  "one without the end marker": streamed({ done: false }),
  "one with its usage in the chunk of the finish": streamed({ usage: "with_finish" }),
  "one without a usage": streamed({ usage: "none" }),
  "one byte a write, lines that end in CRLF, and comments": streamed({ writes: "byte", newline: "\r\n", comments: 2 }),
  "all of it in one write, lines that end in CR": streamed({ writes: "whole", newline: "\r" }),
  "one whose connection stays open": streamed({ done: false, stop: { afterBytes: 1e6, how: "silence" } }),
  "one that is reset behind its finish": streamed({
    done: false,
    usage: "none",
    stop: { afterBytes: 1e6, how: "reset" },
  }),
};

/** Nothing of an answer has come when it goes wrong. */
const BEFORE: Readonly<Record<string, Behaviour>> = {
  "a reset": { kind: "reset" },
  "a refusal": refusal(500, "internal_error", { type: "server_error" }),
  "an error under 200": refusal(200, "server_error", { type: "server_error" }),
  "a page under 200": { kind: "whole", headers: { "content-type": "text/html" }, body: "<title>522</title>" },
  "half a body under 200": { kind: "whole", body: '{"choices": [', stop: { afterBytes: 8, how: "reset" } },
  "a head and a proper end": streamed({ stop: { afterBytes: 0, how: "end" } }),
  "a role and an end": streamed({ tokens: [], done: false, finish: false }),
  "an error event": streamed({ odd: [{ at: 1, name: "error", data: data({ message: "busy", code: "overloaded" }) }] }),
  "an error chunk": streamed({ odd: [{ at: 2, data: data({ error: { message: "no", type: "server_error" } }) }] }),
  "a first chunk that is no JSON": streamed({ odd: [{ at: 1, data: "{oops" }] }),
};

/** Five tokens have come when it goes wrong. */
const LATER: Readonly<Record<string, Behaviour>> = {
  "a close": streamed({ stop: { afterTokens: 5, how: "close" } }),
  "a proper end": streamed({ stop: { afterTokens: 5, how: "end" } }),
  "a chunk that is no JSON": streamed({ odd: [{ at: 7, data: "{oops" }] }),
  "a chunk that does not fit": streamed({ odd: [{ at: 7, data: '{"choices":"none"}' }] }),
  "an error chunk": streamed({ odd: [{ at: 7, data: data({ error: { message: "no", type: "server_error" } }) }] }),
  "an error event": streamed({ odd: [{ at: 7, name: "error", data: data({ message: "busy" }) }] }),
};

describe.each(["visible", "held"] as const)("%s", (mode) => {
  const play = async (behaviour: Behaviour) => {
    service = await aService({ "model-a": [behaviour, behaviour], "model-b": [BACKUP] }, mode);
    const { chat, sink } = service;
    const stream = chat.stream(ASK);
    const read = await readAll(stream);
    const completion = await stream.completion;
    expect(sink.outcomes).toEqual([completion.outcome]);
    return { ...read, completion };
  };

  test.each(Object.entries(WHOLE))("%s is the whole answer", async (_, behaviour) => {
    const { text, error, completion } = await play(behaviour);
    expect({ text, error }).toEqual({ text: SIXTY_WORDS_TEXT, error: null });
    expect(completion).toMatchObject({ kind: "answer", source: "primary", outcome: { attempts: [{ signal: null }] } });
  });

  test.each(Object.entries(BEFORE))("%s before a token leaves the answer to the backup", async (_, behaviour) => {
    const { text, error, completion } = await play(behaviour);
    expect({ text, error }).toEqual({ text: "the backup", error: null });
    expect(completion).toMatchObject({ kind: "answer", source: "backup" });
  });

  test.each(Object.entries(LATER))("%s after five tokens is never a quiet end", async (_, behaviour) => {
    const { text, error, completion } = await play(behaviour);
    if (mode === "held") expect({ text, error }).toEqual({ text: "the backup", error: null });
    else {
      expect(text).toBe(FIVE);
      expect(error).toBeInstanceOf(StreamError);
      expect(completion).toMatchObject({
        kind: "failure",
        partial: true,
        outcome: { signals: ["stream_interrupted"] },
      });
    }
  });

  test("a caller that gives up closes the connection at once", async () => {
    service = await aService({ "model-a": [streamed({ stop: { afterTokens: 5, how: "silence" } })] }, mode);
    const { chat, provider } = service;
    const stream = chat.stream(ASK);
    if (mode === "visible") await stream.started;
    else await until(() => provider.counts.underWay === 1);
    stream.abort();
    const { outcome } = await stream.completion;
    expect(outcome.result).toBe("aborted");
    await until(() => provider.counts.sockets === 0);
    expect(provider.calls).toMatchObject([{ end: "aborted" }]);
  });
});
