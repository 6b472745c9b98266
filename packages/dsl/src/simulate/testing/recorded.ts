/** Requests as a service recorded them. */
import type { AttemptRecord, Outcome } from "@fbp/runtime/core";

/** An answer after 400 ms. */
export function attempt(path: string, change: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    path,
    startMs: 0,
    elapsedMs: 400,
    status: 200,
    transport: null,
    sent: true,
    probe: false,
    signal: null,
    class: null,
    check: null,
    error: null,
    providerRequestId: null,
    usage: { input: 10, output: 5 },
    tokens: 15,
    costNanos: 0,
    charge: "reported",
    ...change,
  };
}

/** The `nth` request, a tenth of a second after the one before. */
export function outcome(nth: number, attempts: readonly AttemptRecord[], change: Partial<Outcome> = {}): Outcome {
  return {
    version: 1,
    policy: "chat",
    digest: "sha256-0",
    id: String(nth).padStart(4, "0"),
    traceId: null,
    startedAt: 1_700_000_000_000 + nth * 100,
    elapsedMs: attempts.reduce((sum, one) => sum + one.elapsedMs, 0),
    result: "answer",
    source: attempts.at(-1)?.path ?? null,
    reason: null,
    partial: false,
    signals: [],
    attempts,
    decisions: [],
    retries: 0,
    fallbacks: 0,
    tokens: 15,
    costNanos: 0,
    extra: { attempts: 0, tokens: 0, costNanos: 0, ms: 0 },
    hooks: [],
    warnings: [],
    ...change,
  };
}
