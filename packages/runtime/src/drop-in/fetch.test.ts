import { describe, expect, test } from "vitest";
import type { Outcome } from "../core/outcome.ts";
import { type ChatStream, StreamError } from "../stream/chat-stream.ts";
import type { CompleteOptions, Completion, PolicyTypes } from "../types.ts";
import { UsageError } from "../usage-error.ts";
import { BASE_URL, type Chat, dropInFetch, type FetchWithOptions } from "./fetch.ts";
import { Repeats } from "./repeats.ts";

const URL_OF_CHAT = `${BASE_URL}/chat/completions`;
const REQUEST = { model: "gpt", messages: [{ role: "user", content: "hi" }] };
const ANSWER = { id: "a-1", choices: [{ message: { role: "assistant", content: "hello" } }] };

const outcome = (fields: Partial<Outcome>): Outcome => {
  const common = { id: "r-1", traceId: "t-1", startedAt: 1_000_000, elapsedMs: 1000, source: null, reason: null };
  return { ...common, attempts: [{}], decisions: [], ...fields } as unknown as Outcome;
};

const answer: Completion = {
  kind: "answer",
  response: ANSWER,
  source: "backup",
  outcome: outcome({ result: "answer", source: "backup", reason: "primary_timeout" }),
};

const failure: Completion = {
  kind: "failure",
  response: null,
  outcome: outcome({ result: "failure", reason: "down" }),
  reason: "down",
  status: 500,
  error: null,
  partial: false,
};

const degraded: Completion = {
  kind: "degraded",
  response: null,
  outcome: outcome({ result: "degraded", reason: "down" }),
  text: "We are back soon.",
};

const aborted: Completion = { kind: "aborted", response: null, outcome: outcome({ result: "aborted" }) };

interface Asked {
  readonly request: object;
  readonly options: CompleteOptions<PolicyTypes>;
}

/** A client of ours that ends every request in the same way, `chunks` first where a stream is asked for. */
function aFetch(completion: Completion, shared?: FetchWithOptions<PolicyTypes>, chunks: readonly unknown[] = []) {
  const asked: Asked[] = [];
  const given = { up: 0 };
  const chat: Chat = {
    async complete(request, options) {
      asked.push({ request, options });
      return completion;
    },
    stream(request, options): ChatStream<unknown, Completion> {
      asked.push({ request, options });
      return {
        id: "r-1",
        started: Promise.resolve(chunks.length > 0 ? "streaming" : "over"),
        completion: Promise.resolve(completion),
        abort() {
          given.up += 1;
        },
        async *[Symbol.asyncIterator]() {
          yield* chunks;
          if (completion.kind !== "answer") throw new StreamError(completion);
        },
      };
    },
  };
  const fetch = dropInFetch(chat, new Repeats(() => 0), shared);
  const post = (body: unknown, init: RequestInit = {}) =>
    fetch(URL_OF_CHAT, { method: "POST", body: JSON.stringify(body), ...init });
  return { fetch, post, asked, given };
}

