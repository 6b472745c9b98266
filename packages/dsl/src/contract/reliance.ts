import { epochDayOf, isoDayOf } from "./days.ts";
import type { AreaName, Contract } from "./document.ts";

export type AreaState =
  | { readonly kind: "verified"; readonly until: string }
  | { readonly kind: "pending" }
  | { readonly kind: "expired"; readonly since: string };

/**
 * May the area be relied on, on the day `asOf`? All days are ISO days (`2026-11-22`). A check of day D
 * that is valid for N days stands from D to D + N, both included; `until` and `since` are that last
 * day. A check dated after `asOf` has not happened yet. Throws a RangeError where `asOf` is no day.
 */
export function areaState(contract: Contract, area: AreaName, asOf: string): AreaState {
  const today = epochDayOf(asOf);
  if (today === null) throw new RangeError(`${JSON.stringify(asOf)} is not an ISO day`);
  const { status, day, validDays } = contract[area].verification;
  const checked = day === undefined ? null : epochDayOf(day);
  if (status !== "verified" || checked === null || validDays === undefined || checked > today)
    return { kind: "pending" };
  const last = checked + validDays;
  return today <= last ? { kind: "verified", until: isoDayOf(last) } : { kind: "expired", since: isoDayOf(last) };
}
