/** What alerts measure: the functions of the language, their arguments and what they give. */
import type { Report } from "../diagnostics/index.ts";
import { nearest } from "../did-you-mean.ts";
import type { Span } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import type { AlertMeasure } from "./model.ts";
import { quoted } from "./predicate/words.ts";

/** What a policy's alerts may name. */
export interface AlertNames {
  readonly paths: readonly string[];
  readonly reasons: readonly string[];
  /** In which the policy's prices and budget are; null where it names none. */
  readonly currency: string | null;
}

export type MeasureUnit = "share" | "count" | "duration" | "money";

export interface Measured {
  readonly measure: AlertMeasure;
  readonly unit: MeasureUnit;
  readonly span: Span;
}

type Parameter = "PATH" | "REASON" | "DURATION";
type Argument = string | number;

interface MeasureForm {
  readonly unit: MeasureUnit;
  readonly parameters: readonly Parameter[];
  readonly make: (args: readonly Argument[]) => AlertMeasure;
}

const FORMS: ReadonlyMap<string, MeasureForm> = new Map<string, MeasureForm>([
  [
    "failure_rate",
    { unit: "share", parameters: ["PATH"], make: ([path]) => ({ kind: "failure_rate", path: String(path) }) },
  ],
  [
    "slow_rate",
    {
      unit: "share",
      parameters: ["PATH", "DURATION"],
      make: ([path, than]) => ({ kind: "slow_rate", path: String(path), thanMs: Number(than) }),
    },
  ],
  ["fallback_rate", { unit: "share", parameters: [], make: () => ({ kind: "fallback_rate" }) }],
  [
    "count",
    {
      unit: "count",
      parameters: ["REASON", "DURATION"],
      make: ([reason, window]) => ({ kind: "count", reason: String(reason), windowMs: Number(window) }),
    },
  ],
  ["rate", { unit: "share", parameters: ["REASON"], make: ([reason]) => ({ kind: "rate", reason: String(reason) }) }],
  ["cost_rate", { unit: "money", parameters: [], make: () => ({ kind: "cost_rate" }) }],
]);

/** As a message lists them. */
const KNOWN = [...FORMS.keys(), "p95"];

/** Is it written like a measure? Then it stands on that side of the comparison. */
export function looksMeasured(expression: tree.Expression): boolean {
  return expression.kind === "call" || expression.kind === "fact";
}

/** The measure that is named; null where there is a mistake, which was reported. */
export function measureOf(expression: tree.Expression, names: AlertNames, report: Report): Measured | null {
  const call = callOf(expression);
  if (call === null) {
    report.add("FBP2154", expression.span, { what: quoted(expression.span) });
    return null;
  }
  const form = formOf(call.name, report);
  if (form === null) return null;
  const written = formText(call.name.text, form);
  if (call.args.length !== form.parameters.length) {
    report.add("FBP2152", expression.span, { form: written, got: call.args.length });
    return null;
  }
  const args = form.parameters.map((parameter, at) => {
    const arg = call.args[at];
    return arg === undefined ? null : argument(arg, parameter, written, names, report);
  });
  const good = args.filter((arg) => arg !== null);
  if (good.length < args.length) return null;
  return { measure: form.make(good), unit: form.unit, span: expression.span };
}

interface Call {
  readonly name: tree.Name;
  readonly args: readonly tree.Expression[];
}

/** A measure without arguments is written without brackets. */
function callOf(expression: tree.Expression): Call | null {
  if (expression.kind === "call") return expression;
  if (expression.kind !== "fact" || expression.segments.length > 0) return null;
  return { name: expression.root, args: [] };
}

function formOf(name: tree.Name, report: Report): MeasureForm | null {
  const form = FORMS.get(name.text) ?? percentileForm(name, report);
  if (form === undefined && name.text !== "") {
    report.add("FBP2151", name.span, { name: name.text, near: nearest(name.text, KNOWN), known: KNOWN });
  }
  return form ?? null;
}

/** `p95`; undefined where it is no percentile, null where there is none like it. */
function percentileForm(name: tree.Name, report: Report): MeasureForm | null | undefined {
  const digits = /^p([0-9]+)$/.exec(name.text)?.[1];
  if (digits === undefined) return undefined;
  const percentile = Number(digits);
  if (percentile < 1 || percentile > 99) {
    report.add("FBP2156", name.span, { name: name.text });
    return null;
  }
  const make = ([path]: readonly Argument[]): AlertMeasure => ({ kind: "percentile", percentile, path: String(path) });
  return { unit: "duration", parameters: ["PATH"], make };
}

function formText(name: string, form: MeasureForm): string {
  return form.parameters.length === 0 ? name : `${name}(${form.parameters.join(", ")})`;
}

function argument(
  expression: tree.Expression,
  parameter: Parameter,
  form: string,
  names: AlertNames,
  report: Report,
): Argument | null {
  if (parameter === "DURATION") return durationOf(expression, form, report);
  const noun = parameter === "PATH" ? "path" : "reason";
  if (expression.kind !== "fact" || expression.segments.length > 0) {
    report.add("FBP2153", expression.span, { what: quoted(expression.span), form, wants: `the name of a ${noun}` });
    return null;
  }
  const known = parameter === "PATH" ? names.paths : names.reasons;
  const name = expression.root.text;
  if (known.includes(name)) return name;
  report.add("FBP2122", expression.span, { noun, name, near: nearest(name, known), known });
  return null;
}

/** Milliseconds above zero. `form` is how what takes it is written. */
export function durationOf(expression: tree.Expression, form: string, report: Report): number | null {
  if (expression.kind !== "quantity" || expression.unit.kind !== "duration") {
    report.add("FBP2153", expression.span, { what: quoted(expression.span), form, wants: "a duration" });
    return null;
  }
  if (expression.value > 0) return expression.value;
  report.add("FBP2157", expression.span, { what: quoted(expression.span) });
  return null;
}
