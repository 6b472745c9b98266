import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { errorObject, type Failure, mayBeCharged, type Policy, SIGNAL, serverWaitMs } from "@fbp/runtime/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PolicyModel } from "../check/model.ts";
import { evaluate } from "../check/predicate/evaluate.ts";
import type { Situation } from "./situation.ts";
import { situationsOf } from "./situations.ts";
import { charging, compiled, fixture, modelOf, runbook } from "./testing/fixtures.ts";
import { worldsOf } from "./worlds.ts";

const MODELS: Readonly<Record<string, PolicyModel>> = {
  runbook: runbook(),
  "the runbook policy over openai-compatible": runbook("openai-compatible"),
  guards: fixture("guards"),
  plain: fixture("plain"),
};

function table(model: PolicyModel, path = 0): readonly string[] {
  return situationsOf(model, path).map((one) => {
    const marks = [
      one.ends === "at_limit" ? "at the limit" : "",
      one.afterToken ? "after a token" : "",
      one.mayAskWait ? "may ask for a wait" : "",
    ];
    return [`${model.signals[one.signal]?.name}: ${one.text}`, ...marks.filter((mark) => mark !== "")].join(", ");
  });
}

describe("the kinds of failures on a path", () => {
  it("are few where nothing is asked of them", () => {
    expect(table(fixture("plain"))).toMatchInlineSnapshot(`
      [
        "transport_timeout: times out, at the limit",
        "transport_timeout: times out before the request has left, at the limit",
        "transport_timeout: cannot be reached: connect",
        "transport_timeout: answers 504, may ask for a wait",
        "transport_timeout: breaks the connection off",
        "server_error: answers 500, may ask for a wait",
        "server_error: answers 200 {"error":{"type":"server_error"}}, may ask for a wait",
        "route_unavailable: answers 503, may ask for a wait",
        "route_unavailable: answers 200 {"error":{"code":"overloaded_error"}}, may ask for a wait",
        "rate_limited: answers 429, may ask for a wait",
        "rate_limited: answers 200 {"error":{"code":"rate_limit_exceeded"}}, may ask for a wait",
        "quota_exhausted: answers 402, may ask for a wait",
        "quota_exhausted: answers 200 {"error":{"type":"insufficient_quota"}}, may ask for a wait",
        "context_overflow: answers 400 {"error":{"code":"context_length_exceeded"}}, may ask for a wait",
        "context_overflow: answers 200 {"error":{"code":"context_length_exceeded"}}, may ask for a wait",
        "client_invalid: answers 400, may ask for a wait",
        "client_invalid: answers 200 {"error":{"code":400}}, may ask for a wait",
        "content_refused: answers 400 {"error":{"code":"content_filter"}}, may ask for a wait",
        "content_refused: answers 200 {"error":{"code":"content_filter"}}, may ask for a wait",
        "content_refused: answers with a refusal",
        "auth_or_account: answers 401, may ask for a wait",
        "auth_or_account: answers 200 {"error":{"code":401}}, may ask for a wait",
        "unusable_output: answers 200 {"error":{}}, may ask for a wait",
        "unusable_output: gives an answer that \`standard\` does not accept",
        "unusable_output: answers with something that is no JSON",
        "stream_interrupted: breaks its stream off",
        "stream_interrupted: times out in the middle of its stream, at the limit",
      ]
    `);
  });

  it("of the runbook policy are these", () => {
    expect(table(runbook())).toMatchInlineSnapshot(`
      [
        "transport_timeout: times out, at the limit",
        "transport_timeout: cannot be reached: connect",
        "transport_timeout: answers 504",
        "server_error: answers 500",
        "route_unavailable: answers 503",
        "rate_limited: answers 429",
        "quota_exhausted: answers 400 {"error":{"code":"insufficient_quota"}}",
        "context_overflow: answers 400 {"error":{"code":"context_length_exceeded"}}",
        "client_invalid: answers 400",
        "content_refused: answers with a refusal, after a token",
        "auth_or_account: answers 401",
        "unusable_output: answers 200 {"error":{}}",
        "unusable_output: gives an answer that \`standard\` does not accept, after a token",
        "unusable_output: gives an answer that \`not_refused\` does not accept, after a token",
        "unusable_output: answers with something that is no JSON, after a token",
        "stream_interrupted: breaks its stream off, after a token",
        "stream_interrupted: times out in the middle of its stream, at the limit, after a token",
      ]
    `);
  });

  it("are told apart by what guards ask of them", () => {
    expect(table(fixture("guards"))).toMatchInlineSnapshot(`
      [
        "transport_timeout: times out, at the limit",
        "transport_timeout: cannot be reached: connect",
        "transport_timeout: cannot be reached: reset",
        "transport_timeout: answers 504, may ask for a wait",
        "transport_timeout: answers 408, may ask for a wait",
        "server_error: answers 500, may ask for a wait",
        "server_error: answers 500 {"error":{"message":"Upstream"}}, may ask for a wait",
        "server_error: answers 502, may ask for a wait",
        "server_error: answers 502 {"error":{"message":"Upstream"}}, may ask for a wait",
        "route_unavailable: answers 503, may ask for a wait",
        "rate_limited: answers 429, may ask for a wait",
        "rate_limited: answers 429 {"error":{"type":"x"}}, may ask for a wait",
        "rate_limited: answers 429 with header "retry-after" "2", may ask for a wait",
        "rate_limited: answers 429 {"error":{"type":"x"}} with header "retry-after" "2", may ask for a wait",
        "quota_exhausted: answers 402, may ask for a wait",
        "context_overflow: answers 400 {"error":{"code":"context_length_exceeded"}}, may ask for a wait",
        "client_invalid: answers 400, may ask for a wait",
        "client_invalid: answers 400 {"error":{"param":"model"}}, may ask for a wait",
        "content_refused: answers 400 {"error":{"code":"content_filter"}}, may ask for a wait",
        "content_refused: answers with a refusal, after a token",
        "auth_or_account: answers 401, may ask for a wait",
        "unusable_output: answers 200 {"error":{}}, may ask for a wait",
        "unusable_output: gives an answer that \`standard\` does not accept, after a token",
        "unusable_output: gives an answer that \`spoken\` does not accept, after a token",
        "unusable_output: answers with something that is no JSON, after a token",
        "stream_interrupted: breaks its stream off, after a token",
        "stream_interrupted: times out in the middle of its stream, at the limit, after a token",
        "moved: answers 410, may ask for a wait",
      ]
    `);
  });

  it("do not time out before the request has left where the connection has a limit of its own", () => {
    const texts = (path: number) => situationsOf(fixture("guards"), path).map(({ text }) => text);
    expect(texts(0)).not.toContain("times out before the request has left");
    expect(texts(1)).toContain("times out before the request has left");
  });

  it("that come before anything was sent come in the time of the connection", () => {
    const unreached = (path: number) =>
      situationsOf(fixture("guards"), path).filter(({ text }) => text.startsWith("cannot be reached"));
    expect(new Set(unreached(0).map(({ latestMs }) => latestMs))).toEqual(new Set([1000]));
    expect(new Set(unreached(1).map(({ latestMs }) => latestMs))).toEqual(new Set([null]));
  });

  it("without a status line come in the time for that, and no later", () => {
    const latest = (settings: string) => {
      const model = modelOf(`contract provider from "./contracts/local.contract.json"
path only { contract provider
 model "model-a"
 timeout 4s..8s
 ${settings} }
policy of_a_test {
  start only
  budget {
    deadline 10s
    attempts 1
    retries 0
    fallbacks 0
  }
  on only { otherwise -> failed -> fail }
}`);
      const all = situationsOf(model, 0).filter(({ signal }) => signal === SIGNAL.transport_timeout);
      return all.map(({ text, latestMs }) => [text, latestMs]);
    };
    const always = [
      ["times out", null],
      ["answers 504", null],
      ["breaks the connection off", null],
    ];
    const never = ["times out before the request has left", null];
    expect(latest("")).toEqual(expect.arrayContaining([...always, never, ["cannot be reached: connect", null]]));
    // What has answered may still run into the attempt's limit, or break off later.
    const early = latest("headers 3s");
    const soon = ["breaks the connection off", 3000];
    expect(early).toEqual(expect.arrayContaining([...always, soon, ["cannot be reached: connect", 3000]]));
    expect(early).not.toContainEqual(never);
    expect(latest("headers 5s")).toEqual(
      expect.arrayContaining([
        ...always,
        // Only of an attempt that the deadline cuts short.
        ["times out before the request has left", 5000],
        ["breaks the connection off", 5000],
      ]),
    );
    const both = latest("connect 2s\n headers 5s");
    expect(both).toEqual(expect.arrayContaining([...always, ["cannot be reached: connect", 2000]]));
    expect(both).not.toContainEqual(never);
  });

  it("leave out a check that no answer can fail", () => {
    const model = modelOf(`contract provider from "./contracts/local.contract.json"
accept for provider {
  standard
  calm response.choices[0].message.refusal is absent
  quiet response.choices[0].message.refusal is absent or response.choices[0].message.refusal == "no"
}
path only { contract provider
 model "model-a"
 timeout 8s }
policy of_a_test {
  start only
  budget {
    deadline 8s
    attempts 1
  }
  repeat always
  on only {
    otherwise -> failed -> fail
  }
}`);
    expect(situationsOf(model, 0).flatMap(({ check }) => check ?? [])).toEqual(["standard", "calm", "json"]);
  });
});

