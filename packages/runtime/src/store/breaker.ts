/**
 * This process's side of a breaker that is shared. It decides at once by what it knows; what it comes to is told to the
 * others as deeds on the record, and the record, once read, is what counts.
 */
import type { Breaker, BreakerChange, Verdict } from "../core/breaker.ts";
import { closedElsewhere, hold, openedElsewhere, opensInMs, stateOf } from "../core/breaker-control.ts";
import type { BreakerPlan } from "../core/policy.ts";
import type { Permit } from "../core/protocol.ts";
import { after, aged, type BreakerRecord, type Deed, HOLD_MS, isHalfOpen } from "./record.ts";

/** Leave for a probe, until then on this process's clock. */
interface Grant {
  readonly lease: string;
  readonly until: number;
}

/** What a record would become, and how much of what is to be told is in it. */
export interface Draft {
  readonly record: BreakerRecord;
  readonly deeds: number;
  readonly changes: number;
  readonly wanted: readonly string[];
}

/** So long after the last request that was refused for want of a grant one is asked for, again and again. */
const WANTING_MS = 60_000;

/** Only probes and an operator's hand make deeds, so that there are never many. */
const MOST_DEEDS = 500;

export class SharedBreaker {
  readonly #breaker: Breaker;
  readonly #plan: BreakerPlan;
  readonly #leaseId: () => string;
  /** There is something to tell. */
  readonly #kick: () => void;
  #epoch = 0;
  #up = false;
  #deeds: Deed[] = [];
  /** Changes of state that the others may not know of; they are told as the state of then. */
  #changes = 0;
  #told = 0;
  #grants: readonly Grant[] = [];
  readonly #probes = new Map<Permit, string>();
  /** Until then it is asked for grants: a request was refused for want of one. */
  #wantingUntil = 0;
  #gaveBack = false;
  /** Had the probe that ended last a lease? Then its end says all that the others need to know. */
  #hadLease = false;

  constructor(breaker: Breaker, plan: BreakerPlan, leaseId: () => string, kick: () => void) {
    this.#breaker = breaker;
    this.#plan = plan;
    this.#leaseId = leaseId;
    this.#kick = kick;
  }

  /** The epoch of the record that was read last. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Must the others be asked soon? */
  isRestless(now: number): boolean {
    return this.#deeds.length > 0 || this.#changes !== this.#told || stateOf(this.#breaker, now) !== "closed";
  }

  // ------------------------------------------------------------ asked and told by the breaker

