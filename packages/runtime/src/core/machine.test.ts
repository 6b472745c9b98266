import { describe, expect, test } from "vitest";
import { begin, next } from "./machine.ts";
import { answer, drive, inOrder, silence, status, told, type World } from "./testing/drive.ts";
import {
  anSlo,
  aPolicy,
  defer,
  fail,
  failWithPartial,
  fallback,
  proceed,
  respond,
  retry,
  rule,
  someFacts,
  twoPaths,
} from "./testing/policy.ts";

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
      warnings: [],
    });
  });

  test("starts where the policy says", () => {
    const policy = aPolicy({ start: 1, paths: [{ name: "other" }, { name: "main" }] });
    expect(drive(policy, { reply: inOrder(answer()) }).outcome.source).toBe("main");
  });
});

describe("the runbook's first scenario", () => {
  const policy = twoPaths(
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
    const policy = twoPaths({ circuit_open: rule("circuit_open", fallback("backup"), fail) });
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
    const policy = twoPaths({}, {}, { slo: anSlo() });
    const { outcome } = drive(policy, { reply: inOrder(answer()), refuse: slow });
    expect(outcome).toMatchObject({ result: "answer", reason: null, signals: ["latency_slo_breach"] });
    expect(outcome.decisions).toMatchObject([{ line: null, reason: null, action: "proceed" }]);
  });

  test("a slow path with a rule", () => {
    const policy = twoPaths(
      { latency_slo_breach: rule("primary_slow", fallback("backup"), proceed) },
      {},
      { slo: anSlo() },
    );
    const world: World = { reply: inOrder(answer()), refuse: slow };
    expect(drive(policy, world).outcome).toMatchObject({ source: "backup", reason: "primary_slow" });
    const without = twoPaths(
      { latency_slo_breach: rule("primary_slow", fallback("backup"), proceed) },
      { budget: { fallbacks: 0 } },
      { slo: anSlo() },
    );
    expect(drive(without, world).outcome).toMatchObject({ source: "primary", reason: "primary_slow", fallbacks: 0 });
  });

  test("is asked before every attempt, until the path was used all the same", () => {
    const policy = twoPaths(
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
      refuse: ({ askSlo, path }) => (askSlo && path === 1 ? "slo" : null),
    });
    expect(outcome).toMatchObject({ source: "third", fallbacks: 2, signals: ["server_error", "latency_slo_breach"] });
    expect(outcome.attempts.map((attempt) => attempt.path)).toEqual(["primary", "third"]);
  });
});

describe("how a request can end", () => {
  const policy = (...actions: Parameters<typeof rule> extends [string, ...infer Rest] ? Rest : never) =>
    twoPaths({ server_error: { ...rule("e", ...actions), hooks: [{ kind: "page", target: "oncall" }] } });
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
    const watching = twoPaths({
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
    const policy = twoPaths({ server_error: rule("e", fallback("backup"), respond("later")) });
    const facts = someFacts();
    let step = begin(policy, facts, 0);
    step = next(policy, step, { kind: "admitted", at: 0, permit: 0, probe: false });
    const failure = {
      facts: { transport: null, sent: true, status: 500, headers: {}, error: null },
      signal: 1,
      recorded: null,
      check: null,
    };
    step = next(policy, step, {
      kind: "failed",
      at: 10,
      failure: { ...failure, usage: null, providerRequestId: null, serverWaitMs: null, dice: 0 },
    });
    step = next(policy, step, { kind: "admitted", at: 19_500, permit: 0, probe: false });
    expect(step).toMatchObject({ kind: "finish", ending: { kind: "degraded" } });
    let first = begin(policy, facts, 0);
    first = next(policy, first, { kind: "admitted", at: 20_000, permit: 0, probe: false });
    expect(first).toMatchObject({ kind: "finish", outcome: { reason: "budget_exhausted", attempts: [] } });
  });

  test("a driver with a late clock: an answer is an answer, a failure ends", () => {
    const policy = twoPaths({ server_error: rule("e", retry(), fallback("backup"), fail) });
    expect(drive(policy, { reply: inOrder(answer(10)), lateMs: 30_000 }).outcome).toMatchObject({
      result: "answer",
      elapsedMs: 30_010,
    });
    const late = drive(policy, { reply: inOrder(status(500)), lateMs: 30_000 }).outcome;
    expect(told(late)).toEqual(["retry: needs 1s, 0s left", "fallback backup: needs 1s, 0s left", "fail"]);
  });
});

describe("an abort", () => {
  const policy = twoPaths({ server_error: rule("e", retry(1000), fail) });

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
    const step = next(policy, begin(policy, someFacts(), 0), { kind: "aborted", at: 3 });
    expect(step).toMatchObject({ kind: "finish", outcome: { result: "aborted", attempts: [], decisions: [] } });
  });

  test("what is known of the attempt comes along", () => {
    const started = next(policy, begin(policy, someFacts(), 0), {
      kind: "admitted",
      at: 0,
      permit: 7,
      probe: true,
    });
    const step = next(policy, started, {
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
    expect(step).toMatchObject({ outcome: { attempts: [known] } });
    const unsent = next(policy, started, { kind: "aborted", at: 3, sent: false });
    expect(unsent).toMatchObject({ outcome: { attempts: [{ sent: false, charge: "none" }] } });
  });
});

describe("a driver's bug is thrown", () => {
  const policy = twoPaths({ server_error: rule("e", retry(1000), fail) });
  const begun = begin(policy, someFacts(), 0);
  const attempting = next(policy, begun, { kind: "admitted", at: 0, permit: 0, probe: false });
  const over = next(policy, attempting, { kind: "aborted", at: 0 });

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
    ["anything after the end", over, { kind: "aborted", at: 0 }],
  ] as const)("%s", (_title, state, event) => {
    expect(() => next(policy, state, event)).toThrow(/^asked for "\w+", told "\w+"$/);
  });
});
