/** Outcomes in an SQLite file that reports can ask. Node.js 22.13 or later only: it has SQLite built in. */
import type { Outcome } from "../../core/outcome.ts";
import { milliseconds } from "../../milliseconds.ts";
import { UsageError } from "../../usage-error.ts";
import type { InvalidOutput } from "../invalid-output.ts";
import type { Sink } from "../sink.ts";
import { Spool, type SpoolOptions } from "../spool.ts";
import type { Batch } from "./thread.ts";
import { ThreadWriter } from "./writer.ts";

export interface SqliteOptions extends SpoolOptions {
  /** The file grows to about this many bytes, then records are lost and counted; left out: as the disk lets it. */
  readonly mostBytes?: number;
  /** Outcomes that began longer ago are removed as others come; left out: they stay. */
  readonly keepDays?: number;
  /** Another connection that holds the file is waited for so long, in milliseconds, before the batch is tried again. */
  readonly busyMs?: number;
}

export interface SqliteSink extends Sink {
  keep(sample: InvalidOutput): void;
  flush(): Promise<void>;
  close(): Promise<void>;
  readonly dropped: number;
  /** Outcomes that are in the file. */
  readonly written: number;
}

const DAY_MS = 86_400_000;
const BUSY_MS = 1_000;
const CLOSE_MS = 5_000;

/** Samples are large: of them fewer are kept while the disk refuses. */
const MOST_SAMPLES = 256;

/**
 * Writes outcomes into the tables that `schema.ts` has, in transactions of many, on a thread of its own: a locked, slow or
 * hung disk holds up nothing but records. They queue to a bound meanwhile, and what comes beyond is
 * lost and counted. A second record with the same id changes nothing, so a batch that was written
 * and not confirmed can be written again. The file is made where there is none; it is refused, and records are
 * kept to the bound, where it is corrupt, another program's or of another version.
 *
 * Several processes may write to one file.
 *
 * @throws UsageError where Node.js has no SQLite, or an option is of no use
 */
export function sqliteSink(path: string, options: SqliteOptions = {}): SqliteSink {
  const { mostBytes = null, keepDays = null, busyMs = BUSY_MS } = options;
  if (mostBytes !== null && !(Number.isSafeInteger(mostBytes) && mostBytes > 0)) {
    throw new UsageError("mostBytes must be a whole number above 0");
  }
  if (!Number.isSafeInteger(busyMs) || busyMs < 0) throw new UsageError("busyMs must be a whole number, 0 or above");
  if (keepDays !== null && !(Number.isFinite(keepDays) && keepDays > 0)) {
    throw new UsageError("keepDays must be a number above 0");
  }
  const keepMs = keepDays === null ? null : keepDays * DAY_MS;
  const writer = new ThreadWriter({ path, mostBytes, busyMs, keepMs }, threads());
  return new DatabaseSink(path, writer, options);
}

function threads(): typeof import("node:worker_threads") {
  const builtin = typeof process === "undefined" ? undefined : process.getBuiltinModule;
  // Only asked for, not loaded: that would print a warning.
  if (builtin?.("node:module").isBuiltin("node:sqlite") !== true) {
    throw new UsageError("sqliteSink needs the SQLite of Node.js 22.13 or later");
  }
  return builtin("node:worker_threads");
}

class DatabaseSink implements SqliteSink {
  readonly #writer: ThreadWriter;
  readonly #outcomes: Spool<Outcome>;
  readonly #samples: Spool<InvalidOutput>;
  readonly #closeMs: number;
  #closed: Promise<void> | null = null;

  constructor(path: string, writer: ThreadWriter, options: SqliteOptions) {
    const { mostQueued = MOST_SAMPLES } = options;
    this.#writer = writer;
    this.#outcomes = this.#spool("outcomes", path, options);
    this.#samples = this.#spool("samples", path, { ...options, mostQueued: Math.min(mostQueued, MOST_SAMPLES) });
    this.#closeMs = milliseconds("closeMs", options.closeMs, CLOSE_MS);
  }

  get dropped(): number {
    return this.#outcomes.dropped + this.#samples.dropped;
  }

  get written(): number {
    return this.#outcomes.written;
  }

  write(outcome: Outcome): void {
    this.#outcomes.add(outcome);
  }

  keep(sample: InvalidOutput): void {
    this.#samples.add(sample);
  }

  async flush(): Promise<void> {
    await Promise.all([this.#outcomes.flush(), this.#samples.flush()]);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await Promise.all([this.#outcomes.close(), this.#samples.close()]);
    await this.#writer.close(this.#closeMs);
  }

  #spool<Item>(kind: Batch["kind"], path: string, options: SpoolOptions): Spool<Item> {
    const store = async (items: readonly Item[], taken: (count: number) => void): Promise<void> => {
      await this.#writer.write(
        kind,
        items.map((item) => JSON.stringify(item)),
      );
      taken(items.length);
    };
    return new Spool(kind, path, store, options);
  }
}
