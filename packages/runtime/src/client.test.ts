import { describe, expect, test, vi } from "vitest";
import type { Outcome } from "./core/outcome.ts";
import type { Policy } from "./core/policy.ts";
import { aContract, aPolicy, defer, fail, fallback, type PolicySpec, respond, rule } from "./core/testing/policy.ts";
import {
  type Adapter,
  type AdapterOptions,
  type AnyPolicyTypes,
  createFallback,
  type FallbackOptions,
  type Fault,
  memorySink,
  teeSink,
  UsageError,
} from "./index.ts";
import { A_REQUEST, AN_ANSWER, answers, refuses } from "./testing/world.ts";
import { ScriptedTransport, VirtualClock, type WorldEvent } from "./virtual/index.ts";

function aClient(
  events: Readonly<Record<string, readonly WorldEvent[]>>,
  spec: PolicySpec = {},
  options: Partial<FallbackOptions> = {},
) {
  const clock = new VirtualClock();
  const transport = new ScriptedTransport(clock, events);
  const sink = memorySink();
  const chat = createFallback(aPolicy(spec), { transport, clock, sink, random: () => 0, env: {}, ...options });
  return { chat, clock, transport, sink };
}

describe("what the caller gets", () => {
  test("an answer with its response and source", async () => {
    const { chat, clock, sink } = aClient({ primary: [answers(10)] });
    const completing = chat.complete(A_REQUEST, { traceId: "trace-1" });
    clock.run();
    const completion = await completing;
    expect(completion).toMatchObject({ kind: "answer", response: AN_ANSWER, source: "primary" });
    expect(completion.outcome.traceId).toBe("trace-1");
    expect(sink.outcomes).toEqual([completion.outcome]);
  });

  test("a failure with status, reason and the error's allowed fields", async () => {
    const error = { code: "bad_key", message: "sk-123 is wrong" };
    const { chat, clock } = aClient({ primary: [refuses(401, error)] });
    const completing = chat.complete(A_REQUEST);
    clock.run();
    expect(await completing).toMatchObject({
      kind: "failure",
      response: null,
      status: 401,
      reason: "unforeseen",
      error: { code: "bad_key" },
      partial: false,
    });
  });

  test.each([
    [respond("try later"), { kind: "degraded", response: null, text: "try later" }],
    [defer("jobs"), { kind: "deferred", response: null, to: "jobs" }],
  ])("%o", async (action, expected) => {
    const paths = [{ name: "primary", otherwise: rule("down", action) }];
    const { chat, clock } = aClient({ primary: [refuses(500)] }, { paths });
    const completing = chat.complete(A_REQUEST);
    clock.run();
    expect(await completing).toMatchObject(expected);
  });

  test("an aborted request, at once", async () => {
    const { chat, clock } = aClient({ primary: [answers(1000)] });
    const controller = new AbortController();
    const completing = chat.complete(A_REQUEST, { signal: controller.signal });
    clock.advance(10);
    controller.abort();
    expect(await completing).toMatchObject({ kind: "aborted", response: null, outcome: { elapsedMs: 10 } });
    expect(clock.scheduled).toBe(0);
  });

  test("an aborted request without a call where the signal was aborted before", async () => {
    const { chat, transport, sink } = aClient({ primary: [answers()] });
    expect(await chat.complete(A_REQUEST, { signal: AbortSignal.abort() })).toMatchObject({ kind: "aborted" });
    expect(transport.calls).toEqual([]);
    expect(sink.outcomes).toHaveLength(1);
  });

  test("nothing more is heard of a signal once the request is over", async () => {
    const { chat, clock } = aClient({ primary: [answers()] });
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    const completing = chat.complete(A_REQUEST, { signal });
    clock.run();
    await completing;
    expect(removed.mock.calls[0]?.[1]).toBe(added.mock.calls[0]?.[1]);
  });
});

