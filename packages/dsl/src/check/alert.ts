/** `NAME when CONDITION for DURATION page|notify "…"`, in `alerts` */
import { Report } from "../diagnostics/index.ts";
import type * as tree from "../syntax/tree.ts";
import { NUMBER } from "../types/make.ts";
import type { NumberType } from "../types/type.ts";
import { type AlertNames, durationOf, looksMeasured, type Measured, type MeasureUnit, measureOf } from "./measure.ts";
import type { AlertCondition, AlertModel, AlertThreshold } from "./model.ts";
import { mergeOnce } from "./once.ts";
import { sideOf } from "./predicate/members.ts";
import { compared, mirrored, type Operator } from "./predicate/possible.ts";
import { quoted, unitWords } from "./predicate/words.ts";

export type { AlertNames } from "./measure.ts";

/** The checked alert; null where it has an error. All mistakes are reported, each once. */
export function checkAlert(alert: tree.Alert, names: AlertNames, report: Report): AlertModel | null {
  const found = new Report();
  const when = conditionOf(alert.when, names, found);
  const forMs = alert.for === null ? 0 : heldFor(alert.for, found);
  mergeOnce(report, found);
  if (when === null || forMs === null) return null;
  const { name, doc, hook, span } = alert;
  return { name: name.text, doc, when, forMs, hook: { kind: hook.kind, target: hook.target.value }, span };
}

/** Another unit than a duration was reported by the parser. */
function heldFor(quantity: tree.Quantity, report: Report): number | null {
  if (quantity.unit.kind !== "duration") return null;
  return durationOf(quantity, "for DURATION", report);
}

function conditionOf(expression: tree.Expression, names: AlertNames, report: Report): AlertCondition | null {
  if (expression.kind === "or" || expression.kind === "and") {
    const left = conditionOf(expression.left, names, report);
    const right = conditionOf(expression.right, names, report);
    return left === null || right === null ? null : { kind: expression.kind, of: [left, right] };
  }
  if (expression.kind !== "compare") {
    report.add("FBP2154", expression.span, { what: quoted(expression.span) });
    return null;
  }
  const isMirrored = !looksMeasured(expression.left) && looksMeasured(expression.right);
  const [measureSide, thresholdSide] = isMirrored
    ? [expression.right, expression.left]
    : [expression.left, expression.right];
  const operator = isMirrored ? mirrored(expression.operator) : expression.operator;
  const measured = measureOf(measureSide, names, report);
  const threshold = thresholdOf(thresholdSide, measured, names, report);
  if (measured === null || threshold === null) return null;
  if (isSettled(expression, operator, measured, threshold, report)) return null;
  return { kind: "compare", operator, measure: measured.measure, threshold };
}

function thresholdOf(
  expression: tree.Expression,
  measured: Measured | null,
  names: AlertNames,
  report: Report,
): AlertThreshold | null {
  if (expression.kind === "quantity") {
    if (measured !== null && !fits(expression, measured, names, report)) return null;
    return { kind: "value", value: expression.value };
  }
  const [factor, operand] =
    expression.kind === "times" ? [expression.factor.value, expression.operand] : [1, expression];
  if (operand.kind === "call" && operand.name.text === "baseline") return baseline(expression, operand, factor, report);
  const because =
    operand.kind === "call" || operand.kind === "fact"
      ? "only `baseline(DURATION)` may be measured on this side"
      : "a measure is compared with a value or a baseline";
  report.add("FBP2155", expression.span, { what: quoted(expression.span), because });
  return null;
}

function baseline(
  expression: tree.Expression,
  call: Extract<tree.Expression, { readonly kind: "call" }>,
  factor: number,
  report: Report,
): AlertThreshold | null {
  const form = "baseline(DURATION)";
  const [ago] = call.args;
  if (ago === undefined || call.args.length > 1) {
    report.add("FBP2152", call.span, { form, got: call.args.length });
    return null;
  }
  const agoMs = durationOf(ago, form, report);
  if (factor <= 0) {
    const because = "the factor must be above zero";
    report.add("FBP2155", expression.span, { what: quoted(expression.span), because });
    return null;
  }
  return agoMs === null ? null : { kind: "baseline", factor, agoMs };
}

// ---------------------------------------------------------------- units and ranges

interface UnitWords {
  readonly is: string;
  readonly unit: tree.Unit["kind"];
  readonly type: NumberType;
  readonly range: string;
  readonly example: string;
}

const UNITS: Readonly<Record<MeasureUnit, UnitWords>> = {
  share: {
    is: "a share",
    unit: "percent",
    type: { ...NUMBER, min: 0, max: 1 },
    range: "it lies from 0% to 100%",
    example: "a share, such as `10%`",
  },
  count: {
    is: "a count",
    unit: "none",
    type: { ...NUMBER, integer: true, min: 0 },
    range: "it is never below 0",
    example: "a plain number, such as `5`",
  },
  duration: {
    is: "a duration",
    unit: "duration",
    type: { ...NUMBER, min: 0 },
    range: "it is never below 0",
    example: "a duration, such as `6s`",
  },
  money: {
    is: "money each second",
    unit: "money",
    type: { ...NUMBER, min: 0 },
    range: "it is never below 0",
    example: "money, such as `0.05 USD`",
  },
};

function fits(value: tree.Quantity, measured: Measured, names: AlertNames, report: Report): boolean {
  const { is, unit, type, range, example } = UNITS[measured.unit];
  const isOtherCurrency =
    value.unit.kind === "money" && names.currency !== null && value.unit.currency !== names.currency;
  if (value.unit.kind !== unit || isOtherCurrency) {
    report.add("FBP2115", value.span, {
      place: quoted(measured.span),
      is: isOtherCurrency ? `money in ${names.currency}` : is,
      value: quoted(value.span),
      valueIs: unitWords(value.unit),
      example: isOtherCurrency ? `the amount in ${names.currency}` : example,
    });
    return false;
  }
  if (sideOf(value.value, type) === "inside") return true;
  const place = quoted(measured.span).slice(1, -1);
  report.add("FBP2105", value.span, { value: quoted(value.span), place, allowed: range });
  return false;
}

/** Reports a threshold that a measure is always, or never, on one side of. */
function isSettled(
  expression: tree.Comparison,
  operator: Operator,
  measured: Measured,
  threshold: AlertThreshold,
  report: Report,
): boolean {
  if (threshold.kind !== "value") return false;
  const { type, is, range } = UNITS[measured.unit];
  const possible = compared(operator, type, threshold.value);
  if (possible.true && possible.false) return false;
  const because = `${quoted(measured.span)} is ${is}, and ${range}`;
  report.add(possible.true ? "FBP2108" : "FBP2107", expression.span, { what: quoted(expression.span), because });
  return true;
}
