/** A service that asks a model under a policy, with the `openai` client as it comes. */
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { createFallback, jsonlSink, type Policy, teeSink, undiciTransport } from "@fbp/runtime";
import { otelSink } from "@fbp/runtime/otel";
import { prometheusSink } from "@fbp/runtime/prometheus";
import { redisStore } from "@fbp/runtime/redis";
import Fastify, { type FastifyInstance } from "fastify";
import { Redis } from "ioredis";
import OpenAI, { APIError, APIUserAbortError } from "openai";

const { REDIS_URL } = process.env;

const OUTCOMES = process.env.OUTCOMES ?? fileURLToPath(new URL("./out/outcomes.jsonl", import.meta.url));

interface Question {
  readonly question: string;
  readonly stream?: boolean;
  readonly tier?: "free" | "paid";
}

const QUESTION = {
  type: "object",
  required: ["question"],
  additionalProperties: false,
  properties: {
    question: { type: "string", minLength: 1, maxLength: 4000 },
    stream: { type: "boolean" },
    tier: { enum: ["free", "paid"] },
  },
};

/** @throws UsageError where the provider's key is missing */
export function aService(policy: Policy): FastifyInstance {
  const app = Fastify({ logger: true });

  const transport = undiciTransport();
  const metrics = prometheusSink(policy);
  const chat = createFallback(policy, {
    transport,
    // With it all processes of the service share what they know of the provider; without it each goes by itself.
    ...(REDIS_URL === undefined ? {} : { store: redisStore(() => new Redis(REDIS_URL)) }),
    sink: teeSink(jsonlSink(OUTCOMES), metrics, otelSink(policy)),
    hooks: {
      page: (target, outcome) => app.log.error({ page: target, request: outcome.id, reason: outcome.reason }),
    },
    onEvent: (event) => app.log.warn(event),
    onFault: ({ of, error }) => app.log.error(error, `a fault of the ${of}`),
  });
  metrics.watch(chat);

  // What a request's context is decides over its rules, so there is a client for each.
  const clients = {
    free: new OpenAI({ baseURL: chat.baseURL, apiKey: "unused", fetch: chat.fetch, maxRetries: 0 }),
    paid: new OpenAI({
      baseURL: chat.baseURL,
      apiKey: "unused",
      fetch: chat.fetchWith({ context: { tier: "paid" } }),
      maxRetries: 0,
    }),
  };

  app.post<{ Body: Question }>("/ask", { schema: { body: QUESTION } }, async (request, reply) => {
    const { question, stream = false, tier = "free" } = request.body;
    const left = new AbortController();
    reply.raw.on("close", () => left.abort());
    const options = { signal: left.signal, headers: { "x-request-id": request.id } };
    const ask = { model: "decided-by-the-policy", messages: [{ role: "user" as const, content: question }] };
    const { completions } = clients[tier].chat;
    if (stream) {
      // With the usage of a stream, the policy's budget and records are exact.
      const wanted = { ...ask, stream: true as const, stream_options: { include_usage: true } };
      const chunks = await completions.create(wanted, options);
      return reply.type("text/plain; charset=utf-8").send(Readable.from(textsOf(chunks)));
    }
    const { data, response } = await completions.create(ask, options).withResponse();
    return { answer: data.choices[0]?.message.content ?? "", source: response.headers.get("x-fbp-source") };
  });

  app.get("/health", (_request, reply) => {
    const paths = chat.health();
    const open = paths.every(({ breaker }) => breaker === "open");
    return reply.code(open ? 503 : 200).send({ status: open ? "down" : "up", paths, counters: chat.counters() });
  });

  app.get("/metrics", (_request, reply) => reply.type(metrics.contentType).send(metrics.text()));

  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error instanceof APIUserAbortError) return reply.code(499).send();
    if (!(error instanceof APIError)) return reply.code(error.statusCode ?? 500).send({ error: error.message });
    const { status = 502, code, headers } = error;
    return reply.code(status).send({
      error: code,
      reason: headers?.get("x-fbp-reason"),
      request: headers?.get("x-fbp-request-id"),
    });
  });

  // Fastify lets what is in flight end before it calls this.
  app.addHook("onClose", async () => {
    await chat.close();
    await transport.close?.();
  });

  return app;
}

type Chunks = AsyncIterable<OpenAI.Chat.Completions.ChatCompletionChunk>;

/** Throws where the answer breaks off; then the response is broken off too, and nobody takes it for whole. */
async function* textsOf(chunks: Chunks): AsyncGenerator<string> {
  for await (const { choices } of chunks) {
    const text = choices[0]?.delta.content;
    if (text) yield text;
  }
}