describe("what a client may hand over", () => {
  const body = JSON.stringify(REQUEST);
  const headers = { authorization: "Bearer unused", "x-request-id": "r-7" };

  test.each<[string, () => Parameters<ReturnType<typeof dropInFetch>>]>([
    ["an address and a text", () => [URL_OF_CHAT, { method: "POST", body, headers }]],
    [
      "a URL and bytes",
      () => [new URL(URL_OF_CHAT), { method: "post", body: new TextEncoder().encode(body), headers }],
    ],
    ["a Request", () => [new Request(URL_OF_CHAT, { method: "POST", body, headers })]],
    ["a Request and more", () => [new Request(URL_OF_CHAT), { method: "POST", body, headers: new Headers(headers) }]],
    ["headers in pairs", () => [URL_OF_CHAT, { method: "POST", body, headers: Object.entries(headers) }]],
    ["another address", () => ["https://api.openai.com/v1/chat/completions?x=1", { method: "POST", body, headers }]],
  ])("%s; its model and key are left out", async (_name, args) => {
    const { fetch, asked } = aFetch(answer);
    const response = await fetch(...args());
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(ANSWER);
    expect(asked).toEqual([
      { request: { messages: REQUEST.messages }, options: expect.objectContaining({ traceId: "r-7" }) },
    ]);
  });

  test.each<[string, string, RequestInit, number, string]>([
    ["another endpoint", `${BASE_URL}/embeddings`, { method: "POST", body: "{}" }, 404, "not_found"],
    ["another method", URL_OF_CHAT, {}, 404, "not_found"],
    ["no JSON", URL_OF_CHAT, { method: "POST", body: "{" }, 400, "invalid_json"],
    ["nothing", URL_OF_CHAT, { method: "POST" }, 400, "invalid_json"],
    ["a list", URL_OF_CHAT, { method: "POST", body: "[]" }, 400, "invalid_json"],
    ["a form", URL_OF_CHAT, { method: "POST", body: new URLSearchParams({ a: "1" }) }, 400, "invalid_json"],
    ["too much", URL_OF_CHAT, { method: "POST", body: " ".repeat(2 ** 26 + 1) }, 413, "too_large"],
    ["too many bytes", URL_OF_CHAT, { method: "POST", body: new Uint8Array(2 ** 26 + 1) }, 413, "too_large"],
  ])("not %s", async (_name, url, init, status, code) => {
    const { fetch, asked } = aFetch(answer);
    const response = await fetch(url, init);
    expect(response.status).toBe(status);
    expect(response.headers.get("x-should-retry")).toBe("false");
    const error = { message: expect.any(String), type: "invalid_request_error", code, param: null };
    expect(await response.json()).toEqual({ error });
    expect(asked).toEqual([]);
  });

  test("an address that is none rejects, as fetch does", async () => {
    await expect(aFetch(answer).fetch("nowhere")).rejects.toThrow(TypeError);
  });
});

test.each(["before", "while"])(
  "a body that never ends is given up where the signal is aborted %s it is read",
  async (when) => {
    let cancelled: unknown = null;
    const body = new ReadableStream({
      pull: () => new Promise(() => {}),
      cancel(reason) {
        cancelled = reason;
      },
    });
    const controller = new AbortController();
    const why = new Error("the user has left");
    if (when === "before") controller.abort(why);
    const { fetch, asked } = aFetch(answer);
    const init = { method: "POST", body, duplex: "half", signal: controller.signal } as RequestInit;
    const fetched = fetch(URL_OF_CHAT, init);
    controller.abort(why);
    await expect(fetched).rejects.toBe(why);
    expect(cancelled).toBe(why);
    expect(asked).toEqual([]);
  },
);

test("what requests have in common comes from the service, and its trace before the client's", async () => {
  const shared = { context: { tier: "paid" }, traceId: "mine", promptTokens: 7 };
  const { post, asked } = aFetch(answer, shared);
  await post(REQUEST, { headers: { "x-request-id": "r-7" } });
  expect(asked[0]?.options).toMatchObject(shared);
});

describe("a whole answer", () => {
  test("says in headers how it came about", async () => {
    const response = await aFetch(answer).post(REQUEST);
    expect(Object.fromEntries(response.headers)).toEqual({
      "content-type": "application/json",
      "x-request-id": "r-1",
      "x-fbp-request-id": "r-1",
      "x-fbp-trace-id": "t-1",
      "x-fbp-result": "answer",
      "x-fbp-source": "backup",
      "x-fbp-reason": "primary_timeout",
      "x-fbp-attempts": "1",
    });
  });

  test("may have an id that fits no header", async () => {
    const odd: Completion = { ...answer, outcome: outcome({ result: "answer", traceId: "a\r\nx: ü" }) };
    const response = await aFetch(odd).post(REQUEST);
    expect(response.headers.get("x-fbp-trace-id")).toBe("a??x: ?");
  });

  test("of the operator's own looks like one of the provider's", async () => {
    const response = await aFetch(degraded).post(REQUEST);
    expect(response.headers.get("x-fbp-result")).toBe("degraded");
    expect(await response.json()).toMatchObject({
      object: "chat.completion",
      created: 1001,
      model: "gpt",
      choices: [{ message: { role: "assistant", content: "We are back soon." }, finish_reason: "stop" }],
    });
  });
});

