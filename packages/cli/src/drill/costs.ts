/** The cost review of drills: each call on record, held against its usage and the provider's bill. */
import { money, type Policy, type PolicyModel } from "@fbp/dsl";
import { nth, type Outcome } from "@fbp/runtime/core";
import { amount } from "../render/amounts.ts";
import { plural } from "../render/finding.ts";
import type { Billing } from "./cost-review/billing.ts";
import type { CostFinding } from "./cost-review/findings.ts";
import { type CostReview, reviewCosts, type Sum } from "./cost-review/review.ts";
import type { PolicyToDrill } from "./policies.ts";
import type { Drilled } from "./run.ts";

export interface Costs {
  readonly review: CostReview;
  /** What speaks against the record; none: it stands. */
  readonly problems: readonly CostFinding[];
  /** What should be known. */
  readonly notes: readonly string[];
}

/** @param billing what the real provider bills; null: nobody has given it */
export function costsOf(
  { policy, model }: PolicyToDrill,
  drilled: readonly Drilled[],
  staging: boolean,
  billing: Billing | null,
): Costs {
  if (staging) {
    const live = drilled.flatMap((one) => (one.drill.live === null ? [] : [ofLive(one, model)]));
    const review = reviewCosts(live, billing ?? undefined, [policy]);
    const notes = [...sumsOf(review), ...review.findings.filter((one) => !isError(one)).map(({ text }) => text)];
    return { review, problems: review.findings.filter(isError), notes };
  }
  return againstLocal(policy, drilled);
}

/** The bill of the provider on this machine is for what it has answered, and nothing else. */
function againstLocal(policy: Policy, drilled: readonly Drilled[]): Costs {
  const outcomes = drilled.map(({ happened }) => happened.outcome);
  const entries = drilled.flatMap(({ bill }) => bill).map((entry, index) => ({ ...entry, line: index + 1 }));
  const billed = reviewCosts(outcomes, { file: "the provider's bill", entries }, [policy]);
  // What failed calls cost with the real provider only its own bill can tell.
  const open = reviewCosts(outcomes, undefined, [policy]);
  return {
    review: billed,
    problems: billed.findings.filter((one) => isError(one) || isNotBilled(one)),
    notes: [...sumsOf(billed), ...open.findings.filter((one) => !isError(one)).map(({ text }) => text)],
  };
}

function isError({ severity }: CostFinding): boolean {
  return severity === "error";
}

/** The calls that went to the real provider. */
function ofLive({ drill, happened: { outcome } }: Drilled, { paths }: PolicyModel): Outcome {
  const { name } = nth(paths, drill.path);
  const attempts = outcome.attempts.filter(({ path }) => path === name);
  const tokens = attempts.reduce((sum, attempt) => sum + attempt.tokens, 0);
  const costNanos = attempts.reduce((sum, attempt) => sum + attempt.costNanos, 0);
  return { ...outcome, attempts, tokens, costNanos };
}

function isNotBilled({ kind }: CostFinding): boolean {
  return kind === "not_billed";
}

function sumsOf({ totals }: CostReview): readonly string[] {
  const { charges, currency, billed } = totals;
  const sum = (words: string, { calls, tokens, costNanos }: Sum): readonly string[] => {
    if (calls === 0) return [];
    const cost = costNanos === 0 ? "" : `, ${money(costNanos, currency)}`;
    return [`${plural(calls, "call")} ${words}${tokens === 0 ? "" : `: ${amount(tokens)} tokens${cost}`}`];
  };
  return [
    ...sum("by reported usage", charges.reported),
    ...sum("reserved, may have been charged", charges.reserved),
    ...sum("not charged", charges.none),
    ...(billed === null
      ? []
      : [`${billed.matched} of ${plural(billed.lines, "line")} of the provider's bill on record`]),
  ];
}
