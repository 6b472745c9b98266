/** `starts with` and `contains` */
import type { Span } from "../../source.ts";
import type * as tree from "../../syntax/tree.ts";
import { codePoints } from "../../types/scalar.ts";
import { kindsOf, type Member } from "./members.ts";
import type { Place } from "./place.ts";
import { overMembers, overValues, type Possible } from "./possible.ts";
import { resolveSide } from "./resolve.ts";
import type { Environment, RootPredicate } from "./scope.ts";
import { operandOf, type Settled, settle } from "./sides.ts";
import { schemaOf, sortWords, valueWords } from "./values.ts";
import { becauseOf, reportPlain, reportSettled } from "./verdict.ts";
import { inContract, kindWords } from "./words.ts";

const EQUALITY = "use `==` or `in { … }`";

/** The node, with its kind apart: the tree has one node for these and for `has`. */
interface TextTest {
  readonly kind: "starts_with" | "contains";
  readonly span: Span;
  readonly left: tree.Expression;
  readonly right: tree.Expression;
}

export function checkText(expression: TextTest, environment: Environment): RootPredicate | null {
  const left = settle(resolveSide(expression.left, environment), null, environment);
  const isLeftText = left !== null && isText(expression, left, environment);
  const part = partOf(expression, left, environment);
  if (left === null || part === null || !isLeftText) return null;
  if (left.kind === "written") {
    reportPlain(
      expression.span,
      test(expression.kind, String(left.value), part),
      "both sides are written values",
      environment,
    );
    return null;
  }
  const possible = left.views.map((view) => overMembers(view.type, (member) => answers(expression.kind, member, part)));
  const because = part === "" ? "every text does so" : becauseOf(left);
  if (reportSettled(expression.span, left, possible, environment, because)) return null;
  return { kind: expression.kind, left: operandOf(left), text: part, ignoreCase: false };
}

function test(kind: TextTest["kind"], text: string, part: string): boolean {
  return kind === "contains" ? text.includes(part) : text.startsWith(part);
}

function answers(kind: TextTest["kind"], member: Member, part: string): Possible {
  if (member.kind === "unknown") return { true: true, false: true };
  if (member.kind !== "string") return { true: false, false: true };
  if (member.values !== null) return overValues(member.values, (one) => test(kind, String(one), part));
  const isTooLong = member.maxLength !== null && codePoints(part) > member.maxLength;
  return { true: !isTooLong, false: part !== "" };
}

function isText(expression: TextTest, left: Settled, environment: Environment): boolean {
  const operator = expression.kind === "contains" ? "contains" : "starts with";
  if (left.kind === "written") {
    if (typeof left.value === "string") return true;
    const is = valueWords(left);
    environment.report.add("FBP2120", left.span, { what: left.text, is, operator, by: "", hint: EQUALITY });
    return false;
  }
  for (const view of left.views) {
    const kinds = kindsOf(view.type);
    if (kinds === null || kinds.has("string")) continue;
    environment.report.add(
      "FBP2120",
      left.span,
      {
        what: `\`${left.text}\``,
        is: sortWords(left.sort) ?? kindWords(kinds),
        operator,
        by: inContract(view),
        hint: kinds.has("array") || kinds.has("object") ? "use `has` to ask what it holds" : EQUALITY,
      },
      { related: schemaOf(left, view) },
    );
    return false;
  }
  return true;
}

/** The text to look for; null where it is no written text, which was reported. */
function partOf(expression: TextTest, left: Settled | null, environment: Environment): string | null {
  const operator = expression.kind === "contains" ? "contains" : "starts with";
  const opposite: Place | null = left?.kind === "place" && left.sort.kind !== "name" ? left : null;
  const right = settle(resolveSide(expression.right, environment), opposite, environment);
  if (right === null) return null;
  if (right.kind === "written" && typeof right.value === "string") return right.value;
  if (right.kind === "place") {
    environment.report.add("FBP2121", right.span, {
      what: `\`${right.text}\``,
      wants: "text",
      role: `what \`${operator}\` looks for`,
      hint: "put what to look for in quotes",
    });
  } else {
    environment.report.add("FBP2120", right.span, {
      what: right.text,
      is: valueWords(right),
      operator,
      by: "",
      hint: "put what to look for in quotes",
    });
  }
  return null;
}
