/** What of one attempt's answer the caller may see, and when: see `stream` in the language. */
import type { Clock, Timer } from "../clock.ts";
import type { StreamPlan } from "../core/policy.ts";
import type { Assembly } from "./assembly.ts";

/** Whoever is shown a streamed answer. */
export interface Viewer {
  /** The next chunk of the one answer that is shown. */
  show(chunk: unknown): void;
}

export class Gate {
  readonly #plan: StreamPlan;
  readonly #clock: Clock;
  readonly #viewer: Viewer;
  readonly #commit: () => void;
  /** null once they are shown as they come. */
  #held: unknown[] | null = [];
  #timer: Timer | null = null;

  /** @param commit called before the first chunk is shown: from then on a token may have been seen */
  constructor(plan: StreamPlan, clock: Clock, viewer: Viewer, commit: () => void) {
    this.#plan = plan;
    this.#clock = clock;
    this.#viewer = viewer;
    this.#commit = commit;
  }

  /** Has the caller perhaps seen a token? */
  get isOpen(): boolean {
    return this.#held === null;
  }

  /** @param assembly holds the chunk already */
  take(chunk: unknown, assembly: Assembly): void {
    if (this.#held === null) {
      this.#viewer.show(chunk);
      return;
    }
    this.#held.push(chunk);
    // Before its first token there is nothing of an answer to be seen.
    if (!assembly.hasToken) return;
    const { mode, heldTokens, heldMs } = this.#plan;
    if (mode === "visible" || (heldTokens !== null && assembly.tokens >= heldTokens)) this.#open();
    else if (heldMs !== null) {
      this.#timer ??= this.#clock.schedule(heldMs, () => {
        this.#timer = null;
        this.#open();
      });
    }
  }

  /** The answer is whole and usable: all of it is shown. */
  release(): void {
    this.#stop();
    this.#show();
  }

  /** It is in vain: nothing that is held is ever shown. */
  drop(): void {
    this.#stop();
    if (this.#held !== null) this.#held = [];
  }

  #open(): void {
    this.#stop();
    this.#commit();
    this.#show();
  }

  #show(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const chunk of held) this.#viewer.show(chunk);
  }

  #stop(): void {
    if (this.#timer !== null) this.#clock.cancel(this.#timer);
    this.#timer = null;
  }
}
