/**
 * Changes a value inside of a JSON text and leaves every other byte as it is: layout, order of keys,
 * line ends. What is new takes the layout of what stands around it.
 */
import { type Node, parseTree } from "jsonc-parser";
import { type Layout, layoutOf, written } from "./edit-layout.ts";

/** How keys follow one another where a new one comes in; those that it does not list come after. */
export type KeyOrder = readonly string[];

/**
 * `text` with `value` at `path`: objects are compared key by key and lists of one length item by item, so
 * that only what differs is written. Objects on the way that are not there are made. The text must be
 * strict JSON, and what stands on the way an object or a list.
 *
 * @throws RangeError where the text is no JSON, or a plain value stands on the way
 */
export function withValueAt(text: string, path: readonly string[], value: unknown, order: KeyOrder = []): string {
  const root = parseTree(text);
  if (root === undefined) throw new RangeError("the text is no JSON");
  const edits: Edit[] = [];
  new Editor(text, layoutOf(text, root), order, edits).put(root, path, value);
  return applied(text, edits);
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The edits do not overlap; what is put in at a place comes before what is taken out there, and in the order made. */
function applied(text: string, edits: readonly Edit[]): string {
  const inOrder = edits
    .map((edit, index) => ({ ...edit, index }))
    .sort((a, b) => a.start - b.start || a.end - b.end || a.index - b.index);
  let made = "";
  let at = 0;
  for (const { start, end, text: replacement } of inOrder) {
    made += text.slice(at, start) + replacement;
    at = end;
  }
  return made + text.slice(at);
}

class Editor {
  readonly #text: string;
  readonly #layout: Layout;
  readonly #order: KeyOrder;
  readonly #edits: Edit[];

  constructor(text: string, layout: Layout, order: KeyOrder, edits: Edit[]) {
    this.#text = text;
    this.#layout = layout;
    this.#order = order;
    this.#edits = edits;
  }

  put(node: Node, [key, ...rest]: readonly string[], value: unknown): void {
    if (key === undefined) {
      this.#become(node, value);
      return;
    }
    const inner = childOf(node, key);
    if (inner !== undefined) {
      this.put(inner, rest, value);
      return;
    }
    if (node.type !== "object") throw new RangeError(`there is nothing to hold ${JSON.stringify(key)}`);
    const made = rest.reduceRight((held, step) => ({ [step]: held }), value);
    this.#change(node, new Map([[key, made]]), []);
  }

  #become(node: Node, value: unknown): void {
    if (Array.isArray(value) && node.type === "array" && node.children?.length === value.length) {
      for (const [index, item] of node.children.entries()) this.#become(item, value[index]);
    } else if (isObject(value) && node.type === "object") {
      this.#becomeObject(node, value);
    } else if (isObject(value) || Array.isArray(value) || node.children !== undefined || node.value !== value) {
      this.#replace(node.offset, node.offset + node.length, written(value, this.#indentAt(node.offset), this.#layout));
    }
  }

  #becomeObject(node: Node, value: Readonly<Record<string, unknown>>): void {
    const added = new Map(Object.entries(value));
    const removed: Node[] = [];
    for (const property of node.children ?? []) {
      const [key, held] = property.children ?? [];
      if (key === undefined || held === undefined) continue;
      const name = String(key.value);
      if (added.has(name)) this.#become(held, added.get(name));
      else removed.push(property);
      added.delete(name);
    }
    this.#change(node, added, removed);
  }

  /** Puts properties into an object and takes others out. */
  #change(node: Node, added: ReadonlyMap<string, unknown>, removed: readonly Node[]): void {
    const standing = (node.children ?? []).filter((property) => !removed.includes(property));
    if (standing.length > 0) for (const run of runsOf(node, removed)) this.#remove(node, run);
    else if (added.size === 0 && removed.length > 0) this.#replace(node.offset, node.offset + node.length, "{}");
    if (added.size === 0) return;
    const indent = this.#indentInside(node);
    const isOneLine = this.#isOneLine(node);
    const texts = [...added].map(([key, value]) => ({
      key,
      text: `${JSON.stringify(key)}${this.#layout.colon}${written(value, isOneLine ? null : indent, this.#layout)}`,
    }));
    const separator = isOneLine ? this.#layout.comma : `,${this.#layout.newline}${indent}`;
    if (standing.length === 0) {
      this.#fill(node, texts.map(({ text }) => text).join(separator), indent, isOneLine);
      return;
    }
    for (const { key, text } of texts) {
      const { node: neighbour, isBefore } = this.#neighbour(standing, key);
      if (isBefore) this.#insert(neighbour.offset + neighbour.length, separator + text);
      else this.#insert(neighbour.offset, text + separator);
    }
  }

  /** The property beside which a key belongs, and whether that stands before it. */
  #neighbour(properties: readonly Node[], key: string): { readonly node: Node; readonly isBefore: boolean } {
    const rankOf = (name: unknown): number => {
      const rank = this.#order.indexOf(String(name));
      return rank === -1 ? this.#order.length : rank;
    };
    const before = properties.findLast((property) => rankOf(property.children?.[0]?.value) <= rankOf(key));
    const node = before ?? properties[0];
    if (node === undefined) throw new RangeError("an object without properties has no neighbours");
    return { node, isBefore: before !== undefined };
  }

  /** An object without properties gets its first. */
  #fill(node: Node, text: string, indent: string, isOneLine: boolean): void {
    const outer = this.#indentAt(node.offset);
    const { newline, pad } = this.#layout;
    const filled = isOneLine ? `{${pad}${text}${pad}}` : `{${newline}${indent}${text}${newline}${outer}}`;
    this.#replace(node.offset, node.offset + node.length, filled);
  }

  /** A run of neighbours, with the comma that parts it from what stays. */
  #remove(node: Node, run: readonly Node[]): void {
    const [first] = run;
    const last = run.at(-1);
    if (first === undefined || last === undefined) return;
    const properties = node.children ?? [];
    const next = properties[properties.indexOf(last) + 1];
    const previous = properties[properties.indexOf(first) - 1];
    if (next !== undefined) this.#replace(first.offset, next.offset, "");
    else if (previous !== undefined) this.#replace(previous.offset + previous.length, last.offset + last.length, "");
  }

  #isOneLine(node: Node): boolean {
    if (this.#layout.newline === "") return true;
    if ((node.children?.length ?? 0) === 0) return false;
    return !/[\r\n]/.test(this.#text.slice(node.offset, node.offset + node.length));
  }

  /** What stands before the properties of an object on their lines. */
  #indentInside(node: Node): string {
    const [first] = node.children ?? [];
    const outer = this.#indentAt(node.offset);
    if (first === undefined) return outer + this.#layout.unit;
    return /(?:^|[\r\n])([ \t]*)$/.exec(this.#text.slice(0, first.offset))?.[1] ?? outer + this.#layout.unit;
  }

  /** What the line of the place begins with. */
  #indentAt(offset: number): string {
    const line = Math.max(this.#text.lastIndexOf("\n", offset - 1), this.#text.lastIndexOf("\r", offset - 1)) + 1;
    return /^[ \t]*/.exec(this.#text.slice(line, offset))?.[0] ?? "";
  }

  #insert(at: number, text: string): void {
    this.#replace(at, at, text);
  }

  #replace(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text });
  }
}

function childOf(node: Node, key: string): Node | undefined {
  if (node.type === "array") return node.children?.[Number(key)];
  return node.children?.find(({ children: [name] = [] }) => name?.value === key)?.children?.[1];
}

function runsOf(node: Node, removed: readonly Node[]): readonly (readonly Node[])[] {
  const runs: Node[][] = [];
  let run: Node[] | null = null;
  for (const property of node.children ?? []) {
    if (!removed.includes(property)) {
      run = null;
      continue;
    }
    if (run === null) {
      run = [];
      runs.push(run);
    }
    run.push(property);
  }
  return runs;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