describe.each(Object.entries(MODELS))("of %s each", (_, model) => {
  const policy = compiled(model);

  it("is read by the contract's own lines as the signal that it shows", () => {
    for (const [path, plan] of model.paths.entries()) {
      const contract = model.contracts[plan.contract];
      for (const { signal, facts, line } of situationsOf(model, path)) {
        if (line === null) continue;
        expect(policy.contracts[plan.contract]?.classify(facts)).toBe(signal);
        expect(contract?.signals.find(({ when }) => when === null || evaluate(when, facts))).toBe(line);
        expect(line.signal).toBe(signal);
      }
    }
  });

  it("has an error object that the runtime would find in a body", () => {
    for (const [path, plan] of model.paths.entries()) {
      const contract = policy.contracts[plan.contract];
      for (const { facts } of situationsOf(model, path)) {
        if (facts.error === null || contract === undefined) continue;
        const body = { error: facts.error };
        expect(errorObject(contract, facts.status, JSON.parse(JSON.stringify(body)))).toEqual(facts.error);
      }
    }
  });

  it("comes in the same order each time", () => {
    const again = JSON.stringify(
      model.paths.map((_, path) => situationsOf(model, path).map(({ line: _line, ...one }) => one)),
    );
    expect(
      JSON.stringify(model.paths.map((_, path) => situationsOf(model, path).map(({ line: _line, ...one }) => one))),
    ).toBe(again);
  });
});

