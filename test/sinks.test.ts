/** Whatever happens to requests and to sinks, each sink that works has exactly one record of each request. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createFallback, jsonlSink, memorySink, type Sink, teeSink } from "@fbp/runtime";
import { otelSink } from "@fbp/runtime/otel";
import { prometheusSink } from "@fbp/runtime/prometheus";
import { sqliteSink } from "@fbp/runtime/sqlite";
import { ScriptedTransport, seededRandom, VirtualClock, type WorldEvent } from "@fbp/runtime/virtual";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compileText } from "./support/compile.ts";

const POLICY = compileText(`
contract local from "./contracts/local.contract.json"

path primary {
  contract local
  model    "model-a"
  timeout  2s
}

path backup {
  contract local
  model    "model-b"
  timeout  1s..2s
}

policy chat {
  start primary

  budget {
    deadline  8s
    attempts  3
    retries   1
    fallbacks 1
  }

  repeat always

  stream visible

  on primary {
    any transient -> down -> retry after 10ms..50ms else fallback backup else fail, page "oncall"
    any capacity  -> busy -> respond "We are busy."
    quota_exhausted -> no_money -> defer to "nightly"
    unusable_output -> useless -> fallback backup else fail
    stream_interrupted before first_token -> cut -> fallback backup else fail
    stream_interrupted -> broken -> fail with partial
    otherwise     -> failed -> fail
  }

  on backup {
    otherwise -> both_down -> fail
  }
}
`);

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fbp-sinks-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const REQUESTS = 400;

const returns = (status: number, body: unknown): WorldEvent => ({ kind: "returns", status, body, afterMs: 20 });

const delta = (content: string, finish: string | null): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;

const streams = (body: string, more: object = {}): WorldEvent => {
  return { kind: "returns", status: 200, headers: { "content-type": "text/event-stream" }, body, afterMs: 20, ...more };
};

const EVENTS: readonly WorldEvent[] = [
  returns(200, { choices: [{ message: { role: "assistant", content: "hello" }, finish_reason: "stop" }] }),
  returns(200, { choices: [] }),
  returns(429, { error: { code: "insufficient_quota" } }),
  returns(429, { error: { code: "slow_down" } }),
  returns(500, "no"),
  returns(401, { error: { code: "bad" } }),
  streams(delta("hello", null) + delta("", "stop")),
  streams(delta("hello", null), { breaksOff: "reset" }),
  { kind: "fails", fault: "reset", afterMs: 10 },
  { kind: "hangs" },
];

/** Requests of every kind and end, some given up half way. */
async function play(sink: Sink): Promise<readonly string[]> {
  const clock = new VirtualClock();
  const random = seededRandom(7);
  const any = (): WorldEvent => EVENTS[Math.floor(random() * EVENTS.length)] ?? { kind: "hangs" };
  const transport = new ScriptedTransport(clock, () => any());
  const chat = createFallback(POLICY, {
    transport,
    clock,
    random,
    sink,
    env: { FBP_LOCAL_KEY: "a-key-for-nobody" },
    hooks: { page: () => Promise.reject(new Error("no network")) },
  });
  const ids: Promise<string>[] = [];
  for (let nth = 0; nth < REQUESTS; nth++) {
    const controller = new AbortController();
    const request = { messages: [{ role: "user", content: "hello" }] };
    const options = { signal: controller.signal };
    if (nth % 2 === 0) ids.push(chat.complete(request, options).then(({ outcome }) => outcome.id));
    else {
      const stream = chat.stream(request, options);
      ids.push(stream.completion.then(({ outcome }) => outcome.id));
      void read(stream);
    }
    if (nth % 7 === 0) clock.schedule(15 * (nth % 5), () => controller.abort());
  }
  for (let turn = 0; turn < 40; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.run();
  }
  const over = await Promise.all(ids);
  await chat.close();
  return over.sort();
}

async function read(stream: AsyncIterable<unknown>): Promise<void> {
  try {
    for await (const _ of stream);
  } catch {
    // It ended as something else than an answer: the record says so.
  }
}

test("one record of each request in every sink, beside sinks that fail", async () => {
  const broken: Sink = {
    write: () => {
      throw new Error("broken");
    },
    close: () => Promise.reject(new Error("broken")),
  };
  const spans = new InMemorySpanExporter();
  const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  const memory = memorySink();
  const metrics = prometheusSink(POLICY);
  const lines = jsonlSink(join(folder, "outcomes.jsonl"));
  const database = sqliteSink(join(folder, "outcomes.db"));
  const telemetry = otelSink(POLICY, { tracer: tracers.getTracer("test"), meter: null });
  const ids = await play(teeSink(broken, memory, lines, broken, database, telemetry, metrics, broken));

  expect(new Set(ids).size).toBe(REQUESTS);
  expect(memory.outcomes.map(({ id }) => id).sort()).toEqual(ids);
  // Every kind of end was there.
  expect(new Set(memory.outcomes.map(({ result }) => result)).size).toBe(5);

  const written = readFileSync(join(folder, "outcomes.jsonl"), "utf8").trimEnd().split("\n");
  expect(written.map((line) => (JSON.parse(line) as { id: string }).id).sort()).toEqual(ids);

  const file = new DatabaseSync(join(folder, "outcomes.db"), { readOnly: true });
  expect(
    file
      .prepare("SELECT id FROM outcomes ORDER BY id")
      .all()
      .map(({ id }) => id),
  ).toEqual(ids);
  const attempts = memory.outcomes.reduce((sum, outcome) => sum + outcome.attempts.length, 0);
  expect(file.prepare("SELECT count(*) AS rows FROM attempts").get()).toEqual({ rows: attempts });
  file.close();

  const requests = spans.getFinishedSpans().filter(({ name }) => name === "fbp chat");
  expect(requests.map(({ attributes }) => attributes["fbp.request.id"]).sort()).toEqual(ids);
  expect(spans.getFinishedSpans().length - requests.length).toBe(attempts);
  await tracers.shutdown();

  const text = metrics.text();
  const total = (name: string): number =>
    [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, "gm"))].reduce(
      (sum, [, value]) => sum + Number(value),
      0,
    );
  expect(total("fbp_requests_total")).toBe(REQUESTS);
  expect(total("fbp_attempts_total")).toBe(attempts);
  expect(total("fbp_request_duration_seconds_count")).toBe(REQUESTS);
});

test.skipIf(!existsSync("/dev/full"))(
  "a full disk fails no request, and each record that it did not take is counted",
  async () => {
    const full = jsonlSink("/dev/full", { mostQueued: 100, gatherMs: 1, retryMs: 1, report: () => {} });
    const ids = await play(full);
    expect(ids).toHaveLength(REQUESTS);
    expect(full).toMatchObject({ written: 0, dropped: REQUESTS });
  },
);
