/** Evidence that is complete, and changes to it. */
import { CRITERIA, type Criterion, type CriterionRecord, type Evidence } from "../document.ts";

export const AGAINST = { policy: `sha256-${"a".repeat(64)}`, contracts: `sha256-${"b".repeat(64)}` };

/** Tried on 2026-02-20, for ten days. */
export const PASSED: CriterionRecord = {
  status: "passed",
  day: "2026-02-20",
  validDays: 10,
  check: "npm run trial",
  against: AGAINST,
};

const SIGNED = { by: "Jo Doe", day: "2026-02-20", statement: "the provider keeps nothing" };

export const COMPLETE: Evidence = {
  fbp: 1,
  path: "backup",
  for: "primary",
  criteria: Object.fromEntries(
    CRITERIA.map((name) => [name, name === "data_handling_and_safety" ? { ...PASSED, signed: SIGNED } : PASSED]),
  ) as Readonly<Record<Criterion, CriterionRecord>>,
};

/** A JSON Merge Patch (RFC 7396): null takes a key away. */
export function patched(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const merged: Record<string, unknown> = { ...(target as object | undefined) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = patched(merged[key], value);
  }
  return merged;
}
