import type { WindowPlan } from "@fbp/runtime/core";
import type { Report } from "../diagnostics/index.ts";
import type { Node, Quantity } from "../syntax/tree.ts";
import { countOf, durationOf } from "./values.ts";

/** Calls of a window are kept one by one, so that a window has a bound. */
const MOST_CALLS = 100_000;

export interface Window {
  readonly window: WindowPlan;
  readonly minimumCalls: number;
}

/**
 * Reads `60s, at least 20 calls` or `100 calls, at least 20 calls`. How many calls a window must hold
 * before it says anything is the operator's to choose: where it `mustSay` and does not, that is
 * reported. Null after something was reported.
 */
export function countOrDurationWindow(
  report: Report,
  setting: string,
  given: Node & { readonly size: Quantity; readonly minimum: Quantity | null },
  owner: string,
  mustSay: boolean,
): Window | null {
  const { size, minimum } = given;
  const window = sizeOf(report, setting, size);
  if (minimum === null) {
    if (mustSay) {
      report.add("FBP2007", given.span, {
        owner: `the window of ${owner}`,
        missing: ["at least … calls"],
        example: ", at least 20 calls",
      });
      return null;
    }
    return window === null ? null : { window, minimumCalls: 1 };
  }
  const minimumCalls = countOf(report, setting, minimum, { least: 1, most: MOST_CALLS }, "calls");
  if (window === null || minimumCalls === null) return null;
  if (window.kind === "calls" && minimumCalls > window.calls) {
    report.add("FBP6014", minimum.span, { what: owner, window: window.calls, minimum: minimumCalls });
    return null;
  }
  return { window, minimumCalls };
}

function sizeOf(report: Report, setting: string, size: Quantity): WindowPlan | null {
  switch (size.unit.kind) {
    case "duration": {
      const ms = durationOf(report, setting, size);
      return ms === null ? null : { kind: "time", ms };
    }
    case "calls": {
      const calls = countOf(report, setting, size, { least: 1, most: MOST_CALLS }, "calls");
      return calls === null ? null : { kind: "calls", calls };
    }
    default:
      return null;
  }
}
