/** What is known of a request, its context or a failure, in the operator's words. */
import type { Operand, Read, Scalar } from "../check/model.ts";
import { evaluate, type Facts } from "../check/predicate/evaluate.ts";
import { operandText, placeText } from "../check/predicate/words.ts";
import { listOf } from "../diagnostics/define.ts";
import { closedValues } from "../types/relate.ts";
import { readsOf } from "./solve/formula.ts";
import type { Root } from "./solve/places.ts";
import { own } from "./solve/values.ts";
import type { Leaf, Test } from "./units.ts";

/** `context.tier is "free"`, `request.tools is absent`: the answers that the facts give to the tests. */
export function answersInWords(leaves: readonly Leaf[], facts: Facts): readonly string[] {
  return leaves.map((leaf) => inWords(leaf, facts));
}

/** The test as a policy might write it. */
export function testText(test: Test): string {
  switch (test.kind) {
    case "const":
      return String(test.value);
    case "not":
      return `not (${testText(test.of)})`;
    case "and":
    case "or":
      return test.of
        .map((part) => (part.kind === "and" || part.kind === "or" ? `(${testText(part)})` : testText(part)))
        .join(` ${test.kind} `);
    default:
      return testInWords(test, true);
  }
}

/** `context.patience is 2`, `request.tools is absent`: what stands at the place. */
export function valueInWords(read: Read<Root>, facts: Facts): string {
  const value = read.segments.reduce<unknown>(own, facts[read.from === "request" ? "request" : "context"]);
  const place = placeText(read.from, read.segments);
  if (value === undefined || value === null) return `${place} is absent`;
  return typeof value === "object" ? `${place} is present` : `${place} is ${JSON.stringify(value)}`;
}

function inWords(leaf: Leaf, facts: Facts): string {
  for (const operand of readsOf(leaf)) {
    if (evaluate({ kind: "is", operand, test: "absent" }, facts)) return `${operandText(operand)} is absent`;
  }
  const [read] = readsOf(leaf);
  const value = read === undefined ? undefined : closedValues(read.type)?.find((one) => isValue(read, one, facts));
  if (read !== undefined && value !== undefined && readsOf(leaf).length === 1) {
    return `${placeText(read.from, read.segments)} is ${JSON.stringify(value)}`;
  }
  return testInWords(leaf, evaluate(leaf, facts));
}

function isValue(left: Operand<Root>, value: Scalar, facts: Facts): boolean {
  return evaluate({ kind: "compare", operator: "==", left, right: { kind: "value", value } }, facts);
}

const OPPOSITE = { "==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<" } as const;

/** Of places that are there. */
function testInWords(leaf: Leaf, held: boolean): string {
  switch (leaf.kind) {
    case "compare": {
      const operator = held ? leaf.operator : OPPOSITE[leaf.operator];
      const sign = operator === "==" ? "is" : operator === "!=" ? "is not" : operator;
      return `${operandText(leaf.left)} ${sign} ${operandText(leaf.right)}`;
    }
    case "in_set":
      return `${operandText(leaf.left)} is ${held ? "" : "not "}${listOf(leaf.values.map((value) => JSON.stringify(value)))}`;
    case "in_range":
      return `${operandText(leaf.left)} is ${held ? "" : "not "}from ${leaf.low} to ${leaf.high}`;
    case "is": {
      const isEmptiness = leaf.test === "empty" || leaf.test === "not_empty";
      const answer = (leaf.test === "empty" || leaf.test === "absent") === held;
      const word = isEmptiness ? (answer ? "empty" : "not empty") : answer ? "absent" : "present";
      return `${operandText(leaf.operand)} is ${word}`;
    }
    case "starts_with":
      return `${operandText(leaf.left)} ${held ? "starts" : "does not start"} with ${JSON.stringify(leaf.text)}`;
    case "contains":
      return `${operandText(leaf.left)} ${held ? "contains" : "does not contain"} ${JSON.stringify(leaf.text)}`;
    case "has":
      return `${operandText(leaf.left)} ${held ? "has" : "does not have"} ${JSON.stringify(leaf.value)}`;
    case "truth":
      return `${operandText(leaf.operand)} is ${held ? "true" : "not true"}`;
  }
}