// ---------------------------------------------------------------- nothing else can happen

/** What the machine and the rules can tell of a failure. */
function told(policy: Policy, model: PolicyModel, path: number, signal: number, failure: Failure): string {
  const plan = policy.paths[path];
  const contract = policy.contracts[plan?.contract ?? -1];
  if (plan === undefined || contract === undefined) throw new RangeError(`there is no path number ${path}`);
  const worlds = worldsOf(model);
  if ("tooMany" in worlds) throw new Error(worlds.tooMany.why);
  const rules = worlds.worlds.map(({ request, context }) =>
    [1, 2, 3].map((attempts) =>
      plan.decide(signal, { ...failure, request, context, attempts, elapsedMs: 1000, committed: false }),
    ),
  );
  return JSON.stringify([signal, failure.sent, mayBeCharged(contract, failure), rules]);
}

interface Kinds {
  readonly policy: Policy;
  readonly model: PolicyModel;
  /** By path. */
  readonly all: readonly (readonly (Pick<Situation, "ends" | "mayAskWait"> & { readonly told: string })[])[];
}

function kindsOf(model: PolicyModel): Kinds {
  const policy = compiled(model);
  const all = model.paths.map((_, path) =>
    situationsOf(model, path).map(({ ends, mayAskWait, signal, facts }) => ({
      ends,
      mayAskWait,
      told: told(policy, model, path, signal, facts),
    })),
  );
  return { policy, model, all };
}

function expectKnown({ policy, model, all }: Kinds, path: number, failure: Failure): void {
  const contract = policy.contracts[policy.paths[path]?.contract ?? -1];
  if (contract === undefined) throw new RangeError(`there is no path number ${path}`);
  const ends = failure.transport === "attempt_timeout" ? "at_limit" : "any_time";
  const asks = failure.transport === null && serverWaitMs(contract.retryHints, failure.headers, 0) !== null;
  const alike = (all[path] ?? []).filter((one) => one.ends === ends && (one.mayAskWait || !asks));
  expect(alike.map((one) => one.told)).toContain(told(policy, model, path, contract.classify(failure), failure));
}

