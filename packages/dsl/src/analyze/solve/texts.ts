/** Sets of texts: those that are listed, or all that give certain answers to certain tests. */
import { codePoints, holdsString } from "../../types/scalar.ts";
import type { StringType } from "../../types/type.ts";
import { findText } from "./find-text.ts";
import { passes, type TextTest } from "./text-test.ts";

/** Never empty. */
export type Texts =
  | { readonly kind: "listed"; readonly values: readonly string[] }
  | {
      readonly kind: "open";
      readonly without: readonly string[];
      readonly tests: readonly TextTest[];
      /** One of them; null where the search for one was given up. */
      readonly example: string | null;
    };

/** What stands for any text. */
const PLAIN = "x";

export const EVERY_TEXT: Texts = { kind: "open", without: [], tests: [], example: PLAIN };

/** null: none. */
export function listed(values: readonly string[]): Texts | null {
  return values.length === 0 ? null : { kind: "listed", values };
}

export function textsBesides(values: readonly string[]): Texts {
  return open(values, []) ?? EVERY_TEXT;
}

export function answering(test: TextTest): Texts | null {
  return open([], [test]);
}

/** Those that are in both; null: none. */
export function bothTexts(a: Texts, b: Texts): Texts | null {
  if (a === b || b === EVERY_TEXT) return a;
  if (a === EVERY_TEXT) return b;
  if (a.kind === "listed") return listed(a.values.filter((value) => holdsText(b, value)));
  if (b.kind === "listed") return bothTexts(b, a);
  const without = [...new Set([...a.without, ...b.without])];
  const tests = [...a.tests, ...b.tests.filter((test) => !a.tests.some((known) => isSame(known, test)))];
  if (a.example !== null && holdsText(b, a.example)) return { kind: "open", without, tests, example: a.example };
  if (b.example !== null && holdsText(a, b.example)) return { kind: "open", without, tests, example: b.example };
  return open(without, tests);
}

function open(without: readonly string[], tests: readonly TextTest[]): Texts | null {
  const asked = tests.find((test) => test.held)?.text ?? PLAIN;
  for (const example of [PLAIN, asked]) {
    const isOne = !without.includes(example) && tests.every((test) => passes(example, test));
    if (isOne) return { kind: "open", without, tests, example };
  }
  const found = findText(tests, without, null);
  if (found.kind === "none") return null;
  return { kind: "open", without, tests, example: found.kind === "found" ? found.text : null };
}

function isSame(a: TextTest, b: TextTest): boolean {
  return a.kind === b.kind && a.text === b.text && a.ignoreCase === b.ignoreCase && a.held === b.held;
}

export function holdsText(texts: Texts, value: string): boolean {
  if (texts.kind === "listed") return texts.values.includes(value);
  return !texts.without.includes(value) && texts.tests.every((test) => passes(value, test));
}

/** A text of the set that the type admits; null: there is none; undefined: that cannot be told. */
export function pickText(texts: Texts, type: StringType): string | null | undefined {
  if (type.values !== null) return type.values.find((value) => holdsText(texts, value)) ?? null;
  if (texts.kind === "listed") return texts.values.find((value) => holdsString(type, value)) ?? null;
  if (texts.example !== null && holdsString(type, texts.example)) return texts.example;
  const found = findText(texts.tests, [...texts.without, ...type.except], type.maxLength);
  if (found.kind === "none") return null;
  if (found.kind === "unsure") return undefined;
  const long = found.text + found.filler.repeat(Math.max(0, type.minLength - codePoints(found.text)));
  return holdsString(type, long) ? long : undefined;
}
