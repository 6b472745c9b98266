/** A POST over loopback, one after the other on a kept connection: through the policy, and with bare undici. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createFallback, type Policy, undiciTransport } from "@fbp/runtime";
import { Agent, fetch, RetryAgent, request } from "undici";
import type { Subject } from "./measure.ts";

const ANSWER = JSON.stringify({
  id: "x",
  object: "chat.completion",
  model: "model-a",
  choices: [{ index: 0, message: { role: "assistant", content: "yes" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 8, completion_tokens: 1, total_tokens: 9 },
});
const REQUEST = { messages: [{ role: "user", content: "hello" }] };

export interface Loopback {
  readonly subjects: readonly Subject[];
  close(): Promise<void>;
}

export async function loopback(policyFor: (baseUrl: string) => Policy): Promise<Loopback> {
  const server = createServer((incoming, response) => {
    incoming.resume();
    incoming.on("end", () => {
      response.setHeader("content-type", "application/json");
      response.end(ANSWER);
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `${base}/v1/chat/completions`;

  const transport = undiciTransport();
  const chat = createFallback(policyFor(base), { transport, env: { FBP_LOCAL_KEY: "k" } });
  const agent = new Agent();
  const retrying = new RetryAgent(agent);
  const call = {
    method: "POST" as const,
    headers: { "content-type": "application/json", authorization: "Bearer k" },
  };
  const body = () => JSON.stringify({ ...REQUEST, model: "model-a" });

  const bare = async () => (await request(url, { ...call, body: body(), dispatcher: agent })).body.json();
  const retried = async () => (await request(url, { ...call, body: body(), dispatcher: retrying })).body.json();
  const fetched = async () => (await fetch(url, { ...call, body: body(), dispatcher: agent })).json();
  const serially = (one: () => Promise<unknown>) => async (times: number) => {
    for (let at = 0; at < times; at++) await one();
  };
  return {
    subjects: [
      { name: "bare undici request", run: serially(bare) },
      { name: "fbp: complete() over undici", run: serially(() => chat.complete(REQUEST)) },
      { name: "undici RetryAgent", run: serially(retried) },
      { name: "undici fetch", run: serially(fetched) },
    ],
    close: async () => {
      await chat.close();
      await transport.close?.();
      await retrying.close(); // and the agent within
      server.close();
    },
  };
}
