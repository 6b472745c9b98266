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

export class Body {
  #only: Uint8Array | null = null;
  #all: Uint8Array[] | null = null;
  #bytes = 0;

  /** Keeps `chunk`, or what of it fits; false when something did not fit. */
  add(chunk: Uint8Array, limit: number): boolean {
    const room = limit - this.#bytes;
    const kept = chunk.length > room ? chunk.subarray(0, room) : chunk;
    this.#bytes += kept.length;
    if (this.#only === null) this.#only = kept;
    else if (this.#all === null) this.#all = [this.#only, kept];
    else this.#all.push(kept);
    return kept === chunk;
  }

  text(): string {
    if (this.#only === null) return "";
    if (this.#all === null) return UTF8.decode(this.#only);
    const whole = new Uint8Array(this.#bytes);
    let end = 0;
    for (const chunk of this.#all) {
      whole.set(chunk, end);
      end += chunk.length;
    }
    return UTF8.decode(whole);
  }
}
