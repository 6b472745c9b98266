/** What all requests of one policy in this process know together of its paths. */
import { Breaker, type BreakerState, type Verdict } from "./breaker.ts";
import { signalPlan } from "./permitted.ts";
import type { PathPlan, Policy } from "./policy.ts";
import type { Command, Event, Permit } from "./protocol.ts";
import { RetryBudget, requestWindow } from "./retry-budget.ts";
import { countsAgainstPath } from "./signals.ts";
import { Slo } from "./slo.ts";

export type { BreakerState, Verdict } from "./breaker.ts";

/** A permit (0 or above), `ADMITTED_LATER`, or one of `REFUSED`. */
export type Admission = number;

/** Answer to an `admit` with `inMs` above 0: it would be let through then; no permit is taken yet. */
export const ADMITTED_LATER = -1;

export const REFUSED = { breaker: -2, slo: -3, retryBudget: -4 } as const;

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

interface Watched {
  readonly name: string;
  readonly breaker: Breaker | null;
  readonly slo: Slo | null;
  readonly retryBudget: RetryBudget | null;
}

/** All times are milliseconds on the driver's monotonic clock. Every call costs the same at any load. */
export class Health {
  readonly #requests = requestWindow();
  readonly #retryBudget: RetryBudget | null;
  readonly #paths: readonly Watched[];

  constructor(policy: Policy) {
    const budget = (plan: Policy["retryBudget"]) => (plan === null ? null : new RetryBudget(plan, this.#requests));
    this.#retryBudget = budget(policy.retryBudget);
    this.#paths = policy.paths.map((path: PathPlan) => ({
      name: path.name,
      breaker: path.breaker === null ? null : new Breaker(path.breaker),
      slo: path.slo === null ? null : new Slo(path.slo),
      retryBudget: budget(path.retryBudget),
    }));
  }

  /** Counts a request that begins, for the shares of the retry budgets. */
  began(now: number): void {
    this.#requests.add(false, false, now);
  }

  /** Asks the breaker, then draws on the retry budgets, then asks the SLO; takes the permit when nothing refuses. */
  admit(command: Extract<Command, { kind: "admit" }>, now: number): Admission {
    const { breaker, slo, retryBudget } = this.#path(command.path);
    if (breaker?.refuses(now, now + command.inMs)) return REFUSED.breaker;
    if (command.askRetryBudget) {
      const whole = command.purpose === "retry" ? this.#retryBudget : null;
      if (whole?.allows(now) === false || retryBudget?.allows(now) === false) return REFUSED.retryBudget;
      whole?.draw(now);
      retryBudget?.draw(now);
    }
    if (command.askSlo && slo?.breached(now)) return REFUSED.slo;
    if (command.inMs > 0) return ADMITTED_LATER;
    return breaker === null ? 0 : breaker.take(now);
  }

  /** `admit`, told as the event that the machine waits for. */
  answer(command: Extract<Command, { kind: "admit" }>, at: number): Event {
    const permit = this.admit(command, at);
    if (permit >= ADMITTED_LATER) return { kind: "admitted", at, permit, probe: this.isProbe(command.path, permit) };
    const by = permit === REFUSED.breaker ? "breaker" : permit === REFUSED.slo ? "slo" : "retry_budget";
    return { kind: "refused", at, by };
  }

  /** Was the permit given to a probe of a half-open breaker? */
  isProbe(path: number, permit: Permit): boolean {
    return permit > 0 && this.#path(path).breaker?.isProbe(permit) === true;
  }

  /** What came of the call that `permit` was given for. Each permit is settled exactly once. */
  settle(path: number, permit: Permit, verdict: Verdict, latencyMs: number, now: number): void {
    const { breaker, slo } = this.#path(path);
    breaker?.settle(permit, verdict, latencyMs, now);
    if (verdict !== "neutral") slo?.add(latencyMs, now);
  }

  snapshot(now: number): readonly PathHealth[] {
    return this.#paths.map(({ name, breaker, slo }) => {
      breaker?.window.advance(now);
      return {
        path: name,
        breaker: breaker?.state(now) ?? null,
        opensInMs: breaker?.opensInMs(now) ?? 0,
        calls: breaker?.window.calls ?? 0,
        failed: breaker?.window.first ?? 0,
        slow: breaker?.window.second ?? 0,
        sloBreached: slo?.breached(now) ?? false,
      };
    });
  }

  /** Puts the breaker of a path into a state, for scenarios and operators; a path without one stays as it is. */
  force(path: number, state: BreakerState, now: number): void {
    this.#path(path).breaker?.force(state, now);
  }

  #path(path: number): Watched {
    const watched = this.#paths[path];
    if (watched === undefined) throw new RangeError(`the policy has no path number ${path}`);
    return watched;
  }
}

/** What an attempt that ended with `signal` says of its path; for a usable answer the verdict is `success`. */
export function verdictOf(policy: Policy, signal: number): Verdict {
  return countsAgainstPath(signalPlan(policy, signal).class) ? "failure" : "neutral";
}
