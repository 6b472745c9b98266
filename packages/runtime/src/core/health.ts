/** What all requests of one policy in this process know together of its paths. */
import { Breaker, type Verdict } from "./breaker.ts";
import { nth } from "./lookup.ts";
import type { Policy } from "./policy.ts";
import type { Command, Event, Permit } from "./protocol.ts";
import { RetryBudget, WIDTH_MS } from "./retry-budget.ts";
import { countsAgainstPath } from "./signals.ts";
import { Slo } from "./slo.ts";
import { BUCKETS, type Counting, Window } from "./window.ts";

export type { BreakerChange, BreakerState, Held, Verdict } from "./breaker.ts";

/** No permit: what is settled with it counts in no breaker. */
export const ADMITTED_LATER: Permit = -1;

/** A path and what is known of it. Before the first request each part may be replaced by one that does more. */
export interface Watched {
  readonly name: string;
  breaker: Breaker | null;
  slo: Slo | null;
  retryBudget: RetryBudget | null;
}

/** All times are milliseconds on the driver's monotonic clock. Every call costs the same at any load. */
export class Health {
  /** The requests of the last ten seconds, never more than there were. Counted where a retry budget asks for them. */
  requests: Counting = new Window(BUCKETS, WIDTH_MS);
  #isAsked = false;
  /** The policy's own; null where it has none. */
  retryBudget: RetryBudget | null;
  readonly paths: readonly Watched[];

  constructor(policy: Policy) {
    const budget = (plan: Policy["retryBudget"]): RetryBudget | null => {
      if (plan === null) return null;
      this.#isAsked = true;
      return new RetryBudget(plan, this);
    };
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
    if (this.#isAsked) this.requests.add(now);
  }

  /**
   * Asks the breaker, then draws on the retry budgets, then asks the SLO; takes the permit when nothing refuses. With
   * `inMs` above 0 it asks whether the call would be let through then, and no permit is taken yet.
   */
  answer({ path, purpose, inMs, askSlo, askRetryBudget }: Extract<Command, { kind: "admit" }>, at: number): Event {
    const { breaker, slo, retryBudget } = nth(this.paths, path);
    const by = breaker?.refuses(at, at + inMs)
      ? "breaker"
      : askRetryBudget && isDry(purpose === "retry" ? this.retryBudget : null, retryBudget, at)
        ? "retry_budget"
        : askSlo && slo?.refuses(at)
          ? "slo"
          : null;
    if (by !== null) return { kind: "refused", at, by };
    const permit = inMs > 0 ? ADMITTED_LATER : (breaker?.take(at) ?? 0);
    const probe = breaker?.state === "half_open";
    return { kind: "admitted", at, permit, probe };
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

/** Draws on both, where both have something left. */
function isDry(whole: RetryBudget | null, own: RetryBudget | null, now: number): boolean {
  if (whole?.allows(now) === false || own?.allows(now) === false) return true;
  whole?.repeats.add(now);
  own?.repeats.add(now);
  return false;
}
