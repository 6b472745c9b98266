import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Context,
  type ContextManager,
  context,
  metrics,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterEach, describe, expect, test } from "vitest";
import type { Outcome } from "../../core/outcome.ts";
import { aContract, aPolicy, type PolicySpec } from "../../core/testing/policy.ts";
import { createFallback } from "../../index.ts";
import { aDecision, aFailedAttempt, aFallback, anAttempt, anOutcome } from "../../testing/outcome.ts";
import { A_REQUEST, answers } from "../../testing/world.ts";
import { ScriptedTransport, VirtualClock } from "../../virtual/index.ts";
import { otelSink } from "./otel.ts";

const SPEC: PolicySpec = {
  contracts: [aContract({ name: "comet", baseUrl: "https://api.example.com/v1" })],
  paths: [
    { name: "primary", model: "model-a" },
    { name: "backup", model: "model-b" },
  ],
};

const PARENT = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const TRACEPARENT = `00-${PARENT.traceId}-${PARENT.spanId}-01`;

function aTelemetry() {
  const spans = new InMemorySpanExporter();
  const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  const points = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const meters = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter: points, exportIntervalMillis: 1e9 })],
  });
  const sink = otelSink(aPolicy(SPEC), { tracer: tracers.getTracer("test"), meter: meters.getMeter("test") });
  return {
    sink,
    tracers,
    meters,
    spans: () => spans.getFinishedSpans(),
    async metrics(): Promise<Readonly<Record<string, unknown>>> {
      await meters.forceFlush();
      const all = points.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
      return Object.fromEntries(
        all.map(({ descriptor, dataPoints }) => [
          `${descriptor.name} ${descriptor.unit}`,
          dataPoints.map(({ attributes, value }) => [
            attributes,
            typeof value === "object" && "sum" in value ? [value.count, value.sum] : value,
          ]),
        ]),
      );
    },
  };
}

const ms = ([seconds, nanos]: readonly [number, number]): number => seconds * 1000 + nanos / 1e6;

function spansOf(outcome: Outcome, origin?: unknown) {
  const { sink, spans } = aTelemetry();
  sink.write(outcome, origin);
  const all = spans();
  const request = all.find(({ name }) => name === "fbp chat");
  if (request === undefined) throw new Error("there is no span for the request");
  return { request, attempts: all.filter((span) => span !== request) };
}

afterEach(() => {
  context.disable();
  trace.disable();
  metrics.disable();
});

