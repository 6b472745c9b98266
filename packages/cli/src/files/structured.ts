/** JSON and YAML, with the places of their parts. YAML is only loaded for what is no JSON, and for messages. */
import { type ImportDocument, type Report, type Source, span } from "@fbp/dsl";
import { withoutKeys } from "@fbp/runtime/core";
import type { Document, Node, Pair } from "yaml";

type Yaml = typeof import("yaml");

/** An alias that is used more often than this, all it holds counted, is an attack. */
const MOST_ALIASES = 1_000;
/** Messages about one text; one slip makes more than one. */
const MOST_PROBLEMS = 3;

export interface StructuredOptions {
  /**
   * The text may hold secrets: messages show the names of fields alone, whatever else stands beside them. Places are
   * those of the names.
   */
  readonly hidesValues?: boolean;
}

/** null where the text is neither, which was reported. */
export async function readStructured(
  given: Source,
  report: Report,
  { hidesValues = false }: StructuredOptions = {},
): Promise<ImportDocument | null> {
  const yaml = await import("yaml");
  const document = hidesValues ? yaml.parseDocument(given.text, PARSING) : null;
  const source = document === null ? given : { ...given, text: namesAlone(given.text, document, yaml) };
  return structured(given.text, source, report, document, yaml);
}

const PARSING = { merge: true, logLevel: "error", prettyErrors: false } as const;

function structured(
  text: string,
  source: Source,
  report: Report,
  parsed: Document | null,
  yaml: Yaml,
): ImportDocument | null {
  let tree = parsed;
  const treeOf = (): Document => {
    tree ??= yaml.parseDocument(text, PARSING);
    return tree;
  };
  const spanOf: ImportDocument["spanOf"] = (pointer) => {
    const [start, end] = rangeOf(treeOf(), pointer, yaml, parsed !== null);
    return span(source, start, end);
  };
  const value = asJson(text);
  if (value !== undefined) return { value, spanOf };
  const { errors } = treeOf();
  for (const { message, pos } of errors.slice(0, MOST_PROBLEMS)) {
    const end = Math.min(pos[1], source.text.length);
    report.add("FBP3359", span(source, Math.min(pos[0], end), end), { problem: withoutKeys(sentence(message)) });
  }
  if (errors.length > 0) return null;
  try {
    return { value: treeOf().toJS({ maxAliasCount: MOST_ALIASES }) as unknown, spanOf };
  } catch {
    report.add("FBP3360", span(source, 0, 0), { why: "holds too many aliases, or aliases of themselves" });
    return null;
  }
}

/** undefined, which no JSON value is, where it is none. */
function asJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A plain value itself; of an object or a list the name of its field; else the nearest place around it. */
function rangeOf(document: Document, pointer: string, yaml: Yaml, atNames: boolean): readonly [number, number] {
  let node: unknown = document.contents;
  let range: readonly [number, number] = [0, 0];
  for (const segment of pointer.split("/").slice(1)) {
    const step = segment.replaceAll("~1", "/").replaceAll("~0", "~");
    const inner = childOf(yaml.isAlias(node) ? node.resolve(document) : node, step, yaml);
    if (inner === null) return range;
    node = inner.value;
    range = (atNames ? nameRange(inner.key) : shownRange(node as Node, inner.key, yaml)) ?? range;
  }
  return range;
}

/** Of a whole object in a list its beginning: it may go over many lines. */
function shownRange(node: Node, key: Node | null, yaml: Yaml): readonly [number, number] | null {
  const shown = yaml.isScalar(node) ? node : key;
  if (shown?.range != null) return [shown.range[0], shown.range[1]];
  return node.range == null ? null : [node.range[0], node.range[0] + 1];
}

function nameRange(key: Node | null): readonly [number, number] | null {
  return key?.range == null ? null : [key.range[0], key.range[1]];
}

/** The text with nothing in it but the names of fields, at their places. */
function namesAlone(text: string, document: Document, yaml: Yaml): string {
  const shown = [...text].length === text.length ? text : text.replace(/[\ud800-\udfff]/g, "?");
  const letters = shown.replace(/[^\r\n]/g, " ").split("");
  yaml.visit(document, {
    Pair: (_, { key }) => {
      if (!yaml.isScalar(key) || key.range == null) return;
      const [start, end] = key.range;
      const name = shown.slice(start, end);
      if (withoutKeys(name) !== name || name.includes("\n")) return;
      for (let at = start; at < end; at++) letters[at] = shown[at] ?? " ";
      if (shown[end] === ":") letters[end] = ":";
    },
  });
  return letters.join("");
}

function childOf(
  node: unknown,
  step: string,
  yaml: Yaml,
): { readonly key: Node | null; readonly value: unknown } | null {
  if (yaml.isMap(node)) {
    const pair = node.items.find((each: Pair) => yaml.isScalar(each.key) && String(each.key.value) === step);
    return pair === undefined ? null : { key: pair.key as Node, value: pair.value };
  }
  if (!yaml.isSeq(node) || !/^\d+$/.test(step)) return null;
  const item: unknown = node.items[Number(step)];
  return item === undefined ? null : { key: null, value: item };
}

/** As our own messages: lower case, no full stop. */
function sentence(message: string): string {
  const [first = ""] = message.split("\n");
  return (first.charAt(0).toLowerCase() + first.slice(1)).replace(/[.:]$/, "");
}