  /** May one more probe begin at `then`, as far as is known `now` of all processes? Answers at once. */
  mayProbe(now: number, then: number): boolean {
    // Whoever is out of reach goes by itself. What will be granted later is not known; it is asked again then.
    if (!this.#up || then > now) return true;
    if (this.#grants.some((grant) => grant.until > now)) return true;
    this.#wantingUntil = now + WANTING_MS;
    return false;
  }

  probeBegan(permit: Permit, now: number): void {
    if (!this.#up) return;
    const grant = this.#grants.find((each) => each.until > now);
    if (grant === undefined) return;
    this.#grants = this.#grants.filter((each) => each !== grant);
    this.#probes.set(permit, grant.lease);
    this.#do({ kind: "began", lease: grant.lease });
  }

  /** Also for one that no one had to be asked for. */
  probeEnded(permit: Permit, verdict: Verdict): void {
    const lease = this.#probes.get(permit);
    this.#hadLease = lease !== undefined;
    if (lease === undefined) return;
    this.#probes.delete(permit);
    this.#do({ kind: "ended", lease, verdict });
  }

  changed(change: BreakerChange, here: boolean): void {
    if (!here || change === "half_opened") return;
    if (change === "held_open" || change === "held_closed") this.#do({ kind: "hold", to: this.#breaker.held });
    else if (change === "released") this.#do({ kind: "hold", to: null });
    else if (change === "opened" || !this.#hadLease || !this.#up) {
      this.#changes += 1;
      this.#kick();
    }
    this.#hadLease = false;
  }

  // ------------------------------------------------------------ asked and told by the one who shares

  /** What is to become of the record that was read at `then` of the board's clock. */
  draft(read: BreakerRecord, then: number, now: number): Draft {
    this.#endGrants(now);
    const { held } = this.#breaker;
    // Asked first, since a lease that is over by now makes a deed.
    const state = stateOf(this.#breaker, now);
    const deeds = [...this.#deeds];
    // The board has forgotten what this process knows: it is told again.
    const forgotten = read.epoch < this.#epoch;
    if (forgotten && held !== null && !deeds.some((deed) => deed.kind === "hold"))
      deeds.push({ kind: "hold", to: held });
    if (held === null && (this.#changes !== this.#told || (forgotten && state !== "closed")))
      deeds.unshift(this.#state(now));
    let record = aged(read, then, this.#plan);
    for (const deed of deeds) record = after(record, deed, then, this.#plan);
    const wanted: string[] = [];
    if (now < this.#wantingUntil && !this.#gaveBack && this.#grants.length === 0 && isHalfOpen(record, then)) {
      const lease = this.#leaseId();
      record = after(record, { kind: "want", lease }, then, this.#plan);
      if (record.leases.some((each) => each.id === lease)) wanted.push(lease);
    }
    return { record, deeds: this.#deeds.length, changes: this.#changes, wanted };
  }

  /**
   * What was drafted stands on the board now.
   *
   * @param mine it was changed by this process
   * @param askedAt when the board was asked, on this process's clock
   */
  agreed(draft: Draft, mine: boolean, then: number, askedAt: number, now: number): void {
    const { record } = draft;
    const closed = stateOf(this.#breaker, now) === "closed";
    this.#up = true;
    this.#deeds = this.#deeds.slice(draft.deeds);
    this.#told = draft.changes;
    this.#gaveBack = false;
    if (draft.wanted.length > 0) {
      this.#grants = [...this.#grants, ...draft.wanted.map((lease) => ({ lease, until: askedAt + HOLD_MS }))];
    }
    const known = this.#epoch;
    this.#epoch = record.epoch;
    // Something has changed here meanwhile, which the others hear of next.
    if (this.#changes !== this.#told || this.#deeds.length > 0) return;
    if (record.held !== this.#breaker.held) hold(this.#breaker, record.held, false, now);
    if (record.held !== null) return;
    const differs = closed !== (record.state === "closed");
    if (!differs && (record.epoch === known || (mine && closed))) return;
    if (record.state === "closed") closedElsewhere(this.#breaker, now);
    else openedElsewhere(this.#breaker, record.openForMs, record.openUntil - then, now);
  }

  /** From now on this process goes by itself. What it was granted is given back when it can be. */
  lost(): void {
    this.#up = false;
    this.#giveBack(this.#grants);
  }

  /** Nothing more will begin here. */
  leaves(): void {
    this.#giveBack(this.#grants);
    this.#wantingUntil = 0;
  }

  #endGrants(now: number): void {
    const over = this.#grants.filter((grant) => grant.until <= now);
    if (over.length === 0) return;
    // Others may want it more: it is asked for again a round later.
    this.#gaveBack = true;
    this.#giveBack(over);
  }

  #giveBack(grants: readonly Grant[]): void {
    this.#grants = this.#grants.filter((grant) => !grants.includes(grant));
    for (const { lease } of grants) this.#deeds.push({ kind: "gave_back", lease });
  }

  #state(now: number): Deed {
    const breaker = this.#breaker;
    const state = stateOf(breaker, now) === "closed" ? "closed" : "open";
    return { kind: "state", base: this.#epoch, state, openForMs: breaker.openForMs, leftMs: opensInMs(breaker, now) };
  }

  #do(deed: Deed): void {
    if (this.#deeds.length < MOST_DEEDS) this.#deeds.push(deed);
    this.#kick();
  }
}
