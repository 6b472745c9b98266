import { describe, expect, test, vi } from "vitest";
import { force } from "./core/breaker-control.ts";
import { Health } from "./core/health.ts";
import { pathHealth } from "./core/path-health.ts";
import type { Policy } from "./core/policy.ts";
import { breakerOf } from "./core/testing/breaker-of.ts";
import { aBreaker, aContract, aPolicy, fail, fallback, type PolicySpec, retry, rule } from "./core/testing/policy.ts";
import { type Adapter, prepare, run, runFor, UsageError } from "./engine.ts";
import type { InvalidOutput } from "./sink/invalid-output.ts";
import { A_REQUEST, AN_ANSWER, answers, aWorld, refuses } from "./testing/world.ts";
import type { HttpCall, HttpObserver, Transport } from "./transport/transport.ts";
import type { WorldEvent } from "./virtual/index.ts";

/** Retries a time-out on `primary` after a second, then falls back to `backup`; fails otherwise. */
function twoPaths(spec: PolicySpec = {}): Policy {
  return aPolicy({
    paths: [
      {
        name: "primary",
        on: { transport_timeout: rule("primary_timeout", retry(1000), fallback("backup"), fail) },
        otherwise: rule("failed", fail),
      },
      { name: "backup", otherwise: rule("backup_failed", fail) },
    ],
    budget: { deadlineMs: 30_000 },
    ...spec,
  });
}

