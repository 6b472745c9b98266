/**
 * Many requests under one policy in one random world, on a virtual clock, with everything that can be
 * seen from outside written down: when each call began and ended, and what the breakers said then.
 */
import type { Policy } from "@fbp/runtime";
import { Health, type Outcome, pathHealth } from "@fbp/runtime/core";
import {
  type HttpCall,
  type HttpExchange,
  type HttpObserver,
  type Running,
  run,
  type Transport,
} from "@fbp/runtime/engine";
import { ScriptedTransport, seededRandom, VirtualClock, type WorldEvent } from "@fbp/runtime/virtual";
import fc from "fast-check";
import { aStream, asMetBy } from "./streamed.ts";

export interface Asking {
  readonly atMs: number;
  readonly tools: boolean;
  readonly tier: "free" | "paid";
  readonly promptTokens: number;
  readonly maxTokens: number | null;
  /** The caller gives up this long after the request began; null: never. */
  readonly abortAfterMs: number | null;
  /** The answer is asked for as a stream. */
  readonly streams: boolean;
  /** A caller that reads nothing for a while; null: one that keeps up. */
  readonly rests: { readonly afterMs: number; readonly forMs: number } | null;
}

export interface World {
  readonly askings: readonly Asking[];
  /** What each call meets, in the order of the calls, from the first again when it is used up. */
  readonly events: readonly WorldEvent[];
  readonly seed: number;
}

export interface SeenCall {
  readonly request: number;
  readonly path: string;
  readonly startMs: number;
  /** State of the path's breaker when the call began, after it was let through. */
  readonly breaker: string | null;
  endMs: number;
  /** Breaker before and after the call's end was told; null when it was abandoned. */
  settled: { readonly before: string | null; readonly after: string | null; readonly opensInMs: number } | null;
}

export interface SeenRequest {
  readonly asking: Asking;
  readonly startMs: number;
  readonly outcomes: Outcome[];
  endMs: number;
  abortedMs: number | null;
  /** The chunks that the caller was shown, in order. */
  readonly shown: unknown[];
  readonly shownMs: number[];
  /** How many calls had been made for the request when it was shown the first; null: it was shown none. */
  callsAtFirst: number | null;
  response: unknown;
}

export interface Play {
  readonly policy: Policy;
  readonly requests: readonly SeenRequest[];
  readonly calls: readonly SeenCall[];
  /** Still under way or scheduled when the clock came to rest. */
  readonly left: { readonly calls: number; readonly timers: number };
}

const json = (value: unknown): string => JSON.stringify(value);

const ANSWER = { choices: [{ index: 0, message: { role: "assistant", content: "yes" }, finish_reason: "stop" }] };

const aDelay = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 900 }) },
  fc.integer({ min: 900, max: 6000 }),
);

const aBody = fc.oneof(
  { weight: 4, arbitrary: fc.constant(json(ANSWER)) },
  {
    weight: 3,
    arbitrary: fc
      .record({ input: fc.nat(400), output: fc.nat(1000) })
      .map(({ input, output }) => json({ ...ANSWER, usage: { prompt_tokens: input, completion_tokens: output } })),
  },
  fc.constantFrom(
    json({ choices: [] }),
    json({
      choices: [{ index: 0, message: { role: "assistant", content: "no", refusal: "no" }, finish_reason: "stop" }],
    }),
    json({ choices: [{ index: 0, message: { role: "assistant", content: "cut" }, finish_reason: "length" }] }),
    json({ error: { message: "server error", type: "server_error", code: "server_error" } }),
    "{broken",
    "<html></html>",
    "",
  ),
);

const aStatus = fc.constantFrom(400, 401, 403, 404, 408, 413, 418, 429, 500, 501, 502, 503, 504, 529, 301);

const anError = fc.constantFrom(
  undefined,
  json({ error: { message: "overloaded", code: "overloaded" } }),
  json({ error: { message: "content policy", code: "content_filter" } }),
  json({ error: { message: "quota", type: "insufficient_quota", code: "insufficient_quota" } }),
  json({ error: { message: "too long", code: "context_length_exceeded" } }),
  "not json",
);

const someHeaders = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  fc.integer({ min: 0, max: 12 }).map((seconds) => ({ "retry-after": String(seconds) })),
);

const aWorldEvent: fc.Arbitrary<WorldEvent> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("returns" as const),
      status: fc.constant(200),
      body: aBody,
      afterMs: aDelay,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("returns" as const),
      status: aStatus,
      headers: someHeaders,
      body: anError,
      afterMs: aDelay,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("fails" as const),
      fault: fc.constantFrom("connect", "dns", "tls", "reset", "headers_timeout", "body_timeout"),
      afterMs: aDelay,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "hangs" as const }) },
  { weight: 8, arbitrary: aStream },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("returns" as const),
      status: fc.constant(200),
      body: fc.constant('{"choices":['),
      afterMs: aDelay,
      breaksOff: fc.constant("reset" as const),
    }),
  },
);

