/** A type in an operator's words, to complete "… is": `one of "stop" and "length"`, `a list`. */
import { listOf } from "../diagnostics/define.ts";
import { membersOf } from "./combine.ts";
import type { NumberType, StringType, Type } from "./type.ts";

const MOST_VALUES = 8;

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
  const noun = type.integer ? "a whole number" : "a number";
  const { min, max } = type;
  if (min === null && max === null) return noun;
  const low =
    min === null ? "" : type.minExclusive ? `above ${min}` : max === null ? `of at least ${min}` : `from ${min}`;
  if (max === null) return `${noun} ${low}`;
  const high = type.maxExclusive ? `below ${max}` : min === null ? `of at most ${max}` : `up to ${max}`;
  if (low === "") return `${noun} ${high}`;
  return !type.minExclusive && !type.maxExclusive ? `${noun} from ${min} to ${max}` : `${noun} ${low} and ${high}`;
}

function describeString(type: StringType): string {
  const { minLength, maxLength } = type;
  const noun = type.format === null ? "text" : `text in the form ${type.format}`;
  const characters = (count: number) => (count === 1 ? "1 character" : `${count} characters`);
  if (maxLength !== null) {
    if (minLength === maxLength) return `${noun} of ${characters(maxLength)}`;
    return minLength === 0
      ? `${noun} of at most ${characters(maxLength)}`
      : `${noun} of ${minLength} to ${characters(maxLength)}`;
  }
  return minLength === 0
    ? noun
    : minLength === 1
      ? `${noun} that is not empty`
      : `${noun} of at least ${characters(minLength)}`;
}