describe("an undisturbed request", () => {
  test("gives the parsed answer and one outcome, and leaves nothing behind", () => {
    const world = aWorld(twoPaths(), { primary: [answers(100)] });
    const started = world.start();
    expect(started.ends).toEqual([]);
    world.clock.run();
    expect(started.outcome()).toMatchObject({ result: "answer", source: "primary", reason: null, elapsedMs: 100 });
    expect(started.ends[0]?.response).toEqual(AN_ANSWER);
    expect(world.clock.scheduled).toBe(0);
    expect(world.transport.active).toBe(0);
  });

  test("sends the request with the path's model, and leaves the request as it was", () => {
    const request = Object.freeze({ model: "another", messages: [], temperature: 0 });
    const world = aWorld(twoPaths(), { primary: [answers()] });
    world.start(request);
    const [call] = world.transport.calls;
    expect(JSON.parse(String(call?.body))).toEqual({ model: "model-primary", messages: [], temperature: 0 });
    expect(call).toMatchObject({ url: "http://127.0.0.1:1/v1/chat/completions", path: "primary", contract: "local" });
    expect(request.model).toBe("another");
  });

  test("a request without fields has the model alone", () => {
    const world = aWorld(twoPaths(), { primary: [answers()] });
    world.start({});
    expect(world.transport.calls[0]?.body).toBe('{"model":"model-primary"}');
  });

  test("what the service does to its request afterwards is not sent by a retry", () => {
    const request = { messages: ["first"] };
    const world = aWorld(twoPaths(), { primary: [{ kind: "fails", fault: "reset" }, answers()] });
    world.start(request);
    request.messages.push("second");
    world.clock.run();
    expect(world.transport.calls.map((call) => call.body)).toEqual(
      Array.from({ length: 2 }, () => '{"model":"model-primary","messages":["first"]}'),
    );
  });

  test("nor to a path of another contract, nor shown to its adapter", () => {
    const paths = (["other", "adapted"] as const).map((kind) => {
      const seen: unknown[] = [];
      const request = { messages: ["first"], model: "mine", n: 1 };
      const policy = twoPaths({
        paths: [
          { name: "primary", on: { transport_timeout: rule("down", fallback("backup"), fail) } },
          { name: "backup", contract: 1, adapter: kind === "adapted" ? "short" : null },
        ],
        contracts: [aContract(), aContract({ name: "other", modelField: "engine" })],
      });
      const short = { request: (asked: unknown) => ({ ...(asked as object), seen: seen.push(asked) }) };
      const prepared = prepare(policy, { adapters: { short } });
      const world = aWorld(policy, { primary: [{ kind: "fails", fault: "reset" }], backup: [answers()] }, { prepared });
      world.start(request);
      request.messages.push("second");
      request.n = 2;
      world.clock.run();
      return JSON.parse(String(world.transport.calls[1]?.body));
    });
    const asBegun = { engine: "model-backup", messages: ["first"], model: "mine", n: 1 };
    expect(paths).toEqual([asBegun, { ...asBegun, seen: 1 }]);
  });

  test("a request that says itself what it is as JSON does not choose its model", () => {
    class Conversation {
      readonly #messages = ["hi"];
      toJSON(): unknown {
        return { model: "dear", messages: this.#messages };
      }
    }
    const world = aWorld(twoPaths(), { primary: [answers()] });
    world.start(new Conversation());
    expect(world.transport.calls[0]?.body).toBe('{"model":"model-primary","messages":["hi"]}');
    const asked = { toJSON: () => ({ stream: true }) };
    expect(() => world.start(asked)).toThrow("complete gives whole answers");
  });

  test("is over before `run` returns when the transport answers at once", () => {
    const policy = twoPaths();
    const transport: Transport = {
      send(_call, observer) {
        observer.sent();
        observer.head(200, {});
        observer.data(new TextEncoder().encode(JSON.stringify(AN_ANSWER)));
        observer.end();
        return { abort() {} };
      },
    };
    const world = aWorld(policy, {}, { transport });
    expect(world.start().outcome().result).toBe("answer");
    expect(world.clock.scheduled).toBe(0);
  });
});

describe("time", () => {
  test("an attempt that takes too long is aborted and the next one is made after the wait", () => {
    const world = aWorld(twoPaths(), { primary: [{ kind: "hangs" }, answers(50)] });
    const started = world.start();
    world.clock.advance(7999);
    expect(world.transport.active).toBe(1);
    world.clock.advance(1);
    expect(world.transport).toMatchObject({ active: 0, aborted: 1 });
    world.clock.run();
    expect(started.outcome()).toMatchObject({ result: "answer", reason: "primary_timeout", retries: 1 });
    expect(started.outcome().attempts[0]).toMatchObject({ transport: "attempt_timeout", sent: true, elapsedMs: 8000 });
    expect(world.clock.scheduled).toBe(0);
  });

  test("a connection that does not come to stand in its own limit is a fault of its own, and nothing was sent", () => {
    const policy = aPolicy({ paths: [{ name: "primary", connectMs: 300 }] });
    const world = aWorld(policy, { primary: [{ kind: "hangs", sent: false }] });
    const started = world.start();
    world.clock.run();
    expect(started.outcome().attempts[0]).toMatchObject({ transport: "connect", sent: false, elapsedMs: 300 });
    expect(world.transport).toMatchObject({ active: 0, aborted: 1 });
  });

  test("the limit for the connection does not cut off an answer that is slow", () => {
    const policy = aPolicy({ paths: [{ name: "primary", connectMs: 300 }] });
    const world = aWorld(policy, { primary: [answers(4000)] });
    const started = world.start();
    world.clock.run();
    expect(started.outcome()).toMatchObject({ result: "answer", elapsedMs: 4000 });
  });

  test("an attempt that runs into the request's deadline says nothing of the path", () => {
    const policy = aPolicy({
      paths: [{ name: "primary", leastMs: 1, mostMs: 8000, breaker: aBreaker({ consecutive: 1 }) }],
      budget: { deadlineMs: 500 },
    });
    const world = aWorld(policy, { primary: [{ kind: "hangs" }] });
    const started = world.start();
    world.clock.run();
    expect(started.outcome()).toMatchObject({ result: "failure", reason: "budget_exhausted", elapsedMs: 500 });
    expect(pathHealth(world.health, world.clock.now())[0]).toMatchObject({ breaker: "closed", failed: 0 });
  });
});

describe("the caller's abort", () => {
  test("ends a call at once, and gives back its permit", () => {
    const policy = aPolicy({ paths: [{ name: "primary", breaker: aBreaker({ consecutive: 1 }) }] });
    const world = aWorld(policy, { primary: [answers(100)] });
    const started = world.start();
    world.clock.advance(40);
    started.abort();
    expect(started.outcome()).toMatchObject({ result: "aborted", elapsedMs: 40, source: null });
    expect(started.outcome().attempts).toHaveLength(1);
    expect(world.transport).toMatchObject({ active: 0, aborted: 1 });
    expect(world.clock.scheduled).toBe(0);
    expect(pathHealth(world.health, world.clock.now())[0]).toMatchObject({ breaker: "closed", calls: 0 });
  });

  test("ends a back-off at once, and no attempt follows", () => {
    const world = aWorld(
      twoPaths(),
      { primary: [{ kind: "fails", fault: "reset" }, answers()] },
      { random: () => 0.9 },
    );
    const started = world.start();
    world.clock.advance(10);
    expect(world.transport.calls).toHaveLength(1);
    expect(world.clock.scheduled).toBe(1);
    started.abort();
    expect(started.outcome()).toMatchObject({ result: "aborted", elapsedMs: 10 });
    expect(world.clock.scheduled).toBe(0);
    world.clock.advance(60_000);
    expect(world.transport.calls).toHaveLength(1);
  });

  test("between the head and the body it ends the call, and the status stays on record", () => {
    const world = aWorld(twoPaths(), { primary: [{ kind: "returns", status: 200, body: AN_ANSWER, bodyAfterMs: 50 }] });
    const started = world.start();
    world.clock.advance(20);
    started.abort();
    expect(started.outcome().attempts[0]).toMatchObject({ status: 200, sent: true, signal: null });
    world.clock.run();
    expect(started.ends).toHaveLength(1);
  });

  test("before the request began, it makes no call and there is an outcome", () => {
    const world = aWorld(twoPaths(), { primary: [answers()] });
    const started = world.start(A_REQUEST, { signal: AbortSignal.abort() });
    expect(started.outcome()).toMatchObject({ result: "aborted", attempts: [] });
    expect(world.transport.calls).toEqual([]);
  });

  test("from inside the transport, while it is called for a retry, ends the call", () => {
    const policy = aPolicy({ paths: [{ name: "primary", on: { transport_timeout: rule("again", retry(10), fail) } }] });
    const stopped = vi.fn();
    const observers: HttpObserver[] = [];
    let abort = (): void => {};
    const transport: Transport = {
      send(_call, observer) {
        if (observers.push(observer) === 2) abort();
        return { abort: stopped };
      },
    };
    const world = aWorld(policy, {}, { transport });
    const started = world.start();
    abort = () => started.abort();
    observers[0]?.failed("reset", new Error("reset"));
    world.clock.run();
    expect(started.outcome().result).toBe("aborted");
    expect(observers).toHaveLength(2);
    expect(stopped).toHaveBeenCalledTimes(1);
    expect(world.clock.scheduled).toBe(0);
  });

  test("after the end it does nothing", () => {
    const world = aWorld(twoPaths(), { primary: [answers()] });
    const started = world.start();
    world.clock.run();
    started.abort();
    expect(started.outcome().result).toBe("answer");
  });
});

describe("late and double events", () => {
  /** Keeps each observer, and never stops by itself. */
  function rudeTransport(): Transport & { readonly observers: HttpObserver[]; readonly calls: HttpCall[] } {
    const observers: HttpObserver[] = [];
    const calls: HttpCall[] = [];
    return {
      observers,
      calls,
      send(call, observer) {
        calls.push(call);
        observers.push(observer);
        return { abort() {} };
      },
    };
  }

  function everything(observer: HttpObserver | undefined): void {
    observer?.sent();
    observer?.head(200, {});
    observer?.data(new TextEncoder().encode(JSON.stringify(AN_ANSWER)));
    observer?.end();
    observer?.failed("reset", new Error("late"));
  }

  test("of an attempt that timed out change nothing", () => {
    const transport = rudeTransport();
    const world = aWorld(twoPaths(), {}, { transport });
    const started = world.start();
    world.clock.advance(9000);
    expect(transport.calls).toHaveLength(2);
    everything(transport.observers[0]);
    expect(started.ends).toEqual([]);
    everything(transport.observers[1]);
    everything(transport.observers[1]);
    expect(started.outcome()).toMatchObject({ result: "answer", retries: 1 });
    expect(started.outcome().attempts).toHaveLength(2);
    expect(world.clock.scheduled).toBe(0);
  });

  test("of an attempt that was aborted change nothing", () => {
    const transport = rudeTransport();
    const world = aWorld(twoPaths(), {}, { transport });
    const started = world.start();
    started.abort();
    everything(transport.observers[0]);
    world.clock.run();
    expect(started.outcome().result).toBe("aborted");
  });

  test("a second head is ignored, and an end without one is a reset", () => {
    const transport = rudeTransport();
    const world = aWorld(aPolicy(), {}, { transport });
    const [twice, headless] = [world.start(), world.start()];
    transport.observers[0]?.head(500, {});
    transport.observers[0]?.head(200, {});
    transport.observers[0]?.end();
    transport.observers[1]?.data(new Uint8Array(3));
    transport.observers[1]?.end();
    expect(twice.outcome().attempts[0]).toMatchObject({ status: 500, signal: "server_error" });
    expect(headless.outcome().attempts[0]).toMatchObject({ status: null, transport: "reset" });
  });

  test("a transport that throws is a failed attempt that may have been sent", () => {
    const transport: Transport = {
      send() {
        throw new Error("broken transport");
      },
    };
    const world = aWorld(aPolicy(), {}, { transport });
    expect(world.start().outcome().attempts[0]).toMatchObject({ transport: "connect", sent: true });
  });
});

describe("bugs of the caller are thrown before anything happens", () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;

  test.each<[string, unknown]>([
    ["no object", "hello"],
    ["null", null],
    ["undefined", undefined],
    ["a list", []],
    ["a cycle", cyclic],
    ["a bigint", { messages: [10n] }],
    ["something that becomes no object", { toJSON: () => "text" }],
    ["something that throws", { toJSON: () => cyclic }],
    ["a stream", { stream: true }],
  ])("%s", (_name, request) => {
    const world = aWorld(twoPaths(), { primary: [answers()] });
    expect(() => run(world.deps, twoPaths(), world.health, request, {}, () => {})).toThrow(UsageError);
    expect(world.transport.calls).toEqual([]);
    expect(world.clock.scheduled).toBe(0);
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])("promptTokens %s", (promptTokens) => {
    const world = aWorld(twoPaths(), {});
    expect(() => world.start(A_REQUEST, { promptTokens })).toThrow("promptTokens must be a whole number");
  });

  test("a traceId that is no text", () => {
    const world = aWorld(twoPaths(), {});
    expect(() => world.start(A_REQUEST, { traceId: 7 as unknown as string })).toThrow("traceId must be a text");
  });
});

