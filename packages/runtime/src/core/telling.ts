/** An SLO and a retry budget that tell when a request finds them changed. */
import type { RetryBudgetPlan, SloPlan } from "./policy.ts";
import { type Budgeted, RetryBudget } from "./retry-budget.ts";
import { Slo } from "./slo.ts";

/** Told when it is found to be so, and when it is found not to be so any more. */
export type Found = (on: boolean, now: number) => void;

export class TellingSlo extends Slo {
  readonly #missed: Found;

  constructor(plan: SloPlan, missed: Found) {
    super(plan);
    this.#missed = onChange(missed);
  }

  override refuses(now: number): boolean {
    this.#missed(this.breached(now), now);
    return super.refuses(now);
  }
}

export class TellingRetryBudget extends RetryBudget {
  readonly #dry: Found;

  constructor(plan: RetryBudgetPlan, of: Budgeted, dry: Found) {
    super(plan, of);
    this.#dry = onChange(dry);
  }

  override allows(now: number): boolean {
    const allows = super.allows(now);
    this.#dry(!allows, now);
    return allows;
  }
}

function onChange(told: Found): Found {
  let before = false;
  return (on, now) => {
    if (on === before) return;
    before = on;
    told(on, now);
  };
}
