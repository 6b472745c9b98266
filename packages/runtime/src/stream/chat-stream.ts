/** A streamed answer as its caller reads it. */
import type { Completion, PolicyTypes } from "../types.ts";
import { UsageError } from "../usage-error.ts";
import type { Viewer } from "./gate.ts";

/**
 * The chunks of one answer, of one attempt only, as the provider wrote them. Reading ends quietly only after a whole
 * answer; whatever else the request comes to is thrown as a `StreamError`. To leave the loop gives the request up.
 */
export interface ChatStream<Chunk, Result> extends AsyncIterable<Chunk> {
  /** The request's id, as its outcome will have it. */
  readonly id: string;
  /** `streaming` once there is a piece to be read, `over` when the request ended before. Never rejects. */
  readonly started: Promise<"streaming" | "over">;
  /**
   * As `complete` gives it; the response of an answer is the whole of it. Resolves when the request is over: with a
   * caller that does not read, a long answer waits for it.
   */
  readonly completion: Promise<Result>;
  /**
   * Gives the request up at once, with its connection: whoever reads is told so next. Does nothing once it is over; what
   * is left of a whole answer may be read.
   */
  abort(): void;
}

/** The request ended as something else than an answer: see `completion`. */
export class StreamError extends Error {
  override readonly name = "StreamError";
  readonly completion: Completion<PolicyTypes>;

  constructor(completion: Completion<PolicyTypes>) {
    super(`the request ended as ${completion.kind}${reasonOf(completion)}`);
    this.completion = completion;
  }
}

function reasonOf({ outcome: { reason } }: Completion<PolicyTypes>): string {
  return reason === null ? "" : `, reason ${reason}`;
}

/** What steers the request that is being read. */
export interface Flow {
  readonly id: string;
  abort(): void;
  pause(): void;
  resume(): void;
}

/** With so many chunks waiting the provider is held up, and let go on with half of them. */
const MOST_WAITING = 32;

interface Waiting {
  readonly resolve: (result: IteratorResult<unknown, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/** `error` is null after a whole answer. */
interface End {
  readonly error: unknown;
}

export class LiveStream implements ChatStream<unknown, Completion<PolicyTypes>>, AsyncIterator<unknown>, Viewer {
  readonly started: Promise<"streaming" | "over">;
  readonly completion: Promise<Completion<PolicyTypes>>;
  /** These two settle `completion`. */
  completed: (completion: Completion<PolicyTypes>) => void = () => {};
  failed: (error: unknown) => void = () => {};
  #flow: Flow | null = null;
  #begun: (how: "streaming" | "over") => void = () => {};
  /** From `#first` on. */
  #chunks: unknown[] = [];
  #first = 0;
  #paused = false;
  #isRead = false;
  #givenUp = false;
  readonly #waiting: Waiting[] = [];
  #end: End | null = null;

  constructor() {
    this.started = new Promise((resolve) => {
      this.#begun = resolve;
    });
    this.completion = new Promise((resolve, reject) => {
      this.completed = resolve;
      this.failed = reject;
    });
    this.completion.then(
      (done) => this.#over(done.kind === "answer" ? null : new StreamError(done)),
      (error: unknown) => this.#over(error),
    );
  }

  get id(): string {
    return this.#flow?.id ?? "";
  }

  /** The request has begun. */
  flowsFrom(flow: Flow): void {
    this.#flow = flow;
    if (this.#paused) flow.pause();
  }

  abort(): void {
    this.#givenUp = true;
    this.#flow?.abort();
  }

  show(chunk: unknown): void {
    this.#begun("streaming");
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) {
      waiting.resolve({ done: false, value: chunk });
      return;
    }
    this.#chunks.push(chunk);
    if (!this.#paused && this.#left >= MOST_WAITING) {
      this.#paused = true;
      this.#flow?.pause();
    }
  }

  // -------------------------------------------------------------- reading

  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    if (this.#isRead) throw new UsageError("a stream can be read once");
    this.#isRead = true;
    return this;
  }

  next(): Promise<IteratorResult<unknown, undefined>> {
    // Of one that was given up it is not known yet whether it was whole by then.
    if (this.#left > 0 && (this.#end !== null || !this.#givenUp)) {
      const value = this.#take();
      if (this.#paused && this.#left <= MOST_WAITING / 2) {
        this.#paused = false;
        this.#flow?.resume();
      }
      return Promise.resolve({ done: false, value });
    }
    if (this.#end !== null) return ended(this.#end);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
  }

  /** The caller leaves the loop. */
  return(): Promise<IteratorResult<unknown, undefined>> {
    this.abort();
    this.#drop();
    return Promise.resolve({ done: true, value: undefined });
  }

  get #left(): number {
    return this.#chunks.length - this.#first;
  }

  #take(): unknown {
    const chunk = this.#chunks[this.#first];
    this.#first += 1;
    if (this.#left === 0) this.#drop();
    return chunk;
  }

  #drop(): void {
    this.#chunks = [];
    this.#first = 0;
  }

  #over(error: unknown): void {
    this.#end = { error };
    this.#begun("over");
    if (this.#givenUp && error !== null) this.#drop();
    for (const { resolve, reject } of this.#waiting.splice(0)) this.next().then(resolve, reject);
  }
}

function ended({ error }: End): Promise<IteratorResult<unknown, undefined>> {
  return error === null ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(error);
}
