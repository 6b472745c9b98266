/** A state of yes or no that is looked at now and then: whoever listens is told when it was found to have changed. */
export class Flag {
  /** null: nobody listens. */
  listener: ((on: boolean, now: number) => void) | null = null;
  #on = false;

  /** It was found to be so at `now`. Gives `on` back. */
  found(on: boolean, now: number): boolean {
    if (on !== this.#on) {
      this.#on = on;
      this.listener?.(on, now);
    }
    return on;
  }
}
