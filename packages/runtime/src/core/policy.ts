/**
 * The compiled policy: what the compiler writes and the runtime reads. Everything is data or a pure,
 * total function over what it is given. Durations are milliseconds, money is nano-units of the
 * currency (10^-9), shares are fractions from 0 to 1.
 */
import type { SignalPlan } from "./signals.ts";

/** The version of this format. A runtime refuses any other. */
export const POLICY_FORMAT = 1;

export interface Policy {
  readonly format: typeof POLICY_FORMAT;
  readonly name: string;
  /** `sha256-…` over the sources and contracts that this policy was compiled from. */
  readonly digest: string;
  /** The built-in signals in their fixed order, then the declared ones; the index is the signal's number. */
  readonly signals: readonly SignalPlan[];
  /** Every reason code that an outcome of this policy may carry. */
  readonly reasons: readonly string[];
  /** The fields of `context`, each with its default, or `undefined` where the caller must give a value. */
  readonly context: Readonly<Record<string, ContextFieldPlan>>;
  readonly contracts: readonly ContractPlan[];
  readonly paths: readonly PathPlan[];
  /** Index into `paths` of the path that a request starts on. */
  readonly start: number;
  readonly budget: BudgetPlan;
  /** Limits the retries of the whole policy, over all paths. */
  readonly retryBudget: RetryBudgetPlan | null;
  /** `repeat only when …`: may a request that has perhaps reached a provider be sent again? */
  readonly repeatable: (request: unknown, context: unknown) => boolean;
  readonly stream: StreamPlan;
  readonly record: RecordPlan;
}

export interface ContextFieldPlan {
  readonly type: "bool" | "number" | "string" | "enum";
  readonly values?: readonly string[];
  readonly default?: boolean | number | string;
}

export interface BudgetPlan {
  readonly deadlineMs: number;
  readonly attempts: number;
  readonly retries: number;
  readonly fallbacks: number;
  readonly tokens: number | null;
  readonly costNanos: number | null;
  readonly currency: string | null;
}

/** At most `share` of the requests in the last ten seconds plus `perSecond` each second may be repeated. */
export interface RetryBudgetPlan {
  readonly share: number;
  readonly perSecond: number;
}

export type WindowPlan =
  | { readonly kind: "time"; readonly ms: number }
  | { readonly kind: "calls"; readonly calls: number };

export interface BreakerPlan {
  readonly window: WindowPlan;
  readonly minimumCalls: number;
  /** Opens when the share of failed calls is at or above this. */
  readonly failedShare: number | null;
  /** Opens when the share of calls slower than `slowMs` is at or above `slowShare`. */
  readonly slowShare: number | null;
  readonly slowMs: number | null;
  /** Opens after this many failed calls in a row, whatever `minimumCalls` says. */
  readonly consecutive: number | null;
  readonly openMs: number;
  /** The open time doubles at each re-opening up to this; equal to `openMs` where it does not grow. */
  readonly openMostMs: number;
  /** How many probes half-open lets through at once, and how many must succeed to close. */
  readonly probes: number;
  /** A probe's lease ends by itself after this long, and counts as a failed probe. */
  readonly leaseMs: number;
}

/** Breached when the nearest-rank percentile of the window's latencies is not below `belowMs`. */
export interface SloPlan {
  readonly percentile: number;
  readonly belowMs: number;
  readonly window: WindowPlan;
  readonly minimumCalls: number;
}

export interface PricePlan {
  readonly inputNanosPerToken: number;
  readonly outputNanosPerToken: number;
  readonly currency: string;
}

export interface PathPlan {
  readonly name: string;
  /** Index into `contracts`. */
  readonly contract: number;
  readonly model: string;
  /** Whose bill it is. */
  readonly account: string;
  /** An attempt gets at most `mostMs` and is not worth starting with less than `leastMs` left. */
  readonly leastMs: number;
  readonly mostMs: number;
  /** Limit for the connection (TCP and TLS) to stand; null: only the attempt's own limit. */
  readonly connectMs: number | null;
  /** Limit for the status line to come, from the beginning of the attempt; null or left out: only the attempt's own limit. */
  readonly headersMs?: number | null;
  readonly firstTokenMs: number | null;
  readonly stallMs: number | null;
  readonly contextWindow: number | null;
  readonly maxOutput: number | null;
  readonly price: PricePlan | null;
  readonly adapter: string | null;
  readonly breaker: BreakerPlan | null;
  readonly slo: SloPlan | null;
  /** The path's own: limits retries on it and fallbacks onto it. */
  readonly retryBudget: RetryBudgetPlan | null;
  readonly rules: readonly RulePlan[];
  /**
   * The first rule for `signal` under these facts, as an index into `rules`; -1 where the policy is
   * silent (only for health signals: they have defaults).
   */
  readonly decide: (signal: number, facts: GuardFacts) => number;
}

