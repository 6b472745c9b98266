/**
 * How the facts of a predicate are read. Every read is total: through `?.`, or through a helper where a
 * prototype might answer in place of the value. Places that are read more than once in a block are read
 * into a constant first.
 */
import type { FactRoot, Read, Scalar } from "../check/model.ts";
import type { Shared } from "./helpers.ts";
import { identifier } from "./names.ts";
import { needsOwnRead } from "./prototype-names.ts";
import { arrayText, memberText, quote, scalarText } from "./text.ts";

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
  /** How often the value itself is mentioned. */
  uses: number;
  /** How often it is compared with a constant. */
  equalities: number;
  /** The constants that it is compared with, by their text, numbered from 1. */
  readonly values: Map<string, number>;
  /** How often its text is asked for in lower case. */
  lowerUses: number;
  /** The texts, in lower case, that are looked for in it. */
  readonly parts: Set<string>;
}

/** A place that is compared with this many constants is looked up in a table once, then numbers are compared. */
const NUMBERED_FROM = 6;

/** From this many texts on, one pass tells whether any of them is there at all. */
const SIFTED_FROM = 4;

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
  readonly #numbered = new Map<Place, string>();
  readonly #lowered = new Map<Place, string>();
  readonly #taken = new Set<string>();
  #isSettled = false;

  constructor(roots: Roots, shared: Shared) {
    this.#roots = roots;
    this.shared = shared;
  }

  /** Settles which of the places read so far get a constant; the lines that make them. */
  declare(): readonly string[] {
    this.#isSettled = true;
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

  /** Tests, of which one holds when the place holds one of the values; each is an expression of its own. */
  equals(read: Read, values: readonly Scalar[]): readonly string[] {
    const place = this.#place(read);
    place.equalities += values.length;
    const numbers = values.map((value) => {
      const text = scalarText(value);
      const number = place.values.get(text) ?? place.values.size + 1;
      place.values.set(text, number);
      return number;
    });
    const numbered = this.#numbered.get(place);
    if (numbered !== undefined) return ranges(numbers).map((range) => rangeText(numbered, range));
    return values.map((value) => `${this.#text(place)} === ${scalarText(value)}`);
  }

  /** The place's text in lower case, made at most once in the block; "" where it holds none of the block's parts. */
  lower(read: Read, parts: readonly string[]): string {
    const place = this.#place(read);
    place.lowerUses++;
    for (const part of parts) place.parts.add(part);
    if (!this.#isSettled) return "";
    const text = this.#lowerText(place);
    const kept = this.#lowered.get(place);
    return kept === undefined ? text : `(${kept} ??= ${text})`;
  }

  #lowerText(place: Place): string {
    if (place.parts.size < SIFTED_FROM) return `${this.shared.helper("lower")}(${this.#text(place)})`;
    const pattern = [...place.parts].map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("|");
    const sieve = this.shared.constant("parts", `new RegExp(${quote(pattern)})`);
    return `${this.shared.helper("relevant")}(${this.#text(place)}, ${sieve})`;
  }

  #place(read: Read): Place {
    let place = this.#places.get(read.from);
    if (place === undefined) {
      place = newPlace(read.from, null, null);
      this.#places.set(read.from, place);
    }
    for (const segment of read.segments) {
      let child: Place | undefined = place.children.get(segment);
      if (child === undefined) {
        child = newPlace(read.from, place, segment);
        place.children.set(segment, child);
      }
      place = child;
    }
    return place;
  }

  #declare(place: Place, lines: string[]): void {
    const word = typeof place.segment === "string" ? place.segment : place.root;
    const plain = place.parent === null && /^\w+$/.test(this.#rootText(place.root));
    if (mentions(place) > 1 && !plain) {
      const text = this.#text(place);
      const name = this.#name(word);
      lines.push(`const ${name} = ${text};`);
      this.#local.set(place, name);
    }
    if (isNumbered(place)) {
      const entries = [...place.values].map(([text, number]) => `[${text}, ${number}]`);
      const table = this.shared.constant("numbers", `new Map(${arrayText(entries)})`);
      const name = this.#name(`${word}_number`);
      lines.push(`const ${name} = ${table}.get(${this.#text(place)}) ?? 0;`);
      this.#numbered.set(place, name);
    }
    if (place.lowerUses > 1) {
      const name = this.#name(`${word}_lower`);
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

function newPlace(root: FactRoot, parent: Place | null, segment: Segment | null): Place {
  return {
    root,
    parent,
    segment,
    children: new Map(),
    uses: 0,
    equalities: 0,
    lowerUses: 0,
    values: new Map(),
    parts: new Set(),
  };
}

/** Scalar facts are the runtime's own and are compared as they are. */
function isNumbered(place: Place): boolean {
  return place.parent !== null && place.values.size >= NUMBERED_FROM;
}

/** How often the place's text would be written, were nothing read into a constant above it. */
function mentions(place: Place): number {
  let count = place.uses + (isNumbered(place) ? 1 : place.equalities) + place.lowerUses;
  for (const child of place.children.values()) count += Math.min(1, mentions(child));
  return count;
}

type Range = readonly [low: number, high: number];

/** Neighbouring numbers together. */
function ranges(numbers: readonly number[]): readonly Range[] {
  const found: Range[] = [];
  for (const number of [...new Set(numbers)].sort((a, b) => a - b)) {
    const last = found.at(-1);
    if (last !== undefined && last[1] === number - 1) found[found.length - 1] = [last[0], number];
    else found.push([number, number]);
  }
  return found;
}

function rangeText(name: string, [low, high]: Range): string {
  if (low === high) return `${name} === ${low}`;
  return high === low + 1 ? `${name} === ${low} || ${name} === ${high}` : `${name} >= ${low} && ${name} <= ${high}`;
}
