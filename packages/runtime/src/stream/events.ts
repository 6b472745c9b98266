/**
 * Server-sent events, read from bytes as they come. An event is told as soon as the empty line after it is
 * there, and however the bytes are split the same events are told.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */

export interface EventObserver {
  /** `name` is "message" where the event has none; the lines of its data are joined by `\n`. */
  event(name: string, data: string): void;
  /**
   * Told in place of an event with a line that is no field of the standard, or with data that is no UTF-8: nobody knows
   * what it held. Left out: such lines are ignored and such letters replaced, as the standard has it.
   */
  garbled?(): void;
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const COLON = 0x3a;
const DATA = [0x64, 0x61, 0x74, 0x61];
const EVENT = [0x65, 0x76, 0x65, 0x6e, 0x74];
/** `id` and `retry`: known, and of no interest. */
const OTHERS = [
  [0x69, 0x64],
  [0x72, 0x65, 0x74, 0x72, 0x79],
];
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** Room for the first line that is torn between two reads. */
const FIRST_ROOM = 1024;

/** Malformed UTF-8 becomes U+FFFD. The mark at the beginning of a stream is dropped by the reader, for a line may begin with one. */
const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });
const STRICT_UTF8 = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/**
 * Lines are found in the bytes, and only names and data are decoded: a line never ends within a character.
 * `id`, `retry` and comments are ignored.
 */
export class EventReader {
  readonly #observer: EventObserver;
  readonly #limit: number;
  /** The beginning of a line whose end has not come: so many bytes of the buffer. */
  #torn = new Uint8Array(0);
  #tornBytes = 0;
  #name = "";
  /** null: the event has no data yet. */
  #data: string | null = null;
  #isGarbled = false;
  #eventBytes = 0;
  #afterCr = false;
  #firstLine = true;
  /** Too long, or ended: nothing more is told. */
  #over = false;

  /** `limitBytes` bounds a line, and the lines that one event's data comes in. */
  constructor(observer: EventObserver, limitBytes: number) {
    this.#observer = observer;
    this.#limit = limitBytes;
  }

  /** Tells the events that these bytes complete. False once an event is longer than the bound: then nothing more is told. */
  push(bytes: Uint8Array): boolean {
    let from = this.#afterCr && bytes[0] === LF ? 1 : 0;
    if (bytes.length > 0) this.#afterCr = false;
    // A position past the end: there is none. Each is looked for again only when it has been passed.
    let lf = -1;
    let cr = -1;
    while (!this.#over && from < bytes.length) {
      if (lf < from) lf = placeOf(bytes, LF, from);
      if (cr < from) cr = placeOf(bytes, CR, from);
      const to = Math.min(lf, cr);
      if (to === bytes.length) {
        this.#keep(bytes.subarray(from));
        break;
      }
      this.#endOfLine(bytes.subarray(from, to));
      from = to + 1;
      if (to === cr) {
        if (from === bytes.length) this.#afterCr = true;
        else if (bytes[from] === LF) from++;
      }
    }
    return !this.#over;
  }

  /**
   * The stream is over. Tells the last event where only the empty line after it is missing, as many providers
   * leave it out. Where the line break is missing too, it is told if its data is JSON: nothing else shows that
   * it was not cut.
   */
  end(): void {
    if (this.#over) return;
    const cut = this.#tornBytes > 0;
    if (cut) this.#endOfLine(new Uint8Array(0));
    if (this.#over || (cut && (this.#isGarbled || (this.#data !== null && !isJson(this.#data))))) return;
    this.#endOfEvent();
    this.#over = true;
  }

  #keep(rest: Uint8Array): void {
    const bytes = this.#tornBytes + rest.length;
    if (bytes > this.#limit) {
      this.#over = true;
      return;
    }
    if (this.#torn.length < bytes) {
      const before = this.#torn.subarray(0, this.#tornBytes);
      this.#torn = new Uint8Array(Math.max(FIRST_ROOM, 2 * bytes));
      this.#torn.set(before);
    }
    this.#torn.set(rest, this.#tornBytes);
    this.#tornBytes = bytes;
  }

  #endOfLine(rest: Uint8Array): void {
    if (this.#tornBytes === 0) {
      this.#line(rest);
      return;
    }
    this.#keep(rest);
    if (this.#over) return;
    const line = this.#torn.subarray(0, this.#tornBytes);
    this.#tornBytes = 0;
    this.#line(line);
  }

  #line(whole: Uint8Array): void {
    if (whole.length > this.#limit) {
      this.#over = true;
      return;
    }
    const line = this.#firstLine && startsWith(whole, BYTE_ORDER_MARK) ? whole.subarray(3) : whole;
    this.#firstLine = false;
    if (line.length === 0) this.#endOfEvent();
    else if (isField(line, DATA)) this.#addData(line);
    else if (isField(line, EVENT)) this.#name = UTF8.decode(fieldValue(line, EVENT.length));
    else if (line[0] !== COLON && !OTHERS.some((name) => isField(line, name)) && !isBlank(line)) this.#isGarbled = true;
  }

  #addData(line: Uint8Array): void {
    this.#eventBytes += line.length;
    if (this.#eventBytes > this.#limit) {
      this.#over = true;
      return;
    }
    const value = this.#decoded(fieldValue(line, DATA.length));
    this.#data = this.#data === null ? value : `${this.#data}\n${value}`;
  }

  #decoded(bytes: Uint8Array): string {
    try {
      return STRICT_UTF8.decode(bytes);
    } catch {
      this.#isGarbled = true;
      return UTF8.decode(bytes);
    }
  }

  #endOfEvent(): void {
    const data = this.#data;
    const name = this.#name;
    const isGarbled = this.#isGarbled;
    this.#isGarbled = false;
    this.#data = null;
    this.#name = "";
    this.#eventBytes = 0;
    if (isGarbled && this.#observer.garbled !== undefined) this.#observer.garbled();
    else if (data !== null) this.#observer.event(name === "" ? "message" : name, data);
  }
}

function placeOf(bytes: Uint8Array, byte: number, from: number): number {
  const place = bytes.indexOf(byte, from);
  return place === -1 ? bytes.length : place;
}

function startsWith(line: Uint8Array, beginning: readonly number[]): boolean {
  return beginning.every((byte, place) => line[place] === byte);
}

/** A field's name ends at the first colon; a line without one is all name. */
function isField(line: Uint8Array, name: readonly number[]): boolean {
  return (line.length === name.length || line[name.length] === COLON) && startsWith(line, name);
}

/** Spaces that are sent ahead so that nothing on the way holds the stream back. */
function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === SPACE);
}

/** What stands after the colon, without one space. */
function fieldValue(line: Uint8Array, nameLength: number): Uint8Array {
  return line.subarray(nameLength + (line[nameLength + 1] === SPACE ? 2 : 1));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
