/** `generateText` and `streamText` of the AI SDK over `@ai-sdk/openai-compatible`, as they are, over `chat.fetch`. */
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { APICallError, dynamicTool, generateText, jsonSchema, streamText, type ToolSet } from "ai";
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

const TOOLS: ToolSet = {
  weather: dynamicTool({
    inputSchema: jsonSchema({ type: "object", properties: { city: { type: "string" } } }),
    execute: () => "rain",
  }),
};

async function aModel(script: Script, shown?: "held") {
  const service = await aService(script, shown);
  services.push(service);
  const { baseURL, fetch } = service.chat;
  const model = createOpenAICompatible({ name: "fbp", baseURL, fetch })("whatever");
  const ask = { model, prompt: "Say it.", maxRetries: 0, tools: TOOLS };
  return {
    ...service,
    ask,
    generate: (more: { abortSignal?: AbortSignal; headers?: Record<string, string> } = {}) =>
      generateText({ ...ask, ...more }),
    stream: (more: { abortSignal?: AbortSignal } = {}) => streamText({ ...ask, ...more, onError: () => {} }),
  };
}

const thrownBy = (promise: PromiseLike<unknown>): Promise<unknown> => {
  return Promise.resolve(promise).then(
    () => null,
    (error: unknown) => error,
  );
};

/** Every part that was shown, what reading threw, and what the promises of the result came to. */
async function read(result: ReturnType<typeof streamText>) {
  const parts: { type: string }[] = [];
  const texts: string[] = [];
  const errors: unknown[] = [];
  let thrown: unknown = null;
  try {
    for await (const part of result.stream) {
      parts.push(part);
      if (part.type === "text-delta") texts.push(part.text);
      if (part.type === "error") errors.push(part.error);
    }
  } catch (error) {
    thrown = error;
  }
  const text = await thrownBy(result.text);
  return { parts, text: texts.join(""), errors, thrown, promised: text };
}

describe("a whole answer", () => {
  test("comes as the provider gave it", async () => {
    const { generate, provider } = await aModel({ "model-a": [says("Hello ", "you")] });
    const { text, finishReason, usage } = await generate();
    expect(text).toBe("Hello you");
    expect(finishReason).toBe("stop");
    expect(usage.outputTokens).toBe(2);
    expect(provider.calls).toMatchObject([
      { model: "model-a", headers: { authorization: "Bearer a-key-for-loopback" } },
    ]);
  });

  test("comes from the backup where the primary is broken, and says so", async () => {
    const { generate } = await aModel({ "model-a": [brokenDown], "model-b": [says("Hello")] });
    const { text, response } = await generate({
      headers: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
    });
    expect(text).toBe("Hello");
    expect(response.headers).toMatchObject({
      "x-fbp-source": "backup",
      "x-fbp-reason": "primary_broken",
      "x-fbp-trace-id": "0af7651916cd43dd8448eb211c80319c",
    });
  });

  test("comes after a throttled call", async () => {
    const { generate } = await aModel({ "model-a": [refusal(429, "slow_down"), says("Hello")] });
    expect((await generate()).text).toBe("Hello");
  });

  test("of the operator's own is one like any other", async () => {
    const { generate } = await aModel({ "model-a": [refusal(503, "model_not_found")] });
    expect(await generate()).toMatchObject({ text: "We are back soon.", finishReason: "stop" });
  });
});

describe.each([false, true])("an error before the answer (stream: %s)", (streamed) => {
  const broken = [brokenDown];

  test.each<[string, Script, number, boolean]>([
    ["a bad key", { "model-a": [refusal(401, "invalid_api_key")] }, 401, false],
    ["a bad request", { "model-a": [refusal(422, "bad_field")] }, 422, false],
    ["no money", { "model-a": [refusal(429, "insufficient_quota")] }, 402, false],
    ["a deferred request", { "model-a": broken, "model-b": [{ kind: "reset" }] }, 424, false],
    ["a rate limit that lasts", { "model-a": [refusal(429, "slow_down"), refusal(429, "slow_down")] }, 429, true],
    ["two broken paths", { "model-a": broken, "model-b": broken }, 502, true],
  ])("%s is thrown; of those that must not be repeated none is", async (_name, script, status, isRetryable) => {
    const { generate, stream, sink } = await aModel(script);
    const thrown = streamed ? (await read(stream())).errors[0] : await thrownBy(generate());
    expect(APICallError.isInstance(thrown)).toBe(true);
    expect(thrown).toMatchObject({ statusCode: status, isRetryable });
    const [ended, ...others] = sink.outcomes;
    expect(others).toEqual([]);
    expect((thrown as APICallError).responseHeaders).toMatchObject({
      "x-fbp-reason": ended?.reason,
      "x-fbp-request-id": ended?.id,
    });
    expect((thrown as Error).message).toContain(ended?.reason);
  });
});

