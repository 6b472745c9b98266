import { describe, expect, test } from "vitest";
import { begin, next } from "./machine.ts";
import type { Outcome } from "./outcome.ts";
import { answer, drive, fault, inOrder, silence, status, type World } from "./testing/drive.ts";
import {
  aContract,
  anSlo,
  aPolicy,
  defer,
  fail,
  failWithPartial,
  fallback,
  type PathSpec,
  type PolicySpec,
  proceed,
  respond,
  retry,
  rule,
  someFacts,
} from "./testing/policy.ts";

/** `primary` with these rules, and `backup`, where everything fails. */
function two(
  on: PathSpec["on"],
  spec: PolicySpec = {},
  primary: Partial<PathSpec> = {},
  backup: Partial<PathSpec> = {},
) {
  return aPolicy({
    ...spec,
    paths: [
      { name: "primary", ...(on === undefined ? {} : { on }), ...primary },
      { name: "backup", ...backup },
    ],
  });
}

/** The actions of all decisions, refused ones with their cause. */
function told(outcome: Outcome): readonly string[] {
  return outcome.decisions.flatMap((decision) => [
    ...decision.refused.map(({ action, cause }) => `${action}: ${cause}`),
    decision.action,
  ]);
}

describe("a request that nothing disturbs", () => {
  test("is one attempt and an outcome that says so", () => {
    const { outcome, ending, commands } = drive(aPolicy(), {
      reply: inOrder(answer(812, { input: 100, output: 20 })),
      beginsAt: 5000,
    });
    expect(commands.map((command) => command.kind)).toEqual(["admit", "attempt", "finish"]);
    expect(ending).toEqual({ kind: "answer" });
    expect(outcome).toEqual({
      version: 1,
      policy: "by_hand",
      digest: "sha256-00",
      id: "request-1",
      traceId: null,
      startedAt: 1_700_000_000_000,
      elapsedMs: 812,
      result: "answer",
      source: "primary",
      reason: null,
      partial: false,
      signals: [],
      attempts: [
        {
          path: "primary",
          startMs: 0,
          elapsedMs: 812,
          status: 200,
          transport: null,
          sent: true,
          probe: false,
          signal: null,
          class: null,
          check: null,
          error: null,
          providerRequestId: null,
          usage: { input: 100, output: 20 },
          tokens: 120,
          costNanos: 0,
          charge: "reported",
        },
      ],
      decisions: [],
      retries: 0,
      fallbacks: 0,
      tokens: 120,
      costNanos: 0,
      extra: { attempts: 0, tokens: 0, costNanos: 0, ms: 0 },
      hooks: [],
    });
  });

  test("starts where the policy says", () => {
    const policy = aPolicy({ start: 1, paths: [{ name: "other" }, { name: "main" }] });
    expect(drive(policy, { reply: inOrder(answer()) }).outcome.source).toBe("main");
  });
});

describe("the runbook's first scenario", () => {
  const policy = two(
    { transport_timeout: rule("primary_timeout", retry(), fallback("backup"), fail) },
    {},
    { leastMs: 8000, mostMs: 8000 },
    { leastMs: 2000, mostMs: 6000 },
  );
  const { outcome, commands } = drive(policy, { reply: inOrder(silence, silence, answer(2000)) });

  test("the primary times out twice and the backup answers", () => {
    expect(outcome).toMatchObject({ result: "answer", source: "backup", reason: "primary_timeout", elapsedMs: 18_000 });
    expect(outcome).toMatchObject({ retries: 1, fallbacks: 1, signals: ["transport_timeout", "transport_timeout"] });
    expect(outcome.attempts.map(({ path, startMs, elapsedMs }) => [path, startMs, elapsedMs])).toEqual([
      ["primary", 0, 8000],
      ["primary", 8000, 8000],
      ["backup", 16_000, 2000],
    ]);
    expect(outcome.extra).toMatchObject({ attempts: 2, ms: 10_000 });
  });

  test("the retry that is used up is told", () => {
    expect(told(outcome)).toEqual(["retry", "retry: retries 1 of 1 used", "fallback backup"]);
  });

  test("the backup's attempt ends with the deadline", () => {
    const attempts = commands.filter((command) => command.kind === "attempt");
    expect(attempts.map(({ timeoutMs, cutByDeadline }) => [timeoutMs, cutByDeadline])).toEqual([
      [8000, false],
      [8000, false],
      [4000, true],
    ]);
  });
});

