/** Recorded requests against what their provider bills. */
import type { Policy } from "@fbp/dsl";
import type { Outcome } from "@fbp/runtime/core";
import type { Billing, BillingEntry } from "../drill/cost-review/billing.ts";
import { MOST_APART_MS } from "../drill/cost-review/pair-by-time.ts";
import { type CostReview, reviewCosts } from "../drill/cost-review/review.ts";

/** They are held until the end, some hundred bytes each. */
export const MOST_BILLED_REQUESTS = 500_000;

export interface BillReview {
  readonly review: CostReview;
  /** Lines of the bill from another time than the requests, which nothing is said of. */
  readonly outside: number;
}

export function reviewBill(outcomes: readonly Outcome[], billing: Billing, policies: readonly Policy[]): BillReview {
  let [from, to] = [Infinity, -Infinity];
  for (const { startedAt, elapsedMs } of outcomes) {
    from = Math.min(from, startedAt - MOST_APART_MS);
    to = Math.max(to, startedAt + elapsedMs + MOST_APART_MS);
  }
  const isInside = ({ at, withinMs }: BillingEntry): boolean => at === null || (at + withinMs > from && at <= to);
  const entries = billing.entries.filter(isInside);
  return {
    review: reviewCosts(outcomes, { ...billing, entries }, policies),
    outside: billing.entries.length - entries.length,
  };
}
