/** A breaker's record as text. What is read may be of another version, or rubbish: then there is no record. */
import { type BreakerRecord, type Lease, NO_RECORD } from "./record.ts";

const VERSION = 1;
const MOST_LEASES = 100;
const LONGEST_ID = 64;
/** The last moment that a date can be (ECMA-262, "Time Values"): after a later one there would be no room to count on. */
const LAST_EPOCH = 8.64e15;

export function recordText(record: BreakerRecord): string {
  const { epoch, state, openForMs, openUntil, held, succeeded, leases } = record;
  const rows = leases.map(({ id, epoch, endsAt, used }) => [id, epoch, endsAt, used]);
  return JSON.stringify({ version: VERSION, epoch, state, openForMs, openUntil, held, succeeded, leases: rows });
}

export function recordOf(text: string | null): BreakerRecord {
  if (text === null) return NO_RECORD;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return NO_RECORD;
  }
  if (typeof value !== "object" || value === null) return NO_RECORD;
  const { version, epoch, state, openForMs, openUntil, held, succeeded, leases } = value as Record<string, unknown>;
  if (
    version !== VERSION ||
    !isTime(epoch) ||
    epoch > LAST_EPOCH ||
    (state !== "closed" && state !== "open") ||
    !isTime(openForMs) ||
    !isTime(openUntil) ||
    (held !== null && held !== "open" && held !== "closed") ||
    !isTime(succeeded) ||
    !Array.isArray(leases) ||
    leases.length > MOST_LEASES
  ) {
    return NO_RECORD;
  }
  return { epoch, state, openForMs, openUntil, held, succeeded, leases: leases.flatMap((row) => leaseOf(row) ?? []) };
}

function leaseOf(row: unknown): Lease | null {
  if (!Array.isArray(row)) return null;
  const [id, epoch, endsAt, used] = row as readonly unknown[];
  if (typeof id !== "string" || id.length > LONGEST_ID || typeof used !== "boolean") return null;
  return isTime(epoch) && isTime(endsAt) ? { id, epoch, endsAt, used } : null;
}

/** Milliseconds since 1970 or a number of them, an epoch, a small count: none is ever negative, or past 2^53. */
function isTime(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}
