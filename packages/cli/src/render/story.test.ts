import type { AttemptRecord, DecisionRecord, Outcome } from "@fbp/runtime/core";
import { expect, test } from "vitest";
import { storyOf } from "./story.ts";

function attempt(changes: Partial<AttemptRecord>): AttemptRecord {
  return {
    path: "primary",
    startMs: 0,
    elapsedMs: 0,
    status: null,
    transport: null,
    sent: true,
    probe: false,
    signal: null,
    class: null,
    check: null,
    error: null,
    providerRequestId: null,
    usage: null,
    tokens: 0,
    costNanos: 0,
    charge: "none",
    ...changes,
  };
}

function decision(changes: Partial<DecisionRecord>): DecisionRecord {
  return {
    atMs: 0,
    path: "primary",
    signal: "",
    reason: "",
    line: 1,
    action: "fail",
    waitMs: 0,
    refused: [],
    ...changes,
  };
}

function story(attempts: readonly AttemptRecord[], decisions: readonly DecisionRecord[]): string[] {
  return storyOf({ attempts, decisions } as unknown as Outcome).map((row) => row.join(" | "));
}

test("each failed call with its decision, then the call that went well", () => {
  const timeout = attempt({ transport: "attempt_timeout", elapsedMs: 8000, signal: "transport_timeout" });
  const decided = { signal: "transport_timeout", reason: "primary_timeout", line: 12 };
  expect(
    story(
      [
        timeout,
        { ...timeout, startMs: 8000 },
        attempt({ path: "backup", startMs: 16_250, elapsedMs: 2000, status: 200 }),
      ],
      [
        decision({ ...decided, atMs: 8000, action: "retry" }),
        decision({
          ...decided,
          atMs: 16_000,
          action: "fallback backup",
          waitMs: 250,
          refused: [{ action: "retry", cause: "retries 1 of 1 used" }],
        }),
      ],
    ),
  ).toEqual([
    "0s | primary | attempt_timeout after 8s | transport_timeout -> primary_timeout -> retry (line 12)",
    "8s | primary | attempt_timeout after 8s | transport_timeout -> primary_timeout -> fallback backup after 250ms (line 12)\n  not retry: retries 1 of 1 used",
    "16.25s | backup | 200 after 2s | a usable answer",
  ]);
});

test("a decision about a path's health has no call of its own", () => {
  expect(
    story(
      [attempt({ path: "backup", status: 200, signal: "unusable_output", check: "not_refused", probe: true })],
      [
        decision({ signal: "circuit_open", reason: "circuit_open", line: null, action: "fallback backup" }),
        decision({ path: "backup", signal: "unusable_output", reason: "bad", line: 7 }),
      ],
    ),
  ).toEqual([
    "0s | primary | no call | circuit_open -> circuit_open -> fallback backup (by default)",
    "0s | backup | 200 after 0s, a probe | unusable_output (not_refused) -> bad -> fail (line 7)",
  ]);
});

test("a call that the caller left", () => {
  expect(story([attempt({ elapsedMs: 3000 })], [])).toEqual(["0s | primary | nothing after 3s | the caller left"]);
});
