/** Streamed answers over loopback, one after the other on a kept connection. */
import { createFallback, type Policy, undiciTransport } from "@fbp/runtime";
import OpenAI from "openai";
import { Agent, request } from "undici";
import type { Loopback } from "./loopback.ts";
import { CHUNKS, startProvider } from "./provider.ts";

const REQUEST = { messages: [{ role: "user" as const, content: "hello" }] };
const CALL = {
  method: "POST" as const,
  headers: { "content-type": "application/json", authorization: "Bearer k" },
  body: JSON.stringify({ ...REQUEST, model: "model-a", stream: true }),
};

export async function streams(policyFor: (baseUrl: string) => Policy): Promise<Loopback> {
  const provider = await startProvider();
  const base = provider.streaming;
  const transport = undiciTransport();
  const chat = createFallback(policyFor(base), { transport, env: { FBP_LOCAL_KEY: "k" } });
  const openai = new OpenAI({ baseURL: `${base}/v1`, apiKey: "k", maxRetries: 0 });
  const through = new OpenAI({ baseURL: chat.baseURL, apiKey: "unused", maxRetries: 0, fetch: chat.fetch });
  const agent = new Agent();
  const opened = () => request(`${base}/v1/chat/completions`, { ...CALL, dispatcher: agent });

  const raw = async (): Promise<number> => {
    let bytes = 0;
    for await (const part of (await opened()).body) bytes += (part as Uint8Array).length;
    return bytes > CHUNKS ? CHUNKS : 0;
  };
  /** The least that anyone does who reads the chunks, for a stream of this very form alone. */
  const parsed = async (): Promise<number> => {
    const { body } = await opened();
    body.setEncoding("utf8");
    let rest = "";
    let chunks = 0;
    for await (const part of body) {
      const events = (rest + String(part)).split("\n\n");
      rest = events.pop() ?? "";
      for (const each of events) {
        const data = each.slice("data: ".length);
        if (data !== "[DONE]" && JSON.parse(data) !== null) chunks += 1;
      }
    }
    return chunks;
  };
  const policy = () => counted(chat.stream(REQUEST));
  const create = { ...REQUEST, model: "model-a", stream: true } as const;
  const every = (one: () => Promise<number>) => async (times: number) => {
    for (let at = 0; at < times; at++) {
      const chunks = await one();
      if (chunks !== CHUNKS) throw new Error(`${chunks} chunks of ${CHUNKS}`);
    }
  };
  return {
    subjects: [
      { name: "bare undici, bytes read to the end", run: every(raw) },
      { name: "bare undici, split and parsed by hand", run: every(parsed) },
      { name: "fbp: stream() over undici", run: every(policy) },
      { name: "the openai client", run: every(async () => counted(await openai.chat.completions.create(create))) },
      {
        name: "the openai client over the policy's fetch",
        run: every(async () => counted(await through.chat.completions.create(create))),
      },
    ],
    close: async () => {
      await chat.close();
      await transport.close?.();
      await agent.close();
      await provider.close();
    },
  };
}

async function counted(stream: AsyncIterable<unknown>): Promise<number> {
  let chunks = 0;
  for await (const _chunk of stream) chunks += 1;
  return chunks;
}
