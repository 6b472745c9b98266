/**
 * What processes know together of one breaker, and what each of them may do to it. Pure: a process works out the next
 * record and puts it in the place of the one that it has read. Times are those of the board's clock.
 */
import type { Held, Verdict } from "../core/breaker.ts";
import type { BreakerPlan } from "../core/policy.ts";

/** Leave for one probe: granted ahead of time, so that nobody has to ask when a request comes. */
export interface Lease {
  /** Made by the process that it is for. */
  readonly id: string;
  /** In which it was granted; in a later one it only keeps its place. */
  readonly epoch: number;
  /** Whatever its holder does, it ends then. */
  readonly endsAt: number;
  readonly used: boolean;
}

export interface BreakerRecord {
  /** Grows with each change of state, and is never below the board's clock at that time. */
  readonly epoch: number;
  /** Open, and from `openUntil` on half open. */
  readonly state: "closed" | "open";
  readonly openForMs: number;
  readonly openUntil: number;
  readonly held: Held | null;
  /** Probes that have succeeded in this epoch. */
  readonly succeeded: number;
  readonly leases: readonly Lease[];
}

export const NO_RECORD: BreakerRecord = {
  epoch: 0,
  state: "closed",
  openForMs: 0,
  openUntil: 0,
  held: null,
  succeeded: 0,
  leases: [],
};

/** So long a lease that is granted may wait for its probe to begin. */
export const HOLD_MS = 1000;

export type Deed =
  /** What the breaker came to in one process, which knew the record of epoch `base` at that time. */
  | {
      readonly kind: "state";
      readonly base: number;
      readonly state: "closed" | "open";
      readonly openForMs: number;
      readonly leftMs: number;
    }
  | { readonly kind: "hold"; readonly to: Held | null }
  | { readonly kind: "want"; readonly lease: string }
  | { readonly kind: "began"; readonly lease: string }
  | { readonly kind: "ended"; readonly lease: string; readonly verdict: Verdict }
  | { readonly kind: "gave_back"; readonly lease: string };

/** Is it time for probes at `now`? */
export function isHalfOpen({ state, held, openUntil }: BreakerRecord, now: number): boolean {
  return state === "open" && held === null && openUntil <= now;
}

/**
 * Ends the leases that are over; one whose probe has begun is a probe that failed when it ended. Nothing lasts longer from
 * now on than it can: the board's clock may have been set back, or be another server's.
 */
export function aged(read: BreakerRecord, now: number, plan: BreakerPlan): BreakerRecord {
  const record = bounded(read, now, plan);
  const over = record.leases.filter((lease) => lease.endsAt <= now);
  if (over.length === 0) return record;
  const left = { ...record, leases: record.leases.filter((lease) => lease.endsAt > now) };
  const failed = over.filter((lease) => lease.used && lease.epoch === record.epoch && isHalfOpen(record, now));
  return failed.length === 0 ? left : reopened(left, Math.min(...failed.map((lease) => lease.endsAt)), now, plan);
}

function bounded(record: BreakerRecord, now: number, plan: BreakerPlan): BreakerRecord {
  const { state, openForMs, openUntil, succeeded, leases } = record;
  const leasedUntil = now + HOLD_MS + plan.leaseMs;
  const isOpenTooLong = state === "open" && openUntil > now + plan.openMostMs;
  // As many as it has probes would have closed it.
  const isNone = succeeded >= plan.probes;
  if (!isOpenTooLong && !isNone && leases.every(({ endsAt }) => endsAt <= leasedUntil)) return record;
  return {
    ...record,
    openUntil: isOpenTooLong ? now + Math.min(openForMs, plan.openMostMs) : openUntil,
    succeeded: isNone ? 0 : succeeded,
    leases: leases.map((lease) => (lease.endsAt > leasedUntil ? { ...lease, endsAt: leasedUntil } : lease)),
  };
}

/** The record after `deed`; the same where it changes nothing. */
export function after(record: BreakerRecord, deed: Deed, now: number, plan: BreakerPlan): BreakerRecord {
  switch (deed.kind) {
    case "state":
      return stated(record, deed, now);
    case "hold":
      return held(record, deed.to, now, plan);
    case "want":
      return granted(record, deed.lease, now, plan);
    case "began":
      return changedLease(record, deed.lease, (lease) => ({ ...lease, used: true, endsAt: now + plan.leaseMs }));
    case "gave_back":
      return changedLease(record, deed.lease, () => null);
    case "ended":
      return ended(record, deed.lease, deed.verdict, now, plan);
  }
}

function stated(record: BreakerRecord, deed: Extract<Deed, { kind: "state" }>, now: number): BreakerRecord {
  // Whoever had not heard of the last change does not undo it.
  if (record.epoch > deed.base || record.held !== null) return record;
  if (deed.state === "closed") return record.state === "closed" ? record : moved(record, "closed", now, {}, deed.base);
  const times = { openForMs: deed.openForMs, openUntil: now + deed.leftMs };
  return record.state === "open" && record.epoch === deed.base && record.openUntil >= times.openUntil
    ? record
    : moved(record, "open", now, times, deed.base);
}

function held(record: BreakerRecord, to: Held | null, now: number, plan: BreakerPlan): BreakerRecord {
  if (record.held === to) return record;
  // Released: from open it goes on with probes, from closed with an empty window.
  const state = to ?? record.held ?? "closed";
  return moved({ ...record, held: to }, state, now, { openForMs: plan.openMs, openUntil: now });
}

function granted(record: BreakerRecord, id: string, now: number, plan: BreakerPlan): BreakerRecord {
  if (!isHalfOpen(record, now) || record.leases.length + record.succeeded >= plan.probes) return record;
  const lease: Lease = { id, epoch: record.epoch, endsAt: now + HOLD_MS + plan.leaseMs, used: false };
  return { ...record, leases: [...record.leases, lease] };
}

function ended(record: BreakerRecord, id: string, verdict: Verdict, now: number, plan: BreakerPlan): BreakerRecord {
  const lease = record.leases.find((each) => each.id === id);
  if (lease === undefined) return record;
  const left = changedLease(record, id, () => null);
  if (lease.epoch !== record.epoch || !isHalfOpen(record, now) || verdict === "neutral") return left;
  if (verdict === "failure") return reopened(left, now, now, plan);
  const succeeded = record.succeeded + 1;
  return succeeded >= plan.probes ? moved(left, "closed", now, {}) : { ...left, succeeded };
}

function reopened(record: BreakerRecord, at: number, now: number, plan: BreakerPlan): BreakerRecord {
  const openForMs = Math.min(record.openForMs * 2, plan.openMostMs);
  return moved(record, "open", now, { openForMs, openUntil: at + openForMs });
}

function moved(
  record: BreakerRecord,
  state: BreakerRecord["state"],
  now: number,
  times: { readonly openForMs?: number; readonly openUntil?: number },
  base = 0,
): BreakerRecord {
  const epoch = Math.max(record.epoch + 1, base + 1, Math.floor(now));
  return { ...record, openForMs: 0, openUntil: 0, ...times, epoch, state, succeeded: 0 };
}

function changedLease(record: BreakerRecord, id: string, change: (lease: Lease) => Lease | null): BreakerRecord {
  if (!record.leases.some((lease) => lease.id === id)) return record;
  const leases = record.leases.flatMap((lease) => (lease.id === id ? (change(lease) ?? []) : [lease]));
  return { ...record, leases };
}
