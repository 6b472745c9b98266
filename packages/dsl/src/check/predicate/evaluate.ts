/**
 * What a checked predicate means, written as plainly as can be: the oracle beside which generated code
 * is tested. Total over any JSON values; reads own properties only.
 */
import type { GuardFacts } from "@fbp/runtime/core";
import type { FactRoot, Operand, Predicate, Read, Scalar } from "../model.ts";

/** The facts that may be read; a root that is left out holds nothing. */
export interface Facts extends Partial<GuardFacts> {
  readonly response?: unknown;
  /** What assertions read: fields as `AssertModel` describes them. */
  readonly outcome?: unknown;
}

type Root = FactRoot | "outcome";

export function evaluate(predicate: Predicate<Root>, facts: Facts): boolean {
  switch (predicate.kind) {
    case "const":
      return predicate.value;
    case "or":
      return predicate.of.some((part) => evaluate(part, facts));
    case "and":
      return predicate.of.every((part) => evaluate(part, facts));
    case "not":
      return !evaluate(predicate.of, facts);
    case "compare":
      return compare(predicate.operator, take(predicate.left, facts), take(predicate.right, facts));
    case "in_set": {
      const left = take(predicate.left, facts);
      return predicate.values.some((value) => compare("==", left, value));
    }
    case "in_range": {
      const left = take(predicate.left, facts);
      return typeof left === "number" && left >= predicate.low && left <= predicate.high;
    }
    case "is": {
      const value = take(predicate.operand, facts);
      if (predicate.test === "absent") return isAbsent(value);
      if (predicate.test === "present") return !isAbsent(value);
      return isEmpty(value) === (predicate.test === "empty");
    }
    case "starts_with":
    case "contains": {
      const left = take(predicate.left, facts);
      if (typeof left !== "string") return false;
      const text = predicate.ignoreCase ? left.toLowerCase() : left;
      const part = predicate.ignoreCase ? predicate.text.toLowerCase() : predicate.text;
      return predicate.kind === "contains" ? text.includes(part) : text.startsWith(part);
    }
    case "has":
      return has(take(predicate.left, facts), predicate.value);
    case "truth":
      return take(predicate.operand, facts) === true;
  }
}

function compare(operator: "==" | "!=" | "<" | "<=" | ">" | ">=", left: unknown, right: unknown): boolean {
  if (isAbsent(left) || isAbsent(right)) return false;
  if (operator === "==") return left === right;
  if (operator === "!=") return left !== right;
  if (typeof left !== "number" || typeof right !== "number") return false;
  if (operator === "<") return left < right;
  if (operator === "<=") return left <= right;
  if (operator === ">") return left > right;
  return left >= right;
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null;
}

function isEmpty(value: unknown): boolean {
  if (isAbsent(value) || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

function has(left: unknown, value: Scalar): boolean {
  if (value === null) return false;
  if (Array.isArray(left)) return left.some((item) => item === value);
  return typeof value === "string" && !isAbsent(own(left, value));
}

function take(operand: Operand<Root>, facts: Facts): unknown {
  if (operand.kind === "value") return operand.value;
  return operand.segments.reduce<unknown>(own, rootOf(operand, facts));
}

/** The field of an object, or the item of a list; undefined where there is none of its own. */
function own(value: unknown, segment: string | number): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value) !== (typeof segment === "number")) return undefined;
  return Object.hasOwn(value, segment) ? (value as Readonly<Record<string | number, unknown>>)[segment] : undefined;
}

function rootOf(read: Read<Root>, facts: Facts): unknown {
  switch (read.from) {
    case "status":
      return facts.status === 0 ? undefined : facts.status;
    case "header":
      return facts.headers;
    case "elapsed":
      return facts.elapsedMs;
    default:
      return facts[read.from];
  }
}
