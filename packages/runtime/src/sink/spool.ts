/**
 * Keeps items until a place takes them: the queue behind the sinks that write to a disk. Nothing here
 * ever waits for the place but `flush` and `close`, and `close` only to a bound.
 */
import { milliseconds } from "../milliseconds.ts";
import { whenRejected } from "../thenable.ts";
import { UsageError } from "../usage-error.ts";
import { codeOf } from "./fault-code.ts";

export interface SpoolOptions {
  /** Items kept while the place is slow or refuses; what comes beyond is lost, and counted. */
  readonly mostQueued?: number;
  /** Items wait so long for others to be written with them, in milliseconds. */
  readonly gatherMs?: number;
  /** After a fault the place is left alone so long, in milliseconds. */
  readonly retryMs?: number;
  /** `close` waits so long for a place that neither takes nor refuses, in milliseconds; what is left then is lost. */
  readonly closeMs?: number;
  /**
   * Told in words when writing begins to fail and when records begin to be lost; left out: a warning of
   * the process. Never holds a record.
   */
  readonly report?: (message: string) => unknown;
}

/**
 * Writes `items`, which are not empty, and tells by `taken` how many of them, from the first, are where
 * they belong. Throws, or rejects, where the rest could not be written.
 */
export type Store<Item> = (items: readonly Item[], taken: (count: number) => void) => Promise<void>;

const MOST_QUEUED = 10_000;
const GATHER_MS = 20;
const RETRY_MS = 1_000;
const CLOSE_MS = 5_000;

/** Why items are lost of which there are more than the queue holds. */
const REFUSED = "the disk does not take them";

/** So many items are written at once at most. */
const BATCH = 512;

export class Spool<Item> {
  readonly #what: string;
  readonly #place: string;
  readonly #store: Store<Item>;
  readonly #mostQueued: number;
  readonly #gatherMs: number;
  readonly #retryMs: number;
  readonly #closeMs: number;
  readonly #report: (message: string) => unknown;
  #queue: Item[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #writing: Promise<void> | null = null;
  #closed: Promise<void> | null = null;
  /** `close` has ended: what is still told to be taken is counted as lost already. */
  #givenUp = false;
  #failing = false;
  #losing = false;
  #dropped = 0;
  #written = 0;

  /**
   * @param what and `place` name the items and where they go, for messages: `outcomes`, a path.
   * @throws UsageError when an option is of no use
   */
  constructor(what: string, place: string, store: Store<Item>, options: SpoolOptions) {
    if (typeof place !== "string" || place === "") throw new UsageError(`a path for ${what} must be a text`);
    this.#what = what;
    this.#place = place;
    this.#store = store;
    this.#mostQueued = count(options.mostQueued);
    this.#gatherMs = milliseconds("gatherMs", options.gatherMs, GATHER_MS);
    this.#retryMs = milliseconds("retryMs", options.retryMs, RETRY_MS);
    this.#closeMs = milliseconds("closeMs", options.closeMs, CLOSE_MS);
    this.#report = options.report ?? ((message) => process.emitWarning(message, "FbpWarning"));
  }

  /** Items that are lost. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Items that are where they belong. */
  get written(): number {
    return this.#written;
  }

  /** Costs a push. Never waits, never throws. */
  add(item: Item): void {
    if (this.#closed !== null || this.#queue.length >= this.#mostQueued) {
      this.#lose(1, this.#closed === null ? REFUSED : "the sink is closed");
      return;
    }
    this.#queue.push(item);
    if (this.#timer === null && this.#writing === null) this.#gather();
  }

  /** Tries to write all that is queued. What the place refuses stays queued. */
  async flush(): Promise<void> {
    // A write under way took its batch before: what came after is not in it.
    while (this.#writing !== null) await this.#writing;
    this.#stopTimer();
    this.#writing = this.#drain();
    try {
      await this.#writing;
    } finally {
      this.#writing = null;
      if (this.#queue.length > 0 && this.#timer === null && this.#closed === null) this.#gather();
    }
  }

  /** Tries once more. What the place does not take now, or not within the bound, is lost, and counted. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Tells the operator; what the report throws or rejects with reaches nobody. */
  tell(message: string): void {
    try {
      whenRejected(this.#report(message), () => {});
    } catch {
      // A report that fails has nobody to be reported to.
    }
  }

  async #close(): Promise<void> {
    let stop: ReturnType<typeof setTimeout> | undefined;
    const bound = new Promise<void>((resolve) => {
      stop = setTimeout(resolve, this.#closeMs);
    });
    await Promise.race([this.flush(), bound]);
    clearTimeout(stop);
    this.#stopTimer();
    this.#givenUp = true;
    const left = this.#queue.length;
    this.#queue = [];
    if (left > 0) this.#lose(left, REFUSED);
  }

  #gather(): void {
    this.#timer = setTimeout(() => void this.flush(), this.#gatherMs);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #drain(): Promise<void> {
    try {
      while (this.#queue.length > 0) await this.#store(this.#queue.slice(0, BATCH), this.#taken);
      this.#failing = false;
      this.#losing = false;
    } catch (error) {
      this.#failed(error);
    }
  }

  readonly #taken = (count: number): void => {
    if (this.#givenUp) return;
    this.#queue.splice(0, count);
    this.#written += count;
  };

  #failed(error: unknown): void {
    if (!this.#failing) {
      this.tell(`${this.#what} cannot be written to ${this.#place} (${codeOf(error)}): they are kept`);
    }
    this.#failing = true;
    if (this.#closed !== null || this.#timer !== null) return;
    this.#timer = setTimeout(() => void this.flush(), this.#retryMs);
    // A place that refuses does not keep the process alive: `close` tries once more.
    if (typeof this.#timer === "object") this.#timer.unref();
  }

  #lose(items: number, why: string): void {
    this.#dropped += items;
    if (!this.#losing) this.tell(`${this.#what} for ${this.#place} are being lost: ${why}`);
    this.#losing = true;
  }
}

function count(mostQueued: number = MOST_QUEUED): number {
  if (!(mostQueued >= 0)) throw new UsageError("mostQueued must be a number, 0 or above");
  return mostQueued;
}
