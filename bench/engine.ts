/** What stands around one successful call when the call itself costs nothing. */
import { createFallback, type Policy } from "@fbp/runtime";
import { begin, Health, next } from "@fbp/runtime/core";
import type { HttpExchange, Transport } from "@fbp/runtime/engine";
import {
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import type { Subject } from "./measure.ts";

const ANSWER = {
  choices: [{ index: 0, message: { role: "assistant", content: "yes" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 8, completion_tokens: 1, total_tokens: 9 },
};
const BYTES = new TextEncoder().encode(JSON.stringify(ANSWER));
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
      const { command } = step;
      if (command.kind === "finish") {
        sink = command.outcome;
        return;
      }
      if (command.kind === "admit") step = next(policy, step.state, health.answer(command, now));
      else if (command.kind === "attempt") {
        health.settle(command.path, command.permit, "success", 5, now + 5);
        step = next(policy, step.state, { kind: "answered", at: now + 5, answer });
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

export function engines(policy: Policy): Subject[] {
  const chat = createFallback(policy, { transport: instantly, env: { COMETAPI_KEY: "k", FBP_LOCAL_KEY: "k" } });
  const guarded = wrap(
    retry(handleAll, { maxAttempts: 1, backoff: new ExponentialBackoff() }),
    circuitBreaker(handleAll, { halfOpenAfter: 30_000, breaker: new ConsecutiveBreaker(5) }),
    timeout(8000, TimeoutStrategy.Cooperative),
  );
  // The same bytes in and out as the policy's client has to handle, without the policy.
  const bare = async (): Promise<unknown> => {
    JSON.stringify(REQUEST);
    return JSON.parse(new TextDecoder().decode(BYTES));
  };
  return [
    { name: "bare async function", run: serially(async () => ANSWER) },
    { name: "the bytes alone: stringify, decode, parse", run: serially(bare) },
    { name: "fbp: complete(), bytes included", run: serially(() => chat.complete(REQUEST, { context: {} })) },
    { name: "cockatiel retry+breaker+timeout, no bytes", run: serially(() => guarded.execute(async () => ANSWER)) },
    { name: "cockatiel retry+breaker+timeout, bytes included", run: serially(() => guarded.execute(bare)) },
  ];
}
