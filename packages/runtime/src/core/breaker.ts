/**
 * A circuit breaker. Every change of state makes the permits of before worthless: what comes of a call that began then
 * no longer counts. A probe is a lease that ends by itself, and then counts as failed. Times are milliseconds on one
 * monotonic clock.
 */
import type { BreakerPlan } from "./policy.ts";
import type { Permit } from "./protocol.ts";
import { type Window, windowOf } from "./window.ts";

export type BreakerState = "closed" | "open" | "half_open";

/** `neutral`: nothing is said of the path, the permit is given back. */
export type Verdict = "success" | "failure" | "neutral";

export class Breaker {
  readonly window: Window;
  readonly #plan: BreakerPlan;
  #state: BreakerState = "closed";
  /** The permit of every call while closed; a new one with each change of state. */
  #permit: Permit = 0;
  /** The last number given out. */
  #serial: Permit = 0;
  /**
   * The probes that are out and when their leases end, the oldest first. Those of before a change of state no longer
   * count for anything but their place: a provider that was probed, opened and is probed again never has more at once.
   * null while none is out, which is nearly always.
   */
  #leases: Map<Permit, number> | null = null;
  /** Probes that have succeeded since it was half open. */
  #succeeded = 0;
  #failedInARow = 0;
  #openForMs = 0;
  #openUntil = 0;

  constructor(plan: BreakerPlan) {
    this.#plan = plan;
    this.window = windowOf(plan.window);
  }

  /** The state at `now`; an open breaker whose time is over is half open. */
  state(now: number): BreakerState {
    this.#endLeases(now);
    return this.opensInMs(now) === 0 && this.#state === "open" ? "half_open" : this.#state;
  }

  /** Milliseconds until an open breaker lets a probe through. */
  opensInMs(now: number): number {
    return this.#state === "open" ? Math.max(0, this.#openUntil - now) : 0;
  }

  /** Would a call at `then` be refused, as far as is known `now`? Takes nothing. */
  refuses(now: number, then: number): boolean {
    this.#endLeases(now);
    if (this.#state === "closed") return false;
    if (this.#state === "open" && then < this.#openUntil) return true;
    let taken = this.#succeeded;
    for (const end of this.#leases?.values() ?? []) if (end > then) taken++;
    return taken >= this.#plan.probes;
  }

  /** Takes the leave for one call, right after `refuses` said no. */
  take(now: number): Permit {
    if (this.#state === "closed") return this.#permit;
    if (this.#state === "open") this.#enter("half_open");
    this.#leases ??= new Map();
    this.#leases.set(++this.#serial, now + this.#plan.leaseMs);
    return this.#serial;
  }

  /** Is this the permit of a probe that is out? */
  isProbe(permit: Permit): boolean {
    return permit > this.#permit && this.#leases?.has(permit) === true;
  }

  settle(permit: Permit, verdict: Verdict, latencyMs: number, now: number): void {
    this.#endLeases(now);
    if (this.#end(permit)) {
      if (permit < this.#permit) return;
      if (verdict === "failure") this.#reopen(now);
      else if (verdict === "success" && ++this.#succeeded >= this.#plan.probes) this.#enter("closed");
    } else if (permit === this.#permit && verdict !== "neutral" && this.#state === "closed") {
      this.#count(verdict === "failure", latencyMs, now);
    }
  }

  /** Puts it into a state, as if it had just come there. */
  force(state: BreakerState, now: number): void {
    if (state === "open") this.#open(this.#plan.openMs, now);
    else this.#enter(state);
  }

  #count(failed: boolean, latencyMs: number, now: number): void {
    const { window } = this;
    const { slowMs, minimumCalls, failedShare, slowShare, consecutive, openMs } = this.#plan;
    window.add(failed, slowMs !== null && latencyMs > slowMs, now);
    this.#failedInARow = failed ? this.#failedInARow + 1 : 0;
    /** Below the minimum no share is ever reached. */
    const whole = window.calls >= minimumCalls ? window.calls : Infinity;
    if (
      this.#failedInARow >= (consecutive ?? Infinity) ||
      reaches(window.first, whole, failedShare) ||
      reaches(window.second, whole, slowShare)
    ) {
      this.#open(openMs, now);
    }
  }

  /** A lease that has ended is a probe that failed at that moment, whenever that is noticed. */
  #endLeases(now: number): void {
    if (this.#leases === null) return;
    for (const [permit, end] of this.#leases) {
      if (end > now) return;
      this.#end(permit);
      if (permit > this.#permit) this.#reopen(end);
    }
  }

  /** Gives a probe's place back; false where the permit is not of one that is out. */
  #end(permit: Permit): boolean {
    if (this.#leases?.delete(permit) !== true) return false;
    if (this.#leases.size === 0) this.#leases = null;
    return true;
  }

  #reopen(at: number): void {
    this.#open(Math.min(this.#openForMs * 2, this.#plan.openMostMs), at);
  }

  #open(forMs: number, at: number): void {
    this.#openForMs = forMs;
    this.#openUntil = at + forMs;
    this.#enter("open");
  }

  #enter(state: BreakerState): void {
    this.#state = state;
    this.#permit = ++this.#serial;
    this.#succeeded = this.#failedInARow = 0;
    this.window.clear();
  }
}

/** Is the share of `part` in `whole` at or above `share`? A hair is forgiven: 29% of 100 is a bit more than 29 in binary. */
function reaches(part: number, whole: number, share: number | null): boolean {
  return share !== null && part >= share * whole - 1e-9;
}