describe("no answer", () => {
  test("is an error that clients are told not to repeat", async () => {
    const response = await aFetch(failure).post(REQUEST);
    expect(response.status).toBe(503);
    expect(Object.fromEntries(response.headers)).toMatchObject({ "x-should-retry": "false", "x-fbp-reason": "down" });
    expect(await response.json()).toMatchObject({ error: { code: "no_answer" } });
  });

  test("an aborted request rejects with the signal's reason", async () => {
    const reason = new Error("left");
    await expect(aFetch(aborted).post(REQUEST, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await expect(aFetch(aborted).post(REQUEST)).rejects.toMatchObject({ name: "AbortError" });
  });

  test.each([false, true])(
    "a bug of the service is a bad request, not a network that fails (stream: %s)",
    async (stream) => {
      const throws = (): never => {
        throw new UsageError("the context needs tier");
      };
      const chat = { complete: async () => throws(), stream: throws };
      const response = await dropInFetch(chat, new Repeats(() => 0))(URL_OF_CHAT, {
        method: "POST",
        body: JSON.stringify({ ...REQUEST, stream }),
      });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: "usage", message: "the context needs tier" } });
    },
  );

  test("a bug of the policy rejects", async () => {
    const throws = (): never => {
      throw new Error("damaged");
    };
    const fetch = dropInFetch({ complete: async () => throws(), stream: throws }, new Repeats(() => 0));
    await expect(fetch(URL_OF_CHAT, { method: "POST", body: "{}" })).rejects.toThrow("damaged");
  });
});

describe("a stream", () => {
  const CHUNKS = [{ choices: [{ delta: { content: "a\n" } }] }, { choices: [{ delta: {}, finish_reason: "stop" }] }];
  const streaming = { ...REQUEST, stream: true };

  test("is the chunks as events, and the end marker", async () => {
    const response = await aFetch(answer, { traceId: "t-1" }, CHUNKS).post(streaming);
    expect(Object.fromEntries(response.headers)).toEqual({
      "content-type": "text/event-stream",
      "cache-control": "no-cache",
      "x-request-id": "r-1",
      "x-fbp-request-id": "r-1",
      "x-fbp-trace-id": "t-1",
    });
    const [first, second] = CHUNKS.map((each) => `data: ${JSON.stringify(each)}\n\n`);
    expect(await response.text()).toBe(`${first}${second}data: [DONE]\n\n`);
  });

  test("that ends before its first piece is an error like any other", async () => {
    const response = await aFetch(failure).post(streaming);
    expect(response.status).toBe(503);
    expect(response.headers.get("x-fbp-reason")).toBe("down");
  });

  test("that fails later ends with an error event, and then breaks off", async () => {
    const response = await aFetch(failure, {}, CHUNKS.slice(0, 1)).post(streaming);
    const reader = response.body?.getReader();
    const read = async () => new TextDecoder().decode((await reader?.read())?.value);
    expect(await read()).toContain('"content":"a\\n"');
    expect(JSON.parse((await read()).slice("data: ".length))).toMatchObject({ error: { code: "no_answer" } });
    await expect(read()).rejects.toThrow(StreamError);
  });

  test("that is aborted breaks off with the signal's reason", async () => {
    const controller = new AbortController();
    const response = await aFetch(aborted, {}, CHUNKS).post(streaming, { signal: controller.signal });
    const reason = new Error("left");
    controller.abort(reason);
    await expect(response.text()).rejects.toBe(reason);
  });

  test("reads nothing that is not wanted, and ends the request when it is cancelled", async () => {
    let taken = 0;
    const all = (function* () {
      for (;;) {
        taken += 1;
        yield {};
      }
    })();
    const { post, given } = aFetch(answer, {}, Object.assign(all, { length: 1 }) as unknown as readonly unknown[]);
    const response = await post(streaming);
    const reader = response.body?.getReader();
    await new Promise((resolve) => setImmediate(resolve));
    expect(taken).toBe(0);
    await reader?.read();
    expect(taken).toBe(1);
    await reader?.cancel();
    expect(given.up).toBe(1);
  });

  test("of the operator's own text is one whole answer", async () => {
    const response = await aFetch(degraded).post(streaming);
    expect(response.headers.get("x-fbp-result")).toBe("degraded");
    const events = (await response.text()).split("\n\n").filter(Boolean);
    const chunks = events.slice(0, -1).map((each) => JSON.parse(each.slice("data: ".length)) as unknown);
    expect(chunks).toMatchObject([
      { object: "chat.completion.chunk", choices: [{ delta: { role: "assistant", content: "We are back soon." } }] },
      { choices: [{ delta: {}, finish_reason: "stop" }] },
    ]);
    expect(events.at(-1)).toBe("data: [DONE]");
  });
});

test("the same request after a failure is told to the record", async () => {
  const { post, asked } = aFetch(failure);
  await post(REQUEST);
  await post(REQUEST);
  expect(asked.map(({ options }) => options.warnings?.length)).toEqual([0, 1]);
});
