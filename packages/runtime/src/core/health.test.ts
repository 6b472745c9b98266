import { describe, expect, test } from "vitest";
import { force } from "./breaker-control.ts";
import { ADMITTED_LATER, Health, verdictOf } from "./health.ts";
import { pathHealth } from "./path-health.ts";
import type { Policy } from "./policy.ts";
import { BUILT_IN_SIGNALS } from "./signals.ts";
import { breakerOf } from "./testing/breaker-of.ts";
import { type Admit, ask } from "./testing/drive.ts";
import { aBreaker, anSlo, aPolicy, type PathSpec } from "./testing/policy.ts";

function one(path: Partial<PathSpec>, spec: { retryBudget?: Policy["retryBudget"] } = {}): Health {
  return new Health(aPolicy({ ...spec, paths: [{ name: "primary", ...path }, { name: "backup" }] }));
}

const breaker = aBreaker({ consecutive: 1, openMs: 1000, openMostMs: 1000 });
const tight = { share: 0, perSecond: 0.1 };

test("a path without health lets everything through", () => {
  const health = one({});
  expect(health.answer(ask({ askSlo: true, askRetryBudget: true, purpose: "retry" }), 5)).toEqual({
    kind: "admitted",
    at: 5,
    permit: 0,
    probe: false,
  });
  health.settle(0, 0, "failure", 10, 5);
  expect(health.answer(ask(), 5).kind).toBe("admitted");
});

test("a number that no path has is the caller's bug", () => {
  expect(() => one({}).answer(ask({ path: 9 }), 0)).toThrow(TypeError);
});

describe("admission", () => {
  test("an open breaker refuses, and its probe is told as one", () => {
    const health = one({ breaker });
    force(breakerOf(health, 0), "open", 0);
    expect(health.answer(ask(), 10)).toEqual({ kind: "refused", at: 10, by: "breaker" });
    expect(health.answer(ask(), 1000)).toMatchObject({ kind: "admitted", probe: true });
    expect(health.answer(ask(), 1000)).toMatchObject({ kind: "refused", by: "breaker" });
  });

  test("asked for later, no permit is taken", () => {
    const health = one({ breaker });
    force(breakerOf(health, 0), "open", 0);
    expect(health.answer(ask({ inMs: 999 }), 0)).toMatchObject({ kind: "refused" });
    expect(health.answer(ask({ inMs: 1000 }), 0)).toMatchObject({
      kind: "admitted",
      permit: ADMITTED_LATER,
      probe: false,
    });
    expect(health.answer(ask(), 1000)).toMatchObject({ kind: "admitted", probe: true });
  });

  test("a breached SLO refuses where it is asked", () => {
    const health = one({ slo: anSlo({ belowMs: 100 }) });
    health.settle(0, ADMITTED_LATER, "success", 500, 0);
    expect(health.answer(ask({ askSlo: true }), 0)).toMatchObject({ kind: "refused", by: "slo" });
    expect(health.answer(ask(), 0)).toMatchObject({ kind: "admitted" });
  });

  test.each<[string, Partial<PathSpec>, Policy["retryBudget"], Admit["purpose"], readonly string[]]>([
    ["a retry draws on the policy's", {}, tight, "retry", ["admitted", "retry_budget"]],
    ["a retry draws on the path's", { retryBudget: tight }, null, "retry", ["admitted", "retry_budget"]],
    ["a fallback does not draw on the policy's", {}, tight, "fallback", ["admitted", "admitted"]],
    ["a fallback draws on the path's", { retryBudget: tight }, null, "fallback", ["admitted", "retry_budget"]],
  ])("%s", (_title, path, retryBudget, purpose, told) => {
    const health = one(path, { retryBudget });
    const answers = [0, 0].map(() => health.answer(ask({ purpose, askRetryBudget: true }), 0));
    expect(answers.map((answer) => (answer.kind === "refused" ? answer.by : answer.kind))).toEqual(told);
  });

  test("what one budget refuses is not drawn from the other", () => {
    const health = one({ retryBudget: { share: 0, perSecond: 0 } }, { retryBudget: tight });
    health.answer(ask({ purpose: "retry", askRetryBudget: true }), 0);
    expect(health.answer(ask({ path: 1, purpose: "retry", askRetryBudget: true }), 0).kind).toBe("admitted");
  });

  test("what the breaker refuses draws nothing, what the SLO refuses has drawn, and takes no permit", () => {
    const health = one({ breaker, slo: anSlo({ belowMs: 100 }) }, { retryBudget: tight });
    health.settle(0, ADMITTED_LATER, "success", 500, 0);
    force(breakerOf(health, 0), "open", 0);
    const repeat = ask({ purpose: "retry", askRetryBudget: true, askSlo: true });
    expect(health.answer(repeat, 0)).toMatchObject({ by: "breaker" });
    expect(health.answer(repeat, 1000)).toMatchObject({ by: "slo" });
    expect(health.answer(ask({ purpose: "retry", askRetryBudget: true }), 1000)).toMatchObject({ by: "retry_budget" });
    expect(health.answer(ask(), 1000)).toMatchObject({ kind: "admitted", probe: true });
  });

  test("requests that begin give retries their share", () => {
    const health = one({}, { retryBudget: { share: 0.5, perSecond: 0 } });
    const repeat = ask({ purpose: "retry", askRetryBudget: true });
    health.began(0);
    expect(health.answer(repeat, 0).kind).toBe("refused");
    health.began(0);
    expect(health.answer(repeat, 0).kind).toBe("admitted");
  });
});

test("latencies count for the SLO by what came of the call", () => {
  const health = one({ slo: anSlo({ belowMs: 100 }) });
  health.settle(0, 0, "neutral", 500, 0);
  expect(pathHealth(health, 0)[0]?.sloBreached).toBe(false);
  health.settle(0, 0, "failure", 500, 0);
  expect(pathHealth(health, 0)[0]?.sloBreached).toBe(true);
});

test("what each signal says of its path", () => {
  const policy = aPolicy();
  const verdicts = BUILT_IN_SIGNALS.map(({ name }, signal) => [name, verdictOf(policy, signal)]);
  expect(Object.fromEntries(verdicts)).toEqual({
    transport_timeout: "failure",
    server_error: "failure",
    route_unavailable: "failure",
    rate_limited: "failure",
    quota_exhausted: "neutral",
    context_overflow: "neutral",
    client_invalid: "neutral",
    content_refused: "neutral",
    auth_or_account: "neutral",
    unusable_output: "failure",
    stream_interrupted: "failure",
    latency_slo_breach: "neutral",
    circuit_open: "neutral",
    budget_exhausted: "neutral",
  });
});