describe("a bug of the caller", () => {
  test("in the request rejects, and is no request", async () => {
    const { chat, sink } = aClient({});
    await expect(chat.complete("hello" as unknown as object)).rejects.toThrow(UsageError);
    expect(chat.counters()).toMatchObject({ requests: 0, inFlight: 0 });
    expect(sink.outcomes).toEqual([]);
  });

  test.each([
    [{ signal: new AbortController() }, "signal must be an AbortSignal"],
    [{ signal: { aborted: false } }, "signal must be an AbortSignal"],
    [{ warnings: [1n] }, "warnings must be a list of texts"],
    [{ warnings: "one" }, "warnings must be a list of texts"],
  ])("in the options rejects before anything is sent (%#)", async (options, message) => {
    const { chat, transport } = aClient({});
    await expect(chat.complete(A_REQUEST, options as never)).rejects.toThrow(message);
    expect(() => chat.stream(A_REQUEST, options as never)).toThrow(UsageError);
    expect(transport.calls).toEqual([]);
    expect(chat.counters()).toMatchObject({ requests: 0, inFlight: 0 });
  });

  test("in the context rejects", async () => {
    const context = { tier: { type: "enum", values: ["free", "paid"] } } as const;
    const { chat } = aClient({}, { context });
    await expect(chat.complete(A_REQUEST)).rejects.toThrow('needs one of "free", "paid" as tier, which has no default');
    await expect(chat.complete(A_REQUEST, { context: { tier: "gold" } })).rejects.toThrow('one of "free", "paid"');
  });

  test("a request on a closed client rejects", async () => {
    const { chat } = aClient({});
    await chat.close();
    await expect(chat.complete(A_REQUEST)).rejects.toThrow("the client is closed");
  });

  test("in a policy's own code rejects, and the client goes on", async () => {
    const policy = aPolicy();
    const damaged: Policy = {
      ...policy,
      paths: policy.paths.map((path) => ({
        ...path,
        decide: () => {
          throw new Error("damaged");
        },
      })),
    };
    const clock = new VirtualClock();
    const transport = new ScriptedTransport(clock, { primary: [refuses(500), answers()] });
    const chat = createFallback(damaged, { transport, clock, env: {} });
    const [first, second] = [chat.complete(A_REQUEST), chat.complete(A_REQUEST)];
    const rejected = expect(first).rejects.toThrow("damaged");
    clock.run();
    await rejected;
    expect((await second).kind).toBe("answer");
    expect(chat.counters().inFlight).toBe(0);
  });
});

