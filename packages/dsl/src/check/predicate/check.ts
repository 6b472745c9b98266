/** From an expression as written to a predicate whose every read is typed. */
import type * as tree from "../../syntax/tree.ts";
import { type Checked, predicateOf } from "./checked.ts";
import { checkComparison } from "./compare.ts";
import { settleParts } from "./flow/settle.ts";
import { checkHas } from "./has.ts";
import { checkIs } from "./is.ts";
import { kindsOf } from "./members.ts";
import type { Place } from "./place.ts";
import { overMembers } from "./possible.ts";
import { builtInPlace, reportMeasure, reportRoot, resolveSide } from "./resolve.ts";
import {
  type Environment,
  mayAskCommitted,
  PLACE_WORDS,
  placesThatRead,
  type Root,
  type RootPredicate,
} from "./scope.ts";
import { checkRange, checkSet } from "./sets.ts";
import { checkText } from "./text.ts";
import { schemaOf, sortWords, valueWords } from "./values.ts";
import { reportPlain, reportSettled } from "./verdict.ts";
import { inContract, kindWords, quoted } from "./words.ts";

/** The predicate; null where there is a mistake. Every mistake in it was reported, each once. */
export function checkExpression(expression: tree.Expression, environment: Environment): RootPredicate | null {
  const checked = checkParts(expression, environment);
  settleParts(checked, environment);
  return predicateOf(checked);
}

/** Each part by itself. */
export function checkParts(expression: tree.Expression, environment: Environment): Checked {
  const { span } = expression;
  if (isJunction(expression)) {
    const parts = chainOf(expression).map((part) => checkParts(part, environment));
    return { kind: expression.kind, span, parts };
  }
  if (expression.kind === "not") return { kind: "not", span, of: checkParts(expression.operand, environment) };
  const { diagnostics } = environment.report;
  const before = diagnostics.length;
  const predicate = checkTest(expression, environment);
  if (predicate === null) return { kind: "wrong", span };
  return { kind: "test", span, expression, predicate, isTold: diagnostics.length > before };
}

type Junction = Extract<tree.Expression, { readonly kind: "or" | "and" }>;

function isJunction(expression: tree.Expression): expression is Junction {
  return expression.kind === "or" || expression.kind === "and";
}

/** A chain of one connective becomes one node; a long one must not cost stack. */
function chainOf(junction: Junction): tree.Expression[] {
  const parts: tree.Expression[] = [];
  const pending: tree.Expression[] = [junction];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (isJunction(next) && next.kind === junction.kind) pending.push(next.right, next.left);
    else parts.push(next);
  }
  return parts;
}

/** What is neither `and`, `or` nor `not`. */
type TestExpression = Exclude<tree.Expression, Junction | { readonly kind: "not" }>;

function checkTest(expression: TestExpression, environment: Environment): RootPredicate | null {
  switch (expression.kind) {
    case "compare":
      return checkComparison(expression, environment);
    case "in_set":
      return checkSet(expression, environment);
    case "in_range":
      return checkRange(expression, environment);
    case "is":
      return checkIs(expression, environment);
    case "starts_with":
    case "contains":
      return checkText({ ...expression, kind: expression.kind }, environment);
    case "has":
      return checkHas(expression, environment);
    case "transport_failed":
      return checkTransportFailed(expression, environment);
    case "before_first_token":
      return checkBeforeFirstToken(expression, environment);
    case "fact":
      return checkTruth(expression, environment);
    case "bool":
      reportPlain(expression.span, expression.value, "it is written so", environment);
      return null;
    case "string":
    case "null":
    case "quantity":
      return reportValue(expression, environment);
    case "call":
    case "times":
      reportMeasure(expression, environment);
      return null;
  }
}

function checkTransportFailed(expression: tree.Expression, environment: Environment): RootPredicate | null {
  if (!mayRead("transport", expression, environment)) return null;
  return { kind: "is", operand: builtInPlace(expression, "transport", environment).read, test: "present" };
}

function checkBeforeFirstToken(expression: tree.Expression, environment: Environment): RootPredicate | null {
  if (!mayAskCommitted(environment.where)) {
    const name = "before first_token";
    const where = PLACE_WORDS[environment.where];
    environment.report.add("FBP2103", expression.span, { name, where, places: [PLACE_WORDS.guard] });
    return null;
  }
  const operand = builtInPlace(expression, "committed", environment).read;
  return { kind: "not", of: { kind: "truth", operand } };
}

function mayRead(root: Root, expression: tree.Expression, environment: Environment): boolean {
  const places = placesThatRead(root);
  const where = PLACE_WORDS[environment.where];
  if (places.includes(where)) return true;
  environment.report.add("FBP2103", expression.span, { name: root, where, places });
  return false;
}

/** A place that is a condition by itself. */
function checkTruth(expression: tree.Fact, environment: Environment): RootPredicate | null {
  const side = resolveSide(expression, environment);
  if (side === null) return null;
  if (side.kind !== "place") {
    if (side.kind === "word") reportRoot(side, environment);
    return null;
  }
  const wrong = side.views.find((view) => !(kindsOf(view.type)?.has("boolean") ?? true));
  if (wrong !== undefined) {
    const is = sortWords(side.sort) ?? kindWords(kindsOf(wrong.type) ?? new Set());
    environment.report.add(
      "FBP2112",
      side.span,
      { what: `\`${side.text}\``, is: `${is}${inContract(wrong)}`, hint: conditionHint(side) },
      { related: schemaOf(side, wrong) },
    );
    return null;
  }
  const possible = side.views.map((view) =>
    overMembers(view.type, (member) => {
      if (member.kind === "unknown") return { true: true, false: true };
      if (member.kind !== "boolean") return { true: false, false: true };
      return { true: member.value !== false, false: member.value !== true };
    }),
  );
  if (reportSettled(side.span, side, possible, environment)) return null;
  return { kind: "truth", operand: side.read };
}

function conditionHint(place: Place): string {
  if (place.read.from === "transport") return "write `transport failed`, or compare it with a fault's name";
  if (!place.read.optional) return "compare it with something";
  return `compare it with something, or write \`${place.text} is present\``;
}

function reportValue(expression: tree.Literal, environment: Environment): null {
  const side = resolveSide(expression, environment);
  if (side?.kind === "written") {
    environment.report.add("FBP2112", expression.span, {
      what: quoted(expression.span),
      is: valueWords(side),
      hint: "compare something with it",
    });
  }
  return null;
}