describe("why an action is not permitted", () => {
  const timeout = fault("reset", true, 100);
  const whole = (on: PathSpec["on"], spec?: PolicySpec, primary?: Partial<PathSpec>, backup?: Partial<PathSpec>) =>
    two(on, spec, primary, backup);
  const both = {
    server_error: rule("e", retry(), fallback("backup"), fail),
    transport_timeout: rule("t", retry(), fail),
  };

  test.each<[string, ReturnType<typeof two>, World, readonly string[], Partial<Parameters<typeof someFacts>[0]>?]>([
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
      ["retry: the request may not be repeated and may have reached the provider", "fail"],
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
      "a token may already have been seen",
      whole({ stream_interrupted: rule("s", retry(), fallback("backup"), failWithPartial) }),
      { reply: inOrder({ kind: "failure", ms: 500, signal: 10, failure: { status: 200 } }), tokenAfterMs: 100 },
      [
        "retry: a token may already have been seen",
        "fallback backup: a token may already have been seen",
        "fail with partial",
      ],
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
      ["proceed: no path is waiting to be used", "fail"],
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
    const policy = two({ transport_timeout: rule("t", retry(), fail) });
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
    const policy = two({ [name]: everything }, {}, primary, backup);
    const signal = policy.signals.findIndex((each) => each.name === name);
    const failure = { kind: "failure", ms: 0, signal, failure: { status: 400 } } as const;
    expect(told(drive(policy, { reply: inOrder(failure, answer()) }).outcome)).toEqual(actions);
  });

  test("a declared signal has the rights of its class", () => {
    const policy = two({ key_expired: everything }, { declared: [{ name: "key_expired", class: "auth_defect" }] });
    const failure = { kind: "failure", ms: 0, signal: 14, failure: { status: 400 } } as const;
    expect(drive(policy, { reply: inOrder(failure) }).outcome).toMatchObject({
      signals: ["key_expired"],
      result: "failure",
    });
  });
});

describe("waits", () => {
  const policy = two({ server_error: rule("e", retry(1000, 4000), fail) }, { budget: { retries: 2 } });

  test("back off exponentially with full jitter, and are recorded", () => {
    const failing = status(500, { dice: 0.5 });
    const { outcome, startedAt } = drive(policy, { reply: inOrder(failing) });
    expect(startedAt).toEqual([0, 500, 1500]);
    expect(outcome.decisions.map((decision) => decision.waitMs)).toEqual([500, 1000, 0]);
  });

  test("are what the server asks for where it asks", () => {
    const { startedAt } = drive(policy, { reply: inOrder(status(500, { waitMs: 7000 }), answer()) });
    expect(startedAt).toEqual([0, 7000]);
  });

  test("a fallback waits for nobody", () => {
    const moving = two({ rate_limited: rule("r", fallback("backup"), fail) });
    const { startedAt } = drive(moving, { reply: inOrder(status(429, { waitMs: 7000 }), answer()) });
    expect(startedAt).toEqual([0, 0]);
  });

  test("a breaker that opened meanwhile: the next action, after the wait that was spent", () => {
    const both = two({ server_error: rule("e", retry(1000), fallback("backup"), fail) });
    const { outcome, startedAt } = drive(both, {
      reply: inOrder(status(500), answer()),
      refuse: ({ purpose }, now) => (purpose === "retry" && now > 0 ? "breaker" : null),
    });
    expect(told(outcome)).toEqual(["retry: the breaker of primary is open", "fallback backup"]);
    expect([outcome.decisions[0]?.waitMs, outcome.retries, outcome.fallbacks, startedAt]).toEqual([
      500,
      0,
      1,
      [0, 500],
    ]);
  });

  test("a breaker that will still be open then is not waited for", () => {
    const both = two({ server_error: rule("e", retry(1000), fallback("backup"), fail) });
    const { commands, startedAt } = drive(both, {
      reply: inOrder(status(500), answer()),
      refuse: ({ inMs }) => (inMs > 0 ? "breaker" : null),
    });
    expect(commands.some((command) => command.kind === "wait")).toBe(false);
    expect(startedAt).toEqual([0, 0]);
  });

  test("a driver that wakes too late: no attempt without its least time", () => {
    const tight = two({ server_error: rule("e", retry(1000), fail) }, { budget: { deadlineMs: 2000 } });
    const { outcome } = drive(tight, { reply: inOrder(status(500)), lateMs: 400 });
    expect(told(outcome)).toEqual(["retry: needs 1s, 700ms left", "fail"]);
  });

  test("the retry budget is drawn on once, before the wait", () => {
    const limited = two({ server_error: rule("e", retry(1000), fail) }, { retryBudget: { share: 1, perSecond: 0 } });
    const { commands } = drive(limited, { reply: inOrder(status(500), answer()) });
    const admits = commands.flatMap((command) =>
      command.kind === "admit" ? [[command.inMs, command.askRetryBudget]] : [],
    );
    expect(admits).toEqual([
      [0, false],
      [500, true],
      [0, false],
    ]);
  });
});

