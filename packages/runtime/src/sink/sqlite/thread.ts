/** The sink's thread: takes batches one after the other, and answers each. */
import { parentPort, workerData } from "node:worker_threads";
import { type DatabaseOptions, OutcomeDatabase } from "./database.ts";
import { faultCode } from "./fault.ts";

export interface ThreadData extends DatabaseOptions {
  readonly path: string;
}

export interface Batch {
  readonly number: number;
  readonly kind: "outcomes" | "samples";
  /** Each as JSON. */
  readonly items: readonly string[];
}

/** `fault` is null where all of the batch is in the file; else none of it is. */
export interface Answer {
  readonly number: number;
  readonly fault: string | null;
}

// Node.js warns, once for each thread, that its SQLite is new: nothing that the operator of a service can act on.
process.removeAllListeners("warning");
const data = workerData as ThreadData;
const database = new OutcomeDatabase(process.getBuiltinModule("node:sqlite"), data.path, data);

parentPort?.on("message", (message: Batch | null) => {
  if (message === null) {
    database.close();
    parentPort?.close();
    return;
  }
  parentPort?.postMessage({ number: message.number, fault: written(message) } satisfies Answer);
});

function written({ kind, items }: Batch): string | null {
  try {
    if (kind === "outcomes") database.writeOutcomes(items);
    else database.writeSamples(items);
    return null;
  } catch (error) {
    return faultCode(error);
  }
}
