import { describe, expect, test } from "vitest";
import { refusers } from "./state.ts";
import { answer, drive, inOrder, status, told } from "./testing/drive.ts";
import { fail, fallback, type PathSpec, type PolicySpec, retry, rule, twoPaths } from "./testing/policy.ts";

describe("waits", () => {
  const policy = twoPaths({ server_error: rule("e", retry(1000, 4000), fail) }, { budget: { retries: 2 } });

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

  test("that do not fit before the deadline are not begun: the next action happens at once", () => {
    const both = twoPaths({ rate_limited: rule("r", retry(1000), fallback("backup"), fail) });
    const { outcome, commands, startedAt } = drive(both, { reply: inOrder(status(429, { waitMs: 60_000 }), answer()) });
    expect(told(outcome)).toEqual(["retry: the server asks for 60s, 20s left", "fallback backup"]);
    expect(commands.some((command) => command.kind === "wait")).toBe(false);
    expect(startedAt).toEqual([0, 0]);
  });

  test("a fallback waits for nobody", () => {
    const moving = twoPaths({ rate_limited: rule("r", fallback("backup"), fail) });
    const { startedAt } = drive(moving, { reply: inOrder(status(429, { waitMs: 7000 }), answer()) });
    expect(startedAt).toEqual([0, 0]);
  });

  test("a breaker that opened meanwhile: the next action, after the wait that was spent", () => {
    const both = twoPaths({ server_error: rule("e", retry(1000), fallback("backup"), fail) });
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
    const both = twoPaths({ server_error: rule("e", retry(1000), fallback("backup"), fail) });
    const { commands, startedAt } = drive(both, {
      reply: inOrder(status(500), answer()),
      refuse: ({ inMs }) => (inMs > 0 ? "breaker" : null),
    });
    expect(commands.some((command) => command.kind === "wait")).toBe(false);
    expect(startedAt).toEqual([0, 0]);
  });

  test("a driver that wakes too late: no attempt without its least time", () => {
    const tight = twoPaths({ server_error: rule("e", retry(1000), fail) }, { budget: { deadlineMs: 2000 } });
    const { outcome, commands } = drive(tight, { reply: inOrder(status(500)), lateMs: 400 });
    expect(told(outcome)).toEqual(["retry: needs 1s, 700ms left", "fail"]);
    // Leave that was asked for is not used, so the driver gives it back.
    expect(commands.map((command) => command.kind)).toEqual(["admit", "attempt", "admit", "wait", "admit", "finish"]);
  });

  test("the retry budget is drawn on once, before the wait", () => {
    const limited = twoPaths(
      { server_error: rule("e", retry(1000), fail) },
      { retryBudget: { share: 1, perSecond: 0 } },
    );
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
  const policy = twoPaths(
    { server_error: rule("e", retry(), fallback("backup"), fail) },
    { retryBudget: whole ?? null },
    path,
    path,
  );
  const { commands } = drive(policy, { reply: inOrder(status(500), status(500), answer()) });
  const asked = (purpose: string) =>
    commands.flatMap((command) =>
      command.kind === "admit" && command.purpose === purpose
        ? [refusers(policy, command).includes("retry_budget")]
        : [],
    );
  expect([asked("start"), asked("retry"), asked("fallback")]).toEqual([[false], [retries], [fallbacks]]);
});
