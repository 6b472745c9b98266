/** What all requests of one policy in this process know together of its paths. */
import { Breaker, type Verdict } from "./breaker.ts";
import { nth } from "./lookup.ts";
import type { Policy } from "./policy.ts";
import type { Command, Event, Permit } from "./protocol.ts";
import { RetryBudget, requestWindow } from "./retry-budget.ts";
import { countsAgainstPath } from "./signals.ts";
import { Slo } from "./slo.ts";

export type { BreakerChange, BreakerState, Held, Verdict } from "./breaker.ts";

/** No permit: what is settled with it counts in no breaker. */
export const ADMITTED_LATER: Permit = -1;

/** A path and what is known of it. */
export interface Watched {
  readonly name: string;
  readonly breaker: Breaker | null;
  readonly slo: Slo | null;
  readonly retryBudget: RetryBudget | null;
}

/** All times are milliseconds on the driver's monotonic clock. Every call costs the same at any load. */
export class Health {
  readonly requests = requestWindow();
  /** The policy's own; null where it has none. */
  readonly retryBudget: RetryBudget | null;
  readonly paths: readonly Watched[];

  constructor(policy: Policy) {
    const budget = (plan: Policy["retryBudget"]) => plan && new RetryBudget(plan, this.requests);
    this.retryBudget = budget(policy.retryBudget);
    this.paths = policy.paths.map(({ name, breaker, slo, retryBudget }) => ({
      name,
      breaker: breaker && new Breaker(breaker),
      slo: slo && new Slo(slo),
      retryBudget: budget(retryBudget),
    }));
  }

  /** Counts a request that begins, for the shares of the retry budgets. */
  began(now: number): void {
    this.requests.add(false, false, now);
  }

  /**
   * Asks the breaker, then draws on the retry budgets, then asks the SLO; takes the permit when nothing refuses. With
   * `inMs` above 0 it asks whether the call would be let through then, and no permit is taken yet.
   */
  answer({ path, purpose, inMs, askSlo, askRetryBudget }: Extract<Command, { kind: "admit" }>, at: number): Event {
    const { breaker, slo, retryBudget } = nth(this.paths, path);
    if (breaker?.refuses(at, at + inMs)) return { kind: "refused", at, by: "breaker" };
    if (askRetryBudget) {
      const whole = purpose === "retry" ? this.retryBudget : null;
      if (whole?.allows(at) === false || retryBudget?.allows(at) === false) {
        return { kind: "refused", at, by: "retry_budget" };
      }
      whole?.draw(at);
      retryBudget?.draw(at);
    }
    if (askSlo && slo?.refuses(at)) return { kind: "refused", at, by: "slo" };
    if (inMs > 0) return { kind: "admitted", at, permit: ADMITTED_LATER, probe: false };
    const permit = breaker?.take(at) ?? 0;
    return { kind: "admitted", at, permit, probe: breaker?.state === "half_open" };
  }

  /** What came of the call that `permit` was given for. Each permit is settled exactly once. */
  settle(path: number, permit: Permit, verdict: Verdict, latencyMs: number, now: number): void {
    const { breaker, slo } = nth(this.paths, path);
    breaker?.settle(permit, verdict, latencyMs, now);
    if (verdict !== "neutral") slo?.add(latencyMs, now);
  }
}

/** What an attempt that ended with `signal` says of its path; for a usable answer the verdict is `success`. */
export function verdictOf(policy: Policy, signal: number): Verdict {
  return countsAgainstPath(nth(policy.signals, signal).class) ? "failure" : "neutral";
}
