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
  /** The constants that it is compared with, as they are written. */
  readonly values: Set<string>;
  /** How often its text is asked for in lower case. */
  lowerUses: number;
  /** The lists of texts, in lower case, of which one is looked for in it, by how they are written. */
  readonly lists: Set<string>;
  /** How many texts those hold. */
  parts: number;
  /** The length of the shortest of them. */
  least: number;
}

/** A place that is compared with this many constants is looked up in a table once, then numbers are compared. */
const NUMBERED_FROM = 6;

/** From this many texts on, one pass that tells whether any of them is there at all is worth its room. */
const SIFTED_FROM = 24;

/**
 * The lines of one block of generated code. `write` is called twice: once to count what it reads, once to
 * write it; it must ask for the same reads each time.
 */
export function blockLines(roots: Roots, shared: Shared, write: (block: Block) => readonly string[]): string[] {
  const block = new Block(roots, shared);
  const lines = write(block);
  if (block.isUnread) return [...lines];
  const declarations = block.declare();
  return placed(declarations, write(block));
}

/**
 * Each constant just before the first line that needs it, so that who returns before it does not pay for it.
 * None goes into a block: what opens one is the last place.
 */
function placed(declarations: readonly Declaration[], lines: readonly string[]): string[] {
  const opening = lines.findIndex((line) => line.endsWith("{"));
  const last = opening === -1 ? lines.length : opening;
  const places = new Map<Declaration, number>();
  for (const [at, one] of [...declarations.entries()].reverse()) {
    const first = lines.findIndex((line) => line.includes(one.name));
    const dependents = declarations.slice(at + 1).filter(({ line }) => line.includes(one.name));
    const needed = dependents.map((dependent) => places.get(dependent) ?? last);
    places.set(one, Math.min(last, first === -1 ? last : first, ...needed));
  }
  const before = (at: number) => declarations.filter((one) => places.get(one) === at).map(({ line }) => line);
  return [...lines.flatMap((line, at) => [...before(at), line]), ...before(lines.length)];
}

/** A local constant, or a variable that is filled when it is first needed. */
interface Declaration {
  readonly name: string;
  readonly line: string;
}

export class Block {
  readonly shared: Shared;
  readonly #roots: Roots;
  readonly #places = new Map<FactRoot, Place>();
  readonly #local = new Map<Place, string>();
  readonly #numbered = new Map<Place, string>();
  /** The constants that places are compared with, in the order in which they were asked for. */
  readonly #asked: { readonly place: Place; readonly value: string }[] = [];
  /** Their numbers, from 1, the same for all places: one table serves them. */
  readonly #numbers = new Map<string, number>();
  readonly #lowered = new Map<Place, string>();
  /** What tells whether a place holds any of the texts that are looked for in it. */
  readonly #sieves = new Map<Place, string>();
  readonly #taken = new Set<string>();
  #isSettled = false;

  constructor(roots: Roots, shared: Shared) {
    this.#roots = roots;
    this.shared = shared;
  }

  /** Nothing was asked for so far. */
  get isUnread(): boolean {
    return this.#places.size === 0;
  }

  /** Settles which of the places read so far get a constant; the declarations that make them. */
  declare(): readonly Declaration[] {
    this.#isSettled = true;
    for (const { place, value } of this.#asked) {
      if (isNumbered(place) && !this.#numbers.has(value)) this.#numbers.set(value, this.#numbers.size + 1);
    }
    const made: Declaration[] = [];
    for (const place of this.#places.values()) this.#declare(place, made);
    return made;
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
    const texts = values.map(scalarText);
    if (!this.#isSettled) {
      for (const value of texts) {
        place.values.add(value);
        this.#asked.push({ place, value });
      }
    }
    const numbered = this.#numbered.get(place);
    if (numbered === undefined) return texts.map((text) => `${this.#text(place)} === ${text}`);
    return ranges(texts.map((text) => this.#numbers.get(text) ?? 0)).map((range) => rangeText(numbered, range));
  }

  /** A test that the place's text begins with one in lower case, letter case aside. */
  begins(read: Read, text: string): string {
    const place = this.#place(read);
    this.#lookedFor(place, [text]);
    return `${this.#lower(place)}.startsWith(${quote(text)})`;
  }

  /**
   * Tests, all of which hold when one of the texts, in lower case, stands in the place, letter case aside.
   * Whether any of what the block looks for in the place is there at all is seen once, when it is first asked.
   */
  says(read: Read, texts: readonly string[]): readonly string[] {
    const place = this.#place(read);
    const list = this.#lookedFor(place, texts);
    const text = this.#lower(place);
    const [first = ""] = texts;
    if (texts.length === 1) return [`${text}.includes(${quote(first)})`];
    const holds = this.shared.helper("holdsAny");
    const parts = this.shared.constant("texts", list);
    const kept = this.#lowered.get(place);
    // Mostly a sieve lets nothing through: then no call is made for each list.
    if (!this.#sieves.has(place) || kept === undefined) return [`${holds}(${text}, ${parts})`];
    return [`${text} !== ""`, `${holds}(${kept}, ${parts})`];
  }

  /** The place's text in lower case, made at most once in the block; "" where it cannot hold what is looked for. */
  #lower(place: Place): string {
    place.lowerUses++;
    const sieve = this.#sieves.get(place);
    const made =
      sieve === undefined
        ? `${this.shared.helper("lower")}(${this.#text(place)}, ${place.least})`
        : `${sieve}(${this.#text(place)})`;
    return this.#once(this.#lowered.get(place), made);
  }

  /** How the texts are written, once they are noted. */
  #lookedFor(place: Place, texts: readonly string[]): string {
    const list = arrayText(texts.map(quote));
    if (!this.#isSettled && !place.lists.has(list)) {
      place.lists.add(list);
      place.parts += texts.length;
      // Lower case is longer than the text only by this sign, behind a dotted capital I.
      place.least = Math.min(place.least, ...texts.map((text) => (text.includes("\u0307") ? 0 : text.length)));
    }
    return list;
  }

  #once(kept: string | undefined, text: string): string {
    return kept === undefined ? text : `(${kept} ??= ${text})`;
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

  #declare(place: Place, made: Declaration[]): void {
    const word = typeof place.segment === "string" ? place.segment : place.root;
    const plain = place.parent === null && /^\w+$/.test(this.#rootText(place.root));
    if (mentions(place) > 1 && !plain) {
      const text = this.#text(place);
      const name = this.#name(word);
      made.push({ name, line: `const ${name} = ${text};` });
      this.#local.set(place, name);
    }
    if (isNumbered(place)) {
      const table = this.shared.constant(
        "numbers",
        `${this.shared.helper("numbered")}(${arrayText([...this.#numbers.keys()])})`,
      );
      const name = this.#name(`${word}_number`);
      made.push({ name, line: `const ${name} = ${table}.get(${this.#text(place)}) ?? 0;` });
      this.#numbered.set(place, name);
    }
    if (place.lowerUses > 1) {
      const name = this.#name(`${word}_lower`);
      made.push({ name, line: `let ${name};` });
      this.#lowered.set(place, name);
    }
    if (place.parts >= SIFTED_FROM) {
      const lists = [...place.lists].map((list) => this.shared.constant("texts", list));
      this.#sieves.set(place, this.shared.constant("sieve", `${this.shared.helper("sieve")}(${lists.join(", ")})`));
    }
    for (const child of place.children.values()) this.#declare(child, made);
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
    values: new Set(),
    lists: new Set(),
    parts: 0,
    least: Infinity,
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
