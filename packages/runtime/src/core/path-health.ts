/** How the paths of a policy stand, for whoever shows it. */
import type { BreakerState, Held } from "./breaker.ts";
import { opensInMs, stateOf } from "./breaker-control.ts";
import type { Health } from "./health.ts";

export interface PathHealth {
  readonly path: string;
  /** null: the path has no breaker. */
  readonly breaker: BreakerState | null;
  /** Which way an operator holds the breaker; null: it goes by its calls. */
  readonly held: Held | null;
  /** Milliseconds until an open breaker lets a probe through; 0 where it is not open, or is held open. */
  readonly opensInMs: number;
  /** Calls in the breaker's window, and how many of them failed or were slow. */
  readonly calls: number;
  readonly failed: number;
  readonly slow: number;
  readonly sloBreached: boolean;
}

/** Of each path, in the policy's order. @param now milliseconds on the driver's monotonic clock */
export function pathHealth(health: Health, now: number): readonly PathHealth[] {
  return health.paths.map(({ name, breaker, slo }) => {
    const [calls, failed, slow] = breaker?.window.counted(now) ?? [0, 0, 0];
    return {
      path: name,
      breaker: breaker && stateOf(breaker, now),
      held: breaker?.held ?? null,
      opensInMs: breaker === null || breaker.held !== null ? 0 : opensInMs(breaker, now),
      calls,
      failed,
      slow,
      sloBreached: slo?.breached(now) === true,
    };
  });
}
