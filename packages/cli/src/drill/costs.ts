/** The cost review of drills: each call on record, held against its usage and the provider's bill. */
import { money } from "@fbp/dsl";
import { amount } from "../render/amounts.ts";
import { plural } from "../render/finding.ts";
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

/** Against the bill of the provider on this machine, which charges for nothing but what it has answered. */
export function costsOf({ policy, file }: PolicyToDrill, drilled: readonly Drilled[]): Costs {
  const outcomes = drilled.map(({ happened }) => happened.outcome);
  const entries = drilled.flatMap(({ bill }) => bill).map((entry, index) => ({ ...entry, line: index + 1 }));
  const billed = reviewCosts(outcomes, { file: `the provider's bill for ${file}`, entries }, [policy]);
  const isError = ({ severity }: CostFinding): boolean => severity === "error";
  // What such calls cost with the real provider only its own bill can tell.
  const open = reviewCosts(outcomes, undefined, [policy]);
  const { totals } = billed;
  const found = (totals.billed?.notBilled ?? 0) - totals.charges.reserved.calls;
  return {
    review: billed,
    problems: [...billed.findings.filter(isError), ...(found > 0 ? billed.findings.filter(isNotBilled) : [])],
    notes: [...sumsOf(billed), ...open.findings.filter((one) => !isError(one)).map(({ text }) => text)],
  };
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
