/** Conditions as parts of a line, with brackets only where the tree needs them. */
import { textOf } from "../../source.ts";
import type { Expression, Fact, Quantity, Segment } from "../tree.ts";
import { flat, type Part } from "./lines.ts";

const WORD = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** How tightly a kind binds: what binds weaker than its place needs brackets there. */
function binding(expression: Expression): number {
  switch (expression.kind) {
    case "or":
      return 1;
    case "and":
      return 2;
    case "not":
      return 3;
    case "compare":
    case "in_set":
    case "in_range":
    case "is":
    case "starts_with":
    case "contains":
    case "has":
      return 4;
    default:
      return 5;
  }
}

/** The condition; `lead` stands before it: `when`, or nothing. */
export function condition(expression: Expression, lead: string): readonly Part[] {
  const [first, ...rest] = parts(expression, 1);
  if (first === undefined) return [{ level: 0, text: lead }];
  return [{ level: 0, text: lead === "" ? first.text : `${lead} ${first.text}` }, ...rest];
}

export function text(expression: Expression, least = 1): string {
  return flat(parts(expression, least));
}

function parts(expression: Expression, least: number): readonly Part[] {
  if (binding(expression) < least) return bracketed(parts(expression, 1));
  switch (expression.kind) {
    case "or":
    case "and": {
      const own = binding(expression);
      const [first, ...rest] = parts(expression.right, own + 1);
      const joined: Part = { level: own === 1 ? 2 : 3, text: `${expression.kind} ${first?.text ?? ""}` };
      return [...parts(expression.left, own), joined, ...rest];
    }
    case "not":
      return prefixed("not ", parts(expression.operand, 3));
    case "compare":
      return [word(`${text(expression.left, 5)} ${expression.operator} ${text(expression.right, 5)}`)];
    case "in_set":
      return listed(`${text(expression.left, 5)} in {`, expression.values, "}");
    case "in_range":
      return [word(`${text(expression.left, 5)} in ${text(expression.low, 5)}..${text(expression.high, 5)}`)];
    case "is":
      return [word(`${text(expression.left, 5)} is ${expression.test.replace("_", " ")}`)];
    case "starts_with":
      return [word(`${text(expression.left, 5)} starts with ${text(expression.right, 5)}`)];
    case "contains":
    case "has":
      return [word(`${text(expression.left, 5)} ${expression.kind} ${text(expression.right, 5)}`)];
    case "call":
      return listed(`${expression.name.text}(`, expression.args, ")");
    case "times":
      return [word(`${quantity(expression.factor)} ${text(expression.operand, 5)}`)];
    case "fact":
      return [word(fact(expression))];
    case "transport_failed":
      return [word("transport failed")];
    case "before_first_token":
      return [word("before first_token")];
    case "quantity":
      return [word(quantity(expression))];
    case "string":
      return [word(textOf(expression.span))];
    case "bool":
      return [word(String(expression.value))];
    case "null":
      return [word("null")];
  }
}

function word(written: string): Part {
  return { level: 0, text: written };
}

/** Inside brackets a line is broken only where nothing else helps. */
function bracketed(inner: readonly Part[]): readonly Part[] {
  const lowered = inner.map((part): Part => ({ ...part, level: part.level === 0 ? 0 : 4 }));
  return suffixed(prefixed("(", lowered), ")");
}

function prefixed(prefix: string, [first, ...rest]: readonly Part[]): readonly Part[] {
  return first === undefined ? [word(prefix)] : [{ ...first, text: `${prefix}${first.text}` }, ...rest];
}

function suffixed(all: readonly Part[], suffix: string): readonly Part[] {
  const last = all.at(-1);
  return last === undefined ? [word(suffix)] : [...all.slice(0, -1), { ...last, text: `${last.text}${suffix}` }];
}

function listed(open: string, values: readonly Expression[], close: string): readonly Part[] {
  if (values.length === 0) return [word(`${open}${close}`)];
  return values.map((value, index): Part => {
    const written = `${index === 0 ? open : ""}${text(value, 5)}${index === values.length - 1 ? close : ","}`;
    return { level: index === 0 ? 0 : 4, text: written };
  });
}

function fact({ root, segments }: Fact): string {
  return root.text + segments.map(segment).join("");
}

function segment(each: Segment): string {
  if (each.kind === "index") return `[${each.index}]`;
  if (each.kind === "field" && WORD.test(each.name)) return `.${each.name}`;
  return `[${JSON.stringify(each.name)}]`;
}

/** As it was written, with one space before a unit that stands apart. */
export function quantity(value: Quantity): string {
  return textOf(value.span)
    .replace(/[ \t]+/, " ")
    .replace(/([0-9kM])([A-Z]{3})$/, "$1 $2");
}
