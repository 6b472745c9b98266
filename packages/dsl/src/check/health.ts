import type { BreakerPlan, RetryBudgetPlan, SloPlan } from "@fbp/runtime/core";
import type * as tree from "../syntax/tree.ts";
import { breakerFor, checkBreaker, type KnownBreaker } from "./breaker.ts";
import type { Known } from "./known.ts";
import type { KnownPath } from "./path.ts";
import type { PolicyItems } from "./policy-items.ts";
import { reportNameless, resolve } from "./resolve.ts";
import { checkRetryBudget } from "./retry-budget.ts";
import { checkSlo } from "./slo.ts";

/** What a policy watches on its paths. A plan is null where it is wrong, which was reported. */
export interface Health {
  readonly breakers: ReadonlyMap<KnownPath, BreakerPlan | null>;
  readonly slos: ReadonlyMap<KnownPath, SloPlan | null>;
  readonly retryBudgets: ReadonlyMap<KnownPath, RetryBudgetPlan | null>;
  readonly retryBudget: RetryBudgetPlan | null;
}

export function checkHealth(items: PolicyItems, known: Known): Health {
  const { report } = known;
  return {
    breakers: mapValues(items.breakers, (block, path) => {
      const breaker = breakerOf(block, path, known);
      return breaker === null ? null : breakerFor(breaker, path, block.span, report);
    }),
    slos: mapValues(items.slos, (block, path) => checkSlo(block, path, known.declared, report)),
    retryBudgets: mapValues(items.retryBudgets, (item) => checkRetryBudget(item, report)),
    retryBudget: items.retryBudget === undefined ? null : checkRetryBudget(items.retryBudget, report),
  };
}

/** `breaker primary { … }` or `breaker primary careful` */
function breakerOf(block: tree.BreakerBlock, path: KnownPath, known: Known): KnownBreaker | null {
  const { report, declared } = known;
  if (block.settings !== null) {
    if (block.name !== null) reportNameless(report, "breaker", block.name);
    const place = block.path?.span ?? block.span;
    return checkBreaker(block, `the breaker of \`${path.name}\``, place, declared, report);
  }
  const shared = block.name === null ? null : resolve(report, declared, "breaker", block.name, known.breakers);
  if (shared !== null && block.name !== null) known.uses.breakers.add(block.name.text);
  return shared;
}

function mapValues<K, V, W>(from: ReadonlyMap<K, V>, change: (value: V, key: K) => W): ReadonlyMap<K, W> {
  return new Map([...from].map(([key, value]) => [key, change(value, key)]));
}
