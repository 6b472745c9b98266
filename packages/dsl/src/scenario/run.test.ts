import { SIGNAL } from "@fbp/runtime/core";
import { expect, test } from "vitest";
import type { PolicyModel, RuleModel, ScenarioModel } from "../check/model.ts";
import { Report } from "../diagnostics/index.ts";
import { fitsAnything } from "../lower/fits.ts";
import { instantiate } from "../lower/instantiate.ts";
import { lowerPolicies } from "../lower/policy.ts";
import { textOf } from "../source.ts";
import { parse } from "../syntax/parse.ts";
import { contractModel, FAIL, NOWHERE, pathModel, policyModel, rule, STREAMING } from "../testing/models.ts";
import { type PlayedScenario, runScenario, type ScenarioResult } from "./run.ts";

const retry = { kind: "retry", fromMs: 0, toMs: 0, span: NOWHERE } as const;
const toBackup = { kind: "fallback", path: 1, span: NOWHERE } as const;

function on(
  signal: keyof typeof SIGNAL,
  reason: string,
  actions: RuleModel["actions"],
  hooks: RuleModel["hooks"] = [],
) {
  return rule([SIGNAL[signal]], { reason, actions, hooks });
}

const MODEL = policyModel({
  paths: [
    pathModel({
      rules: [
        on("transport_timeout", "primary_timeout", [retry, toBackup, FAIL]),
        on("server_error", "primary_error", [{ ...retry, fromMs: 1000, toMs: 1000 }, FAIL]),
        on("rate_limited", "primary_limited", [{ kind: "respond", text: "try later", span: NOWHERE }]),
        on("quota_exhausted", "primary_quota", [{ kind: "defer", to: "jobs", span: NOWHERE }]),
        on("auth_or_account", "auth_error", [FAIL], [{ kind: "page", target: "platform" }]),
        on("unusable_output", "primary_output", [toBackup, FAIL]),
        on("circuit_open", "primary_open", [toBackup, FAIL]),
        on("latency_slo_breach", "primary_slow", [toBackup, { kind: "proceed", span: NOWHERE }]),
        on("client_invalid", "client_error", [FAIL]),
      ],
      breaker: {
        window: { kind: "time", ms: 60_000 },
        minimumCalls: 10,
        failedShare: 0.5,
        slowShare: null,
        slowMs: null,
        consecutive: null,
        openMs: 30_000,
        openMostMs: 30_000,
        probes: 1,
        leaseMs: 10_000,
      },
      slo: { percentile: 95, belowMs: 6000, window: { kind: "time", ms: 300_000 }, minimumCalls: 50 },
    }),
    pathModel({ name: "backup", model: "model-b", mostMs: 6000 }),
  ],
});

function play(steps: string, model: PolicyModel = MODEL): ScenarioResult {
  const report = new Report();
  const file = parse({ name: "chat.fbp", text: `scenario "s" for chat {\n${steps}\n}\n` }, report);
  expect(report.diagnostics).toEqual([]);
  const [tree] = file.items;
  if (tree?.kind !== "scenario") throw new Error("the text holds no scenario");
  const lowered = lowerPolicies([model], { digest: "sha256-0", fits: fitsAnything, validators: "" });
  const [policy] = instantiate(lowered);
  if (policy === undefined) throw new Error("no policy came out");
  const scenario: ScenarioModel = { title: "s", policy: "chat", tree };
  return runScenario(policy, model, scenario);
}

function played(steps: string): PlayedScenario {
  const result = play(steps);
  if (result.kind !== "played") throw new Error(result.why);
  return result;
}

function table(steps: string): string[] {
  return played(steps).comparisons.map(({ expected, got, met }) => `${met ? "met" : "not"}: ${expected} | ${got}`);
}

test("a call that nothing is said about is answered at once, usably", () => {
  expect(table("expect answer from primary, no reason, attempts 1, within 0s, tokens 15")).toEqual([
    "met: answer from primary | answer from primary",
    "met: no reason | no reason",
    "met: attempts 1 | attempts 1",
    "met: within 0s | 0s",
    "met: tokens 15 | tokens 15",
  ]);
});

test("the steps of each path are met in the order of its calls", () => {
  const steps = `
    primary times out
    backup  answers after 2s
    primary fails reset after 1s
    expect answer from backup, reason primary_timeout, attempts 3, retries 1, fallbacks 1, within 11s, signal transport_timeout`;
  const { passed, outcome, unmet } = played(steps);
  expect({ passed, elapsed: outcome.elapsedMs, unmet }).toEqual({ passed: true, elapsed: 11_000, unmet: [] });
  expect(outcome.attempts.map(({ path, transport }) => [path, transport])).toEqual([
    ["primary", "attempt_timeout"],
    ["primary", "reset"],
    ["backup", null],
  ]);
});

