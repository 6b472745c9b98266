/** What all requests of one policy in this process know together of its paths. */
import type { Policy } from "./policy.ts";
import type { Command, Event, Permit } from "./protocol.ts";

/** A permit (0 or above), `ADMITTED_LATER`, or one of `REFUSED`. */
export type Admission = number;

/** Answer to an `admit` with `inMs` above 0: it would be let through then; no permit is taken yet. */
export const ADMITTED_LATER = -1;

export const REFUSED = { breaker: -2, slo: -3, retryBudget: -4 } as const;

export type Verdict = "success" | "failure" | "neutral";

export type BreakerState = "closed" | "open" | "half_open";

export interface PathHealth {
  readonly path: string;
  /** null: the path has no breaker. */
  readonly breaker: BreakerState | null;
  /** Milliseconds until an open breaker lets a probe through; 0 where it is not open. */
  readonly opensInMs: number;
  /** Calls in the breaker's window, and how many of them failed or were slow. */
  readonly calls: number;
  readonly failed: number;
  readonly slow: number;
  readonly sloBreached: boolean;
}

export class Health {
  constructor(_policy: Policy) {}

  /** Counts a request that begins, for the shares of the retry budgets. */
  began(_now: number): void {}

  admit(_command: Extract<Command, { kind: "admit" }>, _now: number): Admission {
    throw new Error("signature only");
  }

  /** `admit`, told as the event that the machine waits for. */
  answer(_command: Extract<Command, { kind: "admit" }>, _at: number): Event {
    throw new Error("signature only");
  }

  isProbe(_path: number, _permit: Permit): boolean {
    throw new Error("signature only");
  }

  /** What came of the call that `permit` was given for. Each permit is settled exactly once. */
  settle(_path: number, _permit: Permit, _verdict: Verdict, _latencyMs: number, _now: number): void {}

  snapshot(_now: number): readonly PathHealth[] {
    throw new Error("signature only");
  }

  /** Puts the breaker of a path into a state, for scenarios and operators. */
  force(_path: number, _state: BreakerState, _now: number): void {}
}

/** What an attempt that ended with `signal` says of its path. */
export function verdictOf(_policy: Policy, _signal: number): Verdict {
  throw new Error("signature only");
}
