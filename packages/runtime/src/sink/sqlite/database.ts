/** A file of outcomes, as the sink's thread writes it. Every function blocks: this never runs on a service's own thread. */
import { type BigIntStats, statSync } from "node:fs";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Outcome } from "../../core/outcome.ts";
import type { InvalidOutput } from "../invalid-output.ts";
import {
  ATTEMPTS,
  attemptRows,
  DECISIONS,
  decisionRows,
  HOOKS,
  hookRows,
  INVALID_OUTPUTS,
  OUTCOMES,
  outcomeRow,
  type Row,
  sampleRow,
  type Table,
} from "./rows.ts";
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from "./schema.ts";

export interface DatabaseOptions {
  /** The file grows to about this many bytes at most; null: as the disk lets it. */
  readonly mostBytes: number | null;
  /** Another connection that holds the file is waited for so long, in milliseconds. */
  readonly busyMs: number;
  /** Outcomes that began longer ago go, in milliseconds; null: none. */
  readonly keepMs: number | null;
}

/** With each batch so many old outcomes go: more than come, and not so many that a batch waits for them. */
const MOST_REMOVED = 1024;

const CHILDREN = [ATTEMPTS, DECISIONS, HOOKS, INVALID_OUTPUTS];

/** The file cannot be written, by its own contents: `code` says why. */
export class UnusableFile extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

interface Open {
  readonly database: DatabaseSync;
  readonly inode: bigint | null;
  readonly outcome: StatementSync;
  readonly attempt: StatementSync;
  readonly decision: StatementSync;
  readonly hook: StatementSync;
  readonly sample: StatementSync;
  readonly old: StatementSync;
  readonly remove: readonly StatementSync[];
}

export class OutcomeDatabase {
  readonly #sqlite: typeof import("node:sqlite");
  readonly #path: string;
  readonly #options: DatabaseOptions;
  #open: Open | null = null;

  constructor(sqlite: typeof import("node:sqlite"), path: string, options: DatabaseOptions) {
    this.#sqlite = sqlite;
    this.#path = path;
    this.#options = options;
  }

  /**
   * Writes outcomes, each as JSON, all of them or none. One whose id is there already changes nothing.
   *
   * @throws what the database refuses with; the next call begins with a new connection
   */
  writeOutcomes(records: readonly string[]): void {
    this.#inTransaction((open) => {
      // First, so that a file that is full has room again.
      this.#removeOld(open);
      for (const record of records) {
        const outcome = JSON.parse(record) as Outcome;
        if (open.outcome.run(...outcomeRow(outcome, record)).changes === 0) continue;
        runAll(open.attempt, attemptRows(outcome));
        runAll(open.decision, decisionRows(outcome));
        runAll(open.hook, hookRows(outcome));
      }
    });
  }

  /** As `writeOutcomes`, for answers that were kept. */
  writeSamples(samples: readonly string[]): void {
    this.#inTransaction((open) => {
      runAll(
        open.sample,
        samples.map((sample) => sampleRow(JSON.parse(sample) as InvalidOutput)),
      );
    });
  }

  close(): void {
    const open = this.#open;
    this.#open = null;
    open?.database.close();
  }

  #removeOld({ old, remove }: Open): void {
    const { keepMs } = this.#options;
    if (keepMs === null) return;
    for (const { id } of old.all(Date.now() - keepMs, MOST_REMOVED)) {
      for (const statement of remove) statement.run(id ?? null);
    }
  }

  #inTransaction(write: (open: Open) => void): void {
    try {
      const open = this.#opened();
      open.database.exec("BEGIN IMMEDIATE");
      write(open);
      open.database.exec("COMMIT");
    } catch (error) {
      this.#abandon();
      throw error;
    }
  }

  /** Closing rolls back. */
  #abandon(): void {
    try {
      this.close();
    } catch {
      // The connection is of no use, and neither is its last word.
    }
  }

  #opened(): Open {
    // A file that was moved away would take records that nobody finds.
    if (this.#open !== null && this.#open.inode !== inodeOf(this.#path)) this.#abandon();
    this.#open ??= this.#connect();
    return this.#open;
  }

  #connect(): Open {
    const database = new this.#sqlite.DatabaseSync(this.#path);
    try {
      database.exec(`PRAGMA busy_timeout = ${this.#options.busyMs}`);
      if (!isOurs(database)) create(database);
      // In this mode readers and the writer do not wait for each other, and a commit does not wait for the disk.
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
      this.#limit(database);
      return {
        database,
        inode: inodeOf(this.#path),
        outcome: insert(database, OUTCOMES),
        attempt: insert(database, ATTEMPTS),
        decision: insert(database, DECISIONS),
        hook: insert(database, HOOKS),
        sample: insert(database, INVALID_OUTPUTS),
        old: database.prepare("SELECT id FROM outcomes WHERE started_at < ? ORDER BY started_at LIMIT ?"),
        remove: [
          ...CHILDREN.map(({ name }) => database.prepare(`DELETE FROM ${name} WHERE outcome_id = ?`)),
          database.prepare("DELETE FROM outcomes WHERE id = ?"),
        ],
      };
    } catch (error) {
      database.close();
      throw error;
    }
  }

  #limit(database: DatabaseSync): void {
    const { mostBytes } = this.#options;
    if (mostBytes === null) return;
    const pages = Math.max(1, Math.floor(mostBytes / pragma(database, "page_size")));
    database.exec(`PRAGMA max_page_count = ${pages}`);
  }
}

/**
 * False where the file is new and empty.
 *
 * @throws UnusableFile where it holds anything else
 */
function isOurs(database: DatabaseSync): boolean {
  const id = pragma(database, "application_id");
  const version = pragma(database, "user_version");
  if (id === APPLICATION_ID) {
    if (version === SCHEMA_VERSION) return true;
    throw new UnusableFile("ANOTHER_VERSION");
  }
  const tables = database.prepare("SELECT count(*) AS value FROM sqlite_master").get();
  if (id === 0 && version === 0 && tables?.value === 0) return false;
  throw new UnusableFile("ANOTHER_DATABASE");
}

function create(database: DatabaseSync): void {
  database.exec("BEGIN IMMEDIATE");
  // Another process may have been first.
  if (!isOurs(database)) {
    database.exec(SCHEMA);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`);
  }
  database.exec("COMMIT");
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}

function insert(database: DatabaseSync, { name, columns }: Table): StatementSync {
  const places = columns.map(() => "?").join(", ");
  return database.prepare(`INSERT INTO ${name} (${columns.join(", ")}) VALUES (${places}) ON CONFLICT DO NOTHING`);
}

function runAll(statement: StatementSync, rows: readonly Row[]): void {
  for (const row of rows) statement.run(...row);
}

function inodeOf(path: string): bigint | null {
  const stat: BigIntStats | undefined = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat?.ino ?? null;
}
