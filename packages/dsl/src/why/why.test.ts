/** What is explained is what happens: held against the engine that services run. */
import { readFileSync } from "node:fs";
import { BUILT_IN_SIGNALS, Health, type Outcome, type Policy } from "@fbp/runtime/core";
import { prepare, run } from "@fbp/runtime/engine";
import { ScriptedTransport, VirtualClock, type WorldEvent } from "@fbp/runtime/virtual";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { Examined } from "../analyze/examine.ts";
import { ROOT } from "../contract/testing/shipped.ts";
import { loadValidators } from "../emit/load-validators.ts";
import { memoryHost } from "../host.ts";
import { compile } from "../program.ts";
import { type Explanation, explainFailure, type Question, type Reply } from "./index.ts";

const read = (name: string): string => readFileSync(`${ROOT}policies/${name}`, "utf8");

let policy: Policy;
let examined: Examined;

beforeAll(async () => {
  await loadValidators();
  const files = ["contracts/cometapi.contract.json", "evidence/backup.evidence.json"].map((name) => [name, read(name)]);
  const host = memoryHost(Object.fromEntries([["chat.fbp", read("chat-completions.fbp")], ...files]));
  const compiled = compile("chat.fbp", host, { profile: "development", asOf: "2026-11-22" });
  const [made] = compiled.policies();
  const [known] = compiled.examined;
  if (made === undefined || known === undefined) throw new Error("the runbook policy does not compile");
  policy = made;
  examined = known;
});

const TOOLS = { model: "any", messages: [{ role: "user", content: "hello" }], tools: [] };
const PLAIN = { model: "any", messages: [{ role: "user", content: "hello" }] };

function explained(question: Partial<Question> & { readonly reply: Reply }): Explanation {
  return explainFailure(policy, examined.policy, examined.proved, {
    path: policy.start,
    made: null,
    atMs: null,
    afterToken: false,
    wallNow: 0,
    ...question,
  });
}

/** What services would have on record, had the first call been answered so and every other be without an answer. */
function happened(reply: Reply, request: unknown): Outcome {
  const clock = new VirtualClock({ epoch: 0 });
  const transport = new ScriptedTransport(clock, (_, nth) => (nth === 0 ? eventOf(reply) : { kind: "hangs" }));
  const ended: { outcome: Outcome | null } = { outcome: null };
  const deps = { clock, transport, random: () => 0.5, ids: () => "one", prepared: prepare(policy) };
  run(deps, policy, new Health(policy), request, {}, (outcome) => {
    ended.outcome = outcome;
  });
  clock.run();
  if (ended.outcome === null) throw new Error("no outcome");
  return ended.outcome;
}

function eventOf(reply: Reply): WorldEvent {
  if (reply.kind === "answered") return { ...reply, kind: "returns" };
  if (reply.kind === "signal") throw new Error("a signal is no event of the world");
  return reply.fault === "attempt_timeout" ? { kind: "hangs" } : { kind: "fails", fault: reply.fault };
}

const replies: fc.Arbitrary<Reply> = fc.oneof(
  fc.record({
    kind: fc.constant("answered" as const),
    status: fc.constantFrom(200, 301, 400, 401, 402, 403, 404, 408, 413, 429, 500, 502, 503, 504, 529),
    headers: fc.constantFrom<Record<string, string>[]>({}, { "retry-after": "1" }, { "retry-after": "60" }),
    body: fc.oneof(
      fc.constantFrom("", "<html><title>Bad gateway</title>", "{}", '{"choices":[]}'),
      fc
        .record({
          code: fc.constantFrom("insufficient_quota", "context_length_exceeded", "invalid_request", "x", 401, null),
          message: fc.constantFrom("Incorrect API key provided", "try again"),
        })
        .map((error) => JSON.stringify({ error })),
    ),
  }),
  fc.record({
    kind: fc.constant("fault" as const),
    fault: fc.constantFrom("connect", "dns", "tls", "reset", "headers_timeout", "body_timeout", "attempt_timeout"),
  }),
);

describe("a failure of the first call", () => {
  test("is read, ruled and recorded as the engine does it", () => {
    fc.assert(
      fc.property(replies, fc.constantFrom(PLAIN, TOOLS), (reply, request) => {
        const said = explained({ reply, request });
        const { attempts, decisions } = happened(reply, request);
        const [attempt] = attempts;
        const [decision] = decisions;
        if (said.kind !== "explained") {
          expect({ kind: said.kind, decision }).toEqual({ kind: "usable", decision: undefined });
          return;
        }
        const taken = said.actions.findIndex((action) => action.taken);
        const before = said.actions.slice(0, taken).map(({ action, cause }) => ({ action, cause }));
        expect({
          signal: said.signal,
          class: said.class,
          check: said.check,
          reason: said.reason,
          line: said.rule?.line,
          action: said.actions[taken]?.action,
          refused: before,
          error: said.recorded?.error ?? null,
          atMs: said.atMs,
        }).toEqual({
          signal: decision?.signal,
          class: attempt?.class,
          check: attempt?.check,
          reason: decision?.reason,
          line: decision?.line,
          action: decision?.action,
          refused: decision?.refused,
          error: attempt?.error === null ? null : { ...attempt?.error },
          atMs: decision?.atMs,
        });
        // The line that matched leads to the signal, and none before it would have.
        if (said.lines !== null) expect(said.lines.matched?.signal).toBe(said.signal);
        else expect(said.check !== null || said.signal === "content_refused").toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a signal by its name", () => {
  test.each(BUILT_IN_SIGNALS.map(({ name }, signal) => [name, signal] as const))(
    "%s has a rule or a default",
    (name, signal) => {
      const said = explained({ reply: { kind: "signal", signal } });
      expect(said).toMatchObject({ kind: "explained", signal: name });
      if (said.kind === "explained") expect(said.actions.some(({ taken }) => taken)).toBe(true);
    },
  );

  test("after a token nothing is repeated", () => {
    const reply: Reply = {
      kind: "signal",
      signal: BUILT_IN_SIGNALS.findIndex(({ name }) => name === "stream_interrupted"),
    };
    const said = explained({ reply, afterToken: true });
    expect(said).toMatchObject({ reason: "stream_broken", actions: [{ action: "fail with partial", taken: true }] });
    expect(explained({ reply })).toMatchObject({ reason: "primary_stream_cut" });
  });
});

describe("a later call", () => {
  const reply: Reply = { kind: "answered", status: 500, headers: {}, body: "" };

  test("on the start's path comes after a retry", () => {
    const said = explained({ reply, made: 1 });
    expect(said).toMatchObject({ kind: "explained", made: 1, isReached: true });
    if (said.kind === "explained") {
      expect(said.before).toHaveLength(1);
      expect(said.actions[0]).toMatchObject({ action: "retry", permitted: false, cause: "retries 1 of 1 used" });
    }
  });

  test("on another path is told with the way there", () => {
    const path = policy.paths.findIndex(({ name }) => name === "backup");
    const said = explained({ reply, path, made: 1 });
    expect(said).toMatchObject({ kind: "explained", path: "backup", reason: "fallback_validation_failed", made: 1 });
  });

  test("that no request makes, or too late, cannot happen", () => {
    expect(explained({ reply, made: 3 })).toMatchObject({ kind: "unreachable" });
    expect(explained({ reply, atMs: 20_001 })).toMatchObject({ kind: "unreachable" });
  });
});
