import type { RetryBudgetPlan } from "@fbp/runtime/core";
import type { Report } from "../diagnostics/index.ts";
import type * as tree from "../syntax/tree.ts";
import { reportBound, shareOf } from "./values.ts";

/** More retries a second than this are no limit. */
const MOST_PER_SECOND = 1_000_000;

/** Null after something was reported. */
export function checkRetryBudget(item: tree.RetryBudgetItem, report: Report): RetryBudgetPlan | null {
  const share = shareOf(report, "retry_budget", item.share, true);
  const perSecond = item.perSecond === null ? 0 : perSecondOf(item.perSecond, report);
  if (share === null || perSecond === null) return null;
  if (share === 0 && perSecond === 0) {
    report.add("FBP6018", item.span, {});
    return null;
  }
  return { share, perSecond };
}

function perSecondOf(given: tree.Quantity, report: Report): number | null {
  if (given.unit.kind !== "none") return null;
  if (given.value >= 0 && given.value <= MOST_PER_SECOND) return given.value;
  reportBound(report, "retry_budget", given, `from 0 to ${MOST_PER_SECOND}`);
  return null;
}
