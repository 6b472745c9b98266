import { describe, expect, test, vi } from "vitest";
import type { Outcome } from "../../core/outcome.ts";
import { aPolicy, fail, fallback, type PolicySpec } from "../../core/testing/policy.ts";
import { type Counters, createFallback } from "../../index.ts";
import { aDecision, aFailedAttempt, aFallback, anAttempt, anOutcome } from "../../testing/outcome.ts";
import { A_REQUEST, answers, refuses } from "../../testing/world.ts";
import { UsageError } from "../../usage-error.ts";
import { ScriptedTransport, VirtualClock } from "../../virtual/index.ts";
import { type PrometheusSink, prometheusSink, type Watchable } from "./prometheus.ts";

const SPEC: PolicySpec = {
  paths: [
    {
      name: "primary",
      mostMs: 7_500,
      price: { inputNanosPerToken: 10, outputNanosPerToken: 10, currency: "USD" },
      otherwise: {
        reason: "primary_down",
        actions: [fallback("backup"), fail],
        hooks: [{ kind: "page", target: "oncall" }],
      },
    },
    { name: "backup" },
  ],
};

const own = 'policy="by_hand"';

/** The value of each series, by its name and labels. */
function read(sink: PrometheusSink): ReadonlyMap<string, number> {
  const series = new Map<string, number>();
  const seen = new Set<string>();
  let family = "";
  for (const line of sink.text().trimEnd().split("\n")) {
    const [, word, name] = /^# (HELP|TYPE) (\w+) \S/.exec(line) ?? [];
    if (word === "HELP") {
      expect(seen).not.toContain(name);
      family = name ?? "";
      seen.add(family);
      continue;
    }
    if (word === "TYPE") {
      expect(name).toBe(family);
      continue;
    }
    const [, labelled = "", value] = /^(\w+(?:\{(?:\w+="(?:[^"\\\n]|\\[\\"n])*",?)+\})?) (\S+)$/.exec(line) ?? [];
    expect(labelled.startsWith(family), line).toBe(true);
    expect(series.has(labelled), line).toBe(false);
    expect(value).toMatch(/^\d+(\.\d+)?(e-\d+)?$/);
    series.set(labelled, Number(value));
  }
  return series;
}

function after(...outcomes: readonly Outcome[]) {
  const sink = prometheusSink(aPolicy(SPEC));
  for (const outcome of outcomes) sink.write(outcome);
  return read(sink);
}

test("requests by result, source and reason, and those that a fallback answered", () => {
  const metrics = after(anOutcome(), anOutcome(), aFallback());
  expect(metrics.get(`fbp_requests_total{${own},result="answer",source="primary",reason=""}`)).toBe(2);
  expect(metrics.get(`fbp_requests_total{${own},result="answer",source="backup",reason="primary_down"}`)).toBe(1);
  expect(metrics.get(`fbp_request_reasons_total{${own},reason="primary_down"}`)).toBe(1);
  expect(metrics.get(`fbp_fallback_answers_total{${own}}`)).toBe(1);
  expect(metrics.get(`fbp_request_duration_seconds_count{${own}}`)).toBe(3);
  expect(metrics.get(`fbp_request_duration_seconds_sum{${own}}`)).toBe(0.18);
});

test("attempts by path, result and signal; one that the caller gave up counts in no latency", () => {
  const metrics = after(
    aFallback(),
    anOutcome({ result: "aborted", source: null, attempts: [aFailedAttempt(), anAttempt({ elapsedMs: 9_000 })] }),
  );
  const at = (path: string, result: string, signal: string) =>
    metrics.get(`fbp_attempts_total{${own},path="${path}",result="${result}",signal="${signal}"}`);
  expect(at("primary", "failed", "route_unavailable")).toBe(2);
  expect(at("primary", "aborted", "")).toBe(1);
  expect(at("primary", "answered", "")).toBe(0);
  expect(at("backup", "answered", "")).toBe(1);
  expect(metrics.get(`fbp_attempt_duration_seconds_count{${own},path="primary"}`)).toBe(2);
});

test("decisions, refusals, hooks, tokens and money", () => {
  const metrics = after(aFallback({ costNanos: 70, warnings: ["the caller retried"] }));
  const decision = `${own},path="primary",signal="route_unavailable",action="fallback backup"`;
  expect(metrics.get(`fbp_decisions_total{${decision}}`)).toBe(1);
  expect(metrics.get(`fbp_refused_actions_total{${own},path="primary",action="other"}`)).toBe(1);
  expect(metrics.get(`fbp_hooks_total{${own},kind="page",target="oncall"}`)).toBe(1);
  expect(metrics.get(`fbp_tokens_total{${own},path="backup",charge="reported"}`)).toBe(7);
  expect(metrics.get(`fbp_usage_tokens_total{${own},path="backup",type="output"}`)).toBe(2);
  expect(metrics.get(`fbp_cost_total{${own},path="backup",currency="USD"}`)).toBe(7e-8);
  expect(metrics.get(`fbp_extra_tokens_total{${own}}`)).toBe(7);
  expect(metrics.get(`fbp_extra_cost_total{${own},currency="USD"}`)).toBe(7e-8);
  expect(metrics.get(`fbp_warnings_total{${own}}`)).toBe(1);
});

