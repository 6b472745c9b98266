/** The bounds of a policy, as the manifest has them. */

import { type Explained, type Extreme, explainProof } from "../analyze/explain/index.ts";
import { outcomeOf } from "../analyze/explore/graph.ts";
import type { Proof } from "../analyze/proof.ts";
import { proofOf } from "../analyze/proof-of.ts";
import type { PolicyModel } from "../check/model.ts";
import type { Manifest } from "./manifest-schema.ts";

type Bounds = Manifest["policies"][number]["bounds"];

export function boundsEntry(policy: PolicyModel): Bounds {
  const proved = proofOf(policy);
  return proved.kind === "proved" ? proven(policy, proved.proof) : unproven(policy);
}

function proven(policy: PolicyModel, proof: Proof): Bounds {
  const { worst, best, amplification, reasons } = explainProof(proof);
  const { currency } = policy.budget;
  const most = (what: "retries" | "fallbacks"): number =>
    proof.graph.ends.reduce((sofar, end) => Math.max(sofar, outcomeOf(end)[what]), 0);
  const isExact = (extreme: Extreme | null): boolean => extreme !== null && extreme.run !== null;
  return {
    attempts: worst.attempts.value,
    retries: most("retries"),
    fallbacks: most("fallbacks"),
    elapsedMs: Math.ceil(worst.elapsedMs.value),
    tokens: worst.tokens?.value ?? null,
    cost: moneyOf(worst.costNanos, currency),
    exact: {
      attempts: isExact(worst.attempts),
      elapsedMs: isExact(worst.elapsedMs),
      tokens: isExact(worst.tokens),
      cost: isExact(worst.costNanos),
    },
    least: {
      attempts: best.attempts.value,
      elapsedMs: Math.floor(best.elapsedMs.value),
      tokens: best.tokens?.value ?? null,
      cost: moneyOf(best.costNanos, currency),
    },
    amplification: amplification.value,
    byReason: reasons.map((reason) => reasonEntry(reason, currency)),
  };
}

function moneyOf(extreme: Extreme | null, currency: string | null): Bounds["cost"] {
  return extreme === null || currency === null ? null : { nanos: extreme.value, currency };
}

function reasonEntry(
  { reason, results, attempts, elapsedMs, tokens, costNanos }: Explained["reasons"][number],
  currency: string | null,
): Bounds["byReason"][number] {
  const [least, most] = elapsedMs;
  return {
    reason,
    results: [...results],
    attempts: rangeOf(attempts),
    elapsedMs: { least: Math.floor(least), most: Math.ceil(most) },
    tokens: tokens === null ? null : rangeOf(tokens),
    cost: costNanos === null || currency === null ? null : { ...rangeOf(costNanos), currency },
  };
}

function rangeOf([least, most]: readonly [number, number]): { readonly least: number; readonly most: number } {
  return { least, most };
}

/** What the budget and the rules' actions alone say. */
function unproven(policy: PolicyModel): Bounds {
  const { deadlineMs, tokens, costNanos, currency, ...budget } = policy.budget;
  const actions = new Set(
    policy.paths.flatMap((path) => path.rules.flatMap((rule) => rule.actions.map(({ kind }) => kind))),
  );
  const retries = actions.has("retry") ? budget.retries : 0;
  // A path that was left is never entered again.
  const fallbacks = actions.has("fallback") ? Math.min(budget.fallbacks, policy.paths.length - 1) : 0;
  const attempts = Math.min(budget.attempts, 1 + retries + fallbacks);
  const isSpent = costNanos !== null && currency !== null;
  return {
    attempts,
    retries: Math.min(retries, attempts - 1),
    fallbacks: Math.min(fallbacks, attempts - 1),
    elapsedMs: deadlineMs,
    tokens,
    cost: isSpent ? { nanos: costNanos, currency } : null,
    exact: { attempts: false, elapsedMs: false, tokens: false, cost: false },
    least: {
      attempts: 0,
      elapsedMs: 0,
      tokens: tokens === null ? null : 0,
      cost: isSpent ? { nanos: 0, currency } : null,
    },
    amplification: attempts,
    byReason: [],
  };
}
