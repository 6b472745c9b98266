/** Doc comments: lines of `///` directly above what they document. */
import { lineStarts, positionOf, type Source, type Span, span } from "../source.ts";
import type { Comment } from "./tree.ts";

export interface Doc {
  readonly text: string;
  readonly span: Span;
}

/** By the line that a doc comment stands directly above. */
export type Docs = Map<number, Doc>;

/** Only a `///` that stands alone on its line can document: one behind other text is found by nobody. */
export function docsOf(source: Source, comments: readonly Comment[]): Docs {
  const docs: Docs = new Map();
  for (const comment of comments) {
    if (!comment.doc) continue;
    const { line } = positionOf(source, comment.span.start);
    if (!standsAlone(source, comment, line)) {
      // Kept under a line of its own that no declaration has, so that it is reported as documenting nothing.
      docs.set(-line, { text: comment.text, span: comment.span });
      continue;
    }
    const above = docs.get(line);
    docs.delete(line);
    const text = comment.text.startsWith(" ") ? comment.text.slice(1) : comment.text;
    docs.set(line + 1, {
      text: above === undefined ? text : `${above.text}\n${text}`,
      span: above === undefined ? comment.span : span(source, above.span.start, comment.span.end),
    });
  }
  return docs;
}

function standsAlone(source: Source, comment: Comment, line: number): boolean {
  const start = lineStarts(source)[line - 1] ?? 0;
  return source.text.slice(start, comment.span.start).trim() === "";
}