test.each<[string, PolicySpec["retryBudget"], Partial<PathSpec>, boolean, boolean]>([
  ["none", null, {}, false, false],
  ["the policy's limits retries", { share: 1, perSecond: 0 }, {}, true, false],
  [
    "a path's limits retries on it and fallbacks onto it",
    null,
    { retryBudget: { share: 1, perSecond: 0 } },
    true,
    true,
  ],
])("whose retry budget is asked: %s", (_title, whole, path, retries, fallbacks) => {
  const policy = two(
    { server_error: rule("e", retry(), fallback("backup"), fail) },
    { retryBudget: whole ?? null },
    path,
    path,
  );
  const { commands } = drive(policy, { reply: inOrder(status(500), status(500), answer()) });
  const asked = (purpose: string) =>
    commands.flatMap((command) =>
      command.kind === "admit" && command.purpose === purpose ? [command.askRetryBudget] : [],
    );
  expect([asked("start"), asked("retry"), asked("fallback")]).toEqual([[false], [retries], [fallbacks]]);
});

describe("the health of a path", () => {
  const open: World["refuse"] = ({ path }) => (path === 0 ? "breaker" : null);

  test("an open breaker where the policy is silent: circuit_open fails, no attempt is made", () => {
    const { outcome } = drive(aPolicy(), { reply: inOrder(answer()), refuse: open });
    expect(outcome).toMatchObject({
      result: "failure",
      reason: "circuit_open",
      signals: ["circuit_open"],
      attempts: [],
    });
    expect(outcome.decisions).toMatchObject([{ line: null, reason: "circuit_open", action: "fail" }]);
    expect(outcome.extra).toEqual({ attempts: 0, tokens: 0, costNanos: 0, ms: 0 });
  });

  test("an open breaker with a rule: the backup answers, and its call is the first", () => {
    const policy = two({ circuit_open: rule("circuit_open", fallback("backup"), fail) });
    const { outcome } = drive(policy, { reply: inOrder(answer(300)), refuse: open });
    expect(outcome).toMatchObject({
      result: "answer",
      source: "backup",
      reason: "circuit_open",
      retries: 0,
      fallbacks: 1,
    });
    expect(outcome.extra.attempts).toBe(0);
  });

  const slow: World["refuse"] = ({ askSlo, path }) => (askSlo && path === 0 ? "slo" : null);

  test("a slow path where the policy is silent is used all the same, without a reason", () => {
    const policy = two({}, {}, { slo: anSlo() });
    const { outcome } = drive(policy, { reply: inOrder(answer()), refuse: slow });
    expect(outcome).toMatchObject({ result: "answer", reason: null, signals: ["latency_slo_breach"] });
    expect(outcome.decisions).toMatchObject([{ line: null, reason: null, action: "proceed" }]);
  });

  test("a slow path with a rule", () => {
    const policy = two({ latency_slo_breach: rule("primary_slow", fallback("backup"), proceed) }, {}, { slo: anSlo() });
    const world: World = { reply: inOrder(answer()), refuse: slow };
    expect(drive(policy, world).outcome).toMatchObject({ source: "backup", reason: "primary_slow" });
    const without = two(
      { latency_slo_breach: rule("primary_slow", fallback("backup"), proceed) },
      { budget: { fallbacks: 0 } },
      { slo: anSlo() },
    );
    expect(drive(without, world).outcome).toMatchObject({ source: "primary", reason: "primary_slow", fallbacks: 0 });
  });

  test("is asked before every attempt, until the path was used all the same", () => {
    const policy = two(
      { server_error: rule("e", retry(), fallback("backup"), fail) },
      { budget: { retries: 2, attempts: 9 } },
      { slo: anSlo() },
      { slo: anSlo() },
    );
    const asked = (refuse: NonNullable<World["refuse"]>) =>
      drive(policy, { reply: inOrder(status(500)), refuse }).commands.flatMap((command) =>
        command.kind === "admit" ? [[command.path, command.askSlo]] : [],
      );
    expect(asked(() => null)).toEqual([
      [0, true],
      [0, true],
      [0, true],
      [1, true],
    ]);
    expect(asked(slow)).toEqual([
      [0, true],
      [0, false],
      [0, false],
      [0, false],
      [1, true],
    ]);
  });

  test("a backup that is slow itself: the rule of the backup, and the fallback counts", () => {
    const policy = aPolicy({
      budget: { fallbacks: 2 },
      paths: [
        { name: "primary", on: { server_error: rule("e", fallback("backup"), fail) } },
        { name: "backup", slo: anSlo(), on: { latency_slo_breach: rule("backup_slow", fallback("third"), proceed) } },
        { name: "third" },
      ],
    });
    const { outcome } = drive(policy, {
      reply: inOrder(status(500), answer()),
      refuse: ({ askSlo }) => (askSlo ? "slo" : null),
    });
    expect(outcome).toMatchObject({ source: "third", fallbacks: 2, signals: ["server_error", "latency_slo_breach"] });
    expect(outcome.attempts.map((attempt) => attempt.path)).toEqual(["primary", "third"]);
  });
});

