/** Typed predicates: the checks of every expression but those of alerts. */
import { Report } from "../../diagnostics/index.ts";
import type * as tree from "../../syntax/tree.ts";
import type { Predicate } from "../model.ts";
import { mergeOnce } from "../once.ts";
import { checkExpression } from "./check.ts";
import type { Rely, Scope } from "./scope.ts";

export { evaluate, type Facts } from "./evaluate.ts";
export { TRANSPORT_FAULTS } from "./roots.ts";
export type { ContractInScope, OutcomeNames, Rely, Scope } from "./scope.ts";

/**
 * The checked predicate; null where it has an error. All mistakes are reported, each once, also when
 * the same expression is checked again for another contract or policy.
 */
export function checkPredicate(
  expression: tree.Expression,
  scope: Scope,
  report: Report,
  rely: Rely,
): Predicate | null {
  const found = new Report();
  const predicate = checkExpression(expression, { ...scope, outcome: null, report: found, rely, places: new Map() });
  mergeOnce(report, found);
  // Only assertions read `outcome`, so what was checked in any other place reads none.
  return predicate as Predicate | null;
}
