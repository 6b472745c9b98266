/** The measure of a type: what must hold of it for a value that its schema lets through. */
import { anyItem, fieldNames, lookupField, lookupIndex } from "../access.ts";
import { admits, closedValues, type Kind, kindsOf, rangeOf } from "../relate.ts";
import type { Type } from "../type.ts";

/** Names that no schema of the tests may rule out by mistake, beside those of the value and of the type. */
const OTHER_NAMES = ["foo", "bar", "baz", "__proto__", "toString", "length"];

/** What the type says wrongly of the value, with the place; empty where it is sound. */
export function lies(type: Type, value: unknown, place = ""): string[] {
  const found: string[] = [];
  if (!admits(type, value)) found.push(`${place}: the type does not hold ${JSON.stringify(value)}`);
  const kinds = kindsOf(type);
  if (!kinds.has("unknown") && !kinds.has(kindOf(value)))
    found.push(`${place}: ${kindOf(value)} is not among its kinds`);
  const closed = closedValues(type);
  if (closed !== null && !closed.some((one) => one === value)) found.push(`${place}: not among its listed values`);
  if (typeof value === "number") found.push(...liesOfRange(type, value, place));
  if (Array.isArray(value)) found.push(...liesOfItems(type, value, place));
  else if (typeof value === "object" && value !== null) found.push(...liesOfFields(type, value, place));
  return found;
}

function liesOfRange(type: Type, value: number, place: string): string[] {
  const range = rangeOf(type);
  if (range === null) return [`${place}: it has no range`];
  const below = range.min !== null && (range.minExclusive ? value <= range.min : value < range.min);
  const above = range.max !== null && (range.maxExclusive ? value >= range.max : value > range.max);
  const broken = range.integer && !Number.isInteger(value);
  return below || above || broken ? [`${place}: ${value} is out of its range`] : [];
}

function liesOfItems(type: Type, value: readonly unknown[], place: string): string[] {
  const item = anyItem(type);
  return Array.from({ length: value.length + 3 }, (_, index) => index).flatMap((index): string[] => {
    const isThere = index < value.length;
    const at = `${place}/${index}`;
    if (isThere && (item === null || !admits(item, value[index]))) return [`${at}: not among its items`];
    const result = lookupIndex(type, index);
    if (!isThere) return result.kind === "found" && !result.optional ? [`${at}: said to be there`] : [];
    return result.kind === "found" ? lies(result.type, value[index], at) : [`${at}: said to be ${result.kind}`];
  });
}

function liesOfFields(type: Type, value: object, place: string): string[] {
  const names = new Set([...Object.keys(value), ...fieldNames(type), ...OTHER_NAMES]);
  return [...names].flatMap((name): string[] => {
    const isThere = Object.hasOwn(value, name);
    const at = `${place}/${name}`;
    const result = lookupField(type, name);
    if (!isThere) return result.kind === "found" && !result.optional ? [`${at}: said to be there`] : [];
    const held = (value as Readonly<Record<string, unknown>>)[name];
    return result.kind === "found" ? lies(result.type, held, at) : [`${at}: said to be ${result.kind}`];
  });
}

function kindOf(value: unknown): Kind {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  const kind = typeof value;
  return kind === "boolean" || kind === "number" || kind === "string" ? kind : "object";
}
