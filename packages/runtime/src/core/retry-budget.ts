import type { RetryBudgetPlan } from "./policy.ts";
import { BUCKETS, type Counting, Window } from "./window.ts";

const WINDOW_MS = 10_000;
/** Of a bucket. */
export const WIDTH_MS = WINDOW_MS / BUCKETS;

/** Whose requests have a share. */
export interface Budgeted {
  readonly requests: Counting;
}

/**
 * Limits repeats to a share of the requests in the last ten seconds plus so many each second. Requests are
 * counted over a bucket less and repeats over a bucket more than ten seconds, so that the limit holds for every span of
 * ten seconds, wherever it begins.
 */
export class RetryBudget {
  repeats: Counting = new Window(BUCKETS + 1, WIDTH_MS);
  readonly #plan: RetryBudgetPlan;
  readonly #of: Budgeted;

  constructor(plan: RetryBudgetPlan, of: Budgeted) {
    this.#plan = plan;
    this.#of = of;
  }

  /** May one more be repeated now? */
  allows(now: number): boolean {
    const { share, perSecond } = this.#plan;
    const most = share * this.#of.requests.counted(now)[0] + perSecond * (WINDOW_MS / 1000);
    return this.repeats.counted(now)[0] + 1 <= most + 1e-9;
  }
}
