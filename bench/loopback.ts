/** A POST over loopback, one after the other on a kept connection: through the policy, and through its peers. */
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { createFallback, type Policy, undiciTransport } from "@fbp/runtime";
import { generateText } from "ai";
import { createRetryableModel, httpStatus } from "ai-retry/language-model";
import {
  ConsecutiveBreaker,
  ConstantBackoff,
  circuitBreaker,
  handleAll,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from "cockatiel";
import Opossum from "opossum";
import pRetry from "p-retry";
import { Agent, fetch, RetryAgent, request } from "undici";
import type { Subject } from "./measure.ts";
import { startProvider } from "./provider.ts";

const REQUEST = { messages: [{ role: "user" as const, content: "hello" }] };

/** Whoever is measured beside bare undici. */
export const CALLERS = [
  "fbp: complete() over undici",
  "undici RetryAgent",
  "cockatiel around undici",
  "p-retry around undici",
  "the AI SDK with ai-retry",
  "opossum around undici",
  "undici fetch",
] as const;

export interface Loopback {
  readonly subjects: readonly Subject[];
  close(): Promise<void>;
}

/** Every call is answered. */
export async function loopback(policyFor: (baseUrl: string) => Policy): Promise<Loopback> {
  const provider = await startProvider();
  const to = clients(provider.healthy, policyFor(provider.healthy));
  const { bare, agent } = to;
  const breaker = new Opossum(bare, { timeout: 8000 });
  return {
    subjects: [
      { name: "bare undici request", run: serially(bare) },
      ...to.subjects,
      { name: "opossum around undici", run: serially(() => breaker.fire()) },
      {
        name: "undici fetch",
        run: serially(async () => (await fetch(to.url, { ...CALL, body: body(), dispatcher: agent })).json()),
      },
    ],
    close: async () => {
      breaker.shutdown();
      await to.close();
      await provider.close();
    },
  };
}

/** Every call fails with a 503 at first, and is made again at once, or as soon as the peer can. */
export async function failing(policyFor: (baseUrl: string) => Policy): Promise<Loopback> {
  const provider = await startProvider();
  const to = clients(provider.failing, policyFor(provider.failing), THROUGH_A_TIMER);
  const twice = async (): Promise<unknown> => to.bare().catch(to.bare);
  return {
    subjects: [{ name: "bare undici request, asked again by hand", run: serially(twice) }, ...to.subjects],
    close: async () => {
      await to.close();
      await provider.close();
    },
  };
}

/** The part of the times for what waits a millisecond in each. */
const THROUGH_A_TIMER = 0.2;

const CALL = {
  method: "POST" as const,
  headers: { "content-type": "application/json", authorization: "Bearer k" },
};

function body(): string {
  return JSON.stringify({ ...REQUEST, model: "model-a" });
}

/**
 * The policy's client and those of its peers that repeat calls, for a provider at this address.
 *
 * @param part of the times, for those that repeat through a timer
 */
function clients(base: string, policy: Policy, part = 1) {
  const url = `${base}/v1/chat/completions`;
  const transport = undiciTransport();
  const chat = createFallback(policy, { transport, env: { FBP_LOCAL_KEY: "k" } });
  const agent = new Agent();
  const retrying = new RetryAgent(agent, {
    maxRetries: 1,
    minTimeout: 0,
    maxTimeout: 0,
    methods: ["POST"],
    statusCodes: [503],
  });
  const asked = async (dispatcher: Agent | RetryAgent): Promise<unknown> => {
    const answer = await request(url, { ...CALL, body: body(), dispatcher });
    if (answer.statusCode === 200) return answer.body.json();
    await answer.body.dump();
    throw new Error(`status ${answer.statusCode}`);
  };
  const bare = (): Promise<unknown> => asked(agent);
  const guarded = wrap(
    retry(handleAll, { maxAttempts: 1, backoff: new ConstantBackoff(0) }),
    circuitBreaker(handleAll, { halfOpenAfter: 30_000, breaker: new ConsecutiveBreaker(5) }),
    timeout(8000, TimeoutStrategy.Cooperative),
  );
  const again = { retries: 1, minTimeout: 0, maxTimeout: 0 };
  const model = createOpenAICompatible({ name: "bench", baseURL: `${base}/v1`, apiKey: "k" }).languageModel("model-a");
  const retryable = createRetryableModel({ model, retries: [httpStatus(503).retry({ delay: 0 })] });
  const subjects: readonly Subject[] = [
    { name: "fbp: complete() over undici", run: serially(async () => answered(await chat.complete(REQUEST))) },
    { name: "undici RetryAgent", part, run: serially(() => asked(retrying)) },
    { name: "cockatiel around undici", part, run: serially(() => guarded.execute(bare)) },
    { name: "p-retry around undici", run: serially(() => pRetry(bare, again)) },
    {
      name: "the AI SDK with ai-retry",
      part: 0.1,
      run: serially(() => generateText({ model: retryable, messages: REQUEST.messages, maxRetries: 0 })),
    },
  ];
  const close = async (): Promise<void> => {
    await chat.close();
    await transport.close?.();
    await retrying.close(); // and the agent within
  };
  return { url, agent, bare, subjects, close };
}

/** What fails fast is no fast answer. */
function answered({ kind }: { readonly kind: string }): void {
  if (kind !== "answer") throw new Error(`the policy's request ended as ${kind}`);
}

function serially(one: () => Promise<unknown>): (times: number) => Promise<void> {
  return async (times) => {
    for (let at = 0; at < times; at++) await one();
  };
}
