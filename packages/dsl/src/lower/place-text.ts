import { positionOf, type Span } from "../source.ts";
import { commentText } from "./text.ts";

/** `chat.fbp:41`, without the folder: a comment is to be short. */
export function placeText(span: Span): string {
  return commentText(
    `${span.source.name.slice(span.source.name.lastIndexOf("/") + 1)}:${positionOf(span.source, span.start).line}`,
  );
}
