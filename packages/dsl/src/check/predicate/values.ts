/** May this written value stand beside this place? The mistakes are the value's, so it is marked. */
import type { Related } from "../../diagnostics/index.ts";
import { nearest } from "../../did-you-mean.ts";
import type { Unit } from "../../syntax/tree.ts";
import type { Scalar } from "../model.ts";
import { type Kind, kindOf, kindsOf, mayBe, membersOf, sideOf } from "./members.ts";
import type { Place, Sort, View, Written } from "./place.ts";
import type { Environment } from "./scope.ts";
import { allowedBy, inContract, kindWords, unitWords, written } from "./words.ts";

/** Must the place be able to hold the very value, or is it only a bound? */
export type Use = "value" | "bound";

/** Reports at most one mistake: that of the first contract that the value does not suit. */
export function suits(place: Place, value: Written, use: Use, environment: Environment): boolean {
  return (
    isNamedRightly(place, value, environment) &&
    hasKind(place, value, use, environment) &&
    hasUnit(place, value, environment) &&
    isInRange(place, value, environment) &&
    (use === "bound" || isHeld(place, value, environment))
  );
}

function isNamedRightly(place: Place, value: Written, environment: Environment): boolean {
  if (place.sort.kind !== "name" || value.isName || typeof value.value !== "string") return true;
  environment.report.add("FBP2123", value.span, {
    place: place.text,
    noun: place.sort.noun,
    value: written(value.value),
  });
  return false;
}

function hasKind(place: Place, value: Written, use: Use, environment: Environment): boolean {
  const kind = kindOf(value.value);
  for (const view of place.views) {
    const kinds = kindsOf(view.type);
    if (kinds === null || (kind !== null && kinds.has(kind))) continue;
    environment.report.add(
      "FBP2106",
      value.span,
      {
        left: `\`${place.text}\``,
        leftIs: kinds.has("array") ? kindWords(kinds) : (sortWords(place.sort) ?? kindWords(kinds)),
        right: value.text,
        rightIs: valueWords(value),
        by: inContract(view),
        hint: unlikeHint(place, view, value, use),
      },
      { related: schemaOf(place, view) },
    );
    return false;
  }
  return true;
}

/** What was probably meant: the same value in the kind that the place has. */
function unlikeHint(place: Place, view: View, { value }: Written, use: Use): string | undefined {
  const kinds = kindsOf(view.type) ?? new Set<Kind>();
  if (kinds.has("array")) return `ask what the list holds: \`${place.text} has …\``;
  if (kinds.has("object")) return `compare one of its fields, or write \`${place.text} is present\``;
  if (use === "bound") return "only numbers have an order; use `==` or `in { … }`";
  const isHeld = (other: Scalar) => membersOf(view.type).some((member) => mayBe(member, other));
  const meant = spellings(value).find(isHeld);
  return meant === undefined ? undefined : `write \`${JSON.stringify(meant)}\``;
}

/** The values of other kinds that are spelled like this one: `"429"` and 429, `"true"` and true. */
function spellings(value: Scalar): readonly Scalar[] {
  if (typeof value !== "string") return [String(value)];
  if (value === "true" || value === "false") return [value === "true"];
  return /^\d{1,15}(?:\.\d{1,9})?$/.test(value) ? [Number(value)] : [];
}

export function valueWords(value: Written): string {
  if (value.isName) return "a name";
  const kind = kindOf(value.value);
  if (kind === null) return "null";
  return kind === "number" ? unitWords(value.unit) : kindWords(new Set([kind]));
}

/** What the values of the place stand for, where that is more than their type. */
export function sortWords(sort: Sort): string | undefined {
  switch (sort.kind) {
    case "plain":
      return undefined;
    case "duration":
      return "a duration";
    case "tokens":
      return "a number of tokens";
    case "money":
      return sort.currency === null ? "money" : `money in ${sort.currency}`;
    case "name":
      return `the name of a ${sort.noun}`;
  }
}

function hasUnit(place: Place, value: Written, environment: Environment): boolean {
  if (typeof value.value !== "number" || fitsUnit(place.sort, value.unit)) return true;
  environment.report.add("FBP2115", value.span, {
    place: `\`${place.text}\``,
    is: sortWords(place.sort) ?? "a plain number",
    value: value.text,
    valueIs: unitWords(value.unit),
    example: exampleOf(place.sort, value),
  });
  return false;
}

function fitsUnit(sort: Sort, unit: Unit): boolean {
  switch (sort.kind) {
    case "duration":
      return unit.kind === "duration";
    case "tokens":
      return unit.kind === "tokens" || unit.kind === "none";
    case "money":
      return unit.kind === "money" && (sort.currency === null || sort.currency === unit.currency);
    default:
      return unit.kind === "none";
  }
}

function exampleOf(sort: Sort, value: Written): string {
  const plain = value.unit.kind === "none" ? String(value.value) : null;
  switch (sort.kind) {
    case "duration":
      return `a duration, such as \`${plain ?? "5"}s\``;
    case "money":
      if (value.unit.kind === "money") return `the amount in ${sort.currency}`;
      return `money, such as \`${plain ?? "0.05"} ${sort.currency ?? "USD"}\``;
    default:
      return "the number without a unit";
  }
}

function isInRange(place: Place, value: Written, environment: Environment): boolean {
  const number = value.value;
  if (typeof number !== "number") return true;
  const view = place.views.find((one) => isOutside(one, number));
  if (view === undefined) return true;
  environment.report.add(
    "FBP2105",
    value.span,
    { value: value.text, place: place.text, allowed: allowedBy(place, view) },
    { related: schemaOf(place, view) },
  );
  return false;
}

/** Does the number lie outside of all ranges that the contract gives the place? */
export function isOutside(view: View, number: number): boolean {
  const members = membersOf(view.type);
  if (members.some((member) => member.kind === "unknown")) return false;
  const ranges = members.filter((member) => member.kind === "number");
  return ranges.length > 0 && ranges.every((range) => sideOf(number, range) !== "inside");
}

function isHeld(place: Place, value: Written, environment: Environment): boolean {
  const view = place.views.find((one) => !membersOf(one.type).some((member) => mayBe(member, value.value)));
  if (view === undefined) return true;
  environment.report.add(
    "FBP2104",
    value.span,
    {
      value: written(value.value),
      place: place.text,
      allowed: allowedBy(place, view),
      near: nearValue(view, value),
    },
    { related: schemaOf(place, view) },
  );
  return false;
}

function nearValue(view: View, value: Written): string | undefined {
  if (typeof value.value !== "string") return undefined;
  const texts = membersOf(view.type).flatMap((member) => (member.kind === "string" ? (member.values ?? []) : []));
  const near = nearest(value.value, texts);
  return near === undefined ? undefined : JSON.stringify(near);
}

/** Where the contract says what the place holds; by the first of them where it is so for each. */
export function schemaOf(place: Place, view: View | undefined = place.views[0]): Related[] {
  if (view === undefined || view.contract === null || view.pointer === null) return [];
  return [{ span: view.contract.loaded.spanOf(view.pointer), text: `\`${place.text}\` in the contract` }];
}