const anAsking: fc.Arbitrary<Asking> = fc.record({
  atMs: fc.nat(15_000),
  tools: fc.boolean(),
  tier: fc.constantFrom("free", "paid"),
  promptTokens: fc.nat(600),
  maxTokens: fc.option(fc.integer({ min: 1, max: 2000 })),
  abortAfterMs: fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, fc.nat(5000)),
  streams: fc.boolean(),
  rests: fc.option(fc.record({ afterMs: fc.nat(1500), forMs: fc.nat(2000) }), { freq: 4 }),
});

export const aWorld: fc.Arbitrary<World> = fc.record({
  askings: fc.array(anAsking, { minLength: 1, maxLength: 16, size: "max" }),
  events: fc.array(aWorldEvent, { minLength: 1, maxLength: 12, size: "max" }),
  seed: fc.nat(),
});

interface BreakerNow {
  readonly state: string | null;
  readonly opensInMs: number;
}

/** Notes the beginning and the end of each call on its way to the scripted provider. */
class WatchedTransport implements Transport {
  readonly calls: SeenCall[] = [];
  readonly #inner: ScriptedTransport;
  readonly #clock: VirtualClock;
  readonly #breaker: (path: string) => BreakerNow;

  constructor(inner: ScriptedTransport, clock: VirtualClock, breaker: (path: string) => BreakerNow) {
    this.#inner = inner;
    this.#clock = clock;
    this.#breaker = breaker;
  }

  send(call: HttpCall, observer: HttpObserver): HttpExchange {
    const { user } = JSON.parse(String(call.body)) as { user: string };
    const seen: SeenCall = {
      request: Number(user),
      path: call.path,
      startMs: this.#clock.now(),
      breaker: this.#breaker(call.path).state,
      endMs: Number.POSITIVE_INFINITY,
      settled: null,
    };
    this.calls.push(seen);
    const ending = (tell: () => void) => {
      const before = this.#breaker(call.path).state;
      seen.endMs = this.#clock.now();
      tell();
      const { state, opensInMs } = this.#breaker(call.path);
      seen.settled = { before, after: state, opensInMs };
    };
    const exchange = this.#inner.send(call, {
      sent: () => observer.sent(),
      head: (status, headers) => observer.head(status, headers),
      data: (chunk) => observer.data(chunk),
      end: () => ending(() => observer.end()),
      failed: (fault, cause) => ending(() => observer.failed(fault, cause)),
    });
    return {
      abort: () => {
        seen.endMs = Math.min(seen.endMs, this.#clock.now());
        exchange.abort();
      },
      pause: () => exchange.pause?.(),
      resume: () => exchange.resume?.(),
    };
  }
}

export function play(policy: Policy, world: World): Play {
  const clock = new VirtualClock();
  const health = new Health(policy);
  const scripted = new ScriptedTransport(clock, (_call, _nth) => {
    const call = scripted.calls.length - 1;
    const event = world.events[call % world.events.length];
    return event === undefined ? { kind: "hangs" } : asMetBy(event, call);
  });
  const breaker = (path: string): BreakerNow => {
    const found = pathHealth(health, clock.now()).find((one) => one.path === path);
    return { state: found?.breaker ?? null, opensInMs: found?.opensInMs ?? 0 };
  };
  const transport = new WatchedTransport(scripted, clock, breaker);
  let made = 0;
  const deps = {
    clock,
    transport,
    random: seededRandom(world.seed),
    ids: () => `request-${made++}`,
  };
  const requests: SeenRequest[] = [];
  world.askings.forEach((asking, at) => {
    clock.schedule(asking.atMs, () => {
      const seen: SeenRequest = {
        asking,
        startMs: clock.now(),
        outcomes: [],
        endMs: Number.POSITIVE_INFINITY,
        abortedMs: null,
        shown: [],
        shownMs: [],
        callsAtFirst: null,
        response: null,
      };
      requests[at] = seen;
      const request = {
        messages: [{ role: "user", content: "hello" }],
        user: String(at),
        ...(asking.tools ? { tools: [{ type: "function", function: { name: "act" } }] } : {}),
        ...(asking.maxTokens === null ? {} : { max_tokens: asking.maxTokens }),
      };
      const viewer = {
        show(chunk: unknown) {
          seen.callsAtFirst ??= transport.calls.filter((call) => call.request === at).length;
          seen.shown.push(chunk);
          seen.shownMs.push(clock.now());
        },
      };
      const options = {
        context: { tier: asking.tier },
        promptTokens: asking.promptTokens,
        ...(asking.streams ? { viewer } : {}),
      };
      const running: Running = run(deps, policy, health, request, options, (outcome, _ending, response) => {
        seen.outcomes.push(outcome);
        seen.response = response;
        seen.endMs = clock.now();
      });
      if (asking.rests !== null) {
        clock.schedule(asking.rests.afterMs, () => running.pause());
        clock.schedule(asking.rests.afterMs + asking.rests.forMs, () => running.resume());
      }
      if (asking.abortAfterMs !== null) {
        clock.schedule(asking.abortAfterMs, () => {
          seen.abortedMs = clock.now();
          running.abort();
        });
      }
    });
  });
  clock.run();
  return { policy, requests, calls: transport.calls, left: { calls: scripted.active, timers: clock.scheduled } };
}

/** The calls of one request, in order. */
export function callsOf(seen: Play, request: number): SeenCall[] {
  return seen.calls.filter((call) => call.request === request);
}
