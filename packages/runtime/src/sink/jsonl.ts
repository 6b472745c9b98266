/** Outcomes as JSON lines in a file. Node.js only. */
import type * as FileSystem from "node:fs/promises";
import type { Outcome } from "../core/outcome.ts";
import { UsageError } from "../usage-error.ts";
import { Appender, type RotateOptions } from "./append.ts";
import type { InvalidOutput } from "./invalid-output.ts";
import type { Sink } from "./sink.ts";
import { Spool, type SpoolOptions } from "./spool.ts";

export type { RotateOptions } from "./append.ts";

export interface JsonlOptions extends SpoolOptions {
  /** Left out: the file grows, until someone moves it away. */
  readonly rotate?: RotateOptions;
  /** File for the answers that `record { invalid_output keep }` keeps; left out: they are not kept. */
  readonly samples?: string;
}

export interface JsonlSink extends Sink {
  keep(sample: InvalidOutput): void;
  flush(): Promise<void>;
  close(): Promise<void>;
  readonly dropped: number;
  /** Records that are in the file. */
  readonly written: number;
}

/** Samples are large: of them fewer are kept while the disk refuses. */
const MOST_SAMPLES = 256;

/**
 * Appends each outcome as one line. The file is opened for each batch, so that it may be moved away
 * at any time, by `rotate` or by others. `write` never waits and never throws: records queue to a bound while the disk refuses,
 * and are written when it takes them again. Only `flush` and `close` say that records are in the file.
 *
 * Should a write break off in the middle of a line (a full disk, a killed process), that record is written again as a
 * whole on a line of its own; a reader skips the broken one.
 *
 * Several processes may append to one file and rotate it; none loses a record.
 *
 * @throws UsageError where this is not Node.js, or `rotate` is of no use
 */
export function jsonlSink(path: string, options: JsonlOptions = {}): JsonlSink {
  const files = fileSystem();
  const outcomes = lines<Outcome>("outcomes", path, files, options);
  const { samples: place, mostQueued = MOST_SAMPLES } = options;
  const samples =
    place === undefined
      ? null
      : lines<InvalidOutput>("samples", place, files, { ...options, mostQueued: Math.min(mostQueued, MOST_SAMPLES) });
  return new FileSink(outcomes, samples);
}

function fileSystem(): typeof FileSystem {
  if (typeof process === "undefined" || typeof process.getBuiltinModule !== "function") {
    throw new UsageError("jsonlSink needs Node.js 20.16 or later");
  }
  return process.getBuiltinModule("node:fs/promises");
}

/** A queue of what becomes lines of the file at `path`. */
function lines<Item>(what: string, path: string, files: typeof FileSystem, options: JsonlOptions): Spool<Item> {
  const appender = new Appender(path, files, options.rotate, (message) => spool.tell(message));
  const store = (items: readonly Item[], taken: (count: number) => void): Promise<void> =>
    appender.append(
      items.map((item) => `${JSON.stringify(item)}\n`),
      taken,
    );
  const spool = new Spool<Item>(what, path, store, options);
  return spool;
}

class FileSink implements JsonlSink {
  readonly #outcomes: Spool<Outcome>;
  readonly #samples: Spool<InvalidOutput> | null;

  constructor(outcomes: Spool<Outcome>, samples: Spool<InvalidOutput> | null) {
    this.#outcomes = outcomes;
    this.#samples = samples;
  }

  get dropped(): number {
    return this.#outcomes.dropped + (this.#samples?.dropped ?? 0);
  }

  get written(): number {
    return this.#outcomes.written;
  }

  get keeps(): boolean {
    return this.#samples !== null;
  }

  write(outcome: Outcome): void {
    this.#outcomes.add(outcome);
  }

  keep(sample: InvalidOutput): void {
    this.#samples?.add(sample);
  }

  async flush(): Promise<void> {
    await Promise.all([this.#outcomes.flush(), this.#samples?.flush()]);
  }

  async close(): Promise<void> {
    await Promise.all([this.#outcomes.close(), this.#samples?.close()]);
  }
}
