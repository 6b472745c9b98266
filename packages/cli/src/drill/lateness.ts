/** How late this process was: on a machine with more to do than it can, time limits end calls that were answered. */

const EVERY_MS = 20;

export class Lateness {
  readonly #late: { readonly at: number; readonly ms: number }[] = [];
  readonly #timer: NodeJS.Timeout;
  #due = performance.now() + EVERY_MS;

  constructor() {
    this.#timer = setInterval(() => {
      const now = performance.now();
      if (now - this.#due > EVERY_MS) this.#late.push({ at: now, ms: now - this.#due });
      this.#due = now + EVERY_MS;
    }, EVERY_MS);
  }

  /** The longest time that it did nothing while it should have, in milliseconds. @param from as `performance.now` */
  since(from: number): number {
    return this.#late.reduce((most, { at, ms }) => (at >= from ? Math.max(most, ms) : most), 0);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
