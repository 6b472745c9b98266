import { expect, test } from "vitest";
import type { Contract } from "./document.ts";
import { areaState } from "./reliance.ts";
import { loadShipped } from "./testing/shipped.ts";

const { contract } = loadShipped("local");

function withVerification(verification: Contract["limits"]["verification"]): Contract {
  return { ...contract, limits: { ...contract.limits, verification } };
}

const checked = withVerification({ status: "verified", source: [], checker: "me", day: "2026-02-20", validDays: 10 });

test.each([
  ["2026-02-19", { kind: "pending" }],
  ["2026-02-20", { kind: "verified", until: "2026-03-02" }],
  ["2026-03-02", { kind: "verified", until: "2026-03-02" }],
  ["2026-03-03", { kind: "expired", since: "2026-03-02" }],
  ["9999-12-31", { kind: "expired", since: "2026-03-02" }],
])("a check of 20 February for ten days, on %s", (asOf, state) => {
  expect(areaState(checked, "limits", asOf)).toEqual(state);
});

test("leap years are counted", () => {
  const leap = withVerification({ status: "verified", source: [], checker: "me", day: "2028-02-28", validDays: 1 });
  expect(areaState(leap, "limits", "2028-02-28")).toEqual({ kind: "verified", until: "2028-02-29" });
});

test("a check never stands beyond the last day that can be written", () => {
  const late = withVerification({ status: "verified", source: [], checker: "me", day: "9999-12-01", validDays: 3650 });
  expect(areaState(late, "limits", "9999-12-31")).toEqual({ kind: "verified", until: "9999-12-31" });
});

test("what is contradicted is so on any day", () => {
  const by = { source: 0, file: "limits.txt", copy: { kind: "unread", why: "is not there" } } as const;
  for (const asOf of ["2026-02-19", "2026-02-25", "2027-01-01"]) {
    expect(areaState(checked, "limits", asOf, new Map([["limits", by]]))).toEqual({ kind: "contradicted", by });
    expect(areaState(checked, "endpoint", asOf, new Map([["limits", by]])).kind).not.toBe("contradicted");
  }
});

test("what is pending or not complete is pending on any day", () => {
  const none = withVerification({ status: "pending_review", source: [], day: "2026-02-20", validDays: 10 });
  const half = withVerification({ status: "verified", source: [], day: "2026-02-20" });
  const odd = withVerification({ status: "verified", source: [], day: "2026-02-30", validDays: 10 });
  for (const one of [none, half, odd]) expect(areaState(one, "limits", "2026-02-21")).toEqual({ kind: "pending" });
});

test.each(["", "today", "2026-2-1", "2026-02-30", "2026-02-01T00:00"])("%j is no day to ask for", (asOf) => {
  expect(() => areaState(contract, "limits", asOf)).toThrow(RangeError);
});
