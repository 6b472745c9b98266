import { describe, expect, test } from "vitest";
import type { Policy } from "./policy.ts";
import { answer, drive, fault, inOrder, silence, status, told, type World } from "./testing/drive.ts";
import {
  aPolicy,
  fail,
  failWithPartial,
  fallback,
  type PathSpec,
  type PolicySpec,
  proceed,
  retry,
  rule,
  someFacts,
  twoPaths,
} from "./testing/policy.ts";

describe("why an action is not permitted", () => {
  const timeout = fault("reset", true, 100);
  const whole = (on: PathSpec["on"], spec?: PolicySpec, primary?: Partial<PathSpec>, backup?: Partial<PathSpec>) =>
    twoPaths(on, spec, primary, backup);
  const both = {
    server_error: rule("e", retry(), fallback("backup"), fail),
    transport_timeout: rule("t", retry(), fail),
  };

  test.each<[string, Policy, World, readonly string[], Partial<Parameters<typeof someFacts>[0]>?]>([
    [
      "no time for a whole attempt",
      whole({ transport_timeout: rule("t", retry(), fail) }, {}, { leastMs: 8000, mostMs: 16_000 }),
      { reply: inOrder(silence) },
      ["retry: needs 8s, 4s left", "fail"],
    ],
    [
      "no time for the back-off and an attempt",
      whole({ transport_timeout: rule("t", retry(4000), fail) }, { budget: { deadlineMs: 10_000 } }),
      { reply: inOrder(fault("reset", true, 7500)) },
      ["retry: needs 3s, 2.5s left", "fail"],
    ],
    [
      "the deadline itself leaves nothing",
      whole(
        { transport_timeout: rule("t", retry(), fallback("backup"), fail) },
        {},
        { leastMs: 0, mostMs: 20_000 },
        { leastMs: 0 },
      ),
      { reply: inOrder(silence) },
      ["retry: needs 0s, 0s left", "fallback backup: needs 0s, 0s left", "fail"],
    ],
    [
      "attempts",
      whole(both, { budget: { attempts: 1 } }),
      { reply: inOrder(status(500)) },
      ["retry: attempts 1 of 1 used", "fallback backup: attempts 1 of 1 used", "fail"],
    ],
    [
      "retries",
      whole(both, { budget: { retries: 0 } }),
      { reply: inOrder(timeout) },
      ["retry: retries 0 of 0 used", "fail"],
    ],
    [
      "fallbacks",
      whole(both, { budget: { fallbacks: 0, retries: 0 } }),
      { reply: inOrder(status(500)) },
      ["retry: retries 0 of 0 used", "fallback backup: fallbacks 0 of 0 used", "fail"],
    ],
    [
      "a request that may not be repeated and was sent",
      whole(both),
      { reply: inOrder(timeout) },
      ["retry: the request was sent and may not be repeated", "fail"],
      { repeatable: false },
    ],
    [
      "the target's breaker",
      whole({ server_error: rule("e", fallback("backup"), fail) }),
      { reply: inOrder(status(500)), refuse: ({ purpose }) => (purpose === "start" ? null : "breaker") },
      ["fallback backup: the breaker of backup is open", "fail"],
    ],
    [
      "the retry budget",
      whole(both, { retryBudget: { share: 0, perSecond: 0 } }),
      { reply: inOrder(timeout), refuse: ({ askRetryBudget }) => (askRetryBudget ? "retry_budget" : null) },
      ["retry: the retry budget is spent", "fail"],
    ],
    [
      "tokens",
      whole(
        { server_error: rule("e", fallback("backup"), fail) },
        { budget: { tokens: 6200 } },
        {},
        { maxOutput: 4000 },
      ),
      { reply: inOrder(status(500, { usage: { input: 1000, output: 4000 } })) },
      ["fallback backup: tokens: needs 5000, 1200 left", "fail"],
      { promptTokens: 1000 },
    ],
    [
      "cost",
      whole(
        { server_error: rule("e", fallback("backup"), fail) },
        { budget: { costNanos: 50_000_000, currency: "USD" } },
        { price: { inputNanosPerToken: 40_000, outputNanosPerToken: 0, currency: "USD" } },
        { price: { inputNanosPerToken: 50_000, outputNanosPerToken: 0, currency: "USD" } },
      ),
      { reply: inOrder(status(500)) },
      ["fallback backup: cost: needs 0.05 USD, 0.01 USD left", "fail"],
      { promptTokens: 1000 },
    ],
    [
      "a token may have been seen",
      whole({ stream_interrupted: rule("s", retry(), fallback("backup"), failWithPartial) }),
      { reply: inOrder({ kind: "failure", ms: 500, signal: 10, failure: { status: 200 } }), tokenAfterMs: 100 },
      ["retry: a token may have been seen", "fallback backup: a token may have been seen", "fail with partial"],
    ],
    [
      "the server asks for a longer wait than fits",
      whole({ rate_limited: rule("r", retry(), fallback("backup"), fail) }, { budget: { deadlineMs: 4000 } }),
      { reply: inOrder(status(429, { waitMs: 30_000 }), answer()) },
      ["retry: the server asks for 30s, 4s left", "fallback backup"],
    ],
    [
      "nothing is repeated before anything failed",
      whole({ circuit_open: rule("c", retry(), fail) }),
      { reply: inOrder(answer()), refuse: () => "breaker" },
      ["retry: no attempt failed", "fail"],
    ],
    [
      "there is nothing to proceed with after a failure",
      whole({ server_error: rule("e", proceed, fail) }),
      { reply: inOrder(status(500)) },
      ["proceed: no path waits", "fail"],
    ],
    [
      "a list that ends without a last action",
      whole({ server_error: rule("e", retry()) }, { budget: { retries: 0 } }),
      { reply: inOrder(status(500)) },
      ["retry: retries 0 of 0 used", "fail"],
    ],
  ])("%s", (_title, policy, world, actions, facts) => {
    expect(told(drive(policy, world, someFacts(facts)).outcome)).toEqual(actions);
  });

  test("a path is never entered again", () => {
    const go = (to: string) => ({ server_error: rule("e", fallback(to), fallback("c"), fail) });
    const policy = aPolicy({
      budget: { attempts: 9, fallbacks: 9 },
      paths: [
        { name: "a", on: go("b") },
        { name: "b", on: go("a") },
        { name: "c", on: go("b") },
      ],
    });
    expect(told(drive(policy, { reply: inOrder(status(500)) }).outcome)).toEqual([
      "fallback b",
      "fallback a: a was already used",
      "fallback c",
      "fallback b: b was already used",
      "fallback c: c was already used",
      "fail",
    ]);
  });

  test("a request that was never sent may be repeated, whatever `repeat` says", () => {
    const policy = twoPaths({ transport_timeout: rule("t", retry(), fail) });
    const { outcome } = drive(
      policy,
      { reply: inOrder(fault("connect", false), answer()) },
      someFacts({ repeatable: false }),
    );
    expect(outcome).toMatchObject({ result: "answer", retries: 1 });
  });
});

