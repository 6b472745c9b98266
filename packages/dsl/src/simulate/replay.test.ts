import type { AttemptRecord, Outcome } from "@fbp/runtime/core";
import { describe, expect, test } from "vitest";
import { Recording } from "./replay.ts";
import { healthy, played, policyOf } from "./testing/played.ts";
import { attempt, outcome } from "./testing/recorded.ts";

const FAILED = { status: 503, signal: "server_error", class: "transient", usage: null } as const;

const many = (make: (nth: number) => Outcome, length = 40): Recording =>
  new Recording(Array.from({ length }, (_, nth) => make(nth)));
const replayed = (recording: Recording, change: Parameters<typeof played>[0] = {}) =>
  played({ profile: null, recording, ...change });

test("the policy that was recorded does again what it did", () => {
  const recording = many((nth) =>
    nth % 10 === 0
      ? outcome(nth, [attempt("primary", { ...FAILED, elapsedMs: 50 }), attempt("backup")])
      : outcome(nth, [attempt("primary")]),
  );
  const { requests, replay, sources, latency, tokens } = replayed(recording);
  expect({ requests, replay }).toEqual({ requests: 40, replay: { recorded: 44, drawn: 0, profiled: 0, unknown: 0 } });
  expect(sources).toEqual([
    { path: "primary", requests: 36 },
    { path: "backup", requests: 4 },
  ]);
  expect([latency.undisturbed.max, latency.disturbed.max]).toEqual([400, 450]);
  expect(tokens).toBeGreaterThanOrEqual(40 * 15);
});

test("a call that was never made is drawn from those on the path about that time", () => {
  const recording = many((nth) =>
    nth < 20
      ? outcome(nth, [attempt("primary", FAILED)], { result: "failure", source: null })
      : outcome(nth, [attempt("backup", { elapsedMs: 700 })]),
  );
  const { replay, sources } = replayed(recording);
  // Of the later requests nothing is known of the primary but what it did before.
  expect(replay).toMatchObject({ unknown: 0, profiled: 0 });
  expect(replay?.drawn).toBeGreaterThanOrEqual(20);
  expect(sources).toEqual([{ path: "backup", requests: 40 }]);
});

test("requests that come to a path of which nothing is recorded are left out, unless a profile says what it does", () => {
  const recording = many((nth) => outcome(nth, [attempt("primary", nth % 4 === 0 ? FAILED : {})]));
  const { requests, replay, results } = replayed(recording);
  expect({ requests, unknown: replay?.unknown, answers: results.answer }).toEqual({
    requests: 30,
    unknown: 10,
    answers: 30,
  });
  const profile = { rate: 1, bursts: [], requests: [], paths: new Map([["backup", healthy()]]) };
  expect(replayed(recording, { profile })).toMatchObject({
    requests: 40,
    replay: { unknown: 0 },
    results: { answer: 40 },
  });
});

test("a caller who left then leaves now, unless there is an answer before", () => {
  const left = (elapsedMs: number, nth: number) =>
    outcome(nth, [attempt("primary", { status: null, usage: null, elapsedMs })], {
      result: "aborted",
      source: null,
      elapsedMs,
    });
  const recording = many((nth) => (nth < 20 ? left(nth < 10 ? 100 : 900, nth) : outcome(nth, [attempt("primary")])));
  expect(replayed(recording).results).toMatchObject({ aborted: 10, answer: 30 });
});

describe("what an attempt met", () => {
  test.each<[string, Partial<AttemptRecord>, string]>([
    ["a limit", { transport: "attempt_timeout", signal: "transport_timeout", status: null }, "timeout"],
    ["a fault", { transport: "reset", signal: "transport_timeout", status: null }, "timeout"],
    ["an error", { status: 500, signal: "server_error" }, "error"],
    [
      "an error with a code",
      { status: 400, signal: "context_overflow", error: { code: "context_length_exceeded" } },
      "overflow",
    ],
    ["a failed check", { signal: "unusable_output", check: "standard" }, "output"],
    ["a broken stream", { signal: "stream_interrupted" }, "timeout"],
  ])("%s", (_, change, reason) => {
    const { reasons, latency } = replayed(
      many((nth) => outcome(nth, [attempt("primary", { ...change, usage: null })], { result: "failure" }), 8),
      { profile: { rate: 1, bursts: [], requests: [], paths: new Map([["backup", healthy()]]) } },
    );
    expect(reasons[0]?.reason).toBe(reason);
    expect(latency.disturbed.count).toBe(8);
  });
});

test("a budget's end says nothing of the path", () => {
  const recording = many((nth) =>
    outcome(nth, [attempt("primary", nth === 0 ? { signal: "budget_exhausted", status: null, elapsedMs: 5 } : {})]),
  );
  expect(replayed(recording, { policy: policyOf() })).toMatchObject({
    results: { answer: 40 },
    replay: { recorded: 39, drawn: 1 },
  });
});
