/** Where the comments of a file stand, so that each is printed where it belongs. */
import { positionOf, type Source, type Span } from "../../source.ts";
import type { Comment } from "../tree.ts";

export class Comments {
  private readonly source: Source;
  private readonly all: readonly Comment[];

  /** `all` in the order of the text. */
  constructor(source: Source, all: readonly Comment[]) {
    this.source = source;
    this.all = all;
  }

  /** Those that begin at or after `start` and before `end`. */
  between(start: number, end: number): readonly Comment[] {
    let at = this.firstFrom(start);
    const found: Comment[] = [];
    for (let comment = this.all[at]; comment !== undefined && comment.span.start < end; comment = this.all[++at])
      found.push(comment);
    return found;
  }

  private firstFrom(start: number): number {
    let low = 0;
    let high = this.all.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.all[middle]?.span.start ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  line(offset: number): number {
    return positionOf(this.source, offset).line;
  }

  /** At least one empty line stands between the two offsets, where the second begins something. */
  blankBetween(end: number, start: number): boolean {
    return this.line(start) - this.line(end) > 1;
  }

  /** The offset of the `{` of a block whose head ends at `offset`, comments passed over. */
  brace(offset: number): number {
    const { text } = this.source;
    for (let at = offset; at < text.length; at++) {
      if (text[at] === "{") return at;
      if (text.startsWith("//", at)) while (at < text.length && text[at] !== "\n" && text[at] !== "\r") at++;
    }
    return text.length;
  }
}

export function written(comment: Comment): string {
  return `${comment.doc ? "///" : "//"}${comment.text}`;
}

export function inside(comment: Comment, place: Span): boolean {
  return comment.span.start >= place.start && comment.span.start < place.end;
}
