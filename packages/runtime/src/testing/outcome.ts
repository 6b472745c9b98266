/** Outcomes as an engine gives them, for tests of what takes them. */
import type { AttemptRecord, DecisionRecord, Outcome } from "../core/outcome.ts";

export const anAttempt = (given: Partial<AttemptRecord> = {}): AttemptRecord => ({
  path: "primary",
  startMs: 0,
  elapsedMs: 40,
  status: 200,
  transport: null,
  sent: true,
  probe: false,
  signal: null,
  class: null,
  check: null,
  error: null,
  providerRequestId: null,
  usage: { input: 5, output: 2 },
  tokens: 7,
  costNanos: 70,
  charge: "reported",
  ...given,
});

export const aFailedAttempt = (given: Partial<AttemptRecord> = {}): AttemptRecord =>
  anAttempt({
    status: 503,
    signal: "route_unavailable",
    class: "transient",
    usage: null,
    tokens: 0,
    costNanos: 0,
    charge: "none",
    ...given,
  });

export const aDecision = (given: Partial<DecisionRecord> = {}): DecisionRecord => ({
  atMs: 40,
  path: "primary",
  signal: "route_unavailable",
  reason: "primary_down",
  line: 12,
  action: "fallback backup",
  waitMs: 0,
  refused: [{ action: "retry", cause: "needs 8s, 4s left" }],
  ...given,
});

/** An undisturbed answer of `primary`. */
export const anOutcome = (given: Partial<Outcome> = {}): Outcome => {
  const attempts = given.attempts ?? [anAttempt()];
  return {
    version: 1,
    policy: "chat",
    digest: "sha256-0",
    id: "request-1",
    traceId: null,
    startedAt: 1_700_000_000_000,
    elapsedMs: 40,
    result: "answer",
    source: "primary",
    reason: null,
    partial: false,
    signals: [],
    attempts,
    decisions: [],
    retries: 0,
    fallbacks: 0,
    tokens: attempts.reduce((sum, { tokens }) => sum + tokens, 0),
    costNanos: attempts.reduce((sum, { costNanos }) => sum + costNanos, 0),
    extra: { attempts: 0, tokens: 0, costNanos: 0, ms: 0 },
    hooks: [],
    warnings: [],
    ...given,
  };
};

/** `primary` was down, `backup` answered, and somebody was told. */
export const aFallback = (given: Partial<Outcome> = {}): Outcome =>
  anOutcome({
    elapsedMs: 100,
    source: "backup",
    reason: "primary_down",
    signals: ["route_unavailable"],
    attempts: [aFailedAttempt(), anAttempt({ path: "backup", startMs: 40, elapsedMs: 60 })],
    decisions: [aDecision()],
    fallbacks: 1,
    extra: { attempts: 1, tokens: 7, costNanos: 70, ms: 60 },
    hooks: [{ kind: "page", target: "oncall" }],
    ...given,
  });
