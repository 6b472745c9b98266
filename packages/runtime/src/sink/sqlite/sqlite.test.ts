import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { aDecision, aFailedAttempt, aFallback, anAttempt, anOutcome } from "../../testing/outcome.ts";
import { UsageError } from "../../usage-error.ts";
import { type SqliteOptions, sqliteSink } from "./sqlite.ts";

let folder = "";
let path = "";
let reports: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fbp-sqlite-"));
  path = join(folder, "outcomes.db");
  reports = [];
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function aSink(options: SqliteOptions = {}) {
  const report = (message: string) => reports.push(message);
  return sqliteSink(path, { gatherMs: 1e9, retryMs: 1e9, busyMs: 0, report, ...options });
}

function rows(sql: string): unknown[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}

const count = (table: string): unknown => (rows(`SELECT count(*) AS rows FROM ${table}`)[0] as { rows: number }).rows;

describe("what is in the file", () => {
  test("an outcome with its attempts, decisions and hooks, and the whole of it as JSON", async () => {
    const outcome = aFallback({
      traceId: "trace-1",
      attempts: [
        aFailedAttempt({ error: { code: "down" }, providerRequestId: "req-9" }),
        anAttempt({ path: "backup", startMs: 40, elapsedMs: 60 }),
      ],
    });
    const sink = aSink();
    sink.write(outcome);
    await sink.close();
    expect(sink).toMatchObject({ written: 1, dropped: 0 });
    const [{ record, ...row }] = rows("SELECT * FROM outcomes") as [{ record: string }];
    expect(JSON.parse(record)).toEqual(outcome);
    expect(row).toEqual({
      id: "request-1",
      policy: "chat",
      digest: "sha256-0",
      trace_id: "trace-1",
      started_at: 1_700_000_000_000,
      elapsed_ms: 100,
      result: "answer",
      source: "backup",
      reason: "primary_down",
      partial: 0,
      attempts: 2,
      retries: 0,
      fallbacks: 1,
      tokens: 7,
      cost_nanos: 70,
      extra_attempts: 1,
      extra_tokens: 7,
      extra_cost_nanos: 70,
      extra_ms: 60,
    });
    expect(rows("SELECT * FROM attempts")).toEqual([
      {
        outcome_id: "request-1",
        nth: 0,
        policy: "chat",
        path: "primary",
        started_at: 1_700_000_000_000,
        start_ms: 0,
        elapsed_ms: 40,
        status: 503,
        transport: null,
        sent: 1,
        probe: 0,
        signal: "route_unavailable",
        class: "transient",
        failed_check: null,
        error: '{"code":"down"}',
        provider_request_id: "req-9",
        input_tokens: null,
        output_tokens: null,
        tokens: 0,
        cost_nanos: 0,
        charge: "none",
      },
      expect.objectContaining({ nth: 1, path: "backup", started_at: 1_700_000_000_040, input_tokens: 5, signal: null }),
    ]);
    expect(rows("SELECT * FROM decisions")).toEqual([
      {
        outcome_id: "request-1",
        nth: 0,
        at_ms: 40,
        path: "primary",
        signal: "route_unavailable",
        reason: "primary_down",
        line: 12,
        action: "fallback backup",
        wait_ms: 0,
        refused: '[{"action":"retry","cause":"needs 8s, 4s left"}]',
      },
    ]);
    expect(rows("SELECT * FROM hooks")).toEqual([{ outcome_id: "request-1", nth: 0, kind: "page", target: "oncall" }]);
    expect(rows("PRAGMA journal_mode")).toEqual([{ journal_mode: "wal" }]);
    expect(rows("PRAGMA user_version")).toEqual([{ user_version: 1 }]);
  });

  test("a second record with the same id changes nothing, in the same batch and in a later one", async () => {
    const sink = aSink();
    sink.write(aFallback());
    sink.write(anOutcome({ reason: "other" }));
    await sink.flush();
    sink.write(aFallback({ reason: "other", decisions: [aDecision(), aDecision()] }));
    await sink.close();
    expect(rows("SELECT id, reason FROM outcomes")).toEqual([{ id: "request-1", reason: "primary_down" }]);
    expect([count("attempts"), count("decisions"), count("hooks")]).toEqual([2, 1, 1]);
    expect(sink).toMatchObject({ written: 3, dropped: 0 });
  });

  test("answers that were kept", async () => {
    const sink = aSink();
    const sample = { id: "r", traceId: "t", path: "primary", attempt: 1, check: "json", text: "<html>", cut: true };
    sink.keep(sample);
    sink.keep(sample);
    await sink.close();
    expect(rows("SELECT * FROM invalid_outputs")).toEqual([
      { outcome_id: "r", attempt: 1, trace_id: "t", path: "primary", failed_check: "json", text: "<html>", cut: 1 },
    ]);
  });

  test("what two sinks, as in two processes, write at the same time", async () => {
    const sinks = [aSink({ busyMs: 5_000 }), aSink({ busyMs: 5_000 })];
    for (let nth = 0; nth < 600; nth += 1)
      for (const [by, sink] of sinks.entries()) sink.write(anOutcome({ id: `${by}-${nth}` }));
    await Promise.all(sinks.map((sink) => sink.close()));
    expect(count("outcomes")).toBe(1200);
    expect(reports).toEqual([]);
  });

  test("what is older than its days goes with all that belongs to it, as others come", async () => {
    const old = Date.now() - 3 * 86_400_000;
    const sink = aSink();
    for (let nth = 0; nth < 1500; nth += 1) sink.write(aFallback({ id: `old-${nth}`, startedAt: old + nth }));
    sink.keep({ id: "old-0", traceId: null, path: "primary", attempt: 0, check: "json", text: "x", cut: false });
    await sink.close();
    const tidy = aSink({ keepDays: 2 });
    for (const id of ["a", "b"]) {
      tidy.write(aFallback({ id, startedAt: Date.now() }));
      await tidy.flush();
      expect(count("outcomes")).toBe(id === "a" ? 1500 - 1024 + 1 : 2);
    }
    await tidy.close();
    expect([count("attempts"), count("decisions"), count("hooks"), count("invalid_outputs")]).toEqual([4, 2, 2, 0]);
  });

  test("nothing, and no file, where nothing was written", async () => {
    const sink = aSink();
    expect(sink.close()).toBe(sink.close());
    await sink.close();
    expect(() => readFileSync(path)).toThrow("ENOENT");
  });
});