test("what was expected stands beside what came, item by item, in the order of the scenario", () => {
  const steps = `
    primary returns 401 { "error": { "code": "invalid_api_key" } }
    expect answer from backup, reason primary_timeout, attempts 2, page "caller", page "platform"
    expect signal rate_limited, notify "caller", fallbacks 0, cost 0.05 USD`;
  expect(table(steps)).toEqual([
    "not: answer from backup | failure",
    "not: reason primary_timeout | reason auth_error",
    "not: attempts 2 | attempts 1",
    'not: page "caller" | page "platform"',
    'met: page "platform" | page "platform"',
    "not: signal rate_limited | signal auth_or_account",
    'not: notify "caller" | no notify',
    "met: fallbacks 0 | fallbacks 0",
    "not: cost 0.05 USD | cost 0 USD",
  ]);
  expect(play(steps).passed).toBe(false);
});

test("each comparison has the place of its expectation", () => {
  const { comparisons } = played('primary returns 401\nexpect failure, page "platform"');
  expect(comparisons.map((comparison) => textOf(comparison.span))).toEqual(["failure", 'page "platform"']);
});

test("degraded and deferred requests, with and without their text", () => {
  expect(table('primary returns 429\nexpect degraded, degraded "try later", degraded "no", deferred')).toEqual([
    'met: degraded | degraded "try later"',
    'met: degraded "try later" | degraded "try later"',
    'not: degraded "no" | degraded "try later"',
    'not: deferred | degraded "try later"',
  ]);
  const quota = 'primary returns 429 { "error": { "code": "insufficient_quota" } }';
  expect(table(`${quota}\nexpect deferred to "jobs", deferred, partial`)).toEqual([
    'met: deferred to "jobs" | deferred to "jobs"',
    'met: deferred | deferred to "jobs"',
    'not: partial | deferred to "jobs"',
  ]);
});

test("a back-off takes half of what its jitter allows", () => {
  const { outcome } = played("primary returns 500\nexpect answer from primary");
  expect(outcome.decisions.map(({ action, waitMs }) => [action, waitMs])).toEqual([["retry", 500]]);
  expect(outcome.elapsedMs).toBe(500);
});

test("headers are sent with the answer, whatever the case of their names", () => {
  const { outcome } = played('primary returns 500 with header "Retry-After" "3"\nexpect answer');
  expect(outcome.decisions.map((decision) => decision.waitMs)).toEqual([3000]);
});

test("an answer that is spelled out is the answer", () => {
  expect(table('primary answers with { "choices": [] }\nexpect answer from backup, reason primary_output')).toEqual([
    "met: answer from backup | answer from backup",
    "met: reason primary_output | reason primary_output",
  ]);
});

test("the request and the context may be given", () => {
  const model = policyModel({
    ...MODEL,
    context: [{ name: "tier", doc: null, type: "enum", values: ["free", "paid"] }],
    repeat: {
      mode: "when",
      when: {
        kind: "compare",
        operator: "==",
        left: { kind: "read", from: "context", segments: ["tier"], type: { kind: "unknown", why: "" }, optional: true },
        right: { kind: "value", value: "paid" },
      },
    },
  });
  const steps = (context: string) => `${context}
    request { "messages": [] }
    primary times out
    expect answer from primary, attempts 2`;
  expect(play(steps('context { "tier": "paid" }'), model).passed).toBe(true);
  expect(play(steps('context { "tier": "free" }'), model).passed).toBe(false);
  const missing = play(steps(""), model);
  expect(missing).toMatchObject({
    kind: "unplayable",
    passed: false,
    why: `the policy's context needs one of "free", "paid" as tier, which has no default`,
  });
  expect(textOf((missing as { span: Parameters<typeof textOf>[0] }).span)).toBe('request { "messages": [] }');
});

test("a breaker that is open is not asked, one that is half open is probed", () => {
  expect(table("breaker primary is open\nexpect answer from backup, reason primary_open, attempts 1")).toEqual([
    "met: answer from backup | answer from backup",
    "met: reason primary_open | reason primary_open",
    "met: attempts 1 | attempts 1",
  ]);
  const { outcome } = played("breaker primary is half_open\nexpect answer from primary");
  expect(outcome.attempts.map((attempt) => attempt.probe)).toEqual([true]);
});

test("a breached objective is breached, and leaves the breaker as it is", () => {
  const { outcome, passed } = played(
    "slo primary is breached\nexpect answer from backup, reason primary_slow, attempts 1",
  );
  expect(passed).toBe(true);
  expect(outcome.signals).toEqual(["latency_slo_breach"]);
});

