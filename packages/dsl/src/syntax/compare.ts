/** Whether two texts say the same: their trees without places, and their comments. */
import type { Comment, File } from "./tree.ts";

/** The same declarations in the same order; where they stand and how their numbers are spelled does not count. */
export function same(a: File, b: File): boolean {
  return equal(a.items, b.items);
}

/** The same comments, each as often; the order may differ where one stood inside a line. */
export function sameComments(a: File, b: File): boolean {
  const left = a.comments.map(key).sort();
  const right = b.comments.map(key).sort();
  return left.length === right.length && left.every((each, index) => each === right[index]);
}

function key(comment: Comment): string {
  return `${comment.doc ? "///" : "//"}${comment.text}`;
}

function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((each, at) => equal(each, b[at]));
  const left = Object.entries(a);
  const right = new Map(Object.entries(b));
  if (left.length !== right.size) return false;
  for (const [name, value] of left) {
    const other: unknown = right.get(name);
    if (isPlace(name) ? (value === null) !== (other === null) : !equal(value, other)) return false;
  }
  return true;
}

/** Of a span, only whether there is one says something: `before first_token` stands there or not. */
function isPlace(name: string): boolean {
  return name === "span" || name.endsWith("Span") || name === "beforeFirstToken";
}
