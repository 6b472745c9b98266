/**
 * A circuit breaker. Every change of state makes the permits of before worthless: what comes of a call that began then
 * no longer counts. A probe is a lease that ends by itself, and then counts as failed. Times are milliseconds on one
 * monotonic clock.
 */
import type { BreakerPlan } from "./policy.ts";
import type { Permit } from "./protocol.ts";
import { type Counting, windowOf } from "./window.ts";

export type BreakerState = "closed" | "open" | "half_open";

/** `neutral`: nothing is said of the path, the permit is given back. */
export type Verdict = "success" | "failure" | "neutral";

/** What happened to a breaker. Re-opened: by a probe that failed. Held: by an operator, until it is released. */
export type BreakerChange = "opened" | "reopened" | "half_opened" | "closed" | "held_open" | "held_closed" | "released";

/** Told of each change right after it. `here`: this process found it, it was not told by another. */
export type BreakerListener = (change: BreakerChange, here: boolean, now: number) => void;

/** Which way an operator holds a breaker. */
export type Held = "open" | "closed";

const nobody: BreakerListener = () => {};

/**
 * What is not private is for requests (`health.ts`), for `breaker-control.ts` and for who shares it (`store/`), and for
 * nobody else.
 */
export class Breaker {
  window: Counting;
  /** Told of each change last of all, since whoever listens may change it again. */
  listener = nobody;
  readonly plan: BreakerPlan;
  /** As it was last changed; `stateOf` knows whether its open time is over. */
  state: BreakerState = "closed";
  /** The permit of every call while closed; a new one with each change of state. */
  #permit: Permit = 0;
  /** The last number given out. */
  #serial: Permit = 0;
  /**
   * The probes that are out and when their leases end, the oldest first. Those of before a change of state no longer
   * count for anything but their place: a provider that was probed, opened and is probed again never has more at once.
   */
  readonly #leases = new Map<Permit, number>();
  /** Probes that have succeeded since it was half open. */
  #succeeded = 0;
  #failedInARow = 0;
  /** How long it was last opened for, and until when: Infinity while it is held open. */
  openForMs = 0;
  openUntil = 0;
  /** Which way an operator holds it; null: it goes by its calls. */
  held: Held | null = null;

  constructor(plan: BreakerPlan) {
    this.plan = plan;
    this.window = windowOf(plan.window);
  }

  /** Would a call at `then` be refused, as far as is known `now`? Takes nothing. */
  refuses(now: number, then: number): boolean {
    this.endLeases(now);
    if (this.state === "closed") return false;
    if (this.state === "open" && then < this.openUntil) return true;
    let taken = this.#succeeded;
    for (const end of this.#leases.values()) if (end > then) taken++;
    return taken >= this.plan.probes;
  }

  /** Takes the leave for one call, right after `refuses` said no. */
  take(now: number): Permit {
    if (this.state === "closed") return this.#permit;
    if (this.state === "open") this.enter("half_open", "half_opened", now);
    const permit = ++this.#serial;
    this.#leases.set(permit, now + this.plan.leaseMs);
    return permit;
  }

  settle(permit: Permit, verdict: Verdict, latencyMs: number, now: number): void {
    this.endLeases(now);
    if (permit === this.#permit) {
      if (verdict === "neutral") return;
      const failed = verdict === "failure";
      this.window.add(now, failed, latencyMs > (this.plan.slowMs ?? Infinity));
      this.#failedInARow = failed ? this.#failedInARow + 1 : 0;
      this.judge(now);
    } else if (this.end(permit, verdict) && permit > this.#permit) {
      if (verdict === "failure") this.#reopen(now);
      else if (verdict === "success" && ++this.#succeeded >= this.plan.probes) {
        this.enter("closed", "closed", now);
      }
    }
  }

  /** Opens it if its calls, those of other processes included, ask for it. For a closed one. */
  judge(now: number): void {
    const [calls, first, second] = this.window.counted(now);
    // Nearly always: no share is reached, for all are above zero, and no failure stands in a row.
    if (this.held !== null || first + second === 0) return;
    const { minimumCalls, failedShare, slowShare, consecutive, openMs } = this.plan;
    if (
      reaches(this.#failedInARow, 1, consecutive) ||
      (calls >= minimumCalls && (reaches(first, calls, failedShare) || reaches(second, calls, slowShare)))
    ) {
      this.open(openMs, now, "opened", now);
    }
  }

  /** A lease that has ended is a probe that failed at that moment, whenever that is noticed. */
  endLeases(now: number): void {
    // Nearly always, and cheaper than to begin a loop.
    if (this.#leases.size === 0) return;
    for (const [permit, end] of this.#leases) {
      if (end > now) return;
      this.end(permit, "failure");
      if (permit > this.#permit) this.#reopen(end);
    }
  }

  /** Gives a probe's place back; false where the permit is not of one that is out. */
  end(permit: Permit, _verdict: Verdict): boolean {
    return this.#leases.delete(permit);
  }

  #reopen(at: number): void {
    this.open(Math.min(this.openForMs * 2, this.plan.openMostMs), at, "reopened", at);
  }

  /** Opens it for `forMs` from `from` on; Infinity: until it is told otherwise. */
  open(forMs: number, from: number, change: BreakerChange, now: number, here = true): void {
    this.openForMs = forMs;
    this.openUntil = from + forMs;
    this.enter("open", change, now, here);
  }

  /**
   * Begins a state: no call of before counts any more.
   *
   * @param change what is told of it; null: nothing
   */
  enter(state: BreakerState, change: BreakerChange | null, now: number, here = true): void {
    this.state = state;
    this.#permit = ++this.#serial;
    this.#succeeded = this.#failedInARow = 0;
    this.window.clear();
    if (change !== null) this.listener(change, here, now);
  }
}

/** Is the share of `part` in `whole` at or above `share`? A hair is forgiven: 29% of 100 is a bit more than 29 in binary. */
function reaches(part: number, whole: number, share: number | null): boolean {
  return part >= (share ?? Infinity) * whole - 1e-9;
}
