/** `assert always|never|possible CLAIM when CONDITION` */
import { Report } from "../diagnostics/index.ts";
import type * as tree from "../syntax/tree.ts";
import type { AssertModel, Claim, ContextFieldModel } from "./model.ts";
import { mergeOnce } from "./once.ts";
import { checkExpression } from "./predicate/check.ts";
import type { ContractInScope, Environment, OutcomeNames, Rely } from "./predicate/scope.ts";

/** What assertions may name; `reasons` with those of the health signals' defaults. */
export interface AssertScope extends OutcomeNames {
  /** The contracts of all paths of the policy. */
  readonly contracts: readonly ContractInScope[];
  readonly context: readonly ContextFieldModel[];
}

/** The checked assertion; null where it has an error. All mistakes are reported, each once. */
export function checkAssert(item: tree.AssertItem, scope: AssertScope, report: Report, rely: Rely): AssertModel | null {
  const found = new Report();
  const { contracts, context, ...outcome } = scope;
  const environment: Environment = {
    where: "assert",
    contracts,
    context,
    outcome,
    report: found,
    rely,
    places: new Map(),
  };
  const claim = checkExpression(item.claim, environment);
  const when = item.when === null ? null : checkExpression(item.when, environment);
  const isComplete = claim !== null && (item.when === null || when !== null);
  if (isComplete && !readsOutcome(claim)) found.add("FBP7102", item.claim.span, { mode: item.mode });
  mergeOnce(report, found);
  return isComplete ? { mode: item.mode, claim, when, span: item.span } : null;
}

/** Does the claim hang on what came of the request, and not on the request alone? */
export function readsOutcome(claim: Claim): boolean {
  switch (claim.kind) {
    case "const":
      return false;
    case "or":
    case "and":
      return claim.of.some(readsOutcome);
    case "not":
      return readsOutcome(claim.of);
    case "compare":
      return [claim.left, claim.right].some((side) => side.kind === "read" && side.from === "outcome");
    default: {
      const operand = "operand" in claim ? claim.operand : claim.left;
      return operand.kind === "read" && operand.from === "outcome";
    }
  }
}
