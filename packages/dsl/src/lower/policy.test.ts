import { type Failure, type GuardFacts, type Policy, SIGNAL } from "@fbp/runtime/core";
import { describe, expect, test } from "vitest";
import type { PolicyModel } from "../check/model.ts";
import { makeValidators } from "../emit/validators.ts";
import {
  CONTRACT,
  contractModel,
  equal,
  FAIL,
  NOWHERE,
  oneOf,
  pathModel,
  policyModel,
  read,
  rule,
  STANDARD,
} from "../testing/models.ts";
import { type Fits, fitsAnything, RESPONSE_SCHEMA } from "./fits.ts";
import { instantiate } from "./instantiate.ts";
import { lowerPolicies } from "./policy.ts";

const DIGEST = "sha256-0";

function lower(models: readonly PolicyModel[]) {
  return lowerPolicies(models, { digest: DIGEST, fits: fitsAnything, validators: "" });
}

function policyOf(model: PolicyModel): Policy {
  const [policy] = instantiate(lower([model]));
  if (policy === undefined) throw new Error("no policy");
  return policy;
}

const failure = (changes: Partial<Failure>): Failure => ({
  transport: null,
  sent: true,
  status: 500,
  headers: {},
  error: null,
  ...changes,
});

const guard = (changes: Partial<GuardFacts>): GuardFacts => ({
  ...failure({}),
  request: {},
  context: {},
  attempts: 1,
  elapsedMs: 0,
  committed: false,
  ...changes,
});

describe("a lowered contract", () => {
  const [contract] = policyOf(policyModel()).contracts;
  const classify = contract?.classify ?? (() => -1);

  test.each([
    ["no status line came", { transport: "reset" as const, status: 0 }, SIGNAL.transport_timeout],
    ["money is gone, as a 429", { status: 429, error: { code: "insufficient_quota" } }, SIGNAL.quota_exhausted],
    ["a code under another status", { status: 500, error: { code: "insufficient_quota" } }, SIGNAL.server_error],
    ["a code under any status", { status: 400, error: { code: "context_length_exceeded" } }, SIGNAL.context_overflow],
    ["a plain 429", { status: 429 }, SIGNAL.rate_limited],
    ["a plain 403", { status: 403, error: "forbidden" }, SIGNAL.auth_or_account],
    ["nothing before", { status: 404 }, SIGNAL.client_invalid],
  ])("takes the first line that matches: %s", (_, changes, signal) => {
    expect(classify(failure(changes))).toBe(signal);
  });

  test("carries the contract's values", () => {
    expect(contract).toMatchObject({
      name: "local",
      baseUrl: CONTRACT.endpoint.baseUrl,
      auth: { header: "authorization", scheme: "Bearer", env: "LOCAL_KEY" },
      answer: [
        ["choices", 0, "message", "content"],
        ["choices", 0, "message", "tool_calls"],
      ],
      errorAt: [["error"], []],
      retryHints: [{ header: "retry-after", format: "seconds_or_date" }],
      chargesFailed: false,
      chargesAborted: true,
      checks: ["standard"],
    });
  });

  test("refuses lines that do not cover every failure", () => {
    const signals = contractModel().signals.slice(0, 2);
    expect(() => lower([policyModel({ contracts: [contractModel({ signals })] })])).toThrow(/do not cover/);
  });
});

describe("a lowered accept block", () => {
  const model = contractModel({
    accept: [
      STANDARD,
      {
        kind: "check",
        name: "not_refused",
        predicate: { kind: "is", operand: read("response", "choices", 0, "message", "refusal"), test: "absent" },
        span: NOWHERE,
      },
      { kind: "matches_schema", name: "shape", schema: { type: "object", required: ["answer"] }, span: NOWHERE },
    ],
  });
  const shape = model.accept[2];
  const validators = makeValidators([
    { root: model.root, pointer: RESPONSE_SCHEMA },
    { root: shape?.kind === "matches_schema" ? shape.schema : null, pointer: "#" },
  ]);
  if (validators.kind === "failed") throw new Error(validators.why);
  const fits: Fits = (root) => validators.functions[root === model.root ? 0 : 1] ?? null;
  const lowered = lowerPolicies([policyModel({ contracts: [model] })], {
    digest: DIGEST,
    fits,
    validators: validators.text,
  });
  const [policy] = instantiate(lowered);
  const accept = (response: unknown) => policy?.contracts[0]?.accept(response, {});

  const answer = (content: unknown, more: object = {}) => ({
    choices: [{ message: { content, ...more }, finish_reason: "stop" }],
  });

  test.each([
    ["a usable answer", answer('{"answer": 1}'), -1],
    ["a finish reason that is left out", { choices: [{ message: { content: '{"answer": 1}' } }] }, -1],
    ["a finish reason that is null", { choices: [{ message: { content: '{"answer": 1}' }, finish_reason: null }] }, -1],
    ["no choices", {}, 0],
    ["what the schema does not allow", answer(5), 0],
    ["nothing said", answer(""), 0],
    ["an answer that is cut", { choices: [{ message: { content: "x" }, finish_reason: "length" }] }, 0],
    ["a refusal", answer("x", { refusal: "no" }), 1],
    ["a tool call where structured output is asked for", answer(null, { tool_calls: [{}] }), 2],
    ["content that is not JSON", answer("so be it"), 2],
    ["content that does not fit its schema", answer("{}"), 2],
    ["null", null, 0],
    ["text", "<html>", 0],
  ])("tells the first check that fails: %s", (_, response, check) => {
    expect(accept(response)).toBe(check);
  });
});