describe("adapters and other contracts", () => {
  /** What the contract of `backup` says of its own answers. */
  const OTHER_ANSWER = { answer: { text: "hi" }, ended: "complete" };
  const REWRITTEN = { choices: [{ message: { content: "hi" } }] };
  const toOther = (request: Readonly<Record<string, unknown>>): unknown => ({ ...request, short: true });

  const adapted = (): Policy => {
    return aPolicy({
      paths: [
        { name: "primary", on: { transport_timeout: rule("primary_timeout", fallback("backup"), fail) } },
        { name: "backup", contract: 1, adapter: "short", otherwise: rule("backup_failed", fail) },
      ],
      contracts: [
        aContract({
          checks: ["standard", "asked"],
          accept: (response, request) => {
            if (!isObject(response) || !("choices" in response)) return 0;
            return isObject(request) && "messages" in request && !("short" in request) ? -1 : 1;
          },
        }),
        aContract({
          name: "other",
          modelField: "engine",
          checks: ["standard"],
          accept: (response, request) =>
            isObject(response) && "ended" in response && isObject(request) && "short" in request ? -1 : 0,
        }),
      ],
    });
  };

  const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

  function startWith(adapter: Adapter, answer: unknown = OTHER_ANSWER) {
    const policy = adapted();
    const prepared = prepare(policy, { adapters: { short: adapter } });
    const backup = { kind: "returns", status: 200, body: answer, afterMs: 0 } as const;
    const world = aWorld(policy, { primary: [{ kind: "fails", fault: "reset" }], backup: [backup] }, { prepared });
    const started = world.start({ messages: [], model: "mine" });
    world.clock.run();
    return { ...world, started };
  }

  test("the fallback's body has its own model field and what its adapter made", () => {
    const { started, transport } = startWith({ request: toOther });
    expect(started.outcome().result).toBe("answer");
    expect(JSON.parse(String(transport.calls[1]?.body))).toEqual({
      engine: "model-backup",
      messages: [],
      model: "mine",
      short: true,
    });
  });

  test("an answer is passed on as it is where the adapter has no word on it", () => {
    const { started } = startWith({ request: toOther });
    expect(started.ends[0]?.response).toEqual(OTHER_ANSWER);
  });

  test("an answer is judged as what it is, rewritten, and judged as one of the start's, with what was asked of it", () => {
    const response = vi.fn(() => REWRITTEN);
    const { started } = startWith({ request: toOther, response });
    expect(response.mock.calls).toEqual([[OTHER_ANSWER]]);
    expect(started.outcome()).toMatchObject({ result: "answer", source: "backup" });
    expect(started.ends[0]?.response).toBe(REWRITTEN);
  });

  test("an answer that its own contract refuses never reaches the adapter", () => {
    const response = vi.fn(() => REWRITTEN);
    const { started } = startWith({ request: toOther, response }, { answer: null });
    expect(response).not.toHaveBeenCalled();
    expect(started.outcome().attempts[1]).toMatchObject({ signal: "unusable_output", check: "standard" });
  });

  const cannot = (): never => {
    throw new Error("cannot");
  };

  // biome-ignore lint/suspicious/noThenProperty: that is what is tested
  const LIKE_A_PROMISE = { ...REWRITTEN, then: () => {} };

  test.each<[string, () => unknown, string]>([
    ["throws", cannot, "adapter"],
    ["gives nothing", () => undefined, "adapter"],
    ["gives a promise", () => Promise.resolve(REWRITTEN), "adapter"],
    ["gives a promise that rejects", () => Promise.reject(new Error("cannot")), "adapter"],
    ["gives a promise of another make", () => LIKE_A_PROMISE, "adapter"],
    ["gives what fails a check of the start's", () => ({ text: "hi" }), "adapter.standard"],
  ])("an adapter whose response %s makes the answer unusable, under its name", (_, response, check) => {
    const { started } = startWith({ request: toOther, response });
    expect(started.outcome()).toMatchObject({ result: "failure", reason: "backup_failed" });
    expect(started.outcome().attempts[1]).toMatchObject({ signal: "unusable_output", check, status: 200 });
    expect(started.ends[0]?.response).toBeNull();
  });

  test.each<[string, () => unknown]>([
    ["throws", cannot],
    ["gives no object", () => "hello"],
    ["gives a promise", () => Promise.resolve({})],
    ["gives a promise that rejects", () => Promise.reject(new Error("cannot"))],
    ["gives a promise of another make", () => LIKE_A_PROMISE],
  ])(
    "an adapter whose request %s is a defect of the request: no call, and the breaker is not touched",
    (_, request) => {
      const { started, transport } = startWith({ request });
      expect(transport.calls).toHaveLength(1);
      expect(started.outcome()).toMatchObject({ result: "failure", reason: "backup_failed" });
      expect(started.outcome().attempts[1]).toMatchObject({ signal: "client_invalid", check: "request", sent: false });
    },
  );
});

