import { describe, expect, test } from "vitest";
import type { Evidence } from "./document.ts";
import { criterionState } from "./state.ts";
import { AGAINST, COMPLETE, patched } from "./testing/complete.ts";

/** Of `prompt`, in evidence with this change. */
function state(patch: unknown, asOf = "2026-02-25", against = AGAINST) {
  const evidence = patched(COMPLETE, { criteria: { prompt: patch } }) as Evidence;
  return criterionState(evidence, "prompt", () => against, asOf);
}

describe("a trial of 20 February for ten days", () => {
  test.each([
    ["2026-02-19", { kind: "ahead", day: "2026-02-20" }],
    ["2026-02-20", { kind: "passed", until: "2026-03-02" }],
    ["2026-03-02", { kind: "passed", until: "2026-03-02" }],
    ["2026-03-03", { kind: "expired", since: "2026-03-02" }],
  ])("on %s", (asOf, expected) => expect(state({}, asOf)).toEqual(expected));
});

test.each<[what: string, patch: unknown, expected: object]>([
  ["of which nothing is said", null, { kind: "missing" }],
  ["that is pending", { status: "pending" }, { kind: "pending" }],
  ["that failed", { status: "failed" }, { kind: "failed" }],
  [
    "that was signed later",
    { signed: { by: "a", day: "2026-02-26", statement: "b" } },
    { kind: "ahead", day: "2026-02-26" },
  ],
])("one %s", (_, patch, expected) => expect(state(patch)).toEqual(expected));

test.each([
  [{ ...AGAINST, policy: AGAINST.contracts }, "policy"],
  [{ ...AGAINST, contracts: AGAINST.policy }, "contracts"],
  [{ policy: AGAINST.contracts, contracts: AGAINST.policy }, "both"],
])("what was tried on something else is stale, whatever its day", (against, of) => {
  expect(state({}, "2026-02-25", against)).toEqual({ kind: "stale", of });
  expect(state({}, "2027-02-25", against)).toEqual({ kind: "stale", of });
});

test("what is no day cannot be asked about", () => {
  expect(() => state({}, "today")).toThrow(RangeError);
});
