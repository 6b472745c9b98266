/** `==`, `!=`, `<`, `<=`, `>`, `>=` */
import { cover } from "../../source.ts";
import type * as tree from "../../syntax/tree.ts";
import { type Kind, kindsOf, type Member } from "./members.ts";
import type { Place, View, Written } from "./place.ts";
import { compared, comparedPlaces, holds, mirrored, type Operator, overMembers, type Possible } from "./possible.ts";
import { resolveSide } from "./resolve.ts";
import type { Environment, RootPredicate } from "./scope.ts";
import { operandOf, type Settled, settle, settleSides } from "./sides.ts";
import { schemaOf, sortWords, suits, valueWords } from "./values.ts";
import { becauseOf, reportPlain, reportSettled } from "./verdict.ts";
import { inContract, kindWords } from "./words.ts";

export function checkComparison(expression: tree.Comparison, environment: Environment): RootPredicate | null {
  if (expression.left.kind === "null" || expression.right.kind === "null") {
    reportNull(expression, environment);
    return null;
  }
  const sides = settleSides(expression.left, expression.right, environment);
  if (sides === null || !areComparable(expression, sides.left, sides.right, environment)) return null;
  return {
    kind: "compare",
    operator: expression.operator,
    left: operandOf(sides.left),
    right: operandOf(sides.right),
  };
}

/** Null is absent: the part of the comparison that `is absent` replaces is marked. */
function reportNull(expression: tree.Comparison, environment: Environment): void {
  const [nullSide, other] =
    expression.right.kind === "null" ? [expression.right, expression.left] : [expression.left, expression.right];
  const side = other.kind === "null" ? null : settle(resolveSide(other, environment), null, environment);
  environment.report.add("FBP2113", cover(expression.operatorSpan, nullSide.span), {
    place: side?.kind === "place" ? side.text : undefined,
    negated: expression.operator === "!=",
  });
}

function areComparable(expression: tree.Comparison, left: Settled, right: Settled, environment: Environment): boolean {
  const { operator } = expression;
  if (left.kind === "place" && right.kind === "place") return suitsPlace(expression, left, right, environment);
  if (left.kind === "place")
    return right.kind === "written" && withValue(expression, left, operator, right, environment);
  if (right.kind === "place") return withValue(expression, right, mirrored(operator), left, environment);
  reportWritten(expression, left, right, environment);
  return false;
}

/** `place operator value`, whichever side the place was written on. */
function withValue(
  expression: tree.Comparison,
  place: Place,
  operator: Operator,
  value: Written,
  environment: Environment,
): boolean {
  const isEquality = operator === "==" || operator === "!=";
  if (!suits(place, value, isEquality ? "value" : "bound", environment)) return false;
  if (!isEquality && typeof value.value !== "number") {
    const is = sortWords(place.sort) ?? valueWords(value);
    reportOrder(expression, `\`${place.text}\``, is, environment);
    return false;
  }
  const possible = place.views.map((view) =>
    overMembers(view.type, (member) => compared(operator, member, value.value)),
  );
  return !reportSettled(expression.span, place, possible, environment);
}

function reportOrder(expression: tree.Comparison, what: string, is: string, environment: Environment): void {
  environment.report.add("FBP2114", expression.operatorSpan, { what, is, operator: expression.operator });
}

/** Both sides stand in the policy. */
function reportWritten(expression: tree.Comparison, left: Written, right: Written, environment: Environment): void {
  const { operator } = expression;
  const leftIs = valueWords(left);
  const rightIs = valueWords(right);
  if (leftIs !== rightIs) {
    environment.report.add("FBP2106", expression.span, { left: left.text, leftIs, right: right.text, rightIs, by: "" });
  } else if (typeof left.value === "number" && typeof right.value === "number") {
    const answer = holds(operator, left.value, right.value);
    reportPlain(expression.span, answer, "both sides are written values", environment);
  } else if (operator === "==" || operator === "!=") {
    const answer = (left.value === right.value) === (operator === "==");
    reportPlain(expression.span, answer, "both sides are written values", environment);
  } else {
    reportOrder(expression, left.text, leftIs, environment);
  }
}

// ---------------------------------------------------------------- two places

