/** Tree to text, in the one layout that every policy file has. */
import { body } from "./print/block.ts";
import { Comments } from "./print/comments.ts";
import { fileItem } from "./print/items.ts";
import { render } from "./print/lines.ts";
import type { File } from "./tree.ts";

/**
 * Prints a file that was parsed without errors: numbers, texts and comments as they were written,
 * everything else in the canonical layout. Every comment is kept, in its place.
 */
export function print(file: File): string {
  const comments = new Comments(file.span.source, file.comments);
  const items = file.items.map((item) => fileItem(item, comments));
  return render(body(items, 0, file.span.end + 1, comments));
}
