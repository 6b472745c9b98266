import { epochDayOf, isoDayOf } from "../contract/days.ts";
import { lastDayOf } from "../contract/reliance.ts";
import type { Against, Criterion, CriterionRecord, Evidence } from "./document.ts";

/** What the evidence shows of one criterion, on one day and for what the paths are on that day. */
export type CriterionState =
  | { readonly kind: "passed"; readonly until: string }
  /** The file says nothing of it. */
  | { readonly kind: "missing" }
  | { readonly kind: "pending" }
  | { readonly kind: "failed" }
  /** It was tried on something else; `of` says what has changed since. */
  | { readonly kind: "stale"; readonly of: "policy" | "contracts" | "both" }
  | { readonly kind: "expired"; readonly since: string }
  /** The trial, or its signature, is dated after the day that is asked about. */
  | { readonly kind: "ahead"; readonly day: string };

/**
 * Days are ISO days; a trial of day D that is valid for N days stands from D to D + N, both included.
 * What has changed is told before what has expired: a stale trial is not cured by a new date.
 *
 * @param against what a trial of today would be against; only asked for where something was passed
 * @throws RangeError where `asOf` is no day
 */
export function criterionState(
  evidence: Evidence,
  criterion: Criterion,
  against: () => Against,
  asOf: string,
): CriterionState {
  const today = epochDayOf(asOf);
  if (today === null) throw new RangeError(`${JSON.stringify(asOf)} is not an ISO day`);
  const record = evidence.criteria[criterion];
  if (record === undefined) return { kind: "missing" };
  if (record.status !== "passed") return { kind: record.status };
  const changed = changedSince(record, against());
  if (changed !== null) return { kind: "stale", of: changed };
  for (const day of [record.day, record.signed?.day]) {
    if (day !== undefined && (epochDayOf(day) ?? 0) > today) return { kind: "ahead", day };
  }
  const last = lastDayOf(record.day, record.validDays, today);
  if (last === null) return { kind: "pending" };
  return today <= last ? { kind: "passed", until: isoDayOf(last) } : { kind: "expired", since: isoDayOf(last) };
}

function changedSince(record: CriterionRecord, against: Against): "policy" | "contracts" | "both" | null {
  const policy = record.against?.policy !== against.policy;
  const contracts = record.against?.contracts !== against.contracts;
  if (policy && contracts) return "both";
  return policy ? "policy" : contracts ? "contracts" : null;
}
