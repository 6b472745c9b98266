import type { Io } from "../io.ts";
import { printable } from "./width.ts";

/** Work that is over sooner shows nothing: a line that only flickers helps nobody. */
const QUIET_MS = 300;
/** Work that goes on at a stretch lets the process hear of signals after this time. */
const STRETCH_MS = 50;
const ERASE = "\r\u001b[K";

/** A line on standard error that says how far the work is; only on a terminal. */
export class Progress {
  readonly #io: Io;
  readonly #began: number;
  #paused: number;
  #shown = false;

  constructor(io: Io) {
    this.#io = io;
    this.#began = io.now();
    this.#paused = this.#began;
  }

  /** @param what without line breaks */
  show(what: string): void {
    const { stderr } = this.#io;
    if (!stderr.isTerminal || this.#io.now() - this.#began < QUIET_MS) return;
    // From now on a signal has to wait until the line is taken away.
    void this.#io.interrupted;
    stderr.write(`${ERASE}${printable(what).slice(0, Math.max(1, stderr.columns - 1))}`);
    this.#shown = true;
  }

  /**
   * Between two steps of work: shows how far it is, and lets an interrupt in. Until the work takes longer than a moment
   * the signal ends the process by itself.
   *
   * @param what without line breaks
   * @throws the interrupt's reason, with the line taken away
   */
  async step(what: string): Promise<void> {
    if (this.#io.now() - this.#paused < STRETCH_MS) return;
    this.show(what);
    const { interrupted } = this.#io;
    await new Promise((resolve) => setImmediate(resolve));
    this.#paused = this.#io.now();
    if (!interrupted.aborted) return;
    this.clear();
    throw interrupted.reason;
  }

  /** Takes the line away; what is printed after it begins at the left. */
  clear(): void {
    if (this.#shown) this.#io.stderr.write(ERASE);
    this.#shown = false;
  }
}
