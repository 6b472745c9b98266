/** Recorded outcomes, whichever of the runtime's sinks wrote them: JSON lines, or an SQLite file. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { DatabaseSync } from "node:sqlite";
import type { Outcome } from "@fbp/runtime/core";
import type { Step } from "./lines.ts";
import { type OutcomesRead, outcomeOf, readOutcomes } from "./outcomes.ts";
import { reasonOf } from "./reason.ts";

const MAGIC = "SQLite format 3\0";

/**
 * Gives each outcome to `take`: of JSON lines in the file's order, of SQLite by the time at which they began.
 *
 * @param path absolute
 */
export async function readRecorded(path: string, take: (outcome: Outcome) => void, step: Step): Promise<OutcomesRead> {
  let isDatabase: boolean;
  try {
    isDatabase = statSync(path).isFile() && beginsWith(path, MAGIC);
  } catch (error) {
    return { unread: 0, problem: reasonOf(error, path) };
  }
  return isDatabase ? readDatabase(path, take, step) : readOutcomes(path, take, step);
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

/** Rows between two steps. */
const ROWS = 500;

async function readDatabase(path: string, take: (outcome: Outcome) => void, step: Step): Promise<OutcomesRead> {
  const problem = "it is no database of outcomes that this Node.js can read";
  const database = databaseAt(path);
  if (database === null) return { unread: 0, problem };
  let unread = 0;
  try {
    const rows = database.prepare("SELECT record FROM outcomes ORDER BY started_at, id").iterate();
    for (let count = 0; ; count++) {
      if (count % ROWS === 0) await step();
      const { done, value } = rows.next();
      if (done === true) return { unread, problem: null };
      const outcome = typeof value.record === "string" ? outcomeOf(value.record) : null;
      if (outcome === null) unread++;
      else take(outcome);
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR") return { unread, problem };
    throw error;
  } finally {
    database.close();
  }
}

function databaseAt(path: string): DatabaseSync | null {
  try {
    const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
    return new DatabaseSync(path, { readOnly: true });
  } catch {
    return null;
  }
}