describe("how a request can end", () => {
  const policy = (...actions: Parameters<typeof rule> extends [string, ...infer Rest] ? Rest : never) =>
    two({ server_error: { ...rule("e", ...actions), hooks: [{ kind: "page", target: "oncall" }] } });
  const failing: World = { reply: inOrder(status(500, { ms: 100 })) };

  test("respond", () => {
    const { outcome, ending } = drive(policy(respond("sorry")), failing);
    expect([ending, outcome.result, outcome.reason, told(outcome)]).toEqual([
      { kind: "degraded", text: "sorry" },
      "degraded",
      "e",
      ["respond"],
    ]);
  });

  test("defer", () => {
    const { outcome, ending } = drive(policy(defer("jobs")), failing);
    expect([ending, outcome.result, told(outcome)]).toEqual([
      { kind: "deferred", to: "jobs" },
      "deferred",
      ["defer jobs"],
    ]);
  });

  test("fail, with its hooks", () => {
    const { outcome, ending } = drive(policy(fail), failing);
    expect([ending, outcome.result, outcome.source]).toEqual([{ kind: "failure", partial: false }, "failure", null]);
    expect(outcome.hooks).toEqual([{ kind: "page", target: "oncall" }]);
  });

  test("fail with partial is partial only if something may have been seen", () => {
    const { outcome, ending } = drive(policy(failWithPartial), failing);
    expect([ending, outcome.partial]).toEqual([{ kind: "failure", partial: false }, false]);
    const seen = drive(policy(failWithPartial), { ...failing, tokenAfterMs: 50 });
    expect([seen.ending, seen.outcome.partial]).toEqual([{ kind: "failure", partial: true }, true]);
  });

  test("an answer after the first token has been seen", () => {
    const { outcome, commands } = drive(aPolicy(), { reply: inOrder(answer(300)), tokenAfterMs: 100 });
    expect(commands.map((command) => command.kind)).toEqual(["admit", "attempt", "carry_on", "finish"]);
    expect(outcome.attempts).toMatchObject([{ startMs: 0, elapsedMs: 300 }]);
  });

  test("a guard sees what there is to see", () => {
    const seen: unknown[] = [];
    const watching = two({
      server_error: { ...rule("e", fail), when: (facts) => seen.push({ ...facts }) > 0 },
      circuit_open: { ...rule("c", fail), when: (facts) => seen.push({ ...facts }) > 0 },
    });
    const facts = someFacts({ request: { r: 1 }, context: { c: 1 } });
    drive(watching, failing, facts);
    drive(watching, { ...failing, refuse: () => "breaker" }, facts);
    const common = {
      transport: null,
      headers: {},
      error: null,
      request: { r: 1 },
      context: { c: 1 },
      committed: false,
    };
    expect(seen).toEqual([
      { ...common, sent: true, status: 500, attempts: 1, elapsedMs: 100 },
      { ...common, sent: false, status: 0, attempts: 0, elapsedMs: 0 },
    ]);
  });

  test("where the policy is silent a failure keeps the signal's name", () => {
    const silent = aPolicy();
    const policy = { ...silent, paths: silent.paths.map((path) => ({ ...path, decide: () => -1 })) };
    expect(drive(policy, failing).outcome).toMatchObject({ reason: "server_error", decisions: [{ line: null }] });
  });

  test("a failed attempt's record", () => {
    const { outcome } = drive(aPolicy(), {
      reply: inOrder({
        kind: "failure",
        ms: 20,
        check: "json",
        signal: 9,
        failure: { status: 200, error: { code: "c", message: "sk-not-for-records", param: 1 } },
      }),
    });
    expect(outcome.attempts).toMatchObject([
      {
        status: 200,
        signal: "unusable_output",
        class: "output_defect",
        check: "json",
        error: { code: "c", param: "1" },
      },
    ]);
  });
});

