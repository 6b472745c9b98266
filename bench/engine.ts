/** What stands around one successful call when the call itself costs nothing. */
import { createFallback, type Policy } from "@fbp/runtime";
import { begin, Health, next } from "@fbp/runtime/core";
import type { HttpExchange, Transport } from "@fbp/runtime/engine";
import {
  ConsecutiveBreaker,
  ConstantBackoff,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import Opossum from "opossum";
import pRetry from "p-retry";
import type { Subject } from "./measure.ts";

const ANSWER = {
  choices: [{ index: 0, message: { role: "assistant", content: "yes" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 8, completion_tokens: 1, total_tokens: 9 },
};
const BYTES = new TextEncoder().encode(JSON.stringify(ANSWER));
const BUSY = new TextEncoder().encode(
  JSON.stringify({ error: { message: "busy", type: "server_error", code: "overloaded", param: null } }),
);
const KEYS = { COMETAPI_KEY: "k", FBP_LOCAL_KEY: "k" };
const HEADERS = {};
const REQUEST = { messages: [{ role: "user", content: "hello" }] };
const IDLE: HttpExchange = { abort: () => {} };

/** Answers within `send`. */
const instantly: Transport = {
  send(_call, observer) {
    observer.sent();
    observer.head(200, HEADERS);
    observer.data(BYTES);
    observer.end();
    return IDLE;
  },
};

export let sink: unknown;

/** The machine, the breaker, the SLO, the retry budget, the ledger and the outcome; no clock, no bytes, no promise. */
function core(policy: Policy): (times: number) => void {
  const health = new Health(policy);
  const facts = {
    id: "request",
    traceId: null,
    startedAt: 0,
    request: REQUEST,
    context: {},
    repeatable: true,
    promptTokens: 8,
    outputLimit: null,
  };
  const answer = { status: 200, usage: { input: 8, output: 1 }, providerRequestId: null };
  let now = 0;
  const once = (): void => {
    now += 10;
    health.began(now);
    let step = begin(policy, facts, now);
    for (;;) {
      const command = step;
      if (command.kind === "finish") {
        sink = command.outcome;
        return;
      }
      if (command.kind === "admit") step = next(policy, step, health.answer(command, now));
      else if (command.kind === "attempt") {
        health.settle(command.path, command.permit, "success", 5, now + 5);
        step = next(policy, step, { kind: "answered", at: now + 5, answer });
      } else throw new Error(`an undisturbed call does not ${command.kind}`);
    }
  };
  return (times) => {
    for (let at = 0; at < times; at++) once();
  };
}

function serially(call: () => Promise<unknown>): (times: number) => Promise<void> {
  return async (times) => {
    for (let at = 0; at < times; at++) sink = await call();
  };
}

/** The core beside the least that any asynchronous call costs. */
export function coreOf(name: string, policy: Policy): Subject[] {
  return [
    { name: "bare async function", run: serially(async () => ANSWER) },
    { name: `fbp: core, ${name}`, run: core(policy) },
  ];
}

/** The same bytes in and out as the policy's client has to handle, without the policy. */
async function bare(): Promise<unknown> {
  JSON.stringify(REQUEST);
  return JSON.parse(new TextDecoder().decode(BYTES));
}

function cockatiel(backoff: NonNullable<Parameters<typeof retry>[1]["backoff"]>) {
  return wrap(
    retry(handleAll, { maxAttempts: 1, backoff }),
    circuitBreaker(handleAll, { halfOpenAfter: 30_000, breaker: new ConsecutiveBreaker(5) }),
    timeout(8000, TimeoutStrategy.Cooperative),
  );
}

export function engines(policy: Policy): Subject[] {
  const chat = createFallback(policy, { transport: instantly, env: KEYS });
  const guarded = cockatiel(new ExponentialBackoff());
  const breaker = new Opossum(async () => ANSWER, { timeout: 8000 });
  return [
    { name: "bare async function", run: serially(async () => ANSWER) },
    { name: "the bytes alone: stringify, decode, parse", run: serially(bare) },
    { name: "fbp: complete(), bytes included", run: serially(() => chat.complete(REQUEST, { context: {} })) },
    { name: "cockatiel retry+breaker+timeout, no bytes", run: serially(() => guarded.execute(async () => ANSWER)) },
    { name: "cockatiel retry+breaker+timeout, bytes included", run: serially(() => guarded.execute(bare)) },
    { name: "opossum breaker+timeout, no bytes", run: serially(() => breaker.fire()) },
    { name: "p-retry, no bytes", run: serially(() => pRetry(async () => ANSWER, { retries: 1 })) },
  ];
}

/** Fails with a 503 and answers, in turn. */
function inTurn(): Transport {
  let fails = false;
  return {
    send(call, observer) {
      fails = !fails;
      if (!fails) return instantly.send(call, observer);
      observer.sent();
      observer.head(503, HEADERS);
      observer.data(BUSY);
      observer.end();
      return IDLE;
    },
  };
}

/** The bytes of the failure and of the answer, without any policy. */
function failingAtFirst(): () => Promise<unknown> {
  let fails = false;
  return async () => {
    fails = !fails;
    if (!fails) return bare();
    JSON.stringify(REQUEST);
    throw new Error(String(JSON.parse(new TextDecoder().decode(BUSY)).error.message));
  };
}

export function repeated(policy: Policy): Subject[] {
  const chat = createFallback(policy, { transport: inTurn(), env: KEYS });
  const guarded = cockatiel(new ConstantBackoff(0));
  const [byHand, byCockatiel, byRetry] = [failingAtFirst(), failingAtFirst(), failingAtFirst()];
  const again = { retries: 1, minTimeout: 0, maxTimeout: 0 };
  return [
    { name: "repeated by hand", run: serially(() => byHand().catch(byHand)) },
    { name: "fbp: complete()", run: serially(() => chat.complete(REQUEST)) },
    { name: "cockatiel retry+breaker+timeout", part: 0.02, run: serially(() => guarded.execute(byCockatiel)) },
    { name: "p-retry", run: serially(() => pRetry(byRetry, again)) },
  ];
}
