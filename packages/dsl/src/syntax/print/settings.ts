/** Lines that are one setting each: of paths, budgets, breakers, objectives, records. */
import { textOf } from "../../source.ts";
import type {
  BreakerSetting,
  BreakerTrigger,
  BudgetSetting,
  ContextField,
  PathSetting,
  RecordSetting,
  SloObjective,
} from "../tree.ts";
import { type Entry, entry } from "./block.ts";
import { quantity } from "./expression.ts";
import { broken, flat, type Part, WIDTH } from "./lines.ts";

export function pathSetting(setting: PathSetting): Entry {
  return entry(setting.span, pathCells(setting), { table: setting.kind === "validated" ? "" : "settings" });
}

function pathCells(setting: PathSetting): readonly string[] {
  switch (setting.kind) {
    case "path_contract":
      return ["contract", setting.name.text];
    case "model":
    case "account":
    case "adapter":
      return [setting.kind, textOf(setting.value.span)];
    case "timeout":
      return ["timeout", `${setting.least === null ? "" : `${quantity(setting.least)}..`}${quantity(setting.most)}`];
    case "price":
      return ["price", `${quantity(setting.input)} in, ${quantity(setting.output)} out per ${quantity(setting.per)}`];
    case "validated":
      return [`validated for ${setting.path.text} by ${textOf(setting.by.span)}`];
    default:
      return [setting.kind, quantity(setting.value)];
  }
}

export function budgetSetting(setting: BudgetSetting): Entry {
  return entry(setting.span, [setting.kind, quantity(setting.value)], { table: "settings" });
}

export function breakerSetting(setting: BreakerSetting): Entry {
  return entry(setting.span, [setting.kind, breakerValue(setting)], { table: "settings" });
}

function breakerValue(setting: BreakerSetting): string {
  switch (setting.kind) {
    case "window":
      return quantity(setting.size) + (setting.minimum === null ? "" : `, at least ${quantity(setting.minimum)}`);
    case "opens":
      return `at ${setting.at.map(trigger).join(" or ")}`;
    case "open":
      return `for ${quantity(setting.for)}${setting.most === null ? "" : `, doubling to ${quantity(setting.most)}`}`;
    case "half_open":
      return quantity(setting.probes) + (setting.lease === null ? "" : `, each within ${quantity(setting.lease)}`);
  }
}

function trigger(each: BreakerTrigger): string {
  switch (each.kind) {
    case "failed":
      return `${quantity(each.share)} failed`;
    case "slower":
      return `${quantity(each.share)} slower than ${quantity(each.than)}`;
    case "consecutive":
      return `${quantity(each.calls)} in a row`;
  }
}

export function objective(each: SloObjective): Entry {
  const minimum = each.minimum === null ? "" : `, at least ${quantity(each.minimum)}`;
  const written = `${textOf(each.percentileSpan)} below ${quantity(each.below)} over ${quantity(each.window)}${minimum}`;
  return entry(each.span, [written]);
}

export function contextField(field: ContextField, indent: number): Entry {
  const parts: Part[] = [];
  const { type, value } = field;
  if (type?.kind === "enum") {
    for (const [index, each] of type.values.entries()) {
      const lead = index === 0 ? `${field.name.text}: ` : "| ";
      parts.push({ level: index === 0 ? 0 : 4, text: `${lead}${textOf(each.span)}` });
    }
  } else parts.push({ level: 0, text: `${field.name.text}: ${type?.kind ?? ""}`.trimEnd() });
  if (value !== null) {
    const written = value.kind === "quantity" ? quantity(value) : textOf(value.span);
    parts.push({ level: 0, text: `= ${written}` });
  }
  return wrapped(field.span, parts, indent);
}

export function recordSetting(setting: RecordSetting, indent: number): Entry {
  if (setting.kind === "invalid_output")
    return entry(setting.span, [`invalid_output ${setting.keep ? "keep" : "drop"}`]);
  const fields = setting.fields.map((field, index): Part => {
    const open = index === 0 ? "error_body allow [" : "";
    return {
      level: index === 0 ? 0 : 4,
      text: `${open}${field.text}${index === setting.fields.length - 1 ? "]" : ","}`,
    };
  });
  if (fields.length === 0) fields.push({ level: 0, text: "error_body allow []" });
  if (setting.upTo !== null) fields.push({ level: 0, text: `up to ${quantity(setting.upTo)}` });
  return wrapped(setting.span, fields, indent);
}

/** One line where it fits, else as many as it needs. */
export function wrapped(
  span: Entry["span"],
  parts: readonly Part[],
  indent: number,
  rest: { readonly cells?: readonly string[]; readonly table?: string } = {},
): Entry {
  if (indent + flat(parts).length <= WIDTH)
    return entry(span, rest.cells ?? [flat(parts)], { table: rest.table ?? "" });
  const [first, ...more] = broken(parts, WIDTH - indent);
  return entry(span, [first?.text ?? ""], { more });
}