describe("the deadline", () => {
  test("an attempt that it cuts is budget_exhausted, not the provider's fault", () => {
    const policy = aPolicy({ budget: { deadlineMs: 5000 } });
    const { outcome, commands } = drive(policy, { reply: inOrder(silence) });
    expect(commands[1]).toMatchObject({ timeoutMs: 5000, cutByDeadline: true });
    expect(outcome).toMatchObject({ signals: ["budget_exhausted"], reason: "budget_exhausted", elapsedMs: 5000 });
    expect(outcome.attempts).toMatchObject([{ transport: "attempt_timeout", class: "health" }]);
  });

  test("also when the driver calls it a time-out", () => {
    const policy = aPolicy({ budget: { deadlineMs: 5000 } });
    const timeout = {
      kind: "failure",
      ms: 4999,
      signal: 0,
      failure: { transport: "attempt_timeout", sent: true },
    } as const;
    expect(drive(policy, { reply: inOrder(timeout) }).outcome.signals).toEqual(["budget_exhausted"]);
  });

  test("a time-out of the path's own that ends with it is a time-out", () => {
    const policy = aPolicy({ budget: { deadlineMs: 8000 } });
    expect(drive(policy, { reply: inOrder(silence) }).outcome.signals).toEqual(["transport_timeout"]);
  });

  test("less than the least time from the beginning: no attempt", () => {
    const policy = aPolicy({ budget: { deadlineMs: 500 } });
    const { outcome } = drive(policy, { reply: inOrder(answer()) });
    expect(outcome).toMatchObject({ attempts: [], result: "failure", reason: "budget_exhausted" });
    expect(told(outcome)).toEqual(["start: needs 1s, 500ms left", "fail"]);
  });

  test("leave that comes too late: no attempt, and the action after", () => {
    const policy = two({ server_error: rule("e", fallback("backup"), respond("later")) });
    const facts = someFacts();
    let step = begin(policy, facts, 0);
    step = next(policy, step.state, { kind: "admitted", at: 0, permit: 0, probe: false });
    const failure = {
      facts: { transport: null, sent: true, status: 500, headers: {}, error: null },
      signal: 1,
      check: null,
    };
    step = next(policy, step.state, {
      kind: "failed",
      at: 10,
      failure: { ...failure, usage: null, providerRequestId: null, serverWaitMs: null, dice: 0 },
    });
    step = next(policy, step.state, { kind: "admitted", at: 19_500, permit: 0, probe: false });
    expect(step.command).toMatchObject({ kind: "finish", ending: { kind: "degraded" } });
    let first = begin(policy, facts, 0);
    first = next(policy, first.state, { kind: "admitted", at: 20_000, permit: 0, probe: false });
    expect(first.command).toMatchObject({ kind: "finish", outcome: { reason: "budget_exhausted", attempts: [] } });
  });

  test("a driver with a late clock: an answer is an answer, a failure ends", () => {
    const policy = two({ server_error: rule("e", retry(), fallback("backup"), fail) });
    expect(drive(policy, { reply: inOrder(answer(10)), lateMs: 30_000 }).outcome).toMatchObject({
      result: "answer",
      elapsedMs: 30_010,
    });
    const late = drive(policy, { reply: inOrder(status(500)), lateMs: 30_000 }).outcome;
    expect(told(late)).toEqual(["retry: needs 1s, 0s left", "fallback backup: needs 1s, 0s left", "fail"]);
  });
});

