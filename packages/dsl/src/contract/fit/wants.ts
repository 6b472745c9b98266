/** What a schema's own keywords say, in the operator's words; and what a value has instead. */

import { kindOf, shownStep, shownValue } from "./shown.ts";
import type { Slip, SlipKind } from "./slip.ts";
import type { BrokenKeyword } from "./truth.ts";

/** Listed values in one message; an enum of models may have hundreds. */
const MOST_VALUES = 8;

type Schema = Readonly<Record<string, unknown>>;

/** The slip that a broken keyword is, at the place of the value that was looked at. */
export function slipOf(broken: BrokenKeyword, schema: Schema, pointer: string, value: unknown, at: Slip["at"]): Slip {
  const { keyword, field } = broken;
  const place = { at, schema: `${pointer}/${keyword}` };
  const argument = schema[keyword];
  switch (keyword) {
    case "type":
      return { ...place, kind: "kind", wants: typeWords(argument), found: kindOf(value) };
    case "enum":
      return { ...place, kind: "value", wants: valueWords(argument), found: shownValue(value) };
    case "const":
      return { ...place, kind: "value", wants: valueWords([argument]), found: shownValue(value) };
    case "required":
    case "dependentRequired":
      return { ...place, at: field === null ? at : [...at, field], kind: "missing", wants: [], found: "missing" };
    default:
      return { ...place, kind: "bounds", ...boundWords(keyword, argument, value) };
  }
}

/** Of the keywords that are broken, those that say it best: what is wrong in kind is not wrong in size too. */
export function telling(broken: readonly BrokenKeyword[]): readonly BrokenKeyword[] {
  const isListed = ({ keyword }: BrokenKeyword) => keyword === "enum" || keyword === "const";
  const listed = broken.find(isListed);
  if (listed !== undefined) return [listed];
  const kind = broken.find(({ keyword }) => keyword === "type");
  return kind === undefined ? broken : [kind];
}

const TYPES: ReadonlyMap<unknown, string> = new Map([
  ["null", "null"],
  ["boolean", "true or false"],
  ["number", "a number"],
  ["integer", "a whole number"],
  ["string", "text"],
  ["array", "a list"],
  ["object", "an object"],
]);

export function typeWords(type: unknown): readonly string[] {
  const names: readonly unknown[] = Array.isArray(type) ? type : [type];
  return names.map((name) => TYPES.get(name) ?? "something else");
}

function valueWords(values: unknown): readonly string[] {
  const listed: readonly unknown[] = Array.isArray(values) ? values : [];
  const words = listed.slice(0, MOST_VALUES).map((value) => JSON.stringify(value) ?? "null");
  const more = listed.length - words.length;
  return more > 0 ? [...words, `${more} more`] : words;
}

function boundWords(keyword: string, argument: unknown, value: unknown): { wants: readonly string[]; found: string } {
  const size = (count: number, one: string) => `${count} ${count === 1 ? one : `${one}s`}`;
  const bound = Number(argument);
  const letters = typeof value === "string" ? [...value].length : 0;
  const items = Array.isArray(value) ? value.length : 0;
  const fields = typeof value === "object" && value !== null ? Object.keys(value).length : 0;
  const words: Readonly<Record<string, readonly [wants: string, found: string]>> = {
    multipleOf: [`multiples of ${bound}`, shownValue(value)],
    minimum: [`at least ${bound}`, shownValue(value)],
    maximum: [`at most ${bound}`, shownValue(value)],
    exclusiveMinimum: [`more than ${bound}`, shownValue(value)],
    exclusiveMaximum: [`less than ${bound}`, shownValue(value)],
    minLength: [`at least ${size(bound, "character")}`, `text of ${size(letters, "character")}`],
    maxLength: [`at most ${size(bound, "character")}`, `text of ${size(letters, "character")}`],
    minItems: [`at least ${size(bound, "item")}`, `a list of ${size(items, "item")}`],
    maxItems: [`at most ${size(bound, "item")}`, `a list of ${size(items, "item")}`],
    uniqueItems: ["each item once", "a list with an item twice"],
    minProperties: [`at least ${size(bound, "field")}`, `an object of ${size(fields, "field")}`],
    maxProperties: [`at most ${size(bound, "field")}`, `an object of ${size(fields, "field")}`],
    pattern: ["what its pattern says", "other text"],
  };
  const [wants, found] = words[keyword] ?? [`what its \`${keyword}\` says`, kindOf(value)];
  return { wants: [wants], found };
}

/** A field that the contract does not let in. */
export function extraSlip(schema: string, at: Slip["at"]): Slip {
  return { at, schema, kind: "extra", wants: [], found: "there" };
}

export function formsSlip(schema: string, at: Slip["at"], value: unknown, wants: string): Slip {
  return { at, schema, kind: "forms" satisfies SlipKind, wants: [wants], found: kindOf(value) };
}

/** `/choices/0/finish_reason`; "" is the whole value. */
export function shownPointer(at: Slip["at"]): string {
  return at.map((step) => `/${shownStep(step)}`).join("");
}
