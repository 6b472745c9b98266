import type { Io } from "../io.ts";

/** Work that is over sooner shows nothing: a line that only flickers helps nobody. */
const QUIET_MS = 300;
const ERASE = "\r\u001b[K";

/** A line on standard error that says how far the work is; only on a terminal. */
export class Progress {
  readonly #io: Io;
  readonly #began: number;
  #shown = false;

  constructor(io: Io) {
    this.#io = io;
    this.#began = io.now();
  }

  /** @param what without line breaks, safe to print */
  show(what: string): void {
    const { stderr } = this.#io;
    if (!stderr.isTerminal || this.#io.now() - this.#began < QUIET_MS) return;
    stderr.write(`${ERASE}${what.slice(0, Math.max(1, stderr.columns - 1))}`);
    this.#shown = true;
  }

  /** Takes the line away; what is printed after it begins at the left. */
  clear(): void {
    if (this.#shown) this.#io.stderr.write(ERASE);
    this.#shown = false;
  }
}