describe("what a class forbids, no policy permits", () => {
  const everything = rule("r", retry(), fallback("backup"), fail);

  test.each<[string, Partial<PathSpec>, Partial<PathSpec>, readonly string[]]>([
    [
      "client_invalid",
      {},
      {},
      ["retry: nothing may follow client_invalid", "fallback backup: nothing may follow client_invalid", "fail"],
    ],
    [
      "content_refused",
      {},
      {},
      ["retry: nothing may follow content_refused", "fallback backup: nothing may follow content_refused", "fail"],
    ],
    [
      "auth_or_account",
      {},
      {},
      ["retry: nothing may follow auth_or_account", "fallback backup: nothing may follow auth_or_account", "fail"],
    ],
    [
      "quota_exhausted",
      { account: "one" },
      { account: "one" },
      ["retry: primary is on the exhausted account", "fallback backup: backup is on the exhausted account", "fail"],
    ],
    [
      "quota_exhausted",
      { account: "one" },
      { account: "two" },
      ["retry: primary is on the exhausted account", "fallback backup"],
    ],
    [
      "context_overflow",
      { contextWindow: 8000 },
      { contextWindow: 8000 },
      ["retry: primary has no larger context window", "fallback backup: backup has no larger context window", "fail"],
    ],
    [
      "context_overflow",
      { contextWindow: 8000 },
      {},
      ["retry: primary has no larger context window", "fallback backup: backup has no larger context window", "fail"],
    ],
    [
      "context_overflow",
      { contextWindow: 8000 },
      { contextWindow: 9000 },
      ["retry: primary has no larger context window", "fallback backup"],
    ],
    ["budget_exhausted", {}, {}, ["retry: the budget is spent", "fallback backup: the budget is spent", "fail"]],
  ])("%s: %j %j", (name, primary, backup, actions) => {
    const policy = twoPaths({ [name]: everything }, {}, primary, backup);
    const signal = policy.signals.findIndex((each) => each.name === name);
    const failure = { kind: "failure", ms: 0, signal, failure: { status: 400 } } as const;
    expect(told(drive(policy, { reply: inOrder(failure, answer()) }).outcome)).toEqual(actions);
  });

  test("an exhausted account stays so after a detour", () => {
    const policy = aPolicy({
      budget: { attempts: 9, fallbacks: 9 },
      paths: [
        { name: "a", account: "one", on: { quota_exhausted: rule("q", fallback("b"), fail) } },
        { name: "b", account: "two", on: { server_error: rule("e", fallback("c"), fallback("d"), fail) } },
        { name: "c", account: "one" },
        { name: "d", account: "three" },
      ],
    });
    const { outcome } = drive(policy, { reply: inOrder(status(402), status(500), answer()) });
    expect(told(outcome)).toEqual(["fallback b", "fallback c: c is on the exhausted account", "fallback d"]);
  });

  test("a failure that calls itself a slow path is not repeated by `proceed`", () => {
    const policy = twoPaths({ latency_slo_breach: rule("s", proceed, fail) });
    const failure = { kind: "failure", ms: 0, signal: 11, failure: { status: 500 } } as const;
    expect(told(drive(policy, { reply: inOrder(failure) }).outcome)).toEqual(["proceed: no path waits", "fail"]);
  });

  test("a declared signal has the rights of its class", () => {
    const policy = twoPaths({ key_expired: everything }, { declared: [{ name: "key_expired", class: "auth_defect" }] });
    const failure = { kind: "failure", ms: 0, signal: 14, failure: { status: 400 } } as const;
    expect(drive(policy, { reply: inOrder(failure) }).outcome).toMatchObject({
      signals: ["key_expired"],
      result: "failure",
    });
  });
});
