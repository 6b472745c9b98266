/**
 * Strict JSON with places: every message about a document points at its text. Bounded in size and in
 * depth; keys that have a meaning to JavaScript (`__proto__`) are plain keys.
 */
import { type Node, type ParseError, parseTree } from "jsonc-parser";
import type { Report } from "../diagnostics/index.ts";
import { type Source, type Span, span } from "../source.ts";
import { listIndex, parsePointer } from "./pointer.ts";

/** In UTF-16 units of text. */
export const LARGEST_DOCUMENT = 4 * 1024 * 1024;
export const DEEPEST_DOCUMENT = 200;
/** One slip makes more than one message; the first few are worth reading. */
const MOST_PROBLEMS = 5;

export interface JsonDocument {
  readonly source: Source;
  readonly value: unknown;
  /**
   * A plain value itself; of an object or a list the name of its field, or in a list its opening bracket. Of a
   * place that is not there the nearest one around it.
   */
  spanOf(pointer: string): Span;
  /** The name of the field, whatever it holds; else as `spanOf`. */
  keySpanOf(pointer: string): Span;
}

/**
 * The engine's own parser reads the text; a tree with places is made only where a message needs one,
 * for it costs a hundred times as much.
 */
export function readJson(source: Source, report: Report): JsonDocument | null {
  if (source.text.length > LARGEST_DOCUMENT) {
    report.add("FBP3001", span(source, 0, 0), { limit: "4 MiB" });
    return null;
  }
  const value = parsed(source.text);
  if (value === undefined || keysOf(value, 0) !== writtenKeys(source.text)) {
    reportUnread(source, report);
    return null;
  }
  let tree: Tree | null = null;
  const treeOf = () => {
    tree ??= new Tree(source);
    return tree;
  };
  return {
    source,
    value,
    spanOf: (pointer) => treeOf().spanOf(pointer, false),
    keySpanOf: (pointer) => treeOf().spanOf(pointer, true),
  };
}

/** undefined, which no JSON value is, where the text is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** How many fields the value has in all its objects; -1 where it is nested too deeply. */
function keysOf(value: unknown, depth: number): number {
  if (typeof value !== "object" || value === null) return 0;
  if (depth >= DEEPEST_DOCUMENT) return -1;
  const held = Object.values(value);
  let count = Array.isArray(value) ? 0 : held.length;
  for (const inner of held) {
    const more = keysOf(inner, depth + 1);
    if (more === -1) return -1;
    count += more;
  }
  return count;
}

/** How many keys are written in a text that is JSON: more than its value has where one is given twice. */
function writtenKeys(text: string): number {
  let count = 0;
  for (let start = text.indexOf('"'); start !== -1; start = text.indexOf('"', start)) {
    let end = start;
    do end = text.indexOf('"', end + 1);
    while (isEscaped(text, end));
    start = end + 1;
    while (BLANK.has(text.charCodeAt(start))) start++;
    if (text[start] === ":") count++;
  }
  return count;
}

const BLANK = new Set([9, 10, 13, 32]);

/** Is there an odd number of backslashes before it? */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === "\\") before--;
  return (at - before) % 2 === 1;
}

function reportUnread(source: Source, report: Report): void {
  const tooDeep = firstTooDeep(source.text);
  if (tooDeep !== -1) {
    report.add("FBP3002", span(source, tooDeep, tooDeep + 1), { limit: DEEPEST_DOCUMENT });
    return;
  }
  const before = report.diagnostics.length;
  if (source.text.startsWith("\uFEFF")) {
    const problem = "a byte order mark stands before it";
    report.add("FBP3003", span(source, 0, 1), { problem, hint: "save the file as UTF-8 without a byte order mark" });
    return;
  }
  const problems: ParseError[] = [];
  const root = parseTree(source.text, problems, STRICT);
  if (root === undefined || problems.length > 0) reportProblems(source, problems, report);
  else reportTwins(source, root, report);
  if (report.diagnostics.length > before) return;
  report.add("FBP3003", span(source, 0, 0), { problem: "something in it cannot be read", hint: undefined });
}

const STRICT = { disallowComments: true, allowTrailingComma: false };

/** Offset of the bracket that opens one level too many, or -1. The parser recurses, so this is asked before it runs. */
function firstTooDeep(text: string): number {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text[at];
    if (inText) {
      if (unit === "\\") at++;
      else if (unit === '"' || unit === "\n" || unit === "\r") inText = false;
    } else if (unit === '"') inText = true;
    else if (unit === "{" || unit === "[") {
      depth++;
      if (depth > DEEPEST_DOCUMENT) return at;
    } else if (unit === "}" || unit === "]") depth--;
  }
  return -1;
}

