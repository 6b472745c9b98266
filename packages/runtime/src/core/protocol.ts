/**
 * What goes into the machine and what comes out of it. One request is a sequence of
 * `command -> event -> command …` from `begin` to `finish`; the driver carries out each command and
 * answers with exactly one event. All nondeterminism enters here: the clock, the breakers, the
 * providers and the dice. `at` is milliseconds on the driver's monotonic clock.
 */
import type { AttemptRecord, Outcome, Usage } from "./outcome.ts";
import type { GuardFacts, TransportFault } from "./policy.ts";

/** A breaker's leave to make one call; see `breaker.ts`. */
export type Permit = number;

/** Who may refuse a call leave. */
export type Refuser = "breaker" | "retry_budget" | "slo";

/** What is known of a request when it begins. */
export interface RequestFacts {
  readonly id: string;
  readonly traceId: string | null;
  /** Wall clock, milliseconds since 1970. */
  readonly startedAt: number;
  readonly request: unknown;
  readonly context: unknown;
  /** `repeat only when …` for this request. */
  readonly repeatable: boolean;
  /** Estimate of the prompt, in tokens. */
  readonly promptTokens: number;
  /** The request's own limit for the answer, in tokens; null where it sets none. */
  readonly outputLimit: number | null;
  /** What the record is to say of how the request was made; left out: nothing. */
  readonly warnings?: readonly string[];
}

export type Event =
  /**
   * The path lets the call through. `permit` is -1 where `inMs` was above 0. A permit that is not
   * followed by an `attempt` command was not used: the driver gives it back as `neutral`.
   */
  | { readonly kind: "admitted"; readonly at: number; readonly permit: Permit; readonly probe: boolean }
  /**
   * Asked in this order: breaker, retry budget, SLO. So a refusal by the SLO means that the retry
   * budget was already drawn on; the breaker's permit is taken only when nothing refuses.
   */
  | { readonly kind: "refused"; readonly at: number; readonly by: Refuser }
  /** The back-off is over. `dice` of the next wait is drawn by the driver: 0 <= dice < 1. */
  | { readonly kind: "woke"; readonly at: number }
  | { readonly kind: "answered"; readonly at: number; readonly answer: Answer }
  | { readonly kind: "failed"; readonly at: number; readonly failure: FailedAttempt }
  /** A token of this answer may now have been seen by the user. */
  | { readonly kind: "committed"; readonly at: number }
  /** The caller gave up. What is known of the attempt in flight, if there is one, comes along. */
  | {
      readonly kind: "aborted";
      readonly at: number;
      /** Left out: not known, so it is taken to be sent. */
      readonly sent?: boolean;
      readonly status?: number;
      readonly usage?: Usage | null;
      readonly providerRequestId?: string | null;
    };

/** A usable answer: every check of `accept` has passed. */
export interface Answer {
  readonly status: number;
  readonly usage: Usage | null;
  readonly providerRequestId: string | null;
}

export interface FailedAttempt {
  /** Number of the signal, from the contract's classifier or from the runtime itself. */
  readonly signal: number;
  readonly facts: Pick<GuardFacts, "transport" | "sent" | "status" | "headers" | "error">;
  /** What the outcome may hold of the provider's error object, as `recordedError` makes it: cleaned and cut. */
  readonly recorded: AttemptRecord["error"];
  readonly check: string | null;
  readonly usage: Usage | null;
  readonly providerRequestId: string | null;
  /** The wait that the server asked for, where the contract documents how it asks. */
  readonly serverWaitMs: number | null;
  /** A number from 0 (inclusive) to 1 (exclusive), for the jitter of a wait that may follow. */
  readonly dice: number;
}

/** What an attempt is for; `start` also after `proceed`, where nothing is left to be drawn on. */
export type Purpose = "start" | "retry" | "fallback";

export type Command =
  /**
   * Ask the path's breaker and, where they are asked for and there are any, its SLO and the retry budgets. `inMs` above
   * 0: would it be let through then? (The retry budget is drawn on at once, the breaker's permit is taken by a second
   * `admit` after the wait.)
   */
  | {
      readonly kind: "admit";
      readonly path: number;
      readonly purpose: Purpose;
      readonly inMs: number;
      readonly askSlo: boolean;
      readonly askRetryBudget: boolean;
    }
  | AttemptCommand
  | CarryOnCommand
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "finish"; readonly outcome: Outcome; readonly ending: Ending };

/** Make the call. */
export interface AttemptCommand extends CallTerms {
  readonly kind: "attempt";
}

/** After `committed`: the attempt goes on, nothing has to be done; its next event is awaited. */
export interface CarryOnCommand extends CallTerms {
  readonly kind: "carry_on";
}

export interface CallTerms {
  readonly path: number;
  readonly timeoutMs: number;
  /** The limit is the request's deadline, not the path's own timeout. */
  readonly cutByDeadline: boolean;
  readonly permit: Permit;
  /** When the attempt was commanded. */
  readonly since: number;
  /** The call is a probe of a half-open breaker. */
  readonly probe: boolean;
}

/** What the caller gets. */
export type Ending =
  | { readonly kind: "answer" }
  | { readonly kind: "degraded"; readonly text: string }
  | { readonly kind: "deferred"; readonly to: string }
  | { readonly kind: "failure"; readonly partial: boolean }
  | { readonly kind: "aborted" };

export type { TransportFault };
