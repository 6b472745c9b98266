/** `is absent`, `is present`, `is empty`, `is not empty` */
import type * as tree from "../../syntax/tree.ts";
import { mayBeEmpty, mayBeFull, membersOf } from "./members.ts";
import type { Place, View } from "./place.ts";
import { opposite, type Possible } from "./possible.ts";
import { resolveSide } from "./resolve.ts";
import type { Environment, RootPredicate } from "./scope.ts";
import { settle } from "./sides.ts";
import { schemaOf } from "./values.ts";
import { becauseOf, reportPlain } from "./verdict.ts";

type Is = Extract<tree.Expression, { readonly kind: "is" }>;

export function checkIs(expression: Is, environment: Environment): RootPredicate | null {
  const left = settle(resolveSide(expression.left, environment), null, environment);
  if (left === null) return null;
  const { test } = expression;
  if (left.kind === "written") {
    const isAbsent = left.value === null;
    const answer = { absent: isAbsent, present: !isAbsent, empty: isAbsent || left.value === "", not_empty: false }[
      test
    ];
    const isNotEmpty = test === "not_empty" && !isAbsent && left.value !== "";
    reportPlain(expression.span, answer || isNotEmpty, "it asks of a written value", environment);
    return null;
  }
  const possible = left.views.map((view) => answers(view, test));
  if (possible.every((one) => !one.true)) {
    reportPlain(expression.span, false, reason(left, test), environment, schemaOf(left));
    return null;
  }
  if (possible.every((one) => !one.false)) {
    reportPlain(expression.span, true, reason(left, test), environment, schemaOf(left));
    return null;
  }
  return { kind: "is", operand: left.read, test };
}

/** What the test can give, absent places included. */
function answers(view: View, test: Is["test"]): Possible {
  const members = membersOf(view.type);
  switch (test) {
    case "absent":
      return { true: view.optional, false: members.length > 0 };
    case "present":
      return { true: members.length > 0, false: view.optional };
    case "empty":
      return { true: view.optional || members.some(mayBeEmpty), false: members.some(mayBeFull) };
    case "not_empty":
      return opposite(answers(view, "empty"));
  }
}

function reason(place: Place, test: Is["test"]): string {
  const view = place.views.find((one) => membersOf(one.type).length > 0);
  if (view === undefined) return "nothing but null can be there";
  if (test === "empty" || test === "not_empty") return sizeReason(place, view);
  if (view.contract !== null) return `the contract \`${view.contract.name}\` requires it`;
  return "it is always there";
}

/** Why a place is always, or never, empty. */
function sizeReason(place: Place, view: View): string {
  const least = membersOf(view.type).map((member) => (member.kind === "array" ? member.minItems : 0));
  const items = Math.min(...least);
  if (view.contract !== null && items > 0) {
    return `the contract \`${view.contract.name}\` requires at least ${items === 1 ? "1 item" : `${items} items`}`;
  }
  return becauseOf(place);
}