/** By the parser's error number, which it declares as a `const enum`. */
const PROBLEMS: Readonly<Record<number, readonly [problem: string, hint?: string]>> = {
  1: ["an unknown word stands here", "text goes in double quotes; the words of JSON are true, false and null"],
  2: ["this is not a number"],
  3: ["the name of a key is expected here", "leave out the comma before a closing brace, and quote the name"],
  4: ["a value is expected here", "leave out the comma before a closing bracket"],
  5: ["a colon is expected here"],
  6: ["a comma is expected here"],
  7: ["a closing brace } is expected here"],
  8: ["a closing bracket ] is expected here"],
  9: ["the document should end here", "put everything into one object"],
  10: ["JSON has no comments", "use `title` or `notes` for remarks"],
  11: ["a comment is not closed, and JSON has none"],
  12: ["a text is not closed on its line", 'end it with "'],
  13: ["a number breaks off here"],
  14: ["\\u must be followed by four hexadecimal digits"],
  15: ["there is no such escape in a text"],
  16: ["a control character stands in a text", "write it as an escape such as \\n"],
};

function reportProblems(source: Source, problems: readonly ParseError[], report: Report): void {
  const length = source.text.length;
  if (problems.length === 0 || source.text.trim() === "") {
    report.add("FBP3003", span(source, 0, 0), { problem: "the document is empty", hint: undefined });
    return;
  }
  const seen = new Set<number>();
  for (const problem of problems) {
    if (seen.has(problem.offset) || seen.size >= MOST_PROBLEMS) continue;
    seen.add(problem.offset);
    const [words, hint] = PROBLEMS[problem.error] ?? ["something is wrong here"];
    const end = Math.min(length, problem.offset + problem.length);
    report.add("FBP3003", span(source, Math.min(problem.offset, length), end), { problem: words, hint });
  }
}

function reportTwins(source: Source, node: Node, report: Report): void {
  const first = new Map<unknown, Node>();
  for (const inner of node.children ?? []) {
    const [key, value] = inner.type === "property" ? (inner.children ?? []) : [];
    if (key === undefined) {
      reportTwins(source, inner, report);
      continue;
    }
    const twin = first.get(key.value);
    if (twin === undefined) first.set(key.value, key);
    else {
      const related = [{ span: spanOfNode(source, twin), text: "it is given here first" }];
      report.add("FBP3004", spanOfNode(source, key), { key: String(key.value) }, { related });
    }
    if (value !== undefined) reportTwins(source, value, report);
  }
}

interface Child {
  readonly key: Node | undefined;
  readonly value: Node;
}

class Tree {
  readonly #source: Source;
  readonly #root: Node | undefined;
  /** The fields of each object that was asked for one: an object may have very many. */
  readonly #fields = new Map<Node, ReadonlyMap<string, Child>>();

  constructor(source: Source) {
    this.#source = source;
    this.#root = parseTree(source.text, [], STRICT);
  }

  spanOf(pointer: string, isKeyWanted: boolean): Span {
    if (this.#root === undefined) return span(this.#source, 0, 0);
    let node = this.#root;
    let key: Node | undefined;
    let isThere = true;
    for (const segment of parsePointer(pointer) ?? []) {
      const next = this.#child(node, segment);
      if (next === undefined) {
        isThere = false;
        break;
      }
      key = next.key;
      node = next.value;
    }
    const isContainer = node.type === "object" || node.type === "array";
    if (key !== undefined && (isContainer || (isKeyWanted && isThere))) return spanOfNode(this.#source, key);
    // A whole object is no place to point at: its opening bracket is.
    return isContainer ? span(this.#source, node.offset, node.offset + 1) : spanOfNode(this.#source, node);
  }

  #child(node: Node, segment: string): Child | undefined {
    if (node.type === "object") return this.#fieldsOf(node).get(segment);
    const index = node.type === "array" ? listIndex(segment) : null;
    const value = index === null ? undefined : node.children?.[index];
    return value === undefined ? undefined : { key: undefined, value };
  }

  #fieldsOf(node: Node): ReadonlyMap<string, Child> {
    let fields = this.#fields.get(node);
    if (fields === undefined) {
      const pairs = (node.children ?? []).flatMap(({ children: [key, value] = [] }): [string, Child][] =>
        key === undefined || value === undefined ? [] : [[String(key.value), { key, value }]],
      );
      fields = new Map(pairs);
      this.#fields.set(node, fields);
    }
    return fields;
  }
}

function spanOfNode(source: Source, node: Node): Span {
  return span(source, node.offset, node.offset + node.length);
}
