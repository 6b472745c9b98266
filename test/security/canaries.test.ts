/**
 * A canary in every field that a request, an answer, an error or a header has; then everything that comes out of the
 * runtime, but for the answer to its caller, is searched for them.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFallback, jsonlSink, type Policy, teeSink, UsageError } from "@fbp/runtime";
import { otelSink } from "@fbp/runtime/otel";
import { prometheusSink } from "@fbp/runtime/prometheus";
import { sqliteSink } from "@fbp/runtime/sqlite";
import { ScriptedTransport, VirtualClock } from "@fbp/runtime/virtual";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { compileText } from "../support/compile.ts";
import { CANARY, type Canary, EVENTS, REQUEST, STREAMS } from "./canaries.ts";
import { found, listen, out, tell, tellCompletion, tellError, unlisten, warn } from "./collect.ts";

const ALLOWED = "error_body allow [code, type, param] up to 512 bytes";

const text = (stream: string, record: string): string => `
contract local from "./contracts/local.contract.json"

context {
  customer: string
}

path primary {
  contract local
  model    "model-a"
  timeout  5s
}

path backup {
  contract local
  model    "model-b"
  timeout  1s..5s
  adapter  "short"
}

policy chat {
  start primary

  budget {
    deadline  8s
    attempts  2
    fallbacks 1
  }

  repeat always

  stream ${stream}

  on primary {
    any transient    -> primary_down -> fallback backup else fail, page "oncall"
    any capacity     -> primary_busy -> respond "We are busy."
    quota_exhausted  -> no_money     -> defer to "nightly"
    unusable_output  -> useless      -> fallback backup else fail, notify "caller"
    stream_interrupted before first_token -> cut -> fallback backup else fail
    stream_interrupted -> broken -> fail with partial
    otherwise        -> failed -> fail, page "oncall"
  }

  on backup {
    otherwise -> both_down -> fail, page "oncall"
  }

  record {
    ${record}
  }
}
`;

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fbp-canaries-"));
  listen();
});

afterEach(() => {
  unlisten();
  rmSync(folder, { recursive: true, force: true });
});

const spans = new InMemorySpanExporter();
const points = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
const meters = new MeterProvider({
  readers: [new PeriodicExportingMetricReader({ exporter: points, exportIntervalMillis: 1e9 })],
});

afterAll(async () => {
  await Promise.all([tracers.shutdown(), meters.shutdown()]);
});

function sinks(policy: Policy) {
  const lines = jsonlSink(join(folder, "outcomes.jsonl"), { samples: join(folder, "samples.jsonl") });
  const database = sqliteSink(join(folder, "outcomes.db"));
  const metrics = prometheusSink(policy);
  const telemetry = otelSink(policy, { tracer: tracers.getTracer("test"), meter: meters.getMeter("test") });
  // Its only words are warnings.
  const nowhere = jsonlSink(join(folder, "none", "outcomes.jsonl"), { mostQueued: 3, gatherMs: 1, report: warn });
  return { sink: teeSink(lines, database, metrics, telemetry, nowhere), metrics };
}

/** Plays every event, in every way in which a service can ask. */
async function play(policy: Policy): Promise<ScriptedTransport[]> {
  const { sink, metrics } = sinks(policy);
  const transports: ScriptedTransport[] = [];
  const hook = (target: string, outcome: unknown): void => tell("hooks", target, outcome);
  const clients = [];
  for (const [name, event] of Object.entries({ ...EVENTS, ...STREAMS })) {
    for (const ask of [complete, stream, fetched]) {
      const clock = new VirtualClock();
      const transport = new ScriptedTransport(clock, { primary: [event], backup: [event] });
      const chat = createFallback(policy, {
        transport,
        clock,
        sink,
        env: { FBP_LOCAL_KEY: CANARY.key },
        adapters: { short: { request: adapted(name) } },
        hooks: { page: hook, notify: hook },
        onFault: (fault) => tell("faults", fault),
        onEvent: (event) => tell("events", event),
      });
      metrics.watch(chat);
      await ask(chat, clock);
      tell("clients", chat, chat.health(), chat.counters(), JSON.stringify(chat));
      transports.push(transport);
      clients.push(chat);
    }
  }
  tell("prometheus", metrics.text());
  await Promise.all(clients.map((chat) => chat.close()));
  await tracers.forceFlush();
  for (const { name, attributes, events, links, status, resource } of spans.getFinishedSpans()) {
    tell("spans", { name, attributes, events, links, status, resource: resource.attributes });
  }
  await meters.forceFlush();
  tell("metrics", points.getMetrics());
  spans.reset();
  points.reset();
  for (const file of readdirSync(folder)) tell(file, readFileSync(join(folder, file), "latin1"));
  return transports;
}