test("a policy whose own code throws in mid-request is told once, and leaves nothing running", () => {
  const policy = twoPaths();
  const damaged: Policy = {
    ...policy,
    paths: policy.paths.map((path) => ({
      ...path,
      decide: () => {
        throw new Error("damaged");
      },
    })),
  };
  const world = aWorld(damaged, { primary: [refuses(500)] });
  const broken: unknown[] = [];
  const done = vi.fn();
  runFor(world.deps, damaged, world.health, A_REQUEST, {}, { done, broken: (error) => broken.push(error) });
  world.clock.run();
  expect(broken).toEqual([new Error("damaged")]);
  expect(done).not.toHaveBeenCalled();
  expect(world.clock.scheduled).toBe(0);
});

test("an adapter whose answer throws when it is shown ends the request, and leaves nothing running", () => {
  const policy = aPolicy({
    contracts: [aContract()],
    paths: [{ name: "primary", adapter: "lazy" }],
  });
  const response = (): unknown => ({
    get choices(): never {
      throw new Error("lazily");
    },
  });
  const prepared = prepare(policy, { adapters: { lazy: { request: (request) => request, response } } });
  const world = aWorld(policy, { primary: [answers(5)] }, { prepared });
  const owner = { done: vi.fn(), broken: vi.fn() };
  runFor(world.deps, policy, world.health, A_REQUEST, { viewer: { show: () => {} } }, owner);
  world.clock.run();
  expect(owner.done).not.toHaveBeenCalled();
  expect(owner.broken.mock.calls).toEqual([[new Error("lazily")]]);
  expect(world.clock.scheduled).toBe(0);
});