const word = fc.constantFrom(
  "model-a",
  "x",
  "model",
  "messages",
  "insufficient_quota",
  "invalid_request_error",
  "rate_limit_exceeded",
  "content_filter",
  "context_length_exceeded",
  "server_error",
  "Upstream is down",
  "Incorrect API key provided",
  "you exceeded your current quota",
  "",
);
const field = fc.oneof({ weight: 4, arbitrary: word }, fc.constantFrom<unknown>(null, 429, 401, 7, true, [], {}));
const error = fc.oneof(
  fc.record({ code: field, type: field, param: field, message: field }, { requiredKeys: [] }),
  word.filter((text) => text !== "").map((message) => ({ message })),
);
const headers = fc.dictionary(
  fc.constantFrom("retry-after", "x-other", "x-ratelimit-reset"),
  fc.constantFrom("1", "soon", "2.5"),
);
const ill = fc.oneof(
  fc.constantFrom(301, 400, 401, 402, 403, 404, 408, 410, 413, 422, 429, 500, 502, 503, 504, 524, 529),
  fc.integer({ min: 100, max: 599 }).filter((status) => status < 200 || status > 299),
);

const failure: fc.Arbitrary<Failure> = fc.oneof(
  fc.record({ transport: fc.constant(null), sent: fc.constant(true), status: ill, headers, error: fc.option(error) }),
  fc.record({
    transport: fc.constant(null),
    sent: fc.constant(true),
    status: fc.integer({ min: 200, max: 299 }),
    headers,
    error,
  }),
  fc.record({
    transport: fc.constantFrom("connect" as const, "dns" as const, "tls" as const),
    sent: fc.constant(false),
    status: fc.constant(0),
    headers: fc.constant({}),
    error: fc.constant(null),
  }),
  fc.record({
    transport: fc.constantFrom(
      "reset" as const,
      "headers_timeout" as const,
      "body_timeout" as const,
      "attempt_timeout" as const,
    ),
    sent: fc.constant(true),
    status: fc.constant(0),
    headers: fc.constant({}),
    error: fc.constant(null),
  }),
  fc.record({
    transport: fc.constantFrom("reset" as const, "body_timeout" as const, "attempt_timeout" as const),
    sent: fc.constant(true),
    status: fc.integer({ min: 200, max: 299 }),
    headers,
    error: fc.constant(null),
  }),
);

const CHARGED: Readonly<Record<string, PolicyModel>> = {
  "guards where conditions say what is charged": charging("guards"),
};

describe.each(Object.entries({ ...MODELS, ...CHARGED }))("over %s any failure", (_, model) => {
  const kinds = kindsOf(model);

  it("is one of the kinds", () => {
    fc.assert(
      fc.property(failure, fc.nat(model.paths.length - 1), (one, path) => expectKnown(kinds, path, one)),
      { numRuns: 300 },
    );
  });
});

const BODIES = join(import.meta.dirname, "../../../../../shared/data/error-bodies.jsonl");

describe("real error answers", () => {
  it.skipIf(!existsSync(BODIES))("are each one of the kinds (skipped where ../shared/data is absent)", () => {
    const rows = readFileSync(BODIES, "utf8").trim().split("\n");
    expect(rows.length).toBeGreaterThan(50);
    for (const model of Object.values(MODELS)) {
      const kinds = kindsOf(model);
      const [contract] = kinds.policy.contracts;
      if (contract === undefined) continue;
      for (const row of rows) {
        const {
          status,
          headers: given = {},
          body,
        } = JSON.parse(row) as {
          status: number;
          headers?: Readonly<Record<string, string>>;
          body: unknown;
        };
        const found = errorObject(contract, status, body);
        if (status >= 200 && status <= 299 && found === null) continue;
        const named = Object.entries(given).map(([name, value]) => [name.toLowerCase(), String(value)]);
        expectKnown(kinds, 0, {
          transport: null,
          sent: true,
          status,
          headers: Object.fromEntries(named),
          error: found,
        });
      }
    }
  });
});

it("knows the signals that the runtime raises itself", () => {
  const raised = situationsOf(fixture("guards"), 0).filter(({ line }) => line === null);
  const { content_refused, unusable_output, stream_interrupted } = SIGNAL;
  expect(new Set(raised.map(({ signal }) => signal))).toEqual(
    new Set([content_refused, unusable_output, stream_interrupted]),
  );
  expect(raised.every(({ afterToken }) => afterToken)).toBe(true);
});