export interface RulePlan {
  /** Where the rule stands, for explanations: line in the policy's source, from 1. */
  readonly line: number;
  readonly reason: string;
  /** Tried from the first; the last is always possible. */
  readonly actions: readonly ActionPlan[];
  readonly hooks: readonly HookPlan[];
}

export type ActionPlan =
  | { readonly kind: "retry"; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: "fallback"; readonly path: number }
  | { readonly kind: "proceed" }
  | { readonly kind: "respond"; readonly text: string }
  | { readonly kind: "defer"; readonly to: string }
  | { readonly kind: "fail"; readonly partial: boolean };

export interface HookPlan {
  readonly kind: "page" | "notify";
  readonly target: string;
}

export type StreamPlan = {
  readonly mode: "visible" | "held";
  /** `held for …`: held until then, visible after; null: held to the end. */
  readonly heldTokens: number | null;
  readonly heldMs: number | null;
  readonly skipBadChunks: boolean;
};

export interface RecordPlan {
  /** Fields of the provider's error object that a record may hold. */
  readonly errorFields: readonly string[];
  /** Each recorded field is cut to this many bytes of UTF-8. */
  readonly errorBytes: number;
  readonly keepInvalidOutput: boolean;
}

export type TransportFault =
  | "connect"
  | "dns"
  | "tls"
  | "reset"
  | "headers_timeout"
  | "body_timeout"
  | "attempt_timeout";

/** What a failed attempt looked like. Header names are in lower case. */
export interface Failure {
  readonly transport: TransportFault | null;
  /** Had the request, or a part of it, left this machine? */
  readonly sent: boolean;
  /** 0 where no status line came. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The provider's error object, found where the contract says it stands; null where there is none. */
  readonly error: unknown;
}

/** What the guards of rules may read. */
export interface GuardFacts extends Failure {
  readonly request: unknown;
  readonly context: unknown;
  readonly attempts: number;
  readonly elapsedMs: number;
  /** Has a token of this answer perhaps been seen by the user? */
  readonly committed: boolean;
}

/** A place in a JSON value: field names and array indexes. */
export type Pointer = readonly (string | number)[];

export interface RetryHintPlan {
  readonly header: string;
  /** `seconds_or_date`: as Retry-After; `milliseconds`; `duration`: `1m30.5s`, `250ms`; `epoch_seconds`. */
  readonly format: "seconds_or_date" | "milliseconds" | "duration" | "epoch_seconds";
}

/** How one provider is called and read: the contract's values, and the classifiers compiled for it. */
export interface ContractPlan {
  readonly name: string;
  readonly baseUrl: string;
  /** Starts with `/`; appended to the base address. */
  readonly path: string;
  readonly auth: {
    readonly header: string;
    /** Put before the key with a space; empty for none. */
    readonly scheme: string;
    /** Name of the environment variable that holds the key; null where the provider takes none. */
    readonly env: string | null;
  };
  readonly headers: Readonly<Record<string, string>>;
  readonly modelField: string;
  readonly streamField: string | null;
  /** Request fields that limit the output, the first present one counts. */
  readonly outputLimitFields: readonly string[];
  readonly promptField: string;
  readonly answer: readonly Pointer[];
  readonly finishReason: Pointer;
  /** Finish reasons that say that the provider's safety system refused: `content_refused`, whatever else is there. */
  readonly refusedReasons: readonly string[];
  readonly usage: { readonly input: Pointer; readonly output: Pointer };
  /** Where the provider's own request id stands: a header, a place in the body, or neither. */
  readonly requestIdHeader: string | null;
  /** Where the error object may stand in a body, in this order; `[]` is the body itself. */
  readonly errorAt: readonly Pointer[];
  readonly retryHints: readonly RetryHintPlan[];
  /** May an attempt that the provider answered with an error be charged, where `charged` does not say? */
  readonly chargesFailed: boolean;
  /**
   * Whether such a failed attempt may be charged, by the documented condition that takes it; undefined where
   * that does not say. Left out: none says.
   */
  readonly charged?: (failure: Failure) => boolean | undefined;
  /** May an attempt that was cut off after it was sent be charged? */
  readonly chargesAborted: boolean;
  /** Which signal a failure is; always one. */
  readonly classify: (failure: Failure) => number;
  /** The first check of `accept` that the answer fails, as an index into `checks`; -1 when it is usable. */
  readonly accept: (response: unknown, request: unknown) => number;
  readonly checks: readonly string[];
  /** How its streams are read; left out where the provider has none. */
  readonly stream?: ChunkPlan;
}

/** Server-sent events, each with one chunk of the answer in JSON. */
export interface ChunkPlan {
  /** The data of the event that ends a stream, such as `[DONE]`; null: none does. */
  readonly end: string | null;
  /** Does a parsed chunk fit the contract's schema? Total. */
  readonly fits: (chunk: unknown) => boolean;
}