describe("a stream", () => {
  test.each(["visible", "held"] as const)("comes piece by piece, whole (%s)", async (shown) => {
    const { stream } = await aModel({ "model-a": [says("a ", "b ", "c")] }, shown === "held" ? shown : undefined);
    const result = stream();
    expect(await read(result)).toMatchObject({ text: "a b c", errors: [], thrown: null });
    expect(await result.finishReason).toBe("stop");
  });

  test("that breaks before its first token comes from the backup", async () => {
    const { stream } = await aModel({ "model-a": [breaksOffAtOnce], "model-b": [says("from ", "b")] });
    expect(await read(stream())).toMatchObject({ text: "from b", errors: [], thrown: null });
  });

  test.each([
    ["that breaks after a token", breaksOff, "stream_broken"],
    ["whose end is refused, after its finish too,", refusesAtTheEnd, "primary_useless"],
  ])("%s ends with an error, never quietly", async (_name, behaviour, reason) => {
    const { stream, provider } = await aModel({ "model-a": [behaviour], "model-b": [says("from ", "b")] });
    const { errors, promised } = await read(stream());
    expect(errors[0]).toMatchObject({ message: expect.stringContaining(reason) });
    expect(promised).toBeInstanceOf(Error);
    expect(provider.calls).toHaveLength(1);
  });

  test("that is held and breaks is never seen", async () => {
    const { stream } = await aModel({ "model-a": [breaksOff], "model-b": [says("from ", "b")] }, "held");
    expect(await read(stream())).toMatchObject({ text: "from b", errors: [], thrown: null });
  });

  test("of a tool call has each fragment once", async () => {
    const { stream } = await aModel({ "model-a": [callsTool()] });
    const result = stream();
    await read(result);
    expect(await result.toolCalls).toMatchObject([{ toolName: TOOL.name, input: JSON.parse(TOOL.arguments) }]);
  });

  test("of half a tool call, held, is replaced as a whole", async () => {
    const { stream } = await aModel({ "model-a": [callsTool(2)], "model-b": [callsTool()] }, "held");
    const result = stream();
    await read(result);
    expect(await result.toolCalls).toMatchObject([{ toolName: TOOL.name, input: JSON.parse(TOOL.arguments) }]);
  });
});

describe("giving up", () => {
  test("while the provider thinks closes the connection", async () => {
    const { generate, provider, sink } = await aModel({ "model-a": [{ kind: "never" }] });
    const controller = new AbortController();
    const generating = thrownBy(generate({ abortSignal: controller.signal }));
    await until(() => provider.calls.length === 1);
    controller.abort();
    expect(await generating).toMatchObject({ name: "AbortError" });
    await until(() => provider.counts.underWay === 0);
    expect(provider.calls).toMatchObject([{ end: "aborted" }]);
    expect(sink.outcomes).toMatchObject([{ result: "aborted" }]);
  });

  test("in the middle of a stream closes the connection", async () => {
    const { stream, provider, sink } = await aModel({ "model-a": [fallsSilent] });
    const controller = new AbortController();
    let text = "";
    for await (const part of stream({ abortSignal: controller.signal }).stream) {
      if (part.type === "text-delta") text += part.text;
      if (text === "half an ") controller.abort();
    }
    await until(() => provider.counts.underWay === 0 && sink.outcomes.length === 1);
    expect(provider.calls).toMatchObject([{ end: "aborted" }]);
    expect(sink.outcomes).toMatchObject([{ result: "aborted" }]);
  });
});

test("the SDK's own repeats are told in the record", async () => {
  const twice = [brokenDown, brokenDown];
  const { ask, chat, sink } = await aModel({ "model-a": twice, "model-b": twice });
  const model = createOpenAICompatible({
    name: "fbp",
    baseURL: chat.baseURL,
    // The SDK waits for seconds where it is not told how long to wait.
    fetch: async (input, init) => {
      const { body, status } = await chat.fetch(input, init);
      return new Response(body, { status, headers: { "retry-after-ms": "1" } });
    },
  })("whatever");
  await thrownBy(generateText({ ...ask, model, maxRetries: 1 }));
  expect(sink.outcomes.map((outcome) => outcome.warnings.length)).toEqual([0, 1]);
});
