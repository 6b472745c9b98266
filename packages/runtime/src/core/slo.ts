import { Flag } from "./flag.ts";
import type { SloPlan } from "./policy.ts";
import { type Window, windowOf } from "./window.ts";

/** Of so many requests that find an SLO breached the last is let through. */
export const SAMPLED = 20;

/**
 * A path's latency objective over its window. The nearest-rank percentile (the `ceil(p / 100 * n)`-th smallest of n)
 * is below the limit exactly when that many calls are; so counting the fast ones is enough.
 */
export class Slo {
  readonly window: Window;
  /** Did the last request that asked find it breached? */
  readonly missed = new Flag();
  readonly #plan: SloPlan;
  /** Requests that found it breached. */
  #asked = 0;

  constructor(plan: SloPlan) {
    this.#plan = plan;
    this.window = windowOf(plan.window);
  }

  add(latencyMs: number, now: number): void {
    this.window.add(latencyMs < this.#plan.belowMs, false, now);
  }

  breached(now: number): boolean {
    this.window.advance(now);
    const { calls, first } = this.window.whole;
    return calls >= this.#plan.minimumCalls && first < rank(this.#plan.percentile, calls);
  }

  /**
   * Is a request that asks now to be kept from the path? While the objective is missed one in `SAMPLED` is not: a path that
   * nobody uses could never show that it is fast again.
   */
  refuses(now: number): boolean {
    return this.missed.found(this.breached(now), now) && ++this.#asked % SAMPLED !== 0;
  }
}

/** `ceil(p / 100 * n)`, safe from the last bit of a percentile like 99.9. */
function rank(percentile: number, calls: number): number {
  return Math.ceil((percentile * calls) / 100 - 1e-9);
}
