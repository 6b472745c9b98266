/** Outcomes as JSON lines in a file. Node.js only. */
import type * as FileSystem from "node:fs/promises";
import type { Outcome } from "../core/outcome.ts";
import { UsageError } from "../usage-error.ts";
import type { Sink } from "./sink.ts";

export interface JsonlOptions {
  /** Records kept while the disk is slow or refuses; what comes beyond is lost, and counted. */
  readonly mostQueued?: number;
  /** Records wait so long for others to be written with them, in milliseconds. */
  readonly gatherMs?: number;
  /** After a fault the disk is left alone so long, in milliseconds. */
  readonly retryMs?: number;
  /**
   * Told in words when writing begins to fail and when records begin to be lost; left out: a warning of
   * the process. Never holds a record.
   */
  readonly report?: (message: string) => void;
}

export interface JsonlSink extends Sink {
  flush(): Promise<void>;
  close(): Promise<void>;
  readonly dropped: number;
  /** Records that are in the file. */
  readonly written: number;
}

const MOST_QUEUED = 10_000;
const GATHER_MS = 20;
const RETRY_MS = 1_000;

/** So many records are written at once at most. */
const BATCH = 512;

const LINE_BREAK = 0x0a;

/**
 * Appends each outcome as one line. The file is opened for each batch, so that it may be moved away
 * at any time. `write` never waits and never throws: records queue to a bound while the disk refuses,
 * and are written when it takes them again. Only `flush` and `close` say that records are on disk.
 *
 * Should a write break off in the middle of a line (a full disk), that record is written again as a
 * whole on a line of its own; a reader skips the broken one.
 *
 * @throws UsageError where this is not Node.js
 */
export function jsonlSink(path: string, options: JsonlOptions = {}): JsonlSink {
  return new FileSink(path, options, fileSystem());
}

function fileSystem(): typeof FileSystem {
  if (typeof process === "undefined" || typeof process.getBuiltinModule !== "function") {
    throw new UsageError("jsonlSink needs Node.js 20.16 or later");
  }
  return process.getBuiltinModule("node:fs/promises");
}

class FileSink implements JsonlSink {
  readonly #path: string;
  readonly #files: typeof FileSystem;
  readonly #mostQueued: number;
  readonly #gatherMs: number;
  readonly #retryMs: number;
  readonly #report: (message: string) => void;
  #queue: Outcome[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;
  #writing: Promise<void> | null = null;
  #closed = false;
  /** The file ends in the middle of a line. */
  #torn = false;
  #failing = false;
  #losing = false;
  #dropped = 0;
  #written = 0;

  constructor(path: string, options: JsonlOptions, files: typeof FileSystem) {
    this.#path = path;
    this.#files = files;
    this.#mostQueued = options.mostQueued ?? MOST_QUEUED;
    this.#gatherMs = options.gatherMs ?? GATHER_MS;
    this.#retryMs = options.retryMs ?? RETRY_MS;
    this.#report = options.report ?? ((message) => process.emitWarning(message, "FbpWarning"));
  }

  get dropped(): number {
    return this.#dropped;
  }

  get written(): number {
    return this.#written;
  }

  write(outcome: Outcome): void {
    if (this.#closed || this.#queue.length >= this.#mostQueued) {
      this.#lose(1);
      return;
    }
    this.#queue.push(outcome);
    if (this.#timer === null && this.#writing === null) this.#gather();
  }

  /** Tries to write all that is queued. What the disk refuses stays queued. */
  async flush(): Promise<void> {
    // A write under way took its batch before: what came after is not in it.
    while (this.#writing !== null) await this.#writing;
    this.#stopTimer();
    this.#writing = this.#drain();
    try {
      await this.#writing;
    } finally {
      this.#writing = null;
      if (this.#queue.length > 0 && this.#timer === null && !this.#closed) this.#gather();
    }
  }

  /** What the disk does not take now is lost, and counted. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
    this.#stopTimer();
    const left = this.#queue.length;
    this.#queue = [];
    if (left > 0) this.#lose(left);
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
      while (this.#queue.length > 0) await this.#append(this.#queue.slice(0, BATCH));
      this.#failing = false;
      this.#losing = false;
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Writes `records`, the first of the queue, and takes those off it that are wholly in the file. */
  async #append(records: readonly Outcome[]): Promise<void> {
    const lines = records.map((record) => `${JSON.stringify(record)}\n`);
    const bytes = Buffer.from((this.#torn ? "\n" : "") + lines.join(""));
    const broken = this.#torn ? 1 : 0;
    let end = 0;
    const file = await this.#files.open(this.#path, "a");
    try {
      while (end < bytes.length) {
        const { bytesWritten } = await file.write(bytes, end);
        if (bytesWritten === 0) throw new Error("the disk took nothing");
        end += bytesWritten;
      }
    } finally {
      const whole = end === bytes.length ? records.length : lineBreaks(bytes, end) - broken;
      if (end > 0) this.#torn = bytes[end - 1] !== LINE_BREAK;
      this.#queue.splice(0, Math.max(0, whole));
      this.#written += Math.max(0, whole);
      await file.close();
    }
  }

  #failed(error: unknown): void {
    if (!this.#failing) this.#tell(`outcomes cannot be written to ${this.#path} (${codeOf(error)}): they are kept`);
    this.#failing = true;
    if (this.#closed || this.#timer !== null) return;
    this.#timer = setTimeout(() => void this.flush(), this.#retryMs);
    // A disk that refuses does not keep the process alive: `close` tries once more.
    if (typeof this.#timer === "object") this.#timer.unref();
  }

  #lose(records: number): void {
    this.#dropped += records;
    if (!this.#losing) this.#tell(`outcomes for ${this.#path} are being lost: the disk does not take them`);
    this.#losing = true;
  }

  #tell(message: string): void {
    try {
      this.#report(message);
    } catch {
      // A report that fails has nobody to be reported to.
    }
  }
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "an unknown fault";
}

function lineBreaks(bytes: Uint8Array, end: number): number {
  let count = 0;
  for (let index = 0; index < end; index += 1) if (bytes[index] === LINE_BREAK) count += 1;
  return count;
}