test("what an alert asks for is there before anything has happened", () => {
  const metrics = after();
  expect(metrics.get(`fbp_request_reasons_total{${own},reason="primary_down"}`)).toBe(0);
  expect(metrics.get(`fbp_request_reasons_total{${own},reason="circuit_open"}`)).toBe(0);
  expect(metrics.get(`fbp_attempts_total{${own},path="backup",result="failed",signal="auth_or_account"}`)).toBe(0);
  expect(metrics.get(`fbp_fallback_answers_total{${own}}`)).toBe(0);
  expect(metrics.get(`fbp_cost_total{${own},path="primary",currency="USD"}`)).toBe(0);
  // A path's own limit is a bucket.
  expect(metrics.get(`fbp_attempt_duration_seconds_bucket{${own},path="primary",le="7.5"}`)).toBe(0);
});

test("names that are not the policy's make no series of their own", () => {
  const outcomes = Array.from({ length: 100 }, (_, nth) =>
    aFallback({
      reason: `reason ${nth}`,
      source: `path ${nth}`,
      attempts: [aFailedAttempt({ path: `path ${nth}`, signal: `signal ${nth}` })],
      decisions: [aDecision({ path: `path ${nth}`, signal: `signal ${nth}`, action: `fallback path ${nth}` })],
      hooks: [{ kind: "page", target: `target ${nth}` }],
    }),
  );
  expect(after(...outcomes).size).toBe(after(...outcomes.slice(0, 1)).size);
});

describe("beside each other", () => {
  test("two policies count into one text", () => {
    const chat = prometheusSink(aPolicy(SPEC));
    const other = prometheusSink({ ...aPolicy(SPEC), name: "other" }, { beside: chat });
    chat.write(anOutcome());
    other.write(anOutcome());
    other.write(anOutcome());
    expect(chat.text()).toBe(other.text());
    const metrics = read(chat);
    expect(metrics.get(`fbp_request_duration_seconds_count{${own}}`)).toBe(1);
    expect(metrics.get('fbp_request_duration_seconds_count{policy="other"}')).toBe(2);
  });

  test("only with another of its kind", () => {
    const beside = { write() {}, watch() {}, text: () => "", contentType: "" };
    expect(() => prometheusSink(aPolicy(), { beside })).toThrow(UsageError);
  });
});

test("buckets of the service's own", () => {
  const sink = prometheusSink(aPolicy(SPEC), { buckets: [0.2, 42] });
  expect(sink.text()).toContain('le="0.2"');
  expect(sink.text()).toContain('le="42"');
  for (const bound of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => prometheusSink(aPolicy(SPEC), { buckets: [bound] })).toThrow(UsageError);
  }
});

test("a client's requests, and its health and losses as they are when asked", async () => {
  const policy = aPolicy({ ...SPEC, paths: SPEC.paths?.map((path) => ({ ...path, breaker: A_BREAKER })) ?? [] });
  const sink = prometheusSink(policy);
  const clock = new VirtualClock();
  const transport = new ScriptedTransport(clock, { primary: [refuses(500)], backup: [answers(10), answers(10)] });
  const chat = createFallback(policy, {
    transport,
    clock,
    sink,
    env: {},
    hooks: { page: () => new Promise(() => {}) },
  });
  sink.watch(chat);
  const state = (path: string, state: string) => `fbp_breaker_state{${own},path="${path}",state="${state}"}`;
  expect(read(sink).get(state("primary", "closed"))).toBe(1);
  const completing = chat.complete(A_REQUEST);
  expect(read(sink).get(`fbp_requests_in_flight{${own}}`)).toBe(1);
  clock.run();
  await completing;
  const metrics = read(sink);
  expect(metrics.get(`fbp_requests_in_flight{${own}}`)).toBe(0);
  expect(metrics.get(`fbp_hooks_pending{${own}}`)).toBe(1);
  expect(metrics.get(`fbp_records_lost_total{${own}}`)).toBe(0);
  expect(metrics.get(state("primary", "closed"))).toBe(0);
  expect(metrics.get(state("primary", "open"))).toBe(1);
  expect(metrics.get(state("backup", "closed"))).toBe(1);
  expect(metrics.get(`fbp_breaker_opens_in_seconds{${own},path="primary"}`)).toBeGreaterThan(29);
  expect(metrics.get(`fbp_breaker_window_calls{${own},path="backup",calls="all"}`)).toBe(1);
  expect(metrics.get(`fbp_slo_breached{${own},path="backup"}`)).toBe(0);
  expect(metrics.get(`fbp_fallback_answers_total{${own}}`)).toBe(1);
});

test("of several clients of a policy the last one is asked alone: the others are let go", () => {
  const sink = prometheusSink(aPolicy(SPEC));
  const client = (inFlight: number): Watchable => ({
    health: vi.fn(() => []),
    counters: () => ({ ...NO_COUNTS, inFlight }),
  });
  const [old, anew] = [client(1), client(2)];
  sink.watch(old);
  sink.watch(anew);
  expect(read(sink).get(`fbp_requests_in_flight{${own}}`)).toBe(2);
  expect(old.health).not.toHaveBeenCalled();
});

const NO_COUNTS: Counters = {
  requests: 0,
  inFlight: 0,
  results: { answer: 0, degraded: 0, deferred: 0, failure: 0, aborted: 0 },
  hooksPending: 0,
  hookFaults: 0,
  sinkFaults: 0,
  recordsLost: 0,
};

const A_BREAKER = {
  window: { kind: "time", ms: 60_000 },
  minimumCalls: 1,
  failedShare: 0.5,
  slowShare: null,
  slowMs: null,
  consecutive: null,
  openMs: 30_000,
  openMostMs: 30_000,
  probes: 1,
  leaseMs: 10_000,
} as const;