describe("the ledger", () => {
  const price = { inputNanosPerToken: 2500, outputNanosPerToken: 10_000, currency: "USD" };
  const ends = (reply: World["reply"], contract = {}, facts = {}, more: Partial<World> = {}) =>
    drive(
      aPolicy({ paths: [{ name: "primary", price, maxOutput: 500 }], contracts: [aContract(contract)] }),
      { reply, ...more },
      someFacts({ promptTokens: 100, ...facts }),
    ).outcome.attempts[0];
  const reserved = { charge: "reserved", tokens: 600, costNanos: 5_250_000 };
  const nothing = { charge: "none", tokens: 0, costNanos: 0 };
  const reported = { charge: "reported", tokens: 110, costNanos: 350_000 };
  const usage = { input: 100, output: 10 };

  test.each<[string, World["reply"], object, object, object, Partial<World>?]>([
    ["an answer: what was reported", inOrder(answer(0, usage)), {}, {}, reported],
    ["an answer without usage: what was reserved", inOrder(answer()), {}, {}, reserved],
    [
      "the request's own limit, where it is less",
      inOrder(answer()),
      {},
      { outputLimit: 10 },
      { tokens: 110, costNanos: 350_000 },
    ],
    ["the path's limit, where it is less", inOrder(answer()), {}, { outputLimit: 1000 }, reserved],
    ["never sent: nothing", inOrder(fault("connect", false)), {}, {}, nothing],
    ["a time-out: what was reserved", inOrder(silence), {}, {}, reserved],
    ["an error status, charged: what was reserved", inOrder(status(500)), {}, {}, reserved],
    ["an error status, charged, with usage", inOrder(status(500, { usage })), {}, {}, reported],
    ["an error status, not charged", inOrder(status(500, { usage })), { chargesFailed: false }, {}, nothing],
    ["an error under 200 may be charged all the same", inOrder(status(200)), { chargesFailed: false }, {}, reserved],
    ["aborted, charged", inOrder(silence), {}, {}, reserved, { abortAt: 10 }],
    ["aborted, not charged", inOrder(silence), { chargesAborted: false }, {}, nothing, { abortAt: 10 }],
  ])("%s", (_title, reply, contract, facts, charge, more) => {
    expect(ends(reply, contract, facts, more)).toMatchObject(charge);
  });

  test("a first attempt that does not fit is not made", () => {
    const policy = aPolicy({ budget: { tokens: 500 }, paths: [{ name: "primary", maxOutput: 500 }] });
    const { outcome } = drive(policy, { reply: inOrder(answer()) });
    expect([outcome.attempts, told(outcome)]).toEqual([[], ["start: tokens: needs 600, 500 left", "fail"]]);
  });

  test("totals and what was spent beyond the first attempt", () => {
    const policy = two({ server_error: rule("e", fallback("backup"), fail) }, {}, { price, maxOutput: 500 }, { price });
    const { outcome } = drive(policy, { reply: inOrder(status(500, { ms: 100 }), answer(200, usage)) });
    expect(outcome).toMatchObject({ tokens: 710, costNanos: 5_600_000, elapsedMs: 300 });
    expect(outcome.extra).toEqual({ attempts: 1, tokens: 110, costNanos: 350_000, ms: 200 });
  });
});

