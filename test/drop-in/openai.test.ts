/** The official `openai` client, as it is, over `chat.fetch`. */
import OpenAI, { APIError, APIUserAbortError } from "openai";
import { afterEach, describe, expect, test } from "vitest";
import { refusal } from "../../packages/cli/src/provider/index.ts";
import {
  breaksOff,
  breaksOffAtOnce,
  brokenDown,
  callsTool,
  fallsSilent,
  refusesAtTheEnd,
  says,
  TOOL,
} from "./answers.ts";
import { aService, type Script, type Service, until } from "./service.ts";

const services: Service[] = [];

afterEach(async () => {
  for (const service of services.splice(0)) await service.close();
});

async function aClient(script: Script, { stream, maxRetries = 0 }: { stream?: "held"; maxRetries?: number } = {}) {
  const service = await aService(script, stream);
  services.push(service);
  const { chat } = service;
  const openai = new OpenAI({ baseURL: chat.baseURL, apiKey: "unused", fetch: chat.fetch, maxRetries });
  const ask = { model: "whatever", messages: [{ role: "user" as const, content: "Say it." }] };
  return {
    ...service,
    create: (options?: OpenAI.RequestOptions) => openai.chat.completions.create(ask, options),
    stream: (options?: OpenAI.RequestOptions) => openai.chat.completions.create({ ...ask, stream: true }, options),
  };
}

type Chunks = AsyncIterable<OpenAI.Chat.Completions.ChatCompletionChunk>;

/** Everything that the client was shown, and what it threw in the end. */
async function read(opening: PromiseLike<Chunks>) {
  const chunks: OpenAI.Chat.Completions.ChatCompletionChunk[] = [];
  let thrown: unknown = null;
  try {
    for await (const chunk of await opening) chunks.push(chunk);
  } catch (error) {
    thrown = error;
  }
  const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");
  const finish = chunks.flatMap((chunk) => chunk.choices.map((choice) => choice.finish_reason ?? [])).flat();
  return { chunks, text, finish, thrown };
}

const thrownBy = (promise: PromiseLike<unknown>): Promise<unknown> => {
  return Promise.resolve(promise).then(
    () => null,
    (error: unknown) => error,
  );
};

describe("a whole answer", () => {
  test("comes as the provider gave it, with the policy's own key and model", async () => {
    const { create, provider } = await aClient({ "model-a": [says("Hello ", "you")] });
    const completion = await create();
    expect(completion.choices[0]?.message.content).toBe("Hello you");
    expect(completion._request_id).toMatch(/./);
    expect(provider.calls).toMatchObject([
      { model: "model-a", streams: false, headers: { authorization: "Bearer a-key-for-loopback" } },
    ]);
  });

  test("comes from the backup where the primary is broken, and says so", async () => {
    const { create } = await aClient({ "model-a": [brokenDown], "model-b": [says("Hello")] });
    const { data, response } = await create({ headers: { "x-request-id": "trace-7" } }).withResponse();
    expect(data.choices[0]?.message.content).toBe("Hello");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "x-fbp-source": "backup",
      "x-fbp-reason": "primary_broken",
      "x-fbp-attempts": "2",
      "x-fbp-trace-id": "trace-7",
    });
  });

  test("comes after a throttled call", async () => {
    const { create } = await aClient({ "model-a": [refusal(429, "slow_down"), says("Hello")] });
    expect((await create()).choices[0]?.message.content).toBe("Hello");
  });

  test("of the operator's own is one like any other", async () => {
    const { create } = await aClient({ "model-a": [refusal(503, "model_not_found")] });
    expect((await create()).choices[0]).toMatchObject({
      message: { role: "assistant", content: "We are back soon." },
      finish_reason: "stop",
    });
  });
});

describe.each([false, true])("an error before the answer (stream: %s)", (streamed) => {
  const limited = [refusal(429, "slow_down"), refusal(429, "slow_down")];
  const broken = [brokenDown];

  test.each<[string, Script, object]>([
    ["a bad key", { "model-a": [refusal(401, "invalid_api_key")] }, { status: 401, code: "invalid_api_key" }],
    ["a bad request", { "model-a": [refusal(422, "bad_field")] }, { status: 422, code: "bad_field" }],
    ["a rate limit that lasts", { "model-a": limited }, { status: 429, code: "slow_down" }],
    ["no money", { "model-a": [refusal(429, "insufficient_quota")] }, { status: 402, code: "insufficient_quota" }],
    ["two broken paths", { "model-a": broken, "model-b": broken }, { status: 502, code: "boom" }],
    ["a deferred request", { "model-a": broken, "model-b": [{ kind: "reset" }] }, { status: 424, code: "deferred" }],
  ])("%s is thrown, and not repeated by the client itself", async (_name, script, expected) => {
    const { create, stream, sink } = await aClient(script, { maxRetries: 2 });
    const thrown = await thrownBy(streamed ? stream() : create());
    expect(thrown).toBeInstanceOf(APIError);
    expect(thrown).toMatchObject(expected);
    expect(sink.outcomes).toHaveLength(1);
    const headers = (thrown as APIError).headers;
    expect(headers?.get("x-fbp-reason")).toBe(sink.outcomes[0]?.reason);
    expect(headers?.get("x-fbp-request-id")).toBe(sink.outcomes[0]?.id);
  });
});

