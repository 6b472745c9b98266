/**
 * Pieces of a JSON object, as the deltas of a stream carry them -> the whole object. Total and linear, whatever
 * the pieces hold; only their own fields are read, and a field named `__proto__` is a field.
 */

/** Pieces deeper than this are not merged: the last one stands. */
const MOST_DEPTH = 16;

/** Name a thing, and are often repeated: the first that is not empty stands. */
const ONCE: ReadonlySet<string> = new Set(["id", "type", "role", "name", "index", "object", "call_id"]);

/** Texts that come in pieces, wherever they stand. Another text is joined only where it stands in the delta itself. */
const TEXTS: ReadonlySet<string> = new Set([
  "arguments",
  "content",
  "data",
  "input",
  "reasoning",
  "reasoning_content",
  "refusal",
  "summary",
  "text",
  "thinking",
  "transcript",
]);

/** Is told of each piece of text that a reader of the answer would see. */
export type Tally = (piece: string) => void;

export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Texts are joined, objects merged, lists as `Items` says; of numbers, booleans and texts that are none of an
 * answer's, the last stands. null takes nothing away.
 */
export class Fields {
  readonly #values = new Map<string, unknown>();
  readonly #depth: number;
  readonly #tally: Tally | null;

  /** At depth 0 these are the fields of a delta itself, all of whose unknown texts are the answer's. */
  constructor(depth: number, tally: Tally | null) {
    this.#depth = depth;
    this.#tally = tally;
  }

  get(name: string): unknown {
    return this.#values.get(name);
  }

  addAll(pieces: Json): void {
    for (const name of Object.keys(pieces)) this.add(name, pieces[name]);
  }

  add(name: string, piece: unknown): void {
    const before = this.#values.get(name);
    const after = this.#merged(name, before, piece);
    if (after !== before) this.#values.set(name, after);
  }

  entries(): [name: string, value: unknown][] {
    return [...this.#values].map(([name, value]) => [name, whole(value)]);
  }

  #merged(name: string, before: unknown, piece: unknown): unknown {
    if (piece === null) return before === undefined ? null : before;
    if (typeof piece === "string") return this.#text(name, before, piece);
    if (typeof piece !== "object") return ONCE.has(name) ? (before ?? piece) : piece;
    if (this.#depth >= MOST_DEPTH) return piece;
    if (Array.isArray(piece)) return this.#items(name, before).add(piece);
    const fields = before instanceof Fields ? before : new Fields(this.#depth + 1, this.#tally);
    fields.addAll(piece as Json);
    return fields;
  }

  /** A text that goes on as a list was its first part. */
  #items(name: string, before: unknown): Items {
    if (before instanceof Items) return before;
    const items = new Items(name === "tool_calls", this.#depth + 1, this.#tally);
    return typeof before === "string" && before !== "" ? items.add([textPart(before)]) : items;
  }

  #text(name: string, before: unknown, piece: string): unknown {
    if (ONCE.has(name)) {
      if (typeof before === "string" && before !== "") return before;
      if (name === "name") this.#tally?.(piece);
      return piece;
    }
    if (before instanceof Items) return piece === "" ? before : before.add([textPart(piece)]);
    const joined = TEXTS.has(name) || this.#depth === 0;
    if (joined) this.#tally?.(piece);
    if (typeof before !== "string") return piece;
    if (joined) return before + piece;
    return piece === "" ? before : piece;
  }
}

/**
 * A list whose entries come in pieces. A piece belongs to the entry with its `index`; without one, to that with its
 * `id`; without either, to the last one: a part of the same type with more text, or a tool call that is not named
 * again. Any other piece is an entry of its own. Several providers give all tool calls of an answer the same index:
 * one that has another id and a name of its own, or another type, is another.
 */
export class Items {
  readonly #ofCalls: boolean;
  readonly #depth: number;
  readonly #tally: Tally | null;
  readonly #entries: { readonly order: number; readonly value: unknown }[] = [];
  readonly #byIndex = new Map<number, Fields>();
  readonly #byId = new Map<string, Fields>();
  #last: Fields | null = null;

