/** The service's end of the sink's thread: starts it when there is something to write, and again when it has died. */
import type { Worker } from "node:worker_threads";
import { codeOf } from "../fault-code.ts";
import type { Answer, Batch, ThreadData } from "./thread.ts";

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (fault: unknown) => void;
}

/** In the sources the thread is TypeScript, as everything is. */
const THREAD = import.meta.url.endsWith(".ts") ? "./thread.ts" : "./thread.js";

export class ThreadWriter {
  readonly #data: ThreadData;
  readonly #Worker: typeof Worker;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #batches = 0;

  constructor(data: ThreadData, threads: typeof import("node:worker_threads")) {
    this.#data = data;
    this.#Worker = threads.Worker;
  }

  /** Rejects with an object that has a `code` where nothing of the batch was written. */
  write(kind: Batch["kind"], items: readonly string[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const worker = this.#started();
      this.#batches += 1;
      this.#waiting.set(this.#batches, { resolve, reject });
      // The thread keeps the process alive while it has something to write, and only then.
      worker.ref();
      worker.postMessage({ number: this.#batches, kind, items } satisfies Batch);
    });
  }

  /** Closes the database, which takes what is in its log over into the file, and ends the thread; not later than in `ms`. */
  async close(ms: number): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    worker.ref();
    let stop: ReturnType<typeof setTimeout> | undefined;
    const ended = new Promise<void>((resolve) => {
      worker.once("exit", () => resolve());
      stop = setTimeout(() => {
        // Its end is not waited for: what hangs in the disk cannot be ended.
        void worker.terminate();
        worker.unref();
        resolve();
      }, ms);
    });
    worker.postMessage(null);
    await ended;
    clearTimeout(stop);
  }

  #started(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new this.#Worker(new URL(THREAD, import.meta.url), { workerData: this.#data, name: "fbp sqlite" });
    worker.on("message", (answer: Answer) => this.#answered(answer, worker));
    worker.on("error", (error) => this.#died(worker, codeOf(error)));
    worker.on("exit", () => this.#died(worker, "THREAD_ENDED"));
    this.#worker = worker;
    return worker;
  }

  #answered({ number, fault }: Answer, worker: Worker): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (this.#waiting.size === 0) worker.unref();
    if (fault === null) waiting?.resolve();
    else waiting?.reject({ code: fault });
  }

  #died(worker: Worker, code: string): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject({ code });
    this.#waiting.clear();
  }
}
