/** How a JSON text is laid out, so that what is put into it looks as if it had always been there. */
import type { Node } from "jsonc-parser";

export interface Layout {
  /** Empty where the whole document stands on one line. */
  readonly newline: string;
  /** One step of indentation. */
  readonly unit: string;
  /** `": "`, and on one line `", "` and the blank inside of braces. */
  readonly colon: string;
  readonly comma: string;
  readonly pad: string;
  /** Do small objects, and small lists, stand on one line? */
  readonly inline: { readonly object: boolean; readonly array: boolean };
}

/** A line that would be longer is broken up. */
const WIDTH = 120;

export function layoutOf(text: string, root: Node): Layout {
  const sliceOf = (node: Node): string => text.slice(node.offset, node.offset + node.length);
  const isOneLine = (node: Node): boolean => !/[\r\n]/.test(sliceOf(node));
  const nodes = nodesOf(root);
  const properties = nodes.filter(({ type }) => type === "property");
  const small = nodes.filter(
    (node) => (node.type === "object" || node.type === "array") && (node.children?.length ?? 0) > 0 && isOneLine(node),
  );
  const [firstKey, firstValue] = properties[0]?.children ?? [];
  const colon = between(text, firstKey, firstValue) ?? ": ";
  const list = small.find(({ children = [] }) => children.length > 1);
  const object = small.find(({ type }) => type === "object");
  const [inside] = object?.children ?? [];
  const blank = colon.endsWith(" ") ? " " : "";
  return {
    newline: isOneLine(root) ? "" : (/\r\n|\n|\r/.exec(sliceOf(root))?.[0] ?? "\n"),
    unit: unitOf(text, root),
    colon: /[\r\n]/.test(colon) ? ": " : colon,
    comma: between(text, list?.children?.[0], list?.children?.[1]) ?? `,${blank}`,
    pad: object === undefined || inside === undefined ? blank : text.slice(object.offset + 1, inside.offset),
    inline: {
      object: object !== undefined,
      array: small.some(({ type }) => type === "array"),
    },
  };
}

function nodesOf(node: Node): readonly Node[] {
  const found: Node[] = [];
  const waiting: Node[] = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    found.push(next);
    waiting.push(...[...(next.children ?? [])].reverse());
  }
  return found;
}

function between(text: string, left: Node | undefined, right: Node | undefined): string | null {
  return left === undefined || right === undefined ? null : text.slice(left.offset + left.length, right.offset);
}

/** What the first property of the document stands behind. */
function unitOf(text: string, root: Node): string {
  const [first] = root.children ?? [];
  const found = first === undefined ? null : /[\r\n]([ \t]+)$/.exec(text.slice(0, first.offset));
  return found?.[1] ?? "  ";
}

/** @param indent what the line begins with on which the value begins; null: all on one line */
export function written(value: unknown, indent: string | null, layout: Layout): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const line = oneLine(value, layout);
  if (indent === null || layout.newline === "" || Object.keys(value).length === 0) return line;
  const isSmall = layout.inline[Array.isArray(value) ? "array" : "object"] && isLeaf(value);
  if (isSmall && indent.length + line.length <= WIDTH) return line;
  const deeper = indent + layout.unit;
  const items = itemsOf(value, layout, (inner) => written(inner, deeper, layout));
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}${layout.newline}${deeper}${items.join(`,${layout.newline}${deeper}`)}${layout.newline}${indent}${close}`;
}

function oneLine(value: unknown, layout: Layout): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const items = itemsOf(value, layout, (inner) => oneLine(inner, layout)).join(layout.comma);
  if (Array.isArray(value)) return `[${items}]`;
  return items === "" ? "{}" : `{${layout.pad}${items}${layout.pad}}`;
}

function itemsOf(value: object, layout: Layout, text: (inner: unknown) => string): readonly string[] {
  if (Array.isArray(value)) return value.map(text);
  return Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}${layout.colon}${text(inner)}`);
}

/** Does it hold no objects or lists? */
function isLeaf(value: object): boolean {
  return Object.values(value).every((inner) => typeof inner !== "object" || inner === null);
}
