/**
 * A circuit breaker. Each change of state begins a new epoch, and a permit carries the epoch that it was given in:
 * what comes of a call that began before a change no longer counts. A probe is a lease that ends by itself, and
 * then counts as failed. Times are milliseconds on one monotonic clock.
 */
import type { BreakerPlan } from "./policy.ts";
import type { Permit } from "./protocol.ts";
import { type Window, windowOf } from "./window.ts";

export type BreakerState = "closed" | "open" | "half_open";

/** `neutral`: nothing is said of the path, the permit is given back. */
export type Verdict = "success" | "failure" | "neutral";

export class Breaker {
  readonly #plan: BreakerPlan;
  readonly #window: Window;
  /** When each probe's lease ends; 0 where none is out. */
  readonly #leases: Float64Array;
  #state: BreakerState = "closed";
  #epoch = 0;
  #inARow = 0;
  #openForMs = 0;
  #openUntil = 0;
  #succeeded = 0;

  constructor(plan: BreakerPlan) {
    this.#plan = plan;
    this.#window = windowOf(plan.window);
    this.#leases = new Float64Array(plan.probes);
  }

  get window(): Window {
    return this.#window;
  }

  /** The state at `now`; an open breaker whose time is over is half open. */
  state(now: number): BreakerState {
    this.#endLeases(now);
    return this.#state === "open" && now >= this.#openUntil ? "half_open" : this.#state;
  }

  /** Milliseconds until a probe is let through; 0 where it is not open. */
  opensInMs(now: number): number {
    return this.state(now) === "open" ? this.#openUntil - now : 0;
  }

  /** Would a call at `then` be refused, as far as `now` knows? Takes nothing. */
  refuses(now: number, then: number): boolean {
    this.#endLeases(now);
    if (this.#state === "open") return then < this.#openUntil;
    return this.#state === "half_open" && this.#freeLease() < 0;
  }

  /** Takes the leave for one call; only after `refuses` said no. */
  take(now: number): Permit {
    if (this.#state === "open" && now >= this.#openUntil) this.#enter("half_open");
    if (this.#state === "closed") return this.#epoch * this.#stride;
    const lease = this.#freeLease();
    if (this.#state === "open" || lease < 0) throw new Error("the breaker refuses: ask `refuses` first");
    this.#leases[lease] = now + this.#plan.leaseMs;
    return this.#epoch * this.#stride + lease + 1;
  }

  isProbe(permit: Permit): boolean {
    return permit % this.#stride !== 0;
  }

  settle(permit: Permit, verdict: Verdict, latencyMs: number, now: number): void {
    this.#endLeases(now);
    if (Math.floor(permit / this.#stride) !== this.#epoch) return;
    if (this.#state === "half_open") this.#settleProbe((permit % this.#stride) - 1, verdict, now);
    else if (verdict !== "neutral") this.#count(verdict === "failure", latencyMs, now);
  }

  /** Puts it into a state; a new epoch begins. */
  force(state: BreakerState, now: number): void {
    if (state === "open") this.#open(this.#plan.openMs, now);
    else this.#enter(state);
  }

  /** A closed breaker counts the call, then looks whether it has to open. */
  #count(failed: boolean, latencyMs: number, now: number): void {
    const plan = this.#plan;
    const window = this.#window;
    window.add(failed, plan.slowMs !== null && latencyMs > plan.slowMs, now);
    this.#inARow = failed ? this.#inARow + 1 : 0;
    const enough = window.calls >= plan.minimumCalls;
    if (
      (plan.consecutive !== null && this.#inARow >= plan.consecutive) ||
      (enough && reaches(window.first, window.calls, plan.failedShare)) ||
      (enough && reaches(window.second, window.calls, plan.slowShare))
    ) {
      this.#open(plan.openMs, now);
    }
  }

  #settleProbe(lease: number, verdict: Verdict, now: number): void {
    if (!this.#leases[lease]) return;
    this.#leases[lease] = 0;
    if (verdict === "failure") this.#reopen(now);
    else if (verdict === "success" && ++this.#succeeded >= this.#plan.probes) this.#enter("closed");
  }

  /** A lease that has ended counts as a probe that failed at that moment, whenever it is looked at. */
  #endLeases(now: number): void {
    if (this.#state !== "half_open") return;
    let first = Infinity;
    for (const end of this.#leases) if (end > 0 && end < first) first = end;
    if (first <= now) this.#reopen(first);
  }

  /** Index of a lease that may be given; -1: as many probes are out, or have succeeded, as there may be. */
  #freeLease(): number {
    let out = this.#succeeded;
    let free = -1;
    for (let lease = 0; lease < this.#leases.length; lease++) {
      if (this.#leases[lease]) out++;
      else free = lease;
    }
    return out < this.#leases.length ? free : -1;
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
    this.#epoch++;
    this.#succeeded = 0;
    this.#inARow = 0;
    this.#leases.fill(0);
    this.#window.clear();
  }

  /** A permit is `epoch * stride`, plus the lease's number from 1 on where it is a probe. */
  get #stride(): number {
    return this.#plan.probes + 1;
  }
}

/** Is the share of `part` in `whole` at or above `share`? Percentages like 0.29 have no exact form: a hair is forgiven. */
function reaches(part: number, whole: number, share: number | null): boolean {
  return share !== null && part >= share * whole - 1e-9;
}
