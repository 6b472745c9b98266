/** The body of an answer, collected up to a bound, whatever the provider sends. */

/** Malformed UTF-8 becomes U+FFFD and a byte order mark is dropped: a text always comes out. */
const UTF8 = new TextDecoder();

export interface BodyLimits {
  /** Bytes of an answer; one that is longer is not usable. */
  readonly answerBytes: number;
  /** Bytes of an error body; the rest is not read. */
  readonly errorBytes: number;
}

export const BODY_LIMITS: BodyLimits = { answerBytes: 8 * 1024 * 1024, errorBytes: 64 * 1024 };

/** Room for the first pieces of a body that comes in several. */
const FIRST_ROOM = 16 * 1024;

/**
 * Takes at most twice the bound in memory, in however small pieces the body comes: pieces are copied
 * together, for a list of a million views of one byte each would take far more. A body in one piece,
 * which is the rule, is not copied.
 */
export class Body {
  #only: Uint8Array | null = null;
  #joined: Uint8Array | null = null;
  #bytes = 0;

  /** Keeps `chunk`, or what of it fits; false when something did not fit. */
  add(chunk: Uint8Array, limit: number): boolean {
    const room = limit - this.#bytes;
    const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
    if (this.#only === null) this.#only = kept;
    else this.#join(this.#only, kept);
    this.#bytes += kept.length;
    return kept === chunk;
  }

  text(): string {
    if (this.#joined !== null) return UTF8.decode(this.#joined.subarray(0, this.#bytes));
    return this.#only === null ? "" : UTF8.decode(this.#only);
  }

  #join(first: Uint8Array, next: Uint8Array): void {
    const bytes = this.#bytes + next.length;
    if (this.#joined === null || this.#joined.length < bytes) {
      const before = this.#joined === null ? first : this.#joined.subarray(0, this.#bytes);
      this.#joined = new Uint8Array(Math.max(FIRST_ROOM, 2 * bytes));
      this.#joined.set(before);
    }
    this.#joined.set(next, this.#bytes);
  }
}