test("a transport that throws when it is to give a call up keeps no request from its end", () => {
  const policy = twoPaths();
  const abort = (): never => {
    throw new Error("cannot");
  };
  const transport: Transport = { send: () => ({ abort }) };
  const world = aWorld(policy, {}, { transport });
  const [aborted, late] = [world.start(), world.start()];
  aborted.abort();
  expect(aborted.outcome().result).toBe("aborted");
  world.clock.run();
  expect(late.outcome().attempts.map(({ transport: fault }) => fault)).toEqual(
    Array.from({ length: 3 }, () => "attempt_timeout"),
  );
});

test("what the owner's own handler throws comes out of the callback that met it, and nothing is left running", () => {
  const policy = twoPaths();
  const world = aWorld(policy, { primary: [answers(5)] });
  run(world.deps, policy, world.health, A_REQUEST, {}, () => {
    throw new Error("in a handler");
  });
  expect(() => world.clock.run()).toThrow("in a handler");
  expect(world.clock.scheduled).toBe(0);
});

test("an aborted probe of a half-open breaker makes room for the next one", () => {
  const policy = aPolicy({ paths: [{ name: "primary", breaker: aBreaker({ consecutive: 1 }) }] });
  const health = new Health(policy);
  force(breakerOf(health, 0), "half_open", 0);
  const world = aWorld(policy, { primary: [answers(10), answers(10)] });
  const first = run(world.deps, policy, health, A_REQUEST, {}, () => {});
  first.abort();
  const results: string[] = [];
  run(world.deps, policy, health, A_REQUEST, {}, (outcome) => results.push(outcome.result));
  world.clock.run();
  expect(results).toEqual(["answer"]);
});

describe("an answer that a check refuses", () => {
  const refused: WorldEvent = { kind: "returns", status: 200, body: "no json" };

  function kept(keepInvalidOutput: boolean): readonly InvalidOutput[] {
    const policy = aPolicy({ record: { keepInvalidOutput } });
    const world = aWorld(policy, { primary: [refused] });
    const samples: InvalidOutput[] = [];
    const owner = {
      done: () => {},
      broken: (error: unknown) => {
        throw error;
      },
      keep: (sample: InvalidOutput) => samples.push(sample),
    };
    runFor(world.deps, policy, world.health, A_REQUEST, { traceId: "trace" }, owner);
    world.clock.run();
    return samples;
  }

  test("is kept where the policy says so", () => {
    expect(kept(true)).toEqual([
      {
        id: "request-1",
        traceId: "trace",
        path: "primary",
        attempt: 0,
        check: "json",
        text: "no json",
        cut: false,
      },
    ]);
  });

  test("is not kept otherwise", () => {
    expect(kept(false)).toEqual([]);
  });
});
