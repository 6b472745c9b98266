/** From the lines of a file to the values in it: one JSON value, one a line, or the events of a stream. */

export type Piece =
  | { readonly kind: "value"; readonly value: unknown; readonly line: number }
  /** The data of one event. */
  | { readonly kind: "event"; readonly data: string; readonly event: string; readonly line: number }
  /** `what` completes "is no JSON": `it is HTML`; null where nothing more can be said. */
  | { readonly kind: "broken"; readonly line: number; readonly what: string | null };

export type Form = "events" | "lines" | "any";

/** By the name's end; what holds one JSON value may be called anything. */
export function formOf(name: string): Form {
  if (/\.sse$/iu.test(name)) return "events";
  return /\.(?:jsonl|ndjson)$/iu.test(name) ? "lines" : "any";
}

const FIELD = /^(?:data|event|id|retry)(?::|$)|^:/u;

/** Is the text the beginning of an event stream? */
export function looksLikeEvents(text: string): boolean {
  return FIELD.test(text.trimStart());
}

/** Takes lines and gives pieces as they are complete; holds no more than one of them. */
export class Splitter {
  readonly #give: (piece: Piece) => void;
  readonly #form: Form;
  #reader: Reader | null = null;
  #line = 0;

  constructor(form: Form, give: (piece: Piece) => void) {
    this.#form = form;
    this.#give = give;
  }

  /** One line, without its end. */
  line(text: string): void {
    this.#line++;
    const clean = this.#line === 1 && text.startsWith("\uFEFF") ? text.slice(1) : text;
    if (this.#reader === null && clean.trim() === "") return;
    this.#reader ??= this.#readerFor(clean);
    this.#reader.line(clean, this.#line);
  }

  /** Was there anything but blank lines? */
  end(): boolean {
    this.#reader?.end();
    return this.#reader !== null;
  }

  #readerFor(first: string): Reader {
    if (this.#form === "events" || (this.#form === "any" && looksLikeEvents(first))) return new Events(this.#give);
    return this.#form === "lines" || isWhole(first) ? new Lines(this.#give) : new Whole(this.#give);
  }
}

interface Reader {
  line(text: string, line: number): void;
  end(): void;
}

class Lines implements Reader {
  readonly #give: (piece: Piece) => void;

  constructor(give: (piece: Piece) => void) {
    this.#give = give;
  }

  line(text: string, line: number): void {
    if (text.trim() !== "") this.#give(pieceOf(text, line));
  }

  end(): void {}
}

/** One value that goes over many lines. */
class Whole implements Reader {
  readonly #give: (piece: Piece) => void;
  readonly #lines: string[] = [];
  #first = 0;

  constructor(give: (piece: Piece) => void) {
    this.#give = give;
  }

  line(text: string, line: number): void {
    if (this.#lines.length === 0) this.#first = line;
    this.#lines.push(text);
  }

  end(): void {
    this.#give(pieceOf(this.#lines.join("\n"), this.#first));
  }
}

/**
 * Server-sent events, as https://html.spec.whatwg.org/multipage/server-sent-events.html has them. A last event
 * that no blank line ends is given too: a capture may have been cut there.
 */
class Events implements Reader {
  readonly #give: (piece: Piece) => void;
  #data: string[] = [];
  #event = "";
  #first = 0;

  constructor(give: (piece: Piece) => void) {
    this.#give = give;
  }

  line(text: string, line: number): void {
    if (text === "") {
      this.end();
      return;
    }
    const colon = text.indexOf(":");
    const field = colon === -1 ? text : text.slice(0, colon);
    const value = colon === -1 ? "" : text.slice(text[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "data") {
      if (this.#data.length === 0) this.#first = line;
      this.#data.push(value);
    } else if (field === "event") this.#event = value;
  }

  end(): void {
    if (this.#data.length > 0) {
      this.#give({ kind: "event", data: this.#data.join("\n"), event: this.#event, line: this.#first });
    }
    this.#data = [];
    this.#event = "";
  }
}

/** The events of a body that is held as one text. */
export function eventsOf(body: string): readonly Extract<Piece, { kind: "event" }>[] {
  const events: Extract<Piece, { kind: "event" }>[] = [];
  const splitter = new Splitter("events", (piece) => {
    if (piece.kind === "event") events.push(piece);
  });
  for (const line of body.split(/\r\n|\r|\n/u)) splitter.line(line);
  splitter.end();
  return events;
}

/** undefined, which no JSON value is, where the text is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function pieceOf(text: string, line: number): Piece {
  const value = parsed(text);
  if (value !== undefined) return { kind: "value", value, line };
  return { kind: "broken", line, what: /^\s*<(?:!doctype|html|\?xml)/iu.test(text) ? "it is HTML" : null };
}

/** A first line that is a value by itself is one of many, or the only one. */
function isWhole(text: string): boolean {
  return parsed(text) !== undefined;
}
