import { SIGNAL } from "@fbp/runtime/core";
import { describe, expect, test } from "vitest";
import type { ActionModel, PolicyModel } from "../../check/model.ts";
import { type Source, span } from "../../source.ts";
import { equal, FAIL, NOWHERE, pathModel, policyModel, read, rule } from "../../testing/models.ts";
import { prove } from "../proof.ts";
import { type Explained, explainProof } from "./index.ts";

const RETRY: ActionModel = { kind: "retry", fromMs: 250, toMs: 2000, span: NOWHERE };
const TO_BACKUP: ActionModel = { kind: "fallback", path: 1, span: NOWHERE };

const LINE: Source = { name: "line.fbp", text: "any transient" };
const TRANSIENT = [SIGNAL.transport_timeout, SIGNAL.server_error];
const REST = Object.values(SIGNAL).filter(
  (signal) => !TRANSIENT.includes(signal) && signal < SIGNAL.latency_slo_breach,
);

const BREAKER = {
  window: { kind: "time", ms: 60_000 },
  minimumCalls: 20,
  failedShare: 0.5,
  slowShare: null,
  slowMs: null,
  consecutive: null,
  openMs: 30_000,
  openMostMs: 30_000,
  probes: 1,
  leaseMs: 8000,
} as const;

/** One retry, then a backup behind a breaker; requests with tools are not sent twice. */
function aPolicy(changes: Partial<PolicyModel> = {}): PolicyModel {
  return policyModel({
    paths: [
      pathModel({
        rules: [
          rule(TRANSIENT, {
            reason: "primary_failed",
            actions: [RETRY, TO_BACKUP, FAIL],
            line: 20,
            places: { selector: span(LINE, 0, LINE.text.length), named: false, when: null },
          }),
          rule(REST, { reason: "primary_gave_up", line: 21 }),
        ],
      }),
      pathModel({
        name: "backup",
        breaker: BREAKER,
        rules: [rule([...TRANSIENT, ...REST], { reason: "backup_failed" })],
      }),
    ],
    budget: {
      deadlineMs: 20_000,
      attempts: 3,
      retries: 1,
      fallbacks: 1,
      tokens: null,
      costNanos: null,
      currency: null,
    },
    repeat: { mode: "when", when: { kind: "is", operand: read("request", "tools"), test: "absent" } },
    ...changes,
  });
}

function explained(model: PolicyModel): Explained {
  const proved = prove(model);
  if (proved.kind !== "proved") throw new Error(proved.why);
  return explainProof(proved.proof);
}

describe("what is explained of a policy", () => {
  const of = explained(aPolicy());

  test("is the worst and the best, each with a request that comes to it", () => {
    expect(of.worst.attempts).toEqual({
      value: 3,
      run: expect.arrayContaining(["retry", "fallback backup", "backup answers"]) as string[],
    });
    expect(of.worst.elapsedMs.value).toBe(20_000);
    expect(of.worst.tokens).toBeNull();
    expect(of.best.attempts).toEqual({ value: 1, run: ["primary answers"] });
    expect(of.best.elapsedMs).toEqual({ value: 0, run: ["primary answers"] });
    expect(of.amplification.value).toBe(3);
    expect(of.amplification.run?.at(-1)).toBe("fail");
  });

  test("is each reason, with how such a request can end", () => {
    expect(of.reasons.map(({ reason, results, attempts }) => [reason, results, attempts])).toEqual([
      [null, ["answer"], [1, 1]],
      ["primary_failed", ["answer", "failure"], [1, 3]],
      ["primary_gave_up", ["failure"], [1, 2]],
      ["backup_failed", ["failure"], [2, 3]],
      ["budget_exhausted", ["failure"], [2, 3]],
    ]);
  });

  test("is what refuses something, and what never does", () => {
    expect(of.limits).toEqual([
      { limit: "deadline 20s", binds: true },
      { limit: "attempts 3", binds: false },
      { limit: "retries 1", binds: true },
      { limit: "fallbacks 1", binds: false },
      { limit: "repeat", binds: true },
    ]);
  });

  test("is which actions happen only sometimes, and what stands against them", () => {
    expect(of.sometimes).toEqual([
      {
        path: "primary",
        line: 20,
        selector: "any transient",
        action: "retry",
        happens: "sometimes",
        unless: ["the request may not be repeated", "all retries are made", "the server asks for too long a wait"],
      },
      {
        path: "primary",
        line: 20,
        selector: "any transient",
        action: "fallback backup",
        happens: "sometimes",
        unless: ["the request may not be repeated", "too little time is left", "the breaker of backup is open"],
      },
    ]);
  });

  test("is every promise, and the kinds of requests", () => {
    expect(of.guarantees).toHaveLength(9);
    expect(of.guarantees.every(({ holds }) => holds)).toBe(true);
    expect(of.requests).toEqual([
      { text: "request.tools is absent", repeatable: true },
      { text: "request.tools is present", repeatable: false },
    ]);
  });
});

test("a request that is too large, or another than the plainest, is told as such", () => {
  const budget = { ...aPolicy().budget, tokens: 5000 };
  expect(explained(aPolicy({ budget })).best.attempts.run).toEqual([
    "primary is not called: the request takes too many tokens",
    "fail",
  ]);
  expect(explained(aPolicy({ budget })).worst.tokens).toEqual({
    value: 5000,
    run: ["a prompt of 1000 and an answer of 4000 tokens", "primary answers"],
  });
  const guarded = rule(TRANSIENT, {
    reason: "primary_failed",
    when: equal(read("context", "tier"), "paid"),
    actions: [RETRY, FAIL],
  });
  const [primary] = aPolicy().paths;
  const paths = [{ ...(primary ?? pathModel()), rules: [guarded, rule([...TRANSIENT, ...REST])] }];
  const context = [{ name: "tier", doc: null, type: "string" as const, default: "free" }];
  expect(explained(aPolicy({ paths, context, repeat: { mode: "always" } })).worst.attempts.run?.[0]).toBe(
    'where context.tier is "paid"',
  );
});
