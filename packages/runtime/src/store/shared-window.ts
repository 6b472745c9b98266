import type { Counting, Counts } from "../core/window.ts";
import type { CountsShare } from "./counts.ts";

/** A window that all processes count in: it goes by what they have told, where that is more than is known here. */
export class SharedWindow implements Counting {
  readonly own: Counting;
  readonly #share: CountsShare;

  constructor(own: Counting, share: CountsShare) {
    this.own = own;
    this.#share = share;
  }

  add(now: number, first = false, second = false): void {
    this.own.add(now, first, second);
    this.#share.add(first, second);
  }

  counted(now: number): Counts {
    const own = this.own.counted(now);
    const { calls, first, second } = this.#share;
    return calls > own[0] ? [calls, first, second] : own;
  }

  clear(): void {
    this.own.clear();
    this.#share.clear();
  }
}