function suitsPlace(expression: tree.Comparison, left: Place, right: Place, environment: Environment): boolean {
  const pairs = pairsOf(left, right);
  if (!areAlike(expression, left, right, pairs, environment)) return false;
  const { operator } = expression;
  const isOrder = operator !== "==" && operator !== "!=";
  const isUnordered = pairs.some(([a, b]) => !mayBothBe("number", a, b));
  if (isOrder && isUnordered) {
    reportOrder(expression, `\`${left.text}\``, wordsOf(left, pairs[0]?.[0]), environment);
    return false;
  }
  if (isSamePlace(left, right)) {
    const possible = left.views.map((view) => overMembers(view.type, (member) => withItself(operator, member)));
    return !reportSettled(expression.span, left, possible, environment, "both sides read the same place");
  }
  return isOpen(expression, left, right, pairs, environment);
}

/** What a value gives beside itself: only numbers have an order. */
function withItself(operator: Operator, member: Member): Possible {
  if (operator === "==" || operator === "!=") return { true: operator === "==", false: operator === "!=" };
  const isWithin = operator === "<=" || operator === ">=";
  if (member.kind === "unknown") return { true: isWithin, false: true };
  return isWithin && member.kind === "number" ? { true: true, false: false } : { true: false, false: true };
}

/** Reports where two different places can only compare one way. */
function isOpen(
  expression: tree.Comparison,
  left: Place,
  right: Place,
  pairs: readonly (readonly [View, View])[],
  environment: Environment,
): boolean {
  const possible = pairs.map(([a, b]) =>
    overMembers(a.type, (one) => overMembers(b.type, (other) => comparedPlaces(expression.operator, one, other))),
  );
  const isOptional = left.read.optional || right.read.optional;
  // Where one of them may be absent, a comparison that holds otherwise is a question after all.
  if (isOptional && possible.every((one) => !one.false)) return true;
  const because = `${becauseOf(left)} in \`${left.text}\` and ${becauseOf(right)} in \`${right.text}\``;
  return !reportSettled(expression.span, left, possible, environment, because);
}

/** The views of both places, contract by contract; what no contract describes is the same for each. */
function pairsOf(left: Place, right: Place): (readonly [View, View])[] {
  return left.views.flatMap((a) =>
    right.views
      .filter((b) => a.contract === null || b.contract === null || a.contract.name === b.contract.name)
      .map((b) => [a, b] as const),
  );
}

function areAlike(
  expression: tree.Comparison,
  left: Place,
  right: Place,
  pairs: readonly (readonly [View, View])[],
  environment: Environment,
): boolean {
  for (const [a, b] of pairs) {
    const isAlike = (["boolean", "number", "string"] as const).some((kind) => mayBothBe(kind, a, b));
    const leftIs = wordsOf(left, a);
    const rightIs = wordsOf(right, b);
    const areSortsAlike = left.sort.kind === right.sort.kind || !isMeasured(left, right);
    if (isAlike && areSortsAlike) continue;
    const hint = "compare fields of them: only text, numbers and true or false are compared";
    environment.report.add(
      "FBP2106",
      expression.span,
      {
        left: `\`${left.text}\``,
        leftIs,
        right: `\`${right.text}\``,
        rightIs,
        by: inContract(a.contract === null ? b : a),
        ...(leftIs === rightIs && { hint }),
      },
      { related: [...schemaOf(left, a), ...schemaOf(right, b)] },
    );
    return false;
  }
  return true;
}

/** Durations and money are compared with their like alone. */
function isMeasured(left: Place, right: Place): boolean {
  return [left, right].some(({ sort }) => sort.kind === "duration" || sort.kind === "money");
}

function mayBothBe(kind: Kind, a: View, b: View): boolean {
  return [a, b].every((view) => kindsOf(view.type)?.has(kind) ?? true);
}

function wordsOf(place: Place, view: View | undefined): string {
  const kinds = view === undefined ? null : kindsOf(view.type);
  return sortWords(place.sort) ?? (kinds === null ? "anything" : kindWords(kinds));
}

function isSamePlace(left: Place, right: Place): boolean {
  return (
    left.read.from === right.read.from &&
    left.read.segments.length === right.read.segments.length &&
    left.read.segments.every((segment, at) => segment === right.read.segments[at])
  );
}
