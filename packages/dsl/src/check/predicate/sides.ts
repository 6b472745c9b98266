/** Both sides of a comparison, brought together: which is the place, and what the other one stands for. */

import { nearest } from "../../did-you-mean.ts";
import type * as tree from "../../syntax/tree.ts";
import { closedValues } from "../../types/relate.ts";
import type { Operand } from "../model.ts";
import { kindsOf } from "./members.ts";
import type { Place, Side, Word, Written } from "./place.ts";
import { bareWord, reportRoot, resolveSide } from "./resolve.ts";
import { type Environment, placesThatRead, type Root, readableRoots } from "./scope.ts";

export type Settled = Place | Written;

/** Both sides without words left in them; null where one has a mistake. Each mistake was reported. */
export function settleSides(
  leftExpression: tree.Expression,
  rightExpression: tree.Expression,
  environment: Environment,
): { readonly left: Settled; readonly right: Settled } | null {
  const leftWord = bareWord(leftExpression);
  const rightWord = bareWord(rightExpression);
  // A name opposite to a place that holds names is a name, even where a fact is called the same.
  const right = leftWord !== null && rightWord === null ? resolveSide(rightExpression, environment) : undefined;
  const left = leftWord !== null && holdsNames(right) ? leftWord : resolveSide(leftExpression, environment);
  const other =
    right !== undefined
      ? right
      : rightWord !== null && holdsNames(left)
        ? rightWord
        : resolveSide(rightExpression, environment);
  const settledLeft = settle(left, other, environment);
  const settledRight = settle(other, left, environment);
  return settledLeft === null || settledRight === null ? null : { left: settledLeft, right: settledRight };
}

function holdsNames(side: Side | null | undefined): boolean {
  return side?.kind === "place" && side.sort.kind === "name";
}

/** A word becomes the constant that the place on the other side makes of it. */
export function settle(side: Side | null, opposite: Side | null, environment: Environment): Settled | null {
  if (side === null || side.kind !== "word") return side;
  if (opposite?.kind === "place") return constant(side, opposite, environment);
  reportRoot(side, environment);
  return null;
}

function constant(word: Word, place: Place, environment: Environment): Written | null {
  if (word.text === "") return null;
  if (place.sort.kind === "name") {
    const { noun, names } = place.sort;
    if (!names.includes(word.text)) {
      const near = nearest(word.text, names);
      environment.report.add("FBP2122", word.span, { noun, name: word.text, near, known: names });
      return null;
    }
    const text = `\`${word.text}\``;
    return { kind: "written", span: word.span, text, value: word.text, unit: { kind: "none" }, isName: true };
  }
  reportStray(word, place, environment);
  return null;
}

/** A bare name opposite to a place that holds no names: text without its quotes, or a misspelt fact. */
function reportStray(word: Word, place: Place, environment: Environment): void {
  if (placesThatRead(word.text).length > 0) {
    reportRoot(word, environment);
    return;
  }
  const [view] = place.views;
  const values = (view === undefined ? null : closedValues(view.type)) ?? [];
  const texts = values.filter((value) => typeof value === "string");
  const near = texts.includes(word.text) ? word.text : nearest(word.text, texts);
  const isText = view !== undefined && (kindsOf(view.type)?.has("string") ?? false);
  const isMisspelt = nearest(word.text, readableRoots(environment.where)) !== undefined;
  if (near !== undefined || (isText && !isMisspelt)) {
    environment.report.add("FBP2124", word.span, { name: word.text, place: place.text, near });
  } else {
    reportRoot(word, environment);
  }
}

export function operandOf(side: Settled): Operand<Root> {
  return side.kind === "place" ? side.read : { kind: "value", value: side.value };
}
