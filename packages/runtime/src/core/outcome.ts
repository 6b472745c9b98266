/**
 * The one final record of a request. It never holds a prompt, an answer or a key; times are
 * milliseconds since the request began, money is nano-units of the budget's currency.
 */
import type { TransportFault } from "./policy.ts";
import type { SignalClass } from "./signals.ts";

export const OUTCOME_VERSION = 1;

export type Result = "answer" | "degraded" | "deferred" | "failure" | "aborted";

export interface Outcome {
  readonly version: typeof OUTCOME_VERSION;
  readonly policy: string;
  readonly digest: string;
  /** Unique for the request. */
  readonly id: string;
  readonly traceId: string | null;
  /** Wall clock, milliseconds since 1970. */
  readonly startedAt: number;
  readonly elapsedMs: number;
  readonly result: Result;
  /** The path whose answer was returned; null where none was. */
  readonly source: string | null;
  /** Of the last rule that was applied; null for an undisturbed answer. */
  readonly reason: string | null;
  /** `fail with partial`: a part of a streamed answer had been passed on. */
  readonly partial: boolean;
  /** Every signal raised, in order. */
  readonly signals: readonly string[];
  /** One entry for each call made, in order. */
  readonly attempts: readonly AttemptRecord[];
  readonly decisions: readonly DecisionRecord[];
  readonly retries: number;
  readonly fallbacks: number;
  readonly tokens: number;
  readonly costNanos: number;
  /** What was spent beyond the first attempt. */
  readonly extra: {
    readonly attempts: number;
    readonly tokens: number;
    readonly costNanos: number;
    readonly ms: number;
  };
  readonly hooks: readonly { readonly kind: "page" | "notify"; readonly target: string }[];
  /** What was strange in how the request was made, in words: that the caller retried by itself. */
  readonly warnings: readonly string[];
}

export interface AttemptRecord {
  readonly path: string;
  readonly startMs: number;
  readonly elapsedMs: number;
  readonly status: number | null;
  readonly transport: TransportFault | null;
  readonly sent: boolean;
  /** The attempt was a probe of a half-open breaker. */
  readonly probe: boolean;
  /** null: the answer was usable, or the caller aborted it (then it is the last of an `aborted` outcome). */
  readonly signal: string | null;
  readonly class: SignalClass | null;
  /** The name of the `accept` check that failed. */
  readonly check: string | null;
  /** Only the fields that `record` allows, each cut to its bound. */
  readonly error: Readonly<Record<string, string>> | null;
  readonly providerRequestId: string | null;
  readonly usage: Usage | null;
  /** Tokens and money that this attempt is taken to have cost. */
  readonly tokens: number;
  readonly costNanos: number;
  /** `reported`: settled by the usage; `reserved`: may have been charged, so the reservation stands; `none`: not charged. */
  readonly charge: "reported" | "reserved" | "none";
}

export interface Usage {
  readonly input: number;
  readonly output: number;
}

export interface DecisionRecord {
  readonly atMs: number;
  readonly path: string;
  readonly signal: string;
  /** null only for the default of `latency_slo_breach`, which records none. */
  readonly reason: string | null;
  /** Line of the rule in the policy's source; null for a health signal's default. */
  readonly line: number | null;
  /**
   * What happened: `retry`, `fallback backup`, `proceed`, `respond`, `defer jobs`, `fail`,
   * `fail with partial`; `aborted` where the caller gave up before a repeat had begun.
   */
  readonly action: string;
  /** The back-off that was spent on this decision. */
  readonly waitMs: number;
  /** Actions before it that were not permitted, each with its cause; `start` where the attempt itself was not. */
  readonly refused: readonly { readonly action: string; readonly cause: string }[];
}
