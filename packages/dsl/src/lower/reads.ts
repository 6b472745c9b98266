/**
 * How the facts of a predicate are read. Every read is total: through `?.`, or through a helper where a
 * prototype might answer in place of the value. Places that are read more than once in a block are read
 * into a constant first.
 */
import type { FactRoot, Read } from "../check/model.ts";
import type { Shared } from "./helpers.ts";
import { identifier } from "./names.ts";
import { needsOwnRead } from "./prototype-names.ts";
import { memberText, quote } from "./text.ts";

/** How each root is written in the function that is being generated. */
export type Roots = Readonly<Partial<Record<FactRoot, string>>>;

/** Of a failure and of a rule's guard, both called `f`. */
export const FAILURE_ROOTS: Roots = {
  transport: "f.transport",
  sent: "f.sent",
  status: "f.status",
  header: "f.headers",
  error: "f.error",
};

export const GUARD_ROOTS: Roots = {
  ...FAILURE_ROOTS,
  request: "f.request",
  context: "f.context",
  attempts: "f.attempts",
  elapsed: "f.elapsedMs",
  committed: "f.committed",
};

export const ACCEPT_ROOTS: Roots = { response: "response", request: "request" };
export const REPEAT_ROOTS: Roots = { request: "request", context: "context" };

type Segment = string | number;

interface Place {
  readonly root: FactRoot;
  readonly parent: Place | null;
  readonly segment: Segment | null;
  readonly children: Map<Segment, Place>;
  uses: number;
  /** Case-insensitive tests of this text. */
  lowerUses: number;
}

/**
 * The lines of one block of generated code, constants first. `write` is called twice: once to count
 * what it reads, once to write it; it must ask for the same reads each time.
 */
export function blockLines(roots: Roots, shared: Shared, write: (block: Block) => readonly string[]): string[] {
  const block = new Block(roots, shared);
  write(block);
  const declarations = block.declare();
  return [...declarations, ...write(block)];
}

export class Block {
  readonly shared: Shared;
  readonly #roots: Roots;
  readonly #places = new Map<FactRoot, Place>();
  readonly #local = new Map<Place, string>();
  readonly #lowered = new Map<Place, string>();
  readonly #taken = new Set<string>();

  constructor(roots: Roots, shared: Shared) {
    this.#roots = roots;
    this.shared = shared;
  }

  /** Settles which of the places read so far get a constant; the lines that make them. */
  declare(): readonly string[] {
    const lines: string[] = [];
    for (const place of this.#places.values()) this.#declare(place, lines);
    return lines;
  }

  /** The place's value: undefined or null where it holds nothing. */
  read(read: Read): string {
    const place = this.#place(read);
    place.uses++;
    return this.#text(place);
  }

  /** The place's text in lower case, "" where it holds no text; made at most once in the block. */
  lower(read: Read): string {
    const place = this.#place(read);
    place.lowerUses++;
    const text = `${this.shared.helper("lower")}(${this.#text(place)})`;
    const kept = this.#lowered.get(place);
    return kept === undefined ? text : `(${kept} ??= ${text})`;
  }

  #place(read: Read): Place {
    let place = this.#places.get(read.from);
    if (place === undefined) {
      place = { root: read.from, parent: null, segment: null, children: new Map(), uses: 0, lowerUses: 0 };
      this.#places.set(read.from, place);
    }
    for (const segment of read.segments) {
      let child: Place | undefined = place.children.get(segment);
      if (child === undefined) {
        child = { root: read.from, parent: place, segment, children: new Map(), uses: 0, lowerUses: 0 };
        place.children.set(segment, child);
      }
      place = child;
    }
    return place;
  }

  #declare(place: Place, lines: string[]): void {
    const occurrences = mentions(place);
    const plain = place.parent === null && /^\w+$/.test(this.#rootText(place.root));
    if (occurrences > 1 && !plain) {
      const text = this.#text(place);
      const name = this.#name(typeof place.segment === "string" ? place.segment : place.root);
      lines.push(`const ${name} = ${text};`);
      this.#local.set(place, name);
    }
    if (place.lowerUses > 1) {
      const name = this.#name(`${place.segment ?? place.root}_lower`);
      lines.push(`let ${name};`);
      this.#lowered.set(place, name);
    }
    for (const child of place.children.values()) this.#declare(child, lines);
  }

  #text(place: Place): string {
    const local = this.#local.get(place);
    if (local !== undefined) return local;
    if (place.parent === null || place.segment === null) return this.#rootText(place.root);
    const parent = this.#text(place.parent);
    if (typeof place.segment === "number") return `${this.shared.helper("item")}(${parent}, ${place.segment})`;
    if (needsOwnRead(place.segment)) return `${this.shared.helper("own")}(${parent}, ${quote(place.segment)})`;
    const member = memberText(place.segment);
    if (place.root === "header") return `${parent}${member}`;
    return `${parent}?.${member.startsWith("[") ? member : member.slice(1)}`;
  }

  #rootText(root: FactRoot): string {
    const text = this.#roots[root];
    if (text === undefined) throw new Error(`\`${root}\` cannot be read here`);
    return text;
  }

  /** Locals end in `_`, so that they meet no parameter, helper or reserved word. */
  #name(wanted: string): string {
    const base = identifier(wanted);
    let name = `${base}_`;
    for (let count = 2; this.#taken.has(name); count++) name = `${base}${count}_`;
    this.#taken.add(name);
    return name;
  }
}

/** How often the place's text would be written, were nothing read into a constant above it. */
function mentions(place: Place): number {
  let count = place.uses + (place.lowerUses > 0 ? 1 : 0);
  for (const child of place.children.values()) count += Math.min(1, mentions(child));
  return count;
}