describe("a stream", () => {
  test.each(["visible", "held"] as const)("comes piece by piece, whole (%s)", async (shown) => {
    const { stream } = await aClient({ "model-a": [says("a ", "b ", "c")] }, shown === "held" ? { stream: shown } : {});
    expect(await read(stream())).toMatchObject({ text: "a b c", finish: ["stop"], thrown: null });
  });

  test("that breaks before its first token comes from the backup", async () => {
    const { stream } = await aClient({ "model-a": [breaksOffAtOnce], "model-b": [says("from ", "b")] });
    const { text, chunks } = await read(stream());
    expect(text).toBe("from b");
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
  });

  test("that breaks after a token ends with an error, never quietly", async () => {
    const { stream, sink } = await aClient({ "model-a": [breaksOff], "model-b": [says("from ", "b")] });
    const { text, thrown } = await read(stream());
    expect(text).toBe("half an ");
    expect(thrown).toBeInstanceOf(APIError);
    expect(thrown).toMatchObject({ code: "stream_interrupted", message: expect.stringContaining("stream_broken") });
    expect(sink.outcomes).toMatchObject([{ result: "failure", reason: "stream_broken", partial: true }]);
  });

  test("that is held and breaks is never seen", async () => {
    const { stream } = await aClient({ "model-a": [breaksOff], "model-b": [says("from ", "b")] }, { stream: "held" });
    expect(await read(stream())).toMatchObject({ text: "from b", thrown: null });
  });

  test("whose end is refused ends with an error, after its finish too", async () => {
    const { stream } = await aClient({ "model-a": [refusesAtTheEnd] });
    expect((await read(stream())).thrown).toMatchObject({ code: "unusable_output" });
  });

  test("of the operator's own text", async () => {
    const { stream } = await aClient({ "model-a": [refusal(503, "model_not_found")] });
    expect(await read(stream())).toMatchObject({ text: "We are back soon.", finish: ["stop"], thrown: null });
  });

  test("of a tool call has each fragment once", async () => {
    const { stream } = await aClient({ "model-a": [callsTool()] });
    const { chunks } = await read(stream());
    const calls = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(calls.map((call) => call.function?.name ?? "").join("")).toBe(TOOL.name);
    expect(calls.map((call) => call.function?.arguments ?? "").join("")).toBe(TOOL.arguments);
  });

  test("of half a tool call, held, is replaced as a whole", async () => {
    const { stream } = await aClient({ "model-a": [callsTool(2)], "model-b": [callsTool()] }, { stream: "held" });
    const { chunks } = await read(stream());
    const calls = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(calls.map((call) => call.function?.arguments ?? "").join("")).toBe(TOOL.arguments);
  });
});

describe("giving up", () => {
  test("while the provider thinks closes the connection", async () => {
    const { create, provider, sink } = await aClient({ "model-a": [{ kind: "never" }] });
    const controller = new AbortController();
    const creating = thrownBy(create({ signal: controller.signal }));
    await until(() => provider.calls.length === 1);
    controller.abort();
    expect(await creating).toBeInstanceOf(APIUserAbortError);
    await until(() => provider.counts.underWay === 0);
    expect(provider.calls).toMatchObject([{ end: "aborted" }]);
    expect(sink.outcomes).toMatchObject([{ result: "aborted" }]);
  });

  test.each(["the signal", "leaving the loop"])(
    "in the middle of a stream by %s closes the connection",
    async (how) => {
      const { stream, provider, sink } = await aClient({ "model-a": [fallsSilent] });
      const controller = new AbortController();
      const chunks = await stream({ signal: controller.signal });
      let text = "";
      for await (const chunk of chunks) {
        text += chunk.choices[0]?.delta.content ?? "";
        if (text !== "half an ") continue;
        if (how === "leaving the loop") break;
        controller.abort();
      }
      await until(() => provider.counts.underWay === 0 && sink.outcomes.length === 1);
      expect(provider.calls).toMatchObject([{ end: "aborted" }]);
      expect(sink.outcomes).toMatchObject([{ result: "aborted" }]);
    },
  );
});

test("the client's own repeats are told in the record", async () => {
  const { chat, sink } = await aClient({ "model-a": [refusal(422, "bad_field"), refusal(422, "bad_field")] });
  // A client that was changed to repeat what it is told not to.
  const stubborn = new OpenAI({
    baseURL: chat.baseURL,
    apiKey: "unused",
    maxRetries: 1,
    fetch: async (input, init) => {
      const { body, status } = await chat.fetch(input, init);
      return new Response(body, { status, headers: { "x-should-retry": "true", "retry-after-ms": "1" } });
    },
  });
  await thrownBy(stubborn.chat.completions.create({ model: "any", messages: [{ role: "user", content: "Say it." }] }));
  expect(sink.outcomes.map((outcome) => outcome.warnings)).toEqual([
    [],
    ["the caller repeats by itself (x-stainless-retry-count 1): set maxRetries to 0"],
  ]);
});
