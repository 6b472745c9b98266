/** Whether two texts say the same: their trees without places, and their comments. */
import type { Comment, File, Item } from "./tree.ts";

/** The same declarations in the same order; where they stand and how their numbers are spelled does not count. */
export function same(a: File, b: File): boolean {
  return sameItems(a.items, b.items);
}

/** As `same`, of some of the declarations. */
export function sameItems(a: readonly Item[], b: readonly Item[]): boolean {
  return equal(a, b);
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
  return fieldsEqual(a as Fields, b as Fields);
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsEqual(a: Fields, b: Fields): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => {
    if (!Object.hasOwn(b, name)) return false;
    return isPlace(name) ? (a[name] === null) === (b[name] === null) : equal(a[name], b[name]);
  });
}

/** Of a span, only whether there is one says something: `before first_token` stands there or not. */
function isPlace(name: string): boolean {
  return name === "span" || name.endsWith("Span") || name === "beforeFirstToken";
}
