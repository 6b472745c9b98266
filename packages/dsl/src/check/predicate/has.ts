/** `has`: what a list holds, and which fields an object has. */
import type { Span } from "../../source.ts";
import type * as tree from "../../syntax/tree.ts";
import { anyItem, fieldNames } from "../../types/access.ts";
import { union } from "../../types/combine.ts";
import { type Kind, kindsOf, membersOf, withoutNull } from "./members.ts";
import type { Place, View, Written } from "./place.ts";
import type { Possible } from "./possible.ts";
import { bareWord, resolveSide, sayerOf } from "./resolve.ts";
import type { Environment, RootPredicate } from "./scope.ts";
import { operandOf, type Settled, settle } from "./sides.ts";
import { schemaOf, sortWords, suits, valueWords } from "./values.ts";
import { becauseOf, reportSettled } from "./verdict.ts";
import { field } from "./walk.ts";
import { inContract, kindWords } from "./words.ts";

interface Has {
  readonly span: Span;
  readonly left: tree.Expression;
  readonly right: tree.Expression;
}

export function checkHas(expression: Has, environment: Environment): RootPredicate | null {
  const left = settle(resolveSide(expression.left, environment), null, environment);
  const place = left === null ? null : holder(left, environment);
  const value = sought(expression, left, environment);
  if (place === null || value === null) return null;
  const possible: Possible[] = [];
  for (const view of place.views) {
    const one = answers(place, view, value, environment);
    if (one === null) return null;
    possible.push(one);
  }
  if (reportSettled(expression.span, place, possible, environment, reason(place, value))) return null;
  return { kind: "has", left: operandOf(place), value: value.value };
}

/** The left side, if it can hold anything. */
function holder(left: Settled, environment: Environment): Place | null {
  if (left.kind === "written") {
    environment.report.add("FBP2119", left.span, { what: left.text, is: valueWords(left), by: "" });
    return null;
  }
  for (const view of left.views) {
    const kinds = kindsOf(view.type);
    if (kinds === null || kinds.has("array") || kinds.has("object")) continue;
    environment.report.add(
      "FBP2119",
      left.span,
      { what: `\`${left.text}\``, is: sortWords(left.sort) ?? kindWords(kinds), by: inContract(view) },
      { related: schemaOf(left, view) },
    );
    return null;
  }
  return left;
}

/** What is asked for; null where it is no written value, which was reported. */
function sought(expression: Has, left: Settled | null, environment: Environment): Written | null {
  const { right } = expression;
  if (right.kind === "null") {
    environment.report.add("FBP2113", right.span, { place: undefined, negated: false });
    return null;
  }
  const word = left?.kind === "place" && left.sort.kind === "name" ? bareWord(right) : null;
  const value = settle(word ?? resolveSide(right, environment), left === null ? null : textual(left), environment);
  if (value === null || value.kind === "written") return value;
  environment.report.add("FBP2121", value.span, { what: `\`${value.text}\``, role: "what `has` asks for" });
  return null;
}

/** A bare name beside a list of text, or an object, is text without its quotes. */
function textual(left: Settled): Settled {
  if (left.kind === "written" || left.sort.kind === "name") return left;
  const isObject = left.views.some((view) => kindsOf(view.type)?.has("object") ?? false);
  return isObject ? left : itemsOf(left);
}

/** What `has` can give where the place is there; null where the value cannot be asked for. */
function answers(place: Place, view: View, value: Written, environment: Environment): Possible | null {
  const kinds = kindsOf(view.type);
  const isField = typeof value.value === "string";
  if (kinds === null || (kinds.has("object") && kinds.has("array"))) return { true: true, false: true };
  if (kinds.has("array")) {
    const items = itemsOf(place, view);
    if (holdsOnlyObjects(items)) return reportObjects(place, view, value, environment);
    return suits(items, value, "value", environment) ? listAnswers(view) : null;
  }
  if (isField) return fieldAnswers(place, view, value, environment);
  environment.report.add(
    "FBP2106",
    value.span,
    {
      left: `\`${place.text}\``,
      leftIs: kindWords(new Set<Kind>(["object"])),
      right: value.text,
      rightIs: valueWords(value),
      by: inContract(view),
      hint: "ask an object for a field's name, in quotes",
    },
    { related: schemaOf(place, view) },
  );
  return null;
}

function holdsOnlyObjects(items: Place): boolean {
  return items.views.every((view) => {
    const kinds = kindsOf(view.type);
    return kinds !== null && kinds.size === 1 && kinds.has("object");
  });
}

/** A list of objects holds no text and no number. */
function reportObjects(place: Place, view: View, value: Written, environment: Environment): null {
  const [first = "role"] = fieldNames(anyItem(view.type) ?? view.type);
  environment.report.add(
    "FBP2106",
    value.span,
    {
      left: `an item of \`${place.text}\``,
      leftIs: kindWords(new Set<Kind>(["object"])),
      right: value.text,
      rightIs: valueWords(value),
      by: inContract(view),
      hint: `ask one item for a field, as in \`${place.text}[0].${first}\``,
    },
    { related: schemaOf(place, view) },
  );
  return null;
}

/** Why the answer is the same for everything that may be there. */
function reason(place: Place, value: Written): string {
  const [view] = place.views;
  if (view?.contract === null || view === undefined) return becauseOf(place);
  const isList = kindsOf(view.type)?.has("array") ?? false;
  const { name } = view.contract;
  return isList
    ? `the contract \`${name}\` allows no items in it`
    : `the contract \`${name}\` requires the field ${value.text}`;
}

function itemsOf(place: Place, only?: View): Place {
  const views = (only === undefined ? place.views : [only]).map((view) =>
    withoutNull({ ...view, type: anyItem(view.type) ?? view.type, pointer: null }),
  );
  const type = union(views.map((view) => view.type));
  return { ...place, text: `${place.text}[…]`, views, read: { ...place.read, type } };
}

function listAnswers(view: View): Possible {
  const canHold = membersOf(view.type).some((member) => member.kind === "array" && member.maxItems !== 0);
  return { true: canHold, false: true };
}

function fieldAnswers(place: Place, view: View, value: Written, environment: Environment): Possible | null {
  const segment = { name: String(value.value), span: value.span };
  const found = field(view, segment, place.text, sayerOf(view, place.declared), environment);
  if (found === null) return null;
  const held = withoutNull({ ...view, type: found.type, optional: found.optional });
  return { true: membersOf(held.type).length > 0, false: held.optional };
}