describe("an abort", () => {
  const policy = two({ server_error: rule("e", retry(1000), fail) });

  test("ends an attempt, which is recorded", () => {
    const { outcome, ending } = drive(policy, { reply: inOrder(silence), abortAt: 250 });
    expect([ending, outcome.result, outcome.reason, outcome.elapsedMs]).toEqual([
      { kind: "aborted" },
      "aborted",
      null,
      250,
    ]);
    expect(outcome.attempts).toMatchObject([
      { path: "primary", elapsedMs: 250, signal: null, sent: true, charge: "reserved" },
    ]);
  });

  test("ends a back-off at once, and no attempt follows", () => {
    const { outcome, startedAt } = drive(policy, { reply: inOrder(status(500)), abortAt: 200 });
    expect(outcome).toMatchObject({
      result: "aborted",
      reason: "e",
      elapsedMs: 200,
      retries: 0,
      signals: ["server_error"],
    });
    expect(outcome.decisions).toMatchObject([{ action: "aborted", waitMs: 200 }]);
    expect(startedAt).toHaveLength(1);
  });

  test("before anything was let through there is no attempt", () => {
    const step = next(policy, begin(policy, someFacts(), 0).state, { kind: "aborted", at: 3 });
    expect(step.command).toMatchObject({ kind: "finish", outcome: { result: "aborted", attempts: [], decisions: [] } });
  });

  test("what is known of the attempt comes along", () => {
    const started = next(policy, begin(policy, someFacts(), 0).state, {
      kind: "admitted",
      at: 0,
      permit: 7,
      probe: true,
    });
    const step = next(policy, started.state, {
      kind: "aborted",
      at: 3,
      sent: true,
      status: 200,
      usage: { input: 1, output: 2 },
      providerRequestId: "r",
    });
    const known = {
      sent: true,
      status: 200,
      tokens: 3,
      charge: "reported",
      probe: true,
      providerRequestId: "r",
    };
    expect(step.command).toMatchObject({ outcome: { attempts: [known] } });
    const unsent = next(policy, started.state, { kind: "aborted", at: 3, sent: false });
    expect(unsent.command).toMatchObject({ outcome: { attempts: [{ sent: false, charge: "none" }] } });
  });
});

describe("a driver's bug is thrown", () => {
  const policy = two({ server_error: rule("e", retry(1000), fail) });
  const begun = begin(policy, someFacts(), 0).state;
  const attempting = next(policy, begun, { kind: "admitted", at: 0, permit: 0, probe: false }).state;
  const over = next(policy, attempting, { kind: "aborted", at: 0 }).state;

  test.each([
    [
      "an answer before the attempt",
      begun,
      { kind: "answered", at: 0, answer: { status: 200, usage: null, providerRequestId: null } },
    ],
    ["leave during the attempt", attempting, { kind: "admitted", at: 0, permit: 0, probe: false }],
    ["a refusal during the attempt", attempting, { kind: "refused", at: 0, by: "breaker" }],
    ["waking without sleep", attempting, { kind: "woke", at: 0 }],
    ["a token before the attempt", begun, { kind: "committed", at: 0 }],
    ["an SLO that nobody asked", begun, { kind: "refused", at: 0, by: "slo" }],
    ["a retry budget that nobody asked", begun, { kind: "refused", at: 0, by: "retry_budget" }],
    ["anything after the end", over, { kind: "aborted", at: 0 }],
  ] as const)("%s", (_title, state, event) => {
    expect(() => next(policy, state, event)).toThrow(/^the machine had asked for "\w+" and was told "\w+"$/);
  });
});
