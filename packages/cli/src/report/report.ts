/** What recorded requests come to. Durations are milliseconds, money is nano-units of the policies' currency. */
import type { Percentiles } from "@fbp/dsl";
import type { Result } from "@fbp/runtime/core";

export interface RequestReport {
  readonly requests: number;
  /** When the first and the last request began, as ISO. */
  readonly from: string;
  readonly to: string;
  readonly policies: readonly Counted[];
  readonly results: Readonly<Record<Result, number>>;
  /** The paths that answered. */
  readonly sources: readonly Counted[];
  /** What disturbed requests. */
  readonly reasons: readonly ReasonReport[];
  /** How many requests made no call, one, two, and so on. */
  readonly attemptsPerRequest: readonly number[];
  readonly latency: {
    readonly all: Percentiles;
    readonly withoutFallback: Percentiles;
    readonly withFallback: Percentiles;
  };
  readonly fallback: FallbackReport;
  readonly tokens: number;
  readonly costNanos: number;
  readonly extra: Extra & {
    /** Requests that spent something beyond their first call. */
    readonly requests: number;
    /** Those that spent the most. */
    readonly most: readonly (Extra & {
      readonly id: string;
      readonly traceId: string | null;
      readonly reason: string | null;
    })[];
  };
  /** How calls failed, the most frequent first. */
  readonly causes: readonly CauseReport[];
  readonly paths: readonly PathReport[];
  readonly timeline: { readonly stepMs: number; readonly steps: readonly StepReport[] };
}

export interface Counted {
  readonly name: string;
  readonly requests: number;
}

export interface Extra {
  readonly attempts: number;
  readonly tokens: number;
  readonly costNanos: number;
  readonly ms: number;
}

export interface ReasonReport {
  readonly reason: string;
  readonly requests: number;
  readonly answered: number;
  /** Spent beyond first calls. */
  readonly extraCostNanos: number;
  readonly extraMs: number;
}

export interface FallbackReport {
  /** Requests that changed their path. */
  readonly requests: number;
  /** Those of them that were answered: without the fallback they were lost. */
  readonly saved: number;
  /** What their calls on the paths that they changed to took. */
  readonly tokens: number;
  readonly costNanos: number;
}

export interface CauseReport {
  readonly path: string;
  readonly signal: string;
  /** `status 503`, `reset`, `check standard` */
  readonly what: string;
  readonly attempts: number;
}

export interface PathReport {
  readonly path: string;
  readonly attempts: number;
  readonly failed: number;
  readonly latency: Percentiles;
  readonly probes: number;
  readonly failedProbes: number;
  /** Requests that its breaker kept away. */
  readonly refused: number;
  /** When it did so, from the start of the report, as far as requests tell. */
  readonly refusing: readonly { readonly fromMs: number; readonly toMs: number }[];
}

export interface StepReport {
  readonly requests: number;
  readonly answers: number;
  readonly withFallback: number;
  readonly attempts: number;
  readonly p95: number | null;
  readonly extraCostNanos: number;
}
