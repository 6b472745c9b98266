/** The type that only one JSON value has. */
import { numberText, quote } from "../../lower/text.ts";
import { type Node, NULL, UNKNOWN } from "./node.ts";

/** Values inside of values, beyond which nothing is told. */
const DEEPEST = 8;

export function valueNode(value: unknown, depth = 0): Node {
  if (value === null) return NULL;
  if (typeof value === "string") return { kind: "literal", of: "string", value: quote(value) };
  if (typeof value === "boolean") return { kind: "literal", of: "boolean", value: String(value) };
  if (typeof value === "number") {
    return Number.isFinite(value) ? { kind: "literal", of: "number", value: numberText(value) } : { kind: "number" };
  }
  if (depth >= DEEPEST || typeof value !== "object") return UNKNOWN;
  if (Array.isArray(value)) {
    return {
      kind: "tuple",
      items: value.map((item) => ({ type: valueNode(item, depth + 1), optional: false })),
      rest: null,
    };
  }
  const fields = Object.entries(value).map(([name, held]) => ({
    name,
    type: valueNode(held, depth + 1),
    optional: false,
    doc: null,
  }));
  return { kind: "object", fields, rest: null };
}