describe("what is refused when the client is made", () => {
  const make = (policy: unknown, options: Partial<FallbackOptions & AdapterOptions<AnyPolicyTypes>> = {}) => {
    const clock = new VirtualClock();
    return () =>
      createFallback(policy as Policy, { transport: new ScriptedTransport(clock, {}), clock, env: {}, ...options });
  };
  const withKey = aPolicy({ contracts: [aContract({ auth: { header: "x-key", scheme: "", env: "CHAT_KEY" } })] });

  test.each([
    ["another format", { ...aPolicy(), format: 2 }, "has format 2 and this runtime reads format 1"],
    ["no policy", {}, "no compiled policy"],
    ["nothing", undefined, "no compiled policy"],
  ])("%s", (_name, policy, message) => {
    expect(make(policy)).toThrow(message);
  });

  test("no options at all", () => {
    const bare = createFallback as unknown as (policy: Policy, options?: unknown) => unknown;
    for (const none of [undefined, null, 7]) {
      expect(() => bare(aPolicy(), none)).toThrow("createFallback needs options, with a transport at least");
    }
  });

  test.each<[Record<string, unknown>, string]>([
    [
      { transport: undefined },
      "transport must be an object with send: undiciTransport() or fetchTransport() gives one",
    ],
    [{ transport: () => {} }, "transport must be an object with send"],
    [{ sink: "outcomes.jsonl" }, 'sink must be an object with write: jsonlSink("outcomes.jsonl") gives one'],
    [{ store: { status: "ready" } }, "store must be an object with join: redisStore(client) gives one"],
    [{ clock: Date }, "clock must be an object with now, wallAt, schedule and cancel: systemClock() gives one"],
    [{ onFault: "log" }, "onFault must be a function"],
    [{ ids: "uuid" }, "ids must be a function"],
    [{ hooks: { page: "oncall" } }, "hooks.page must be a function"],
    [{ env: "KEY=1" }, "env must be an object"],
    [{ drainMs: -1 }, "drainMs must be a number of milliseconds, 0 or above"],
  ])("the options %j", (options, message) => {
    expect(make(aPolicy(), options as never)).toThrow(UsageError);
    expect(make(aPolicy(), options as never)).toThrow(message);
  });

  test("but not a sink that is a function with fields", () => {
    expect(make(aPolicy(), { sink: Object.assign(() => {}, { write() {} }) })).not.toThrow();
  });

  test("a missing key, by the name of its variable", () => {
    expect(make(withKey)).toThrow("CHAT_KEY");
    expect(make(withKey, { env: { CHAT_KEY: "" } })).toThrow("CHAT_KEY");
  });

  test.each(["secret\r\nx-evil: 1", "secret key", "secret\n", "geheim\u00df", "secret\0"])("the key %j", (key) => {
    let message = "";
    try {
      make(withKey, { env: { CHAT_KEY: key } })();
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain("CHAT_KEY");
    expect(message).not.toContain("secret");
    expect(message).not.toContain("geheim");
  });

  test("a path whose adapter is not there", () => {
    const policy = aPolicy({ paths: [{ name: "primary", adapter: "short" }] });
    expect(make(policy)).toThrow('path primary needs the adapter "short"');
  });

  test.each([() => ({}), { request: null }, { request: () => ({}), response: "text" }])(
    "an adapter that is %j",
    (adapter) => {
      const policy = aPolicy({ paths: [{ name: "primary", adapter: "short" }] });
      const adapters = { short: adapter as unknown as Adapter };
      expect(make(policy, { adapters })).toThrow('the adapter "short" has no function request');
    },
  );

  test.each<[string, Parameters<typeof aContract>[0]]>([
    ["an address that is none", { baseUrl: "nowhere" }],
    ["another scheme", { baseUrl: "file:///etc" }],
    ["a password in the address", { baseUrl: "https://me:secret@host" }],
    ["a header that frames the message", { headers: { "Content-Length": "1" } }],
    ["a header with a line break", { headers: { "x-a": "1\r\nx-b: 2" } }],
    ["a header name with a colon", { headers: { "x-a:": "1" } }],
  ])("a contract with %s", (_name, contract) => {
    const attempt = make(aPolicy({ contracts: [aContract(contract)] }));
    expect(attempt).toThrow(UsageError);
    expect(attempt).not.toThrow("secret");
  });
});

test("the key is sent in its header and stands nowhere else", async () => {
  const key = "a-very-secret-key-0123456789";
  const auth = { header: "Authorization", scheme: "Bearer", env: "CHAT_KEY" };
  const echo: WorldEvent = { kind: "returns", status: 401, body: { error: { message: `no such key: ${key}` } } };
  const { chat, clock, transport, sink } = aClient(
    { primary: [echo] },
    { contracts: [aContract({ auth })], record: { errorFields: ["message"] } },
    { env: { CHAT_KEY: key } },
  );
  const completing = chat.complete(A_REQUEST);
  clock.run();
  const completion = await completing;
  expect(transport.calls[0]?.headers).toMatchObject({ authorization: `Bearer ${key}` });
  expect(completion).toMatchObject({ kind: "failure", error: { message: "no such key: [redacted]" } });
  for (const shown of [completion, sink.outcomes, chat.counters(), chat.health(), chat]) {
    expect(JSON.stringify(shown)).not.toContain(key);
  }
});

describe("hooks and the sink", () => {
  const paging: PolicySpec = {
    paths: [
      {
        name: "primary",
        otherwise: {
          reason: "down",
          actions: [fallback("backup"), fail],
          hooks: [
            { kind: "page", target: "oncall" },
            { kind: "notify", target: "caller" },
          ],
        },
      },
      { name: "backup" },
    ],
  };
  const events = () => ({ primary: [refuses(500)], backup: [answers(10)] });

  test("hooks are called with their target and the outcome, once each", async () => {
    const seen: [string, string, Outcome][] = [];
    const hooks: FallbackOptions["hooks"] = {
      page: (target, outcome) => seen.push(["page", target, outcome]),
      notify: (target, outcome) => seen.push(["notify", target, outcome]),
    };
    const { chat, clock } = aClient(events(), paging, { hooks });
    const completing = chat.complete(A_REQUEST);
    clock.run();
    const { outcome } = await completing;
    expect(seen).toEqual([
      ["page", "oncall", outcome],
      ["notify", "caller", outcome],
    ]);
  });

  test("what a hook throws, or rejects with, is counted and told, and goes no further", async () => {
    const faults: Fault[] = [];
    const thrown = new Error("thrown");
    const rejected = new Error("rejected");
    const hooks: FallbackOptions["hooks"] = {
      page: () => {
        throw thrown;
      },
      notify: () => Promise.reject(rejected),
    };
    const { chat, clock } = aClient(events(), paging, { hooks, onFault: (fault) => faults.push(fault) });
    const completing = chat.complete(A_REQUEST);
    clock.run();
    expect((await completing).kind).toBe("answer");
    await Promise.resolve();
    expect(faults).toEqual([
      { of: "hook", error: thrown },
      { of: "hook", error: rejected },
    ]);
    expect(chat.counters().hookFaults).toBe(2);
  });

  test("a request does not wait for its hooks", async () => {
    const { chat, clock } = aClient(events(), paging, { hooks: { page: () => new Promise(() => {}) } });
    const completing = chat.complete(A_REQUEST);
    clock.run();
    expect((await completing).kind).toBe("answer");
  });

  test("a sink that throws is counted, and so is a listener's own fault not", async () => {
    const sink = {
      write() {
        throw new Error("disk full");
      },
      close: () => Promise.reject(new Error("still full")),
    };
    const onFault = vi.fn(() => {
      throw new Error("listener");
    });
    const { chat, clock } = aClient({ primary: [answers()] }, {}, { sink, onFault });
    const completing = chat.complete(A_REQUEST);
    clock.run();
    expect((await completing).kind).toBe("answer");
    await chat.close();
    expect(chat.counters().sinkFaults).toBe(2);
    expect(onFault).toHaveBeenCalledTimes(2);
  });
});

test("where no sink wants an answer that was refused, none is made ready for it", async () => {
  const made = vi.spyOn(JSON, "stringify");
  const unwanted: FallbackOptions["sink"][] = [
    undefined,
    memorySink(),
    { write() {}, keep() {}, keeps: false },
    teeSink(memorySink(), { write() {}, keep() {}, keeps: false }),
  ];
  const kept: unknown[] = [];
  const wanted = { write() {}, keep: (sample: unknown) => kept.push(sample) };
  const looked: boolean[] = [];
  for (const sink of [...unwanted, wanted, teeSink(memorySink(), wanted)]) {
    const event: WorldEvent = { kind: "returns", status: 200, body: "an answer that is no JSON" };
    const options = sink === undefined ? {} : { sink };
    const { chat, clock } = aClient({ primary: [event] }, { record: { keepInvalidOutput: true } }, options);
    const asked = { messages: [{ role: "user", content: "a prompt that is looked for" }] };
    const completing = chat.complete(asked);
    made.mockClear();
    clock.run();
    await completing;
    looked.push(made.mock.calls.some(([text]) => asked.messages[0]?.content.startsWith(String(text)) === true));
  }
  made.mockRestore();
  expect(looked).toEqual([false, false, false, false, true, true]);
  expect(kept).toHaveLength(2);
});

describe("counters and closing", () => {
  test("each request is counted under its result, once", async () => {
    const { chat, clock, sink } = aClient({ primary: [answers(5), refuses(500), answers(50)] });
    const controller = new AbortController();
    const all = [
      chat.complete(A_REQUEST),
      chat.complete(A_REQUEST),
      chat.complete(A_REQUEST, { signal: controller.signal }),
    ];
    expect(chat.counters()).toMatchObject({ requests: 3, inFlight: 3 });
    clock.advance(10);
    controller.abort();
    await Promise.all(all);
    expect(chat.counters()).toMatchObject({
      requests: 3,
      inFlight: 0,
      results: { answer: 1, failure: 1, aborted: 1, degraded: 0, deferred: 0 },
    });
    expect(sink.outcomes).toHaveLength(3);
    expect(new Set(sink.outcomes.map((outcome) => outcome.id)).size).toBe(3);
  });

  test("close waits for what is in flight, then closes the sink once", async () => {
    const order: string[] = [];
    const sink = {
      write: () => order.push("written"),
      close: () => Promise.resolve(void order.push("closed")),
    };
    const { chat, clock } = aClient({ primary: [answers(100)] }, {}, { sink });
    const completing = chat.complete(A_REQUEST);
    const closing = Promise.all([chat.close(), chat.close()]);
    await Promise.resolve();
    expect(order).toEqual([]);
    clock.run();
    await Promise.all([completing, closing]);
    expect(order).toEqual(["written", "closed"]);
  });

  test("health tells of each path", () => {
    const { chat } = aClient({}, { paths: [{ name: "primary" }, { name: "backup" }] });
    expect(chat.health().map((path) => path.path)).toEqual(["primary", "backup"]);
  });

  test("the records that a sink says it has lost are counted", () => {
    const sink = { write() {}, dropped: 3 };
    expect(aClient({}, {}, { sink }).chat.counters().recordsLost).toBe(3);
  });
});