type Client = ReturnType<typeof createFallback>;

const OPTIONS = { context: { customer: CANARY.context }, traceId: CANARY.traceId };

const MODEL = { model: CANARY.answerModel };

/** The service's own code, which may throw with what it was given. */
function adapted(name: string): (request: object) => object {
  return (request) => {
    if (name.length % 3 === 0) throw new Error(`${CANARY.adapter} ${CANARY.prompt}`);
    return request;
  };
}

async function complete(chat: Client, clock: VirtualClock): Promise<void> {
  const completing = chat.complete(REQUEST, OPTIONS);
  clock.run();
  tellCompletion(await completing);
  const controller = new AbortController();
  const aborted = chat.complete(REQUEST, { ...OPTIONS, signal: controller.signal });
  controller.abort(new Error(CANARY.abort));
  tellCompletion(await aborted);
}

async function stream(chat: Client, clock: VirtualClock): Promise<void> {
  const streaming = chat.stream(REQUEST, OPTIONS);
  const reading = (async () => {
    try {
      for await (const _ of streaming);
    } catch (error) {
      tellError(error);
    }
  })();
  await settle(clock);
  await reading;
  tellCompletion(await streaming.completion);
}

/** As the `openai` client asks. */
async function fetched(chat: Client, clock: VirtualClock): Promise<void> {
  for (const wants of [false, true]) {
    const responding = chat.fetchWith(OPTIONS)(`${chat.baseURL}/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer unused", "x-own": CANARY.requestHeader },
      body: JSON.stringify({ ...REQUEST, ...MODEL, stream: wants }),
    });
    await settle(clock);
    try {
      const response = await responding;
      tell("response headers", [...response.headers]);
      const body = response.text();
      await settle(clock);
      if (!response.ok) tell("responses", await body);
      else await body;
    } catch (error) {
      tellError(error);
    }
  }
}

/** Lets time and promises go on by turns until nothing is scheduled. */
async function settle(clock: VirtualClock): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.run();
  }
}

/** Written by every sink and told in every span: what was given to be recorded. */
const RECORDS = ["hooks", "outcomes.db", "outcomes.db-wal", "outcomes.jsonl", "spans"];

/** What a record may hold by the policy's `record` block, and where it may turn up: never in a metric, a warning or a fault. */
const ERROR_FIELDS: readonly Canary[] = ["errorCode", "errorType", "errorParam"];

/** Whatever `record` says: these are what a record is found by. */
const NAMES: readonly Canary[] = ["requestId", "traceId"];

/** Also what the caller gets that is no answer: a completion, an error, a response of the drop-in fetch. */
const CALLERS = ["completions", "errors", "responses", "response headers"];

/** Of these nothing is kept but the request's id. */
const HEADERS: readonly Canary[] = ["responseHeader", "cookie"];

function forbidden(allowed: readonly Canary[], samples: boolean): Readonly<Record<string, readonly string[]>> {
  const wrong: Record<string, readonly string[]> = {};
  for (const [canary, places] of Object.entries(found())) {
    const known = allowed.includes(canary as Canary) || NAMES.includes(canary as Canary);
    const kept = samples && SAMPLED.includes(canary as Canary);
    const bad = places.filter((place) => {
      if (known && (RECORDS.includes(place) || CALLERS.includes(place))) return false;
      return !(kept && SAMPLES.includes(place));
    });
    if (bad.length > 0) wrong[canary] = bad;
  }
  return wrong;
}

/** An answer may be kept as it came, where the policy says so: in no place else, and without what the service sent. */
const SAMPLES = ["samples.jsonl", "outcomes.db", "outcomes.db-wal"];
const SENT: readonly Canary[] = [
  "key",
  "prompt",
  "system",
  "toolArgument",
  "metadata",
  "user",
  "context",
  "requestHeader",
  "adapter",
  "abort",
];
const SAMPLED = (Object.keys(CANARY) as Canary[]).filter(
  (canary) => !SENT.includes(canary) && !HEADERS.includes(canary),
);

describe.each(["visible", "held"])("stream %s", (stream) => {
  test("nothing that record does not allow comes out anywhere, whatever a provider does", async () => {
    const transports = await play(compileText(text(stream, ALLOWED)));
    expect(forbidden(ERROR_FIELDS, false)).toEqual({});
    // The canaries were there to be found: sent, and recorded where they may be.
    expect(transports.flatMap(({ calls }) => calls).length).toBeGreaterThan(100);
    const [call] = transports[0]?.calls ?? [];
    expect(`${call?.body} ${JSON.stringify(call?.headers)}`).toContain(CANARY.prompt);
    expect(JSON.stringify(call?.headers)).toContain(CANARY.key);
    for (const place of ["hooks", "outcomes.jsonl", "outcomes.db", "spans", "completions"]) {
      expect(found().errorCode, place).toContain(place);
      expect(found().requestId, place).toContain(place);
    }
    for (const place of ["prometheus", "metrics", "warnings", "clients"]) expect([...out.keys()]).toContain(place);
    expect(out.get("prometheus")?.join()).toContain("fbp_requests_total");
  });
});

test("without a record block nothing of an error is recorded or told", async () => {
  await play(compileText(text("held", "").replace(/record \{\s*\}/, "")));
  expect(forbidden([], false)).toEqual({});
  expect(found()).toHaveProperty("requestId");
});

test("where messages are allowed they are recorded as they came, but for the key", async () => {
  await play(compileText(text("held", "error_body allow [code, type, message, param] up to 512 bytes")));
  expect(found().errorMessage).toEqual(expect.arrayContaining(["hooks", "outcomes.jsonl", "spans"]));
  expect(found().errorMessage).not.toEqual(expect.arrayContaining(["prometheus"]));
  expect(found()).not.toHaveProperty("key");
});

test("with invalid_output keep, answers that were refused are kept as samples, and nothing else is", async () => {
  await play(compileText(text("held", `${ALLOWED}\n    invalid_output keep`)));
  expect(forbidden(ERROR_FIELDS, true)).toEqual({});
  expect(found().answer).toEqual(expect.arrayContaining(["samples.jsonl", "outcomes.db"]));
});

describe("an error that is thrown holds nothing of what was given", () => {
  const make = (env: Readonly<Record<string, string>> = { FBP_LOCAL_KEY: CANARY.key }) => {
    const clock = new VirtualClock();
    const transport = new ScriptedTransport(clock, {});
    const policy = compileText(text("held", ALLOWED));
    return createFallback(policy, { transport, clock, env, adapters: { short: { request: (request) => request } } });
  };
  const circle: Record<string, unknown> = { [CANARY.toolName]: { text: CANARY.prompt } };
  circle[CANARY.toolArgument] = circle;

  test.each<[string, unknown, object]>([
    ["a request that is a text", CANARY.prompt, OPTIONS],
    ["a request that is a list", [CANARY.prompt], OPTIONS],
    ["a request with a circle", { messages: [CANARY.prompt, circle] }, OPTIONS],
    ["a request with a bigint", { messages: [CANARY.prompt, 1n] }, OPTIONS],
    ["a request that asks for a stream", { messages: [CANARY.prompt], stream: true }, OPTIONS],
    ["no context", REQUEST, {}],
    ["a context that is a text", REQUEST, { context: CANARY.context }],
    ["a context of another type", REQUEST, { context: { customer: [CANARY.context] } }],
    ["a trace id that is no text", REQUEST, { context: OPTIONS.context, traceId: [CANARY.traceId] }],
    ["a count that is none", REQUEST, { ...OPTIONS, promptTokens: CANARY.prompt }],
  ])("%s", async (_name, request, options) => {
    const chat = make();
    await expect(chat.complete(request as object, options as never).catch(tellError)).resolves.toBeUndefined();
    try {
      chat.stream(request as object, options as never).abort();
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      tellError(error);
    }
    expect(out.get("errors")?.length).toBeGreaterThan(0);
    expect(found()).toEqual({});
  });

  test.each([`${CANARY.key}\n`, `${CANARY.key} `, "kanari.kéy"])("a key that is none: %j", (key) => {
    try {
      make({ FBP_LOCAL_KEY: key });
    } catch (error) {
      tellError(error);
    }
    expect(out.get("errors")?.join()).toContain("FBP_LOCAL_KEY");
    expect(found()).toEqual({});
  });

  test.each([`{"messages":"${CANARY.prompt}`, `"${CANARY.prompt}"`, `[${JSON.stringify(CANARY.prompt)}]`])(
    "a body that is no request: %s",
    async (body) => {
      const response = await make().fetchWith(OPTIONS)("http://x/chat/completions", { method: "POST", body });
      tell("responses", await response.text(), [...response.headers]);
      expect(response.status).toBe(400);
      expect(found()).not.toHaveProperty("prompt");
    },
  );
});
