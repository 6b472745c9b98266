/** Random damage to a text: what typing, merging and hostile input do to a policy file. */
import fc from "fast-check";

const PIECES = [
  "{",
  "}",
  "(",
  ")",
  "[",
  "]",
  ",",
  ":",
  ";",
  "=",
  "==",
  "->",
  "=>",
  "..",
  ".",
  "|",
  "||",
  "&&",
  "!",
  "-",
  "+",
  '"',
  "'",
  "`",
  "/",
  "//",
  "///",
  "/*",
  "*/",
  "#",
  "\\",
  "\\u12",
  "\n",
  "\r",
  "\t",
  " ",
  "\u00A0",
  "\u2028",
  "\uFEFF",
  "\uD800",
  "é",
  "💥",
  "8",
  "8s",
  "8 seconds",
  "5xx",
  "$2",
  "1e999",
  "99999999999999999999",
  "-1",
  "3x",
  "50%",
  "and",
  "or",
  "not",
  "AND",
  "else",
  "elseif",
  "when",
  "if",
  "in",
  "is",
  "is not",
  "has",
  "fallback",
  "retry",
  "fail",
  "any",
  "policy",
  "polcy",
  "path",
  "on",
  "scenario",
  "expect",
  "request",
  "budget x",
  "policy p {",
  "on x {",
  '"a": 1',
] as const;

type Edit =
  | { readonly kind: "insert"; readonly at: number; readonly piece: string }
  | { readonly kind: "delete"; readonly at: number; readonly length: number }
  | { readonly kind: "replace"; readonly at: number; readonly length: number; readonly piece: string }
  | { readonly kind: "cut"; readonly at: number }
  | { readonly kind: "swap"; readonly at: number; readonly length: number };

const piece = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...PIECES) },
  fc.string({ maxLength: 3, unit: "binary" }),
);
/** A share of the text's length, so that an edit fits every text. */
const place = fc.double({ min: 0, max: 1, noNaN: true });
const length = fc.integer({ min: 1, max: 12 });

const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("insert" as const), at: place, piece }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("delete" as const), at: place, length }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("replace" as const), at: place, length, piece }) },
  fc.record({ kind: fc.constant("cut" as const), at: place }),
  fc.record({ kind: fc.constant("swap" as const), at: place, length }),
);

/** The text after one to five edits. */
export function damaged(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(text, fc.array(edit, { minLength: 1, maxLength: 5 }))
    .map(([whole, edits]) => edits.reduce(apply, whole));
}

function apply(text: string, each: Edit): string {
  const at = Math.floor(each.at * text.length);
  switch (each.kind) {
    case "insert":
      return text.slice(0, at) + each.piece + text.slice(at);
    case "delete":
      return text.slice(0, at) + text.slice(at + each.length);
    case "replace":
      return text.slice(0, at) + each.piece + text.slice(at + each.length);
    case "cut":
      return text.slice(0, at);
    case "swap":
      return (
        text.slice(0, at) +
        text.slice(at + each.length, at + 2 * each.length) +
        text.slice(at, at + each.length) +
        text.slice(at + 2 * each.length)
      );
  }
}
