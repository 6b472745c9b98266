/** `in { … }` and `in LOW..HIGH` */
import { cover } from "../../source.ts";
import type * as tree from "../../syntax/tree.ts";
import type { Scalar } from "../model.ts";
import { kindOf, kindsOf } from "./members.ts";
import type { Place, Written } from "./place.ts";
import { amongst, overMembers, within } from "./possible.ts";
import { bareWord, resolveSide } from "./resolve.ts";
import type { Environment, RootPredicate } from "./scope.ts";
import { operandOf, type Settled, settle } from "./sides.ts";
import { isOutside, schemaOf, sortWords, suits, valueWords } from "./values.ts";
import { reportPlain, reportSettled } from "./verdict.ts";
import { allowedBy, inContract, kindWords, quoted, unitWords, written } from "./words.ts";

export function checkSet(
  expression: Extract<tree.Expression, { readonly kind: "in_set" }>,
  environment: Environment,
): RootPredicate | null {
  const left = settle(resolveSide(expression.left, environment), null, environment);
  const values = elements(expression.values, left, environment);
  if (left === null || values === null) return null;
  const scalars = values.map((value) => value.value);
  if (left.kind === "written") {
    reportPlain(expression.span, scalars.includes(left.value), "both sides are written values", environment);
    return null;
  }
  const possible = left.views.map((view) => overMembers(view.type, (member) => amongst(member, scalars)));
  if (reportSettled(expression.span, left, possible, environment)) return null;
  return { kind: "in_set", left: operandOf(left), values: scalars };
}

/** The values of the set; null where one has a mistake. Each mistake was reported. */
function elements(
  expressions: readonly tree.Expression[],
  left: Settled | null,
  environment: Environment,
): readonly Written[] | null {
  const good: Written[] = [];
  const seen = new Set<Scalar>();
  for (const expression of expressions) {
    const value = element(expression, left, environment);
    if (value === null) continue;
    if (seen.has(value.value)) {
      environment.report.add("FBP2117", value.span, { value: value.isName ? value.text : written(value.value) });
      continue;
    }
    seen.add(value.value);
    const [first] = good;
    if (first !== undefined && !isOfKind(value, first, left)) {
      environment.report.add("FBP2118", value.span, {
        value: value.text,
        is: valueWords(value),
        firstIs: valueWords(first),
      });
      continue;
    }
    good.push(value);
  }
  return good.length === expressions.length ? good : null;
}

function element(expression: tree.Expression, left: Settled | null, environment: Environment): Written | null {
  if (expression.kind === "null") {
    environment.report.add("FBP2113", expression.span, {
      place: left?.kind === "place" ? left.text : undefined,
      negated: false,
    });
    return null;
  }
  const word = left?.kind === "place" && left.sort.kind === "name" ? bareWord(expression) : null;
  const side = settle(word ?? resolveSide(expression, environment), left, environment);
  if (side?.kind === "place") {
    environment.report.add("FBP2121", side.span, { what: `\`${side.text}\``, role: "what stands in a set" });
    return null;
  }
  if (side === null) return null;
  return left?.kind !== "place" || suits(left, side, "value", environment) ? side : null;
}

/** A place of a known type may hold values of several kinds, and then so may a set of them. */
function isOfKind(value: Written, first: Written, left: Settled | null): boolean {
  if (kindOf(value.value) === kindOf(first.value)) return true;
  return left?.kind === "place" && left.views.every((view) => kindsOf(view.type) !== null);
}

// ---------------------------------------------------------------- ranges

type Range = Extract<tree.Expression, { readonly kind: "in_range" }>;

export function checkRange(expression: Range, environment: Environment): RootPredicate | null {
  const left = settle(resolveSide(expression.left, environment), null, environment);
  const low = rangeEnd(expression.low, environment);
  const high = rangeEnd(expression.high, environment);
  if (low === null || high === null) return null;
  if (left === null) {
    isOrdered(low, high, environment);
    return null;
  }
  if (left.kind === "written") {
    const isInside = typeof left.value === "number" && left.value >= low.value && left.value <= high.value;
    reportPlain(expression.span, isInside, "both sides are written values", environment);
    return null;
  }
  if (!isNumber(expression, left, environment) || !fitsRange(left, low, high, environment)) return null;
  const possible = left.views.map((view) => overMembers(view.type, (member) => within(member, low.value, high.value)));
  if (reportSettled(expression.span, left, possible, environment)) return null;
  return { kind: "in_range", left: operandOf(left), low: low.value, high: high.value };
}

type NumberWritten = Written & { readonly value: number };

function rangeEnd(expression: tree.Expression, environment: Environment): NumberWritten | null {
  const side = settle(resolveSide(expression, environment), null, environment);
  if (side === null) return null;
  if (side.kind === "written" && typeof side.value === "number") return { ...side, value: side.value };
  environment.report.add("FBP2121", side.span, {
    what: side.kind === "place" ? `\`${side.text}\`` : side.text,
    wants: "number",
    role: "the end of a range",
    hint: "write a number; text stands in a set: `in { … }`",
  });
  return null;
}

function isOrdered(low: NumberWritten, high: NumberWritten, environment: Environment): boolean {
  const span = cover(low.span, high.span);
  if (low.unit.kind !== high.unit.kind) {
    environment.report.add("FBP2106", span, {
      left: low.text,
      leftIs: unitWords(low.unit),
      right: high.text,
      rightIs: unitWords(high.unit),
      by: "",
      hint: "give both ends of a range in the same unit",
    });
    return false;
  }
  if (low.value <= high.value) return true;
  environment.report.add("FBP2116", span, { low: low.text.slice(1, -1), high: high.text.slice(1, -1) });
  return false;
}

function isNumber(expression: Range, place: Place, environment: Environment): boolean {
  for (const view of place.views) {
    const kinds = kindsOf(view.type);
    if (kinds === null || kinds.has("number")) continue;
    const range = cover(expression.low.span, expression.high.span);
    environment.report.add(
      "FBP2106",
      range,
      {
        left: `\`${place.text}\``,
        leftIs: sortWords(place.sort) ?? kindWords(kinds),
        right: quoted(range),
        rightIs: "a range of numbers",
        by: inContract(view),
        hint: "a range is of numbers; text stands in a set: `in { … }`",
      },
      { related: schemaOf(place, view) },
    );
    return false;
  }
  return true;
}

function fitsRange(place: Place, low: NumberWritten, high: NumberWritten, environment: Environment): boolean {
  if (!isOrdered(low, high, environment)) return false;
  const view = place.views.find((one) => isOutside(one, low.value) && isOutside(one, high.value));
  // Both ends outside is one mistake, unless the range reaches over all that the place holds.
  const reachesOver = view !== undefined && overMembers(view.type, (one) => within(one, low.value, high.value)).true;
  if (view === undefined || reachesOver) {
    const isLowFine = suits(place, low, "bound", environment);
    return suits(place, high, "bound", environment) && isLowFine;
  }
  const span = cover(low.span, high.span);
  const value = quoted(span);
  const allowed = allowedBy(place, view);
  environment.report.add("FBP2105", span, { value, place: place.text, allowed }, { related: schemaOf(place, view) });
  return false;
}
