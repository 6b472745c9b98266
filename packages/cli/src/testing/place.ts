import { type Source, type Span, span } from "@fbp/dsl";
import type { Finding } from "../render/finding.ts";

/** A source in which `«` and `»` mark the place that is meant; both marks are taken out. */
export function placeIn(marked: string, name = "chat.fbp"): Span {
  const start = marked.indexOf("«");
  const end = marked.indexOf("»") - 1;
  const source: Source = { name, text: marked.replace("«", "").replace("»", "") };
  return span(source, start, end);
}

export function findingAt(place: Span, more: Partial<Finding> = {}): Finding {
  return {
    code: "FBP2101",
    severity: "error",
    span: place,
    text: "no path is named bakup",
    hint: undefined,
    related: [],
    ...more,
  };
}
