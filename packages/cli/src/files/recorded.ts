/** Recorded outcomes, whichever of the runtime's sinks wrote them: JSON lines, or an SQLite file. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { Outcome } from "@fbp/runtime/core";
import { type OutcomesRead, outcomeOf, readOutcomes } from "./outcomes.ts";
import { reasonOf } from "./reason.ts";

const MAGIC = "SQLite format 3\0";

/**
 * Gives each outcome to `take`: of JSON lines in the file's order, of SQLite by the time at which they began.
 *
 * @param path absolute
 */
export async function readRecorded(path: string, take: (outcome: Outcome) => void): Promise<OutcomesRead> {
  let isDatabase: boolean;
  try {
    isDatabase = statSync(path).isFile() && beginsWith(path, MAGIC);
  } catch (error) {
    return { unread: 0, problem: reasonOf(error, path) };
  }
  return isDatabase ? readDatabase(path, take) : readOutcomes(path, take);
}

function beginsWith(path: string, text: string): boolean {
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(text.length);
    return readSync(file, bytes, 0, bytes.length, 0) === bytes.length && String.fromCharCode(...bytes) === text;
  } finally {
    closeSync(file);
  }
}

async function readDatabase(path: string, take: (outcome: Outcome) => void): Promise<OutcomesRead> {
  let unread = 0;
  try {
    const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      const rows = database.prepare("SELECT record FROM outcomes ORDER BY started_at, id").iterate();
      for (const { record } of rows) {
        const outcome = typeof record === "string" ? outcomeOf(record) : null;
        if (outcome === null) unread++;
        else take(outcome);
      }
    } finally {
      database.close();
    }
    return { unread, problem: null };
  } catch {
    return { unread, problem: "it is no database of outcomes that this Node.js can read" };
  }
}
