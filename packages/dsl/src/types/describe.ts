/** A type in an operator's words, to complete "… is": `one of "stop" and "length"`, `a list`. */
import { listOf } from "../diagnostics/define.ts";
import { membersOf } from "./combine.ts";
import type { NumberType, StringType, Type } from "./type.ts";

const MOST_VALUES = 8;
const LONGEST_PATTERN = 40;

export function describe(type: Type): string {
  const members = membersOf(type);
  const values = members.flatMap(listedValues);
  const parts = members.flatMap((member) => (listedValues(member).length > 0 ? [] : [describeMember(member)]));
  if (values.length > 0) parts.unshift(values.length === 1 ? (values[0] ?? "") : `one of ${shorten(values)}`);
  return parts.length === 0 ? "nothing" : listOf([...new Set(parts)]);
}

function shorten(values: readonly string[]): string {
  if (values.length <= MOST_VALUES) return values.join(", ");
  return `${values.slice(0, MOST_VALUES).join(", ")} and ${values.length - MOST_VALUES} more`;
}

function listedValues(type: Type): readonly string[] {
  if (type.kind === "string" || type.kind === "number")
    return (type.values ?? []).map((value) => JSON.stringify(value));
  return type.kind === "boolean" && type.value !== null ? [String(type.value)] : [];
}

function describeMember(type: Type): string {
  switch (type.kind) {
    case "unknown":
      return "anything";
    case "never":
      return "nothing";
    case "null":
      return "null";
    case "boolean":
      return "true or false";
    case "number":
      return describeNumber(type);
    case "string":
      return describeString(type);
    case "array":
      return type.maxItems === 0 ? "an empty list" : "a list";
    case "object":
      return "an object";
    case "union":
      return describe(type);
  }
}

function describeNumber(type: NumberType): string {
  const noun = !type.integer ? "a number" : type.step === null ? "a whole number" : `a multiple of ${type.step}`;
  const range = [noun, describeRange(type)].filter((part) => part !== "").join(" ");
  return otherThan(range, type.except);
}

function describeRange({ min, max, minExclusive, maxExclusive }: NumberType): string {
  if (min === null && max === null) return "";
  if (min === null) return maxExclusive ? `below ${max}` : `of at most ${max}`;
  if (max === null) return minExclusive ? `above ${min}` : `of at least ${min}`;
  if (!minExclusive && !maxExclusive) return `from ${min} to ${max}`;
  return `${minExclusive ? "above" : "from"} ${min} and ${maxExclusive ? "below" : "up to"} ${max}`;
}

function describeString(type: StringType): string {
  const form = type.format === null ? "text" : `text in the form ${type.format}`;
  const size = describeLength(type.minLength, type.maxLength);
  const [pattern] = type.patterns;
  const match =
    pattern === undefined ? "" : `${size.startsWith("that") ? "and" : "that"} matches ${shortened(pattern)}`;
  return otherThan([form, size, match].filter((part) => part !== "").join(" "), type.except);
}

function describeLength(least: number, most: number | null): string {
  const characters = (count: number) => (count === 1 ? "1 character" : `${count} characters`);
  if (most === null) {
    if (least <= 1) return least === 0 ? "" : "that is not empty";
    return `of at least ${characters(least)}`;
  }
  if (least === most) return `of ${characters(most)}`;
  return least === 0 ? `of at most ${characters(most)}` : `of ${least} to ${characters(most)}`;
}

function otherThan(what: string, values: readonly (string | number)[]): string {
  if (values.length === 0) return what;
  const each = values.map((value) => JSON.stringify(value));
  return `${what} other than ${each.length <= MOST_VALUES ? listOf(each) : shorten(each)}`;
}

function shortened(pattern: string): string {
  return pattern.length <= LONGEST_PATTERN ? pattern : `${pattern.slice(0, LONGEST_PATTERN)}…`;
}