test("the caller may leave, in a call and in a back-off", () => {
  const inCall = played("primary times out\ncaller aborts after 3s\nexpect aborted, attempts 1, within 3s");
  expect([inCall.passed, inCall.outcome.elapsedMs]).toEqual([true, 3000]);
  const inBackoff = played("primary returns 500\ncaller aborts after 250ms\nexpect aborted, attempts 1, within 250ms");
  expect([inBackoff.passed, inBackoff.outcome.elapsedMs]).toEqual([true, 250]);
});

test("steps that no call met are named", () => {
  const { unmet, passed } = played("primary answers\nprimary times out\nbackup times out\nexpect answer");
  expect(passed).toBe(true);
  expect(unmet.map(textOf)).toEqual(["primary times out", "backup times out"]);
});

test("a stream of a provider that has none cannot break", () => {
  const result = play("primary breaks after 12 tokens\nexpect failure");
  expect(result).toMatchObject({
    kind: "unplayable",
    passed: false,
    why: "the request asks for a whole answer, and not a stream",
  });
});

/** Visible from the first token on; `held` may say otherwise. */
function streaming(stream: Partial<PolicyModel["stream"]> = {}): PolicyModel {
  const cut = {
    ...rule([SIGNAL.stream_interrupted], { reason: "cut", actions: [toBackup, FAIL] }),
    beforeFirstToken: true,
  };
  const torn = on("stream_interrupted", "torn", [{ kind: "fail", partial: true, span: NOWHERE }]);
  const [primary, backup] = MODEL.paths;
  if (primary === undefined || backup === undefined) throw new Error("the model has two paths");
  return policyModel({
    ...MODEL,
    contracts: [contractModel({ contract: STREAMING, root: STREAMING })],
    paths: [{ ...primary, firstTokenMs: 3000, stallMs: 2000, rules: [cut, torn, ...primary.rules] }, backup],
    stream: { mode: "visible", heldTokens: null, heldMs: null, skipBadChunks: false, ...stream },
  });
}

test.each<[string, string, PolicyModel]>([
  [
    "before anything was seen",
    "primary breaks before first_token\nexpect answer from backup, reason cut, attempts 2",
    streaming(),
  ],
  [
    "after something was",
    "primary breaks after 12 tokens after 3s\nexpect partial, reason torn, attempts 1, within 3s",
    streaming(),
  ],
  [
    "while it is held",
    "primary breaks after 12 tokens\nexpect answer from backup, reason cut",
    streaming({ mode: "held" }),
  ],
  [
    "while its beginning is held",
    "primary breaks after 12 tokens\nexpect answer from backup",
    streaming({ mode: "held", heldTokens: 13 }),
  ],
  [
    "after its beginning was held",
    "primary breaks after 13 tokens\nexpect partial",
    streaming({ mode: "held", heldTokens: 13 }),
  ],
  [
    "after it was held for a while",
    "primary breaks after 12 tokens after 4s\nexpect partial",
    streaming({ mode: "held", heldMs: 3000 }),
  ],
  ["after very many tokens", "primary breaks after 100000 tokens after 8s\nexpect partial, within 8s", streaming()],
  [
    "too late for the first token",
    "primary breaks before first_token after 4s\nexpect answer, reason primary_timeout",
    streaming(),
  ],
  [
    "after a silence that is too long",
    "primary breaks after 3 tokens after 8s\nexpect partial, within 5s",
    streaming(),
  ],
])("a stream breaks %s", (_, steps, model) => {
  const result = play(steps, model);
  expect(result.kind === "played" ? result.comparisons.filter(({ met }) => !met) : result.why).toEqual([]);
});

test("answers are streamed where the request asks for it, and count as whole ones do", () => {
  const steps =
    'request { "messages": [], "stream": true }\nprimary answers after 2s\nexpect answer from primary, no reason, within 2s, tokens 15';
  expect(play(steps, streaming())).toMatchObject({ kind: "played", passed: true });
  const whole = 'request { "messages": [] }\nprimary answers after 4s\nexpect answer from primary, within 4s';
  expect(play(whole, streaming())).toMatchObject({ kind: "played", passed: true });
});

test("a stream breaks only where one was asked for", () => {
  const result = play(
    'request { "messages": [], "stream": false }\nprimary breaks after 2 tokens\nexpect failure',
    streaming(),
  );
  expect(result).toMatchObject({ kind: "unplayable", why: "the request asks for a whole answer, and not a stream" });
  expect(textOf((result as { span: Parameters<typeof textOf>[0] }).span)).toBe("primary breaks after 2 tokens");
});

test("the same scenario gives the same outcome", () => {
  const steps = "primary returns 500\nprimary times out\nexpect answer";
  expect(played(steps).outcome).toEqual(played(steps).outcome);
});
