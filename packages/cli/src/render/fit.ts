/** Text cut to a number of columns. */
import { clusters, widthOf } from "./width.ts";

/** The text, or as much of it as leaves room for `…`. It must be printable. */
export function fitted(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  let room = width - 1;
  for (const cluster of clusters(text)) {
    room -= cluster.width;
    if (room < 0) break;
    kept += cluster.text;
  }
  return `${kept.trimEnd()}…`;
}

/** As many of the items as fit, at least one, and how many there are more: `a, b, and 3 more`. */
export function fittedList(items: readonly string[], width: number): string {
  const whole = items.join(", ");
  if (widthOf(whole) <= width) return whole;
  for (let count = items.length - 1; count > 1; count--) {
    const text = `${items.slice(0, count).join(", ")}, and ${items.length - count} more`;
    if (widthOf(text) <= width) return text;
  }
  const rest = items.length > 1 ? `, and ${items.length - 1} more` : "";
  return fitted(items[0] ?? "", width - rest.length) + rest;
}
