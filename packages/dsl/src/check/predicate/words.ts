/** How expressions, values and types are put into messages. */
import { listOf } from "../../diagnostics/define.ts";
import { type Span, textOf } from "../../source.ts";
import type * as tree from "../../syntax/tree.ts";
import { describe } from "../../types/relate.ts";
import type { Operand, Scalar } from "../model.ts";
import type { Kind } from "./members.ts";
import type { Place, View } from "./place.ts";
import type { Root } from "./scope.ts";

const LONGEST = 60;

/** What stands there, in back quotes, on one line and not longer than a message bears. */
export function quoted(place: Span): string {
  const text = textOf(place).replace(/\s+/g, " ");
  return `\`${text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`}\``;
}

/** A value as the policy would write it. */
export function written(value: Scalar): string {
  if (typeof value !== "string") return String(value);
  return JSON.stringify(value.length <= LONGEST ? value : `${value.slice(0, LONGEST)}…`);
}

/** `response.choices[0].message`, `header["retry-after"]` */
export function factText(root: string, segments: readonly tree.Segment[]): string {
  return segments.reduce((text, segment) => {
    if (segment.kind === "index") return `${text}[${segment.index}]`;
    return segment.kind === "field" ? `${text}.${segment.name}` : `${text}[${JSON.stringify(segment.name)}]`;
  }, root);
}

/** The same of a place as the model has it. */
export function placeText(from: string, segments: readonly (string | number)[]): string {
  return segments.reduce<string>((text, segment) => {
    if (typeof segment === "number") return `${text}[${segment}]`;
    return /^[A-Za-z]\w*$/.test(segment) ? `${text}.${segment}` : `${text}[${JSON.stringify(segment)}]`;
  }, from);
}

/** One side of a comparison as the policy would write it. */
export function operandText(operand: Operand<Root>): string {
  return operand.kind === "value" ? written(operand.value) : placeText(operand.from, operand.segments);
}

const KIND_WORDS: Readonly<Record<Kind, string>> = {
  boolean: "true or false",
  number: "a number",
  string: "text",
  array: "a list",
  object: "an object",
};

/** `text or a list`; `nothing` where there are none. */
export function kindWords(kinds: ReadonlySet<Kind>): string {
  return kinds.size === 0 ? "nothing" : listOf([...kinds].map((kind) => KIND_WORDS[kind]));
}

export function unitWords(unit: tree.Unit): string {
  switch (unit.kind) {
    case "none":
      return "a plain number";
    case "duration":
      return "a duration";
    case "percent":
      return "a share";
    case "money":
      return `money in ${unit.currency}`;
    case "bytes":
      return "a size";
    case "factor":
      return "a factor";
    default:
      return `a number of ${unit.kind}`;
  }
}

/** ` in the contract \`comet\``, or nothing for what no contract describes. */
export function inContract(view: View): string {
  return view.contract === null ? "" : ` in the contract \`${view.contract.name}\``;
}

/** The reason why a place holds only certain values: a clause. */
export function allowedBy(place: Place, view: View): string {
  if (place.sort.kind === "name") return `it is one of ${listOf(place.sort.names.map((name) => `\`${name}\``))}`;
  const what = describe(view.type);
  if (view.contract !== null) return `the contract \`${view.contract.name}\` allows only ${what}`;
  return place.declared === "context" ? `the policy declares it as ${what}` : `it is ${what}`;
}
