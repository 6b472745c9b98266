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

/** What happened to a breaker. Re-opened: by a probe that failed. Held: by an operator, until it is released. */
export type BreakerChange = "opened" | "reopened" | "half_opened" | "closed" | "held_open" | "held_closed" | "released";

/** Told of each change right after it. `here`: this process found it, it was not told by another. */
export type BreakerListener = (change: BreakerChange, here: boolean, now: number) => void;

/** What a breaker that is shared with other processes has to ask and to tell. Answers at once, and never throws. */
export interface BreakerShare {
  /** May one more probe begin at `then`, as far as is known `now` of all processes? */
  mayProbe(now: number, then: number): boolean;
  probeBegan(permit: Permit, now: number): void;
  /** Also for one that no one had to be asked for. */
  probeEnded(permit: Permit, verdict: Verdict): void;
  changed: BreakerListener;
}

/** Which way an operator holds a breaker. */
export type Held = "open" | "closed";

export class Breaker {
  readonly window: Window;
  /** null: it is this process's alone. */
  share: BreakerShare | null = null;
  /** null: nobody listens. */
  listener: BreakerListener | null = null;
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
  /** Infinity while it is held open. */
  #openUntil = 0;
  #held: Held | null = null;

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
    return taken >= this.#plan.probes || this.share?.mayProbe(now, then) === false;
  }

  /** How long it was last opened for, in milliseconds. */
  get openForMs(): number {
    return this.#openForMs;
  }

  get held(): Held | null {
    return this.#held;
  }

  /** Takes the leave for one call, right after `refuses` said no. */
  take(now: number): Permit {
    if (this.#state === "closed") return this.#permit;
    if (this.#state === "open") this.#enter("half_open", "half_opened", true, now);
    this.#leases ??= new Map();
    const permit = ++this.#serial;
    this.#leases.set(permit, now + this.#plan.leaseMs);
    this.share?.probeBegan(permit, now);
    return permit;
  }

  /** Is this the permit of a probe that is out? */
  isProbe(permit: Permit): boolean {
    return permit > this.#permit && this.#leases?.has(permit) === true;
  }

  settle(permit: Permit, verdict: Verdict, latencyMs: number, now: number): void {
    this.#endLeases(now);
    if (this.#end(permit, verdict)) {
      if (permit < this.#permit) return;
      if (verdict === "failure") this.#reopen(now);
      else if (verdict === "success" && ++this.#succeeded >= this.#plan.probes) {
        this.#enter("closed", "closed", true, now);
      }
    } else if (permit === this.#permit && verdict !== "neutral" && this.#state === "closed") {
      this.#count(verdict === "failure", latencyMs, now);
    }
  }

  /** Puts it into a state, as if it had just come there. */
  force(state: BreakerState, now: number): void {
    this.#held = null;
    if (state === "open") this.#open(this.#plan.openMs, now, "opened", true, now);
    else this.#enter(state, state === "closed" ? "closed" : "half_opened", true, now);
  }

  /**
   * Holds it open (nothing gets through, no probe either) or closed (everything does), whatever its calls come to, until
   * it is released by null. Then one that was held open goes on with probes, one that was held closed with an empty window.
   */
  hold(to: Held | null, here: boolean, now: number): void {
    const from = this.#held;
    if (to === from) return;
    this.#held = to;
    if (to === "open") this.#open(this.#plan.openMs, Infinity, "held_open", here, now);
    else if (to === "closed") this.#enter("closed", "held_closed", here, now);
    else if (from === "open") {
      this.#openUntil = now;
      this.#tell("released", here, now);
    } else this.#enter("closed", "released", here, now);
  }

  /** Another process opened it, for `leftMs` more. Where it is open already only the times are taken over. */
  openedElsewhere(forMs: number, leftMs: number, now: number): void {
    this.hold(null, false, now);
    if (this.#state === "open") {
      this.#openForMs = forMs;
      this.#openUntil = now + leftMs;
    } else this.#open(forMs, now + leftMs - forMs, "opened", false, now);
  }

  /** Another process closed it, perhaps after openings that were never heard of here. */
  closedElsewhere(now: number): void {
    this.hold(null, false, now);
    this.#enter("closed", this.#state === "closed" ? null : "closed", false, now);
  }

  /** Opens it if its calls, those of other processes included, ask for it. */
  judge(now: number): void {
    this.window.advance(now);
    if (this.#state === "closed") this.#judge(now);
  }

  #judge(now: number): void {
    if (this.#held !== null) return;
    const { calls, first, second } = this.window.whole;
    // Nearly always: no share is reached, for all are above zero, and no failure stands in a row.
    if (first === 0 && second === 0) return;
    const { minimumCalls, failedShare, slowShare, consecutive, openMs } = this.#plan;
    /** Below the minimum no share is ever reached. */
    const whole = calls >= minimumCalls ? calls : Infinity;
    if (
      this.#failedInARow >= (consecutive ?? Infinity) ||
      reaches(first, whole, failedShare) ||
      reaches(second, whole, slowShare)
    ) {
      this.#open(openMs, now, "opened", true, now);
    }
  }

  #count(failed: boolean, latencyMs: number, now: number): void {
    const { slowMs } = this.#plan;
    this.window.add(failed, slowMs !== null && latencyMs > slowMs, now);
    this.#failedInARow = failed ? this.#failedInARow + 1 : 0;
    this.#judge(now);
  }

  /** A lease that has ended is a probe that failed at that moment, whenever that is noticed. */
  #endLeases(now: number): void {
    if (this.#leases === null) return;
    for (const [permit, end] of this.#leases) {
      if (end > now) return;
      this.#end(permit, "failure");
      if (permit > this.#permit) this.#reopen(end);
    }
  }

  /** Gives a probe's place back; false where the permit is not of one that is out. */
  #end(permit: Permit, verdict: Verdict): boolean {
    if (this.#leases?.delete(permit) !== true) return false;
    if (this.#leases.size === 0) this.#leases = null;
    this.share?.probeEnded(permit, verdict);
    return true;
  }

  #reopen(at: number): void {
    this.#open(Math.min(this.#openForMs * 2, this.#plan.openMostMs), at, "reopened", true, at);
  }

  #open(forMs: number, from: number, change: BreakerChange, here: boolean, now: number): void {
    this.#openForMs = forMs;
    this.#openUntil = from + forMs;
    this.#enter("open", change, here, now);
  }

  /** @param change what is told of it; null: nothing */
  #enter(state: BreakerState, change: BreakerChange | null, here: boolean, now: number): void {
    this.#state = state;
    this.#permit = ++this.#serial;
    this.#succeeded = this.#failedInARow = 0;
    this.window.clear();
    if (change !== null) this.#tell(change, here, now);
  }

  /** The last of each change, since whoever listens may change it again. */
  #tell(change: BreakerChange, here: boolean, now: number): void {
    this.share?.changed(change, here, now);
    this.listener?.(change, here, now);
  }
}

/** Is the share of `part` in `whole` at or above `share`? A hair is forgiven: 29% of 100 is a bit more than 29 in binary. */
function reaches(part: number, whole: number, share: number | null): boolean {
  return share !== null && part >= share * whole - 1e-9;
}