describe("a file that cannot be written", () => {
  test("because another connection holds it: records are kept, and written when it lets go", async () => {
    const first = aSink();
    first.write(anOutcome({ id: "a" }));
    await first.close();
    const other = new DatabaseSync(path);
    other.exec("BEGIN EXCLUSIVE");
    const sink = aSink();
    sink.write(anOutcome({ id: "b" }));
    await sink.flush();
    expect(sink).toMatchObject({ written: 0, dropped: 0 });
    expect(reports).toEqual([`outcomes cannot be written to ${path} (SQLITE_BUSY): they are kept`]);
    other.close();
    await sink.close();
    expect(count("outcomes")).toBe(2);
  });

  test("because it has its most bytes: what does not go in is counted, what is in can be read", async () => {
    const sink = aSink({ mostBytes: 100_000, mostQueued: 1000 });
    for (let nth = 0; nth < 2000; nth += 1) {
      sink.write(anOutcome({ id: `r${nth}`, digest: "x".repeat(100) }));
      if (nth % 50 === 0) await sink.flush();
    }
    await sink.close();
    expect(reports[0]).toBe(`outcomes cannot be written to ${path} (SQLITE_FULL): they are kept`);
    expect(sink.written).toBeGreaterThan(0);
    expect(sink.written + sink.dropped).toBe(2000);
    expect(count("outcomes")).toBe(sink.written);
    expect(rows("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
  });

  test.each([
    ["no database", "SQLITE_NOTADB", () => writeFileSync(path, "this is a letter to the operator".repeat(100))],
    ["a database that is corrupt", "SQLITE_CORRUPT", corrupt],
    ["another program's", "ANOTHER_DATABASE", () => madeWith("CREATE TABLE accounts (id); PRAGMA user_version = 1")],
    [
      "of another version",
      "ANOTHER_VERSION",
      () => madeWith("PRAGMA application_id = 0x66627000; PRAGMA user_version = 99"),
    ],
    ["in a folder that is not there", "SQLITE_CANTOPEN", () => rmSync(folder, { recursive: true })],
  ])("because it is %s: records are kept until it is moved away", async (_name, code, make) => {
    await make();
    const before = code === "SQLITE_CANTOPEN" ? "" : readFileSync(path);
    const sink = aSink();
    sink.write(anOutcome());
    await sink.flush();
    expect(reports).toEqual([`outcomes cannot be written to ${path} (${code}): they are kept`]);
    if (before === "") mkdirSync(folder);
    else {
      expect(readFileSync(path).equals(before as Buffer)).toBe(true);
      renameSync(path, `${path}.bad`);
    }
    await sink.close();
    expect(sink).toMatchObject({ written: 1, dropped: 0 });
    expect(count("outcomes")).toBe(1);
  });

  test("beyond the bound records are lost, and counted, once each", async () => {
    writeFileSync(path, "no database at all, but a text of some length".repeat(50));
    const sink = aSink({ mostQueued: 2 });
    for (const id of ["a", "b", "c"]) sink.write(anOutcome({ id }));
    expect(sink.dropped).toBe(1);
    await sink.close();
    expect(sink).toMatchObject({ written: 0, dropped: 3 });
    sink.write(anOutcome());
    expect(sink.dropped).toBe(4);
  });

  test("a file that is moved away while it is open is begun anew", async () => {
    const sink = aSink();
    sink.write(anOutcome({ id: "a" }));
    await sink.flush();
    renameSync(path, `${path}.1`);
    rmSync(`${path}-wal`, { force: true });
    rmSync(`${path}-shm`, { force: true });
    sink.write(anOutcome({ id: "b" }));
    await sink.close();
    expect(rows("SELECT id FROM outcomes")).toEqual([{ id: "b" }]);
  });
});

test("an option that is of no use is refused", () => {
  expect(() => aSink({ mostBytes: 0 })).toThrow(UsageError);
  expect(() => aSink({ busyMs: -1 })).toThrow(UsageError);
  expect(() => aSink({ keepDays: 0 })).toThrow(UsageError);
});

test("where Node.js has no SQLite, the message says so", () => {
  const { getBuiltinModule } = process;
  process.getBuiltinModule = ((name: string) =>
    name === "node:module" ? { isBuiltin: () => false } : getBuiltinModule(name)) as never;
  try {
    expect(() => aSink()).toThrow("sqliteSink needs the SQLite of Node.js 22.13 or later");
  } finally {
    process.getBuiltinModule = getBuiltinModule;
  }
});

/** A file of many outcomes whose pages are overwritten, but for the first. */
async function corrupt(): Promise<void> {
  const sink = aSink();
  for (let nth = 0; nth < 200; nth += 1) sink.write(aFallback({ id: `r${nth}` }));
  await sink.close();
  const bytes = readFileSync(path);
  bytes.fill(0xa5, 4096);
  writeFileSync(path, bytes);
}

function madeWith(sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}
