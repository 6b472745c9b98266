import type { SloPlan } from "./policy.ts";
import { type Window, windowOf } from "./window.ts";

/**
 * A path's latency objective over its window. The nearest-rank percentile (the `ceil(p / 100 * n)`-th smallest of n)
 * is below the limit exactly when that many calls are; so counting the fast ones is enough.
 */
export class Slo {
  readonly #plan: SloPlan;
  readonly #window: Window;

  constructor(plan: SloPlan) {
    this.#plan = plan;
    this.#window = windowOf(plan.window);
  }

  add(latencyMs: number, now: number): void {
    this.#window.add(latencyMs < this.#plan.belowMs, false, now);
  }

  breached(now: number): boolean {
    const window = this.#window;
    window.advance(now);
    return window.calls >= this.#plan.minimumCalls && window.first < rank(this.#plan.percentile, window.calls);
  }
}

/** `ceil(p / 100 * n)`, safe from the last bit of a percentile like 99.9. */
function rank(percentile: number, calls: number): number {
  return Math.ceil((percentile * calls) / 100 - 1e-9);
}
