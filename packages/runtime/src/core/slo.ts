import type { SloPlan } from "./policy.ts";
import { type Counting, windowOf } from "./window.ts";

/** Of so many requests that find an SLO breached the last is let through. */
export const SAMPLED = 20;

/**
 * A path's latency objective over its window. The nearest-rank percentile (the `ceil(p / 100 * n)`-th smallest of n)
 * is below the limit exactly when that many calls are; so counting the fast ones is enough.
 */
export class Slo {
  window: Counting;
  readonly #plan: SloPlan;
  /** Requests that found it breached. */
  #asked = 0;

  constructor(plan: SloPlan) {
    this.#plan = plan;
    this.window = windowOf(plan.window);
  }

  add(latencyMs: number, now: number): void {
    this.window.add(now, latencyMs < this.#plan.belowMs);
  }

  breached(now: number): boolean {
    const { percentile, minimumCalls } = this.#plan;
    const [calls, first] = this.window.counted(now);
    return calls >= minimumCalls && first < (percentile * calls) / 100 - 1e-9;
  }

  /**
   * Is a request that asks now to be kept from the path? While the objective is missed one in `SAMPLED` is not: a path that
   * nobody uses could never show that it is fast again.
   */
  refuses(now: number): boolean {
    return this.breached(now) && ++this.#asked % SAMPLED !== 0;
  }
}
