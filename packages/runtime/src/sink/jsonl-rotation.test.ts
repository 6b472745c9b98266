import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import files from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Outcome } from "../core/outcome.ts";
import { UsageError } from "../usage-error.ts";
import { jsonlSink, type RotateOptions } from "./jsonl.ts";

let folder = "";
let path = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fbp-jsonl-"));
  path = join(folder, "outcomes.jsonl");
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const record = (id: string): Outcome => ({ id }) as Outcome;
const LINE = Buffer.byteLength('{"id":"a"}\n');

/** Every file in the folder by the end of its name, with the ids in it. */
function held(): Readonly<Record<string, readonly string[]>> {
  const names = readdirSync(folder).sort();
  return Object.fromEntries(
    names.map((name) => [
      name.slice("outcomes.jsonl".length),
      readFileSync(join(folder, name), "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => (JSON.parse(line) as { id: string }).id),
    ]),
  );
}

function aSink(rotate: RotateOptions, reports: string[] = []) {
  return jsonlSink(path, { rotate, gatherMs: 1e9, retryMs: 1e9, report: (message) => reports.push(message) });
}

test("no file grows beyond its bound, the newest is the one without a number, and the oldest goes", async () => {
  const sink = aSink({ bytes: 2 * LINE, keep: 2 });
  for (const id of ["a", "b", "c", "d", "e", "f", "g"]) sink.write(record(id));
  await sink.close();
  expect(held()).toEqual({ "": ["g"], ".1": ["e", "f"], ".2": ["c", "d"] });
  expect(sink).toMatchObject({ written: 7, dropped: 0 });
});

test("whatever the sizes, records stay whole and in order", async () => {
  const lines = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(
      lines,
      fc.integer({ min: 1, max: 120 }),
      fc.integer({ min: 1, max: 9 }),
      async (sizes, bytes, every) => {
        for (const name of readdirSync(folder)) rmSync(join(folder, name));
        const sink = aSink({ bytes, keep: 100 });
        const ids = sizes.map((size, at) => `${at}${"x".repeat(size)}`);
        for (const [at, id] of ids.entries()) {
          sink.write(record(id));
          if (at % every === 0) await sink.flush();
        }
        await sink.close();
        const inOrder = Object.entries(held()).sort(([one], [other]) => Number(other.slice(1)) - Number(one.slice(1)));
        expect(inOrder.flatMap(([, held]) => held)).toEqual(ids);
        for (const [, held] of inOrder) {
          const size = held.reduce((sum, id) => sum + Buffer.byteLength(JSON.stringify({ id })) + 1, 0);
          expect(held.length === 1 || size <= bytes).toBe(true);
        }
      },
    ),
    { numRuns: 30 },
  );
});

test("a file of another day is moved away, one of today is not", async () => {
  const yesterday = new Date(Date.now() - 86_400_000);
  writeFileSync(path, '{"id":"old"}\n');
  utimesSync(path, yesterday, yesterday);
  const sink = aSink({ daily: true, keep: 3 });
  sink.write(record("a"));
  await sink.flush();
  sink.write(record("b"));
  await sink.close();
  expect(held()).toEqual({ "": ["a", "b"], ".1": ["old"] });
});

test("several that write to one file, as processes may, lose nothing, whoever rotates", async () => {
  const reports: string[] = [];
  const sinks = Array.from({ length: 4 }, () => aSink({ bytes: 6 * LINE, keep: 1000 }, reports));
  for (let nth = 0; nth < 120; nth += 1) {
    for (const [by, sink] of sinks.entries()) sink.write(record(`${by}-${nth}`));
    if (nth % 3 === 0) await Promise.race(sinks.map((sink) => sink.flush()));
  }
  await Promise.all(sinks.map((sink) => sink.close()));
  const ids = Object.values(held()).flat();
  expect(ids).toHaveLength(4 * 120);
  expect(new Set(ids).size).toBe(4 * 120);
  expect(reports).toEqual([]);
  expect(Object.keys(held()).length).toBeGreaterThan(10);
});

test("while another process rotates lines are appended; one that was killed at it does not hold it up for ever", async () => {
  const reports: string[] = [];
  const sink = aSink({ bytes: LINE, keep: 5 }, reports);
  const lock = `${path}.rotating`;
  writeFileSync(lock, "");
  for (const id of ["a", "b"]) sink.write(record(id));
  await sink.flush();
  expect(held()).toMatchObject({ "": ["a", "b"] });
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(lock, longAgo, longAgo);
  for (const id of ["c", "d"]) {
    sink.write(record(id));
    await sink.flush();
  }
  await sink.close();
  expect(held()).toEqual({ "": ["d"], ".1": ["a", "b", "c"] });
  expect(reports).toEqual([]);
});

