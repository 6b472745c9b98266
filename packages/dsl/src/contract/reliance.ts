import { epochDayOf, isoDayOf, LAST_DAY } from "./days.ts";
import type { AreaName, Contract } from "./document.ts";
import type { Contradiction } from "./sources.ts";

export type AreaState =
  | { readonly kind: "verified"; readonly until: string }
  | { readonly kind: "pending" }
  | { readonly kind: "expired"; readonly since: string }
  | { readonly kind: "contradicted"; readonly by: Contradiction };

/**
 * May the area be relied on, on the day `asOf`? All days are ISO days (`2026-11-22`). A check of day D
 * that is valid for N days stands from D to D + N, both included; `until` and `since` are that last
 * day. A check dated after `asOf` has not happened yet. What `contradictionsOf` found comes first: a
 * copy that is not what was read shows nothing, on whatever day. Throws a RangeError where `asOf` is no day.
 */
export function areaState(
  contract: Contract,
  area: AreaName,
  asOf: string,
  contradictions: ReadonlyMap<AreaName, Contradiction> = NONE,
): AreaState {
  const today = epochDayOf(asOf);
  if (today === null) throw new RangeError(`${JSON.stringify(asOf)} is not an ISO day`);
  const by = contradictions.get(area);
  if (by !== undefined) return { kind: "contradicted", by };
  const { status, day, validDays } = contract[area].verification;
  const last = status === "verified" ? lastDayOf(day, validDays, today) : null;
  if (last === null) return { kind: "pending" };
  return today <= last ? { kind: "verified", until: isoDayOf(last) } : { kind: "expired", since: isoDayOf(last) };
}

const NONE: ReadonlyMap<AreaName, Contradiction> = new Map();

/**
 * The last epoch day on which a check of `day` for `validDays` stands; null where one of them is not
 * said, or the check has not happened by the epoch day `today`. Never beyond the last day that can be written.
 */
export function lastDayOf(day: string | undefined, validDays: number | undefined, today: number): number | null {
  const checked = day === undefined ? null : epochDayOf(day);
  if (checked === null || validDays === undefined || checked > today) return null;
  return Math.min(checked + validDays, LAST_DAY);
}