  constructor(ofCalls: boolean, depth: number, tally: Tally | null) {
    this.#ofCalls = ofCalls;
    this.#depth = depth;
    this.#tally = tally;
  }

  add(pieces: readonly unknown[]): this {
    for (const piece of pieces) {
      if (isJson(piece) && this.#depth < MOST_DEPTH && (this.#ofCalls || isPiece(piece))) this.#merge(piece);
      else {
        this.#entries.push({ order: this.#entries.length, value: piece });
        this.#last = null;
      }
    }
    return this;
  }

  list(): readonly unknown[] {
    return this.#entries
      .toSorted((a, b) => a.order - b.order)
      .map(({ value }) => {
        if (!(value instanceof Fields)) return value;
        const entries = value.entries();
        // A whole answer's tool calls have no index.
        return Object.fromEntries(this.#ofCalls ? entries.filter(([name]) => name !== "index") : entries);
      });
  }

  #merge(piece: Json): void {
    const index = indexOf(piece);
    const id = textAt(piece, "id");
    let entry = this.#entryOf(piece, index, id);
    if (entry === undefined) {
      entry = new Fields(this.#depth, this.#tally);
      this.#entries.push({ order: index ?? this.#entries.length, value: entry });
    }
    entry.addAll(piece);
    if (index !== null) this.#byIndex.set(index, entry);
    if (id !== "") this.#byId.set(id, entry);
    this.#last = entry;
  }

  #entryOf(piece: Json, index: number | null, id: string): Fields | undefined {
    if (index !== null) {
      const entry = this.#byIndex.get(index);
      return entry === undefined || isAnother(entry, piece, id) ? undefined : entry;
    }
    if (id !== "") return this.#byId.get(id);
    if (this.#last === null) return undefined;
    const goesOn = this.#ofCalls ? nameOf(piece) === "" : isMoreText(this.#last, piece);
    return goesOn ? this.#last : undefined;
  }
}

/** The number of an entry; null where there is none. */
export function indexOf(piece: Json): number | null {
  const index = Object.hasOwn(piece, "index") ? piece.index : null;
  return Number.isSafeInteger(index) && (index as number) >= 0 ? (index as number) : null;
}

function whole(value: unknown): unknown {
  if (value instanceof Fields) return Object.fromEntries(value.entries());
  return value instanceof Items ? value.list() : value;
}

function textPart(text: string): Json {
  return { type: "text", text };
}

function isPiece(entry: Json): boolean {
  return indexOf(entry) !== null || textAt(entry, "id") !== "" || textAt(entry, "type") !== "";
}

function isAnother(entry: Fields, piece: Json, id: string): boolean {
  const type = textAt(piece, "type");
  const hasType = entry.get("type");
  if (type !== "" && typeof hasType === "string" && hasType !== "" && hasType !== type) return true;
  const hasId = entry.get("id");
  return id !== "" && typeof hasId === "string" && hasId !== "" && hasId !== id && nameOf(piece) !== "";
}

/** Of the function, or of the tool, that a call is for. */
function nameOf(call: Json): string {
  for (const at of ["function", "custom"]) {
    const tool = Object.hasOwn(call, at) ? call[at] : null;
    if (isJson(tool)) return textAt(tool, "name");
  }
  return textAt(call, "name");
}

function isMoreText(last: Fields, piece: Json): boolean {
  if (last.get("type") !== textAt(piece, "type")) return false;
  return ["text", "thinking"].some((name) => Object.hasOwn(piece, name) && last.get(name) !== undefined);
}

function textAt(piece: Json, name: string): string {
  const text = Object.hasOwn(piece, name) ? piece[name] : "";
  return typeof text === "string" ? text : "";
}