test("a gap in the numbers is filled, and nothing beyond it is moved", async () => {
  writeFileSync(path, '{"id":"new"}\n');
  writeFileSync(`${path}.1`, '{"id":"one"}\n');
  writeFileSync(`${path}.3`, '{"id":"three"}\n');
  const sink = aSink({ bytes: 1, keep: 5 });
  sink.write(record("a"));
  await sink.close();
  expect(held()).toEqual({ "": ["a"], ".1": ["new"], ".2": ["one"], ".3": ["three"] });
});

test("with none to keep the file is begun anew", async () => {
  const sink = aSink({ bytes: LINE, keep: 0 });
  for (const id of ["a", "b"]) sink.write(record(id));
  await sink.close();
  expect(held()).toEqual({ "": ["b"] });
});

test("where files cannot be moved the record is written all the same, and it is said once", async () => {
  const reports: string[] = [];
  const sink = aSink({ bytes: LINE, keep: 1 }, reports);
  vi.spyOn(files, "rename").mockRejectedValue(Object.assign(new Error("no"), { code: "EACCES" }));
  for (const id of ["a", "b", "c"]) sink.write(record(id));
  await sink.close();
  expect(held()).toEqual({ "": ["a", "b", "c"] });
  expect(reports).toEqual([`${path} cannot be rotated (EACCES): it grows on`]);
});

test("a line that a killed process left unfinished is ended first", async () => {
  writeFileSync(path, '{"id":"old"}\n{"id":"unfin');
  const sink = aSink({ bytes: 1000, keep: 1 });
  sink.write(record("a"));
  await sink.close();
  expect(readFileSync(path, "utf8")).toBe('{"id":"old"}\n{"id":"unfin\n{"id":"a"}\n');
  expect(sink.written).toBe(1);
});

test("what is no file is written as a whole, and never read or moved", async () => {
  const opened = vi.spyOn(files, "open");
  const sink = jsonlSink("/dev/null", { rotate: { bytes: 1, daily: true, keep: 1 }, gatherMs: 1e9 });
  for (const id of ["a", "b"]) sink.write(record(id));
  await sink.close();
  expect(sink.written).toBe(2);
  expect(opened).toHaveBeenCalledTimes(1);
});

describe("a rotation that is of no use is refused", () => {
  test.each([{ bytes: 0, keep: 1 }, { bytes: 1.5, keep: 1 }, { keep: -1 }, { keep: 0.5 }])("%o", (rotate) => {
    expect(() => aSink(rotate)).toThrow(UsageError);
  });
});

test("a disk that neither takes nor refuses ends close after its bound, and what it holds back is lost", async () => {
  vi.spyOn(files, "open").mockReturnValue(new Promise(() => {}));
  const sink = jsonlSink(path, { closeMs: 1, gatherMs: 1e9, mostQueued: 3, report: () => {} });
  for (const id of ["a", "b"]) sink.write(record(id));
  void sink.flush();
  for (const id of ["c", "d"]) sink.write(record(id));
  expect(sink.dropped).toBe(1);
  await sink.close();
  expect(sink).toMatchObject({ written: 0, dropped: 4 });
});

test("samples have a file of their own, and a bound of their own", async () => {
  const place = join(folder, "outcomes.jsonl.samples");
  const sink = jsonlSink(path, { samples: place, gatherMs: 1e9, report: () => {} });
  const sample = { id: "s", traceId: null, path: "primary", attempt: 0, check: "json", text: "<html>", cut: false };
  sink.keep(sample);
  sink.write(record("a"));
  await sink.flush();
  expect(JSON.parse(readFileSync(place, "utf8"))).toEqual(sample);
  expect(sink.written).toBe(1);
  for (let count = 0; count < 300; count += 1) sink.keep(sample);
  expect(sink.dropped).toBe(300 - 256);
  await sink.close();
});

test("without a file for samples they are not kept", async () => {
  const sink = aSink({ keep: 1 });
  sink.keep({ id: "s", traceId: null, path: "primary", attempt: 0, check: "json", text: "x", cut: false });
  expect(sink.keeps).toBe(false);
  await sink.close();
  expect(readdirSync(folder)).toEqual([]);
  expect(sink.dropped).toBe(0);
});