describe("spans", () => {
  test("one for the request, one in it for each attempt, at the times at which they were", () => {
    const { request, attempts } = spansOf(aFallback());
    const at = aFallback().startedAt;
    expect([request, ...attempts].map((span) => [span.name, ms(span.startTime) - at, ms(span.endTime) - at])).toEqual([
      ["fbp chat", 0, 100],
      ["chat model-a", 0, 40],
      ["chat model-b", 40, 100],
    ]);
    for (const span of attempts) {
      expect(span.parentSpanContext?.spanId).toBe(request.spanContext().spanId);
      expect(span.kind).toBe(SpanKind.CLIENT);
    }
    expect(request.kind).toBe(SpanKind.INTERNAL);
  });

  test("an attempt has the names of the conventions, and what is this runtime's own under fbp", () => {
    const failed = aFailedAttempt({ error: { code: "down" }, providerRequestId: "req-9" });
    const { attempts } = spansOf(aFallback({ attempts: [failed, anAttempt({ path: "backup" })] }));
    expect(attempts[0]?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(attempts[0]?.attributes).toEqual({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "comet",
      "gen_ai.request.model": "model-a",
      "server.address": "api.example.com",
      "server.port": 443,
      "http.response.status_code": 503,
      "error.type": "route_unavailable",
      "fbp.path": "primary",
      "fbp.attempt": 0,
      "fbp.sent": true,
      "fbp.probe": false,
      "fbp.signal": "route_unavailable",
      "fbp.class": "transient",
      "fbp.provider_request_id": "req-9",
      "fbp.tokens": 0,
      "fbp.cost": 0,
      "fbp.charge": "none",
      "fbp.error.code": "down",
    });
    expect(attempts[1]?.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(attempts[1]?.attributes).toMatchObject({
      "gen_ai.request.model": "model-b",
      "gen_ai.usage.input_tokens": 5,
      "gen_ai.usage.output_tokens": 2,
    });
    expect(attempts[1]?.attributes).not.toHaveProperty("error.type");
  });

  test("the request has what it came to, and each decision as an event", () => {
    const { request } = spansOf(aFallback({ warnings: ["the caller retried"] }));
    expect(request.status).toEqual({ code: SpanStatusCode.UNSET });
    expect(request.attributes).toEqual({
      "fbp.policy": "chat",
      "fbp.policy.digest": "sha256-0",
      "fbp.request.id": "request-1",
      "fbp.result": "answer",
      "fbp.source": "backup",
      "fbp.reason": "primary_down",
      "fbp.partial": false,
      "fbp.signals": ["route_unavailable"],
      "fbp.attempts": 2,
      "fbp.retries": 0,
      "fbp.fallbacks": 1,
      "fbp.tokens": 7,
      "fbp.cost": 7e-8,
      "fbp.extra.attempts": 1,
      "fbp.extra.tokens": 7,
      "fbp.extra.cost": 7e-8,
      "fbp.extra.ms": 60,
      "fbp.hooks": ["page oncall"],
      "fbp.warnings": ["the caller retried"],
    });
    const [event] = request.events;
    expect(event?.name).toBe("fbp.decision");
    expect(ms(event?.time ?? [0, 0]) - aFallback().startedAt).toBe(40);
    expect(event?.attributes).toMatchObject({
      "fbp.action": "fallback backup",
      "fbp.refused": ["retry: needs 8s, 4s left"],
    });
  });

  test("a failed request is one, under its reason", () => {
    const { request } = spansOf(
      anOutcome({ result: "failure", source: null, reason: "down", attempts: [aFailedAttempt()] }),
    );
    expect(request.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(request.attributes).toMatchObject({ "error.type": "down", "fbp.result": "failure" });
  });

  test("an attempt on a path that the policy does not have is told without its model", () => {
    const { attempts } = spansOf(anOutcome({ attempts: [anAttempt({ path: "elsewhere" })] }));
    expect(attempts.map(({ name }) => name)).toEqual(["chat"]);
  });
});

describe("whose trace it is", () => {
  const active = { traceId: "a".repeat(32), spanId: "b".repeat(16), traceFlags: 1 };
  const here = trace.setSpanContext(ROOT_CONTEXT, active);

  test("that of the traceparent which was given", () => {
    const { request, attempts } = spansOf(anOutcome({ traceId: TRACEPARENT }));
    expect(request.parentSpanContext).toMatchObject(PARENT);
    expect(attempts[0]?.spanContext().traceId).toBe(PARENT.traceId);
    expect(request.attributes).not.toHaveProperty("fbp.trace_id");
  });

  test("that of the span which was active, linked to what was given", () => {
    const { request } = spansOf(anOutcome({ traceId: TRACEPARENT }), here);
    expect(request.parentSpanContext).toMatchObject({ traceId: active.traceId, spanId: active.spanId });
    expect(request.links.map((link) => link.context.spanId)).toEqual([PARENT.spanId]);
  });

  test("its own where neither is there; another id is an attribute", () => {
    const { request } = spansOf(anOutcome({ traceId: "order 17" }));
    expect(request.parentSpanContext).toBeUndefined();
    expect(request.attributes).toMatchObject({ "fbp.trace_id": "order 17" });
  });

  test.each([
    "",
    "00-0-0-00",
    `ff-${PARENT.traceId}-${PARENT.spanId}-01`,
    `00-${"0".repeat(32)}-${PARENT.spanId}-01`,
    "x".repeat(1e5),
  ])("%j is no traceparent", (traceId) => {
    expect(spansOf(anOutcome({ traceId })).request.parentSpanContext).toBeUndefined();
  });

  test("two requests at the same time, each from another span, keep theirs", async () => {
    context.setGlobalContextManager(new Storage());
    const { sink, tracers, spans } = aTelemetry();
    const clock = new VirtualClock();
    const transport = new ScriptedTransport(clock, { primary: [answers(20), answers(10)] });
    const chat = createFallback(aPolicy(SPEC), { transport, clock, sink, env: {} });
    const callers = ["one", "other"].map((name) => tracers.getTracer("service").startSpan(name));
    const all = callers.map((span) => context.with(trace.setSpan(ROOT_CONTEXT, span), () => chat.complete(A_REQUEST)));
    clock.run();
    const outcomes = (await Promise.all(all)).map(({ outcome }) => outcome.id);
    const parents = spans()
      .filter(({ name }) => name === "fbp by_hand")
      .map(({ attributes, parentSpanContext }) => [attributes["fbp.request.id"], parentSpanContext?.spanId]);
    expect(Object.fromEntries(parents)).toEqual(
      Object.fromEntries(outcomes.map((id, nth) => [id, callers[nth]?.spanContext().spanId])),
    );
  });
});

test("metrics", async () => {
  const { sink, metrics } = aTelemetry();
  sink.write(aFallback());
  sink.write(anOutcome());
  const call = (model: string) => ({
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "comet",
    "gen_ai.request.model": model,
    "server.address": "api.example.com",
    "server.port": 443,
  });
  const tokens = (model: string, type: string) => ({ ...call(model), "gen_ai.token.type": type });
  const own = { "fbp.policy": "chat" };
  expect(await metrics()).toEqual({
    "gen_ai.client.operation.duration s": [
      [{ ...call("model-a"), "error.type": "route_unavailable" }, [1, 0.04]],
      [call("model-b"), [1, 0.06]],
      [call("model-a"), [1, 0.04]],
    ],
    "gen_ai.client.token.usage {token}": [
      [tokens("model-b", "input"), [1, 5]],
      [tokens("model-b", "output"), [1, 2]],
      [tokens("model-a", "input"), [1, 5]],
      [tokens("model-a", "output"), [1, 2]],
    ],
    "fbp.request.duration s": [[{ ...own, "fbp.result": "answer" }, [2, 0.14]]],
    "fbp.requests {request}": [
      [{ ...own, "fbp.result": "answer", "fbp.reason": "primary_down", "fbp.source": "backup" }, 1],
      [{ ...own, "fbp.result": "answer", "fbp.reason": "", "fbp.source": "primary" }, 1],
    ],
    "fbp.attempts {attempt}": [
      [{ ...own, "fbp.path": "primary", "fbp.signal": "route_unavailable" }, 1],
      [{ ...own, "fbp.path": "backup", "fbp.signal": "" }, 1],
      [{ ...own, "fbp.path": "primary", "fbp.signal": "" }, 1],
    ],
    "fbp.decisions {decision}": [
      [{ ...own, "fbp.path": "primary", "fbp.signal": "route_unavailable", "fbp.action": "fallback backup" }, 1],
    ],
    "fbp.hooks {call}": [[{ ...own, "fbp.hook": "page", "fbp.target": "oncall" }, 1]],
    "fbp.tokens {token}": [
      [{ ...own, "fbp.path": "primary", "fbp.charge": "none" }, 0],
      [{ ...own, "fbp.path": "backup", "fbp.charge": "reported" }, 7],
      [{ ...own, "fbp.path": "primary", "fbp.charge": "reported" }, 7],
    ],
    "fbp.cost 1": [
      [{ ...own, "fbp.path": "primary", "fbp.charge": "none" }, 0],
      [{ ...own, "fbp.path": "backup", "fbp.charge": "reported" }, 7e-8],
      [{ ...own, "fbp.path": "primary", "fbp.charge": "reported" }, 7e-8],
    ],
  });
});

test("without an SDK, and with one that is started late, the global ones are used", () => {
  const sink = otelSink(aPolicy(SPEC));
  const spans = new InMemorySpanExporter();
  sink.write(anOutcome());
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
  sink.write(aFallback({ decisions: [aDecision(), aDecision({ reason: null, line: null })] }));
  expect(spans.getFinishedSpans()).toHaveLength(3);
});

test("spans and metrics can be left out", async () => {
  const { tracers, spans, metrics, meters } = aTelemetry();
  const policy = aPolicy(SPEC);
  otelSink(policy, { tracer: null, meter: meters.getMeter("test") }).write(anOutcome());
  otelSink(policy, { tracer: tracers.getTracer("test"), meter: null }).write(anOutcome());
  expect(spans()).toHaveLength(2);
  expect((await metrics())["fbp.requests {request}"]).toHaveLength(1);
});

class Storage implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();
  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }
  with<Args extends unknown[], Made extends (...args: Args) => ReturnType<Made>>(
    active: Context,
    run: Made,
    self?: ThisParameterType<Made>,
    ...args: Args
  ): ReturnType<Made> {
    return this.#storage.run(active, () => run.apply(self, args));
  }
  bind<Target>(_active: Context, target: Target): Target {
    return target;
  }
  enable(): this {
    return this;
  }
  disable(): this {
    return this;
  }
}