describe("the decision of a path", () => {
  const path = pathModel({
    rules: [
      rule([SIGNAL.stream_interrupted], { beforeFirstToken: true, reason: "cut" }),
      rule([SIGNAL.server_error, SIGNAL.stream_interrupted], { when: equal(read("context", "tier"), "free") }),
      rule([SIGNAL.stream_interrupted], { when: oneOf(read("request", "n"), 1, 2), beforeFirstToken: true }),
      rule([SIGNAL.server_error]),
      rule([SIGNAL.server_error, SIGNAL.rate_limited]),
    ],
  });
  const { decide } = policyOf(policyModel({ paths: [path] })).paths[0] ?? { decide: () => -2 };

  test("takes the first rule whose guard holds", () => {
    expect(decide(SIGNAL.stream_interrupted, guard({}))).toBe(0);
    expect(decide(SIGNAL.stream_interrupted, guard({ committed: true, context: { tier: "free" } }))).toBe(1);
    expect(decide(SIGNAL.stream_interrupted, guard({ committed: true, request: { n: 1 } }))).toBe(-1);
    expect(decide(SIGNAL.server_error, guard({ context: { tier: "free" } }))).toBe(1);
    expect(decide(SIGNAL.server_error, guard({ context: null }))).toBe(3);
    expect(decide(SIGNAL.rate_limited, guard({}))).toBe(4);
  });

  test("says -1 where the policy is silent", () => {
    expect(decide(SIGNAL.circuit_open, guard({}))).toBe(-1);
    expect(decide(99, guard({}))).toBe(-1);
  });
});

describe("a lowered policy", () => {
  test("names the reasons of the defaults only where they apply", () => {
    const silent = policyOf(policyModel());
    expect(silent.reasons).toEqual(["primary_timeout", "broken", "circuit_open", "budget_exhausted"]);
    const rules = [rule([SIGNAL.circuit_open, SIGNAL.budget_exhausted], { reason: "own" })];
    expect(policyOf(policyModel({ paths: [pathModel({ rules })] })).reasons).toEqual(["own"]);
  });

  test("keeps rules, actions and hooks as data", () => {
    const hooks = [{ kind: "page" as const, target: "llm-oncall" }];
    const actions = [{ kind: "defer" as const, to: "jobs", span: NOWHERE }, FAIL];
    const rules = [rule([SIGNAL.server_error], { actions, hooks, line: 41 })];
    expect(policyOf(policyModel({ paths: [pathModel({ rules })] })).paths[0]?.rules).toEqual([
      {
        line: 41,
        reason: "broken",
        actions: [
          { kind: "defer", to: "jobs" },
          { kind: "fail", partial: false },
        ],
        hooks,
      },
    ]);
  });

  test("asks whether a request may be repeated", () => {
    const when = equal(read("context", "idempotent"), true);
    const { repeatable } = policyOf(policyModel({ repeat: { mode: "when", when } }));
    expect([repeatable({}, { idempotent: true }), repeatable({}, {}), repeatable(null, null)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(policyOf(policyModel({ repeat: { mode: "never" } })).repeatable({}, {})).toBe(false);
  });

  test("shares one contract between policies that read it alike", () => {
    const [first, second] = instantiate(lower([policyModel(), policyModel({ name: "other" })]));
    expect(second?.contracts[0]).toBe(first?.contracts[0]);
    const other = policyModel({ name: "other", contracts: [contractModel({ accept: [] })] });
    const [third, fourth] = instantiate(lower([policyModel(), other]));
    expect(fourth?.contracts[0]).not.toBe(third?.contracts[0]);
  });

  test("gives maps of the operator's names no prototype", () => {
    const context = [{ name: "__proto__", doc: null, type: "bool" as const, default: true }];
    const policy = policyOf(policyModel({ context }));
    expect(Object.keys(policy.context)).toEqual(["__proto__"]);
    expect("constructor" in policy.context).toBe(false);
  });
});
