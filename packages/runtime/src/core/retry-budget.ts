import { Flag } from "./flag.ts";
import type { RetryBudgetPlan } from "./policy.ts";
import { BUCKETS, Window } from "./window.ts";

const WINDOW_MS = 10_000;
const WIDTH_MS = WINDOW_MS / BUCKETS;

/** The requests of the last ten seconds, never more than there were. */
export function requestWindow(): Window {
  return new Window(BUCKETS, WIDTH_MS);
}

/**
 * Limits repeats to a share of the requests in the last ten seconds plus so many each second. Requests are
 * counted over a bucket less and repeats over a bucket more than ten seconds, so that the limit holds for every span of
 * ten seconds, wherever it begins.
 */
export class RetryBudget {
  readonly repeats = new Window(BUCKETS + 1, WIDTH_MS);
  /** Did the last request that asked find nothing left in it? */
  readonly dry = new Flag();
  readonly #plan: RetryBudgetPlan;
  readonly #requests: Window;

  constructor(plan: RetryBudgetPlan, requests: Window) {
    this.#plan = plan;
    this.#requests = requests;
  }

  /** May one more be repeated now? */
  allows(now: number): boolean {
    this.#requests.advance(now);
    this.repeats.advance(now);
    const most = this.#plan.share * this.#requests.whole.calls + (this.#plan.perSecond * WINDOW_MS) / 1000;
    return !this.dry.found(this.repeats.whole.calls + 1 > most + 1e-9, now);
  }

  draw(now: number): void {
    this.repeats.add(false, false, now);
  }
}
