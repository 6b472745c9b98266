/** What came of a simulation. Durations are milliseconds, money is nano-units of `currency`, shares are fractions. */
import type { BreakerChange, Result } from "@fbp/runtime/core";
import type { ReplayCounts } from "./replay.ts";

export interface Simulation {
  readonly policy: string;
  readonly seed: number;
  /** How long requests came. */
  readonly spanMs: number;
  /** Requests whose end is known. */
  readonly requests: number;
  readonly results: Readonly<Record<Result, number>>;
  readonly sources: readonly { readonly path: string; readonly requests: number }[];
  /** What disturbed requests, the most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly requests: number }[];
  readonly latency: {
    readonly all: Percentiles;
    /** Of requests whose first call was answered, and of all others. */
    readonly undisturbed: Percentiles;
    readonly disturbed: Percentiles;
  };
  readonly attempts: number;
  /** How many requests made no call, one, two, and so on. */
  readonly attemptsPerRequest: readonly number[];
  readonly retries: number;
  readonly fallbacks: number;
  readonly tokens: number;
  readonly costNanos: number;
  /** Calls that followed one whose key was rejected, and one that found the request wrong. */
  readonly afterDefect: AfterDefect;
  /** Of these what was spent beyond first calls. */
  readonly extra: { readonly attempts: number; readonly tokens: number; readonly costNanos: number };
  /** null: no path has a price. */
  readonly currency: string | null;
  readonly paths: readonly PathResult[];
  readonly events: readonly SimulationEvent[];
  /** Of the policy's text, in its order. */
  readonly alerts: readonly AlertResult[];
  readonly timeline: Timeline;
  /** null: nothing was replayed. */
  readonly replay: Readonly<ReplayCounts> | null;
  /** What a gateway's own rules come to in the same world; null: none was asked for. */
  readonly beside: BesideResult | null;
}

export interface AfterDefect {
  readonly auth: number;
  readonly client: number;
}

export interface BesideResult {
  /** The gateway, as people call it. */
  readonly title: string;
  /** What of its configuration was played; null: all of it. */
  readonly group: string | null;
  /** Requests whose end is known. */
  readonly requests: number;
  readonly answered: number;
  /** Their caller gave up. */
  readonly left: number;
  readonly latency: Percentiles;
  readonly attempts: number;
  /** How many requests made no call, one, two, and so on. */
  readonly attemptsPerRequest: readonly number[];
  readonly tokens: number;
  readonly costNanos: number;
  readonly afterDefect: AfterDefect;
  readonly paths: readonly { readonly path: string; readonly calls: number; readonly failed: number }[];
  /** In the steps of the policy's own. */
  readonly timeline: readonly {
    readonly requests: number;
    readonly answers: number;
    readonly attempts: number;
    readonly p95: number | null;
  }[];
  /** Requests left out: they came to a path of which nothing is known. */
  readonly unknown: number;
  /** What of the gateway was not played, a sentence each. */
  readonly leavesOut: readonly string[];
}

/** By nearest rank; null where there is nothing to rank. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

export interface PathResult {
  readonly path: string;
  readonly attempts: number;
  readonly failed: number;
  readonly latency: Percentiles;
  /** How often its breaker opened, and how long it let nothing but probes through. */
  readonly openings: number;
  readonly openMs: number;
  readonly sloBreaches: number;
}

export interface SimulationEvent {
  readonly atMs: number;
  readonly path: string;
  readonly what: BreakerChange | "slo_breached" | "slo_kept";
}

/** What an alert did, as Prometheus would have raised it. */
export interface AlertResult {
  readonly alert: string;
  /** Its condition, as the policy's text has it. */
  readonly rule: string;
  /** How long the condition must hold. */
  readonly forMs: number;
  readonly kind: "page" | "notify";
  readonly target: string;
  /** Of what it compares first, whether it held or not; null: there was never anything to measure. */
  readonly peak: AlertPeak | null;
  /** Each time its condition came to hold. */
  readonly episodes: readonly AlertEpisode[];
  /** Why it cannot tell here what it is there for, a sentence each. */
  readonly notes: readonly string[];
}

export interface AlertEpisode {
  /** When the condition began to hold. */
  readonly pendingAtMs: number;
  /** null: it did not hold for its time. */
  readonly firedAtMs: number | null;
  /** When the condition held no more; null: it held to the end. */
  readonly endedAtMs: number | null;
  readonly peak: AlertPeak | null;
}

/** The highest value; of an alert about what is below something the lowest. */
export interface AlertPeak {
  readonly value: number;
  /** `share`: a fraction; `money`: each second. */
  readonly of: "share" | "count" | "seconds" | "money";
  readonly atMs: number;
}

/** By the time at which requests began, in stretches of one length. */
export interface Timeline {
  readonly stepMs: number;
  readonly steps: readonly TimelineStep[];
}

export interface TimelineStep {
  readonly requests: number;
  readonly answers: number;
  /** Answers of a path that the request did not start on. */
  readonly fallbackAnswers: number;
  readonly attempts: number;
  readonly p95: number | null;
  readonly costNanos: number;
}
