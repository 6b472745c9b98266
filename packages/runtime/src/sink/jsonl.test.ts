import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import files from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Outcome } from "../core/outcome.ts";
import { UsageError } from "../usage-error.ts";
import { jsonlSink } from "./jsonl.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fbp-jsonl-"));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const record = (id: string): Outcome => ({ id, reason: "line\nbreak\u2028" }) as unknown as Outcome;

function idsIn(path: string): unknown[] {
  const text = readFileSync(path, "utf8");
  expect(text.endsWith("\n")).toBe(true);
  return text
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as { id: unknown }).id);
}

const quiet = { report: () => {}, retryMs: 1e9, gatherMs: 1e9 };

test("each record is one line, in order, after what was there", async () => {
  const path = join(folder, "outcomes.jsonl");
  writeFileSync(path, '{"id":"old"}\n');
  const sink = jsonlSink(path);
  for (let count = 0; count < 1300; count += 1) sink.write(record(`r${count}`));
  await sink.close();
  expect(idsIn(path)).toEqual(["old", ...Array.from({ length: 1300 }, (_, count) => `r${count}`)]);
  expect(sink).toMatchObject({ written: 1300, dropped: 0 });
});

test("records are written by themselves after a while, several at once", async () => {
  const path = join(folder, "outcomes.jsonl");
  const opened = vi.spyOn(files, "open");
  const sink = jsonlSink(path, { gatherMs: 1 });
  sink.write(record("a"));
  sink.write(record("b"));
  await vi.waitFor(() => expect(sink.written).toBe(2));
  expect(opened).toHaveBeenCalledTimes(1);
  sink.write(record("c"));
  await vi.waitFor(() => expect(sink.written).toBe(3));
  await sink.close();
  expect(idsIn(path)).toEqual(["a", "b", "c"]);
});

test("flushes at the same time write each record once", async () => {
  const path = join(folder, "outcomes.jsonl");
  const sink = jsonlSink(path, quiet);
  sink.write(record("a"));
  const first = sink.flush();
  sink.write(record("b"));
  await Promise.all([first, sink.flush(), sink.flush()]);
  expect(idsIn(path)).toEqual(["a", "b"]);
  await sink.close();
});

test("a file that was moved away is begun anew", async () => {
  const path = join(folder, "outcomes.jsonl");
  const sink = jsonlSink(path, quiet);
  sink.write(record("a"));
  await sink.flush();
  renameSync(path, `${path}.1`);
  sink.write(record("b"));
  await sink.close();
  expect(idsIn(`${path}.1`)).toEqual(["a"]);
  expect(idsIn(path)).toEqual(["b"]);
});

test("while the disk refuses, records are kept; they are written when it takes them again", async () => {
  const path = join(folder, "later", "outcomes.jsonl");
  const reports: string[] = [];
  const sink = jsonlSink(path, { ...quiet, report: (message) => reports.push(message) });
  sink.write(record("a"));
  await sink.flush();
  sink.write(record("b"));
  await sink.flush();
  expect(sink).toMatchObject({ written: 0, dropped: 0 });
  mkdirSync(join(folder, "later"));
  await sink.flush();
  expect(idsIn(path)).toEqual(["a", "b"]);
  expect(reports).toEqual([`outcomes cannot be written to ${path} (ENOENT): they are kept`]);
  await sink.close();
});

test("beyond the bound records are lost, counted, and reported once", async () => {
  const path = join(folder, "none", "outcomes.jsonl");
  const reports: string[] = [];
  const sink = jsonlSink(path, { ...quiet, mostQueued: 2, report: (message) => reports.push(message) });
  for (const id of ["a", "b", "c", "d"]) sink.write(record(id));
  expect(sink.dropped).toBe(2);
  await sink.close();
  expect(sink).toMatchObject({ written: 0, dropped: 4 });
  expect(reports).toEqual([
    `outcomes for ${path} are being lost: the disk does not take them`,
    `outcomes cannot be written to ${path} (ENOENT): they are kept`,
  ]);
  sink.write(record("after the end"));
  expect(sink.dropped).toBe(5);
});

test.each([
  [
    "throws",
    () => {
      throw new Error("no log either");
    },
  ],
  ["rejects", () => Promise.reject(new Error("no log either"))],
])("a report that %s reaches nobody", async (_title, report) => {
  const sink = jsonlSink(join(folder, "none", "outcomes.jsonl"), { ...quiet, report });
  sink.write(record("a"));
  await expect(sink.close()).resolves.toBeUndefined();
});

test("what comes after close is lost, and the report does not blame the disk", async () => {
  const report = vi.fn();
  const sink = jsonlSink(join(folder, "outcomes.jsonl"), { ...quiet, report });
  await sink.close();
  sink.write(record("late"));
  expect(sink.dropped).toBe(1);
  expect(report.mock.calls).toEqual([[expect.stringMatching(/^outcomes for .* are being lost: the sink is closed$/)]]);
});

test("a path that is none is refused", () => {
  for (const none of [undefined, "", 7]) {
    expect(() => jsonlSink(none as string)).toThrow("a path for outcomes must be a text");
  }
  expect(() => jsonlSink("outcomes.jsonl", { samples: "" })).toThrow("a path for samples must be a text");
});

test("a limit that is no number is refused, and one without end is one", async () => {
  for (const name of ["gatherMs", "retryMs", "closeMs", "mostQueued"]) {
    expect(() => jsonlSink("outcomes.jsonl", { [name]: Number.NaN })).toThrow(`${name} must be a number`);
  }
  const path = join(folder, "outcomes.jsonl");
  const sink = jsonlSink(path, { ...quiet, closeMs: Number.POSITIVE_INFINITY });
  const open = files.open;
  vi.spyOn(files, "open").mockImplementationOnce(async (...args) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return open(...args);
  });
  sink.write(record("a"));
  await sink.close();
  expect(sink).toMatchObject({ written: 1, dropped: 0 });
});

/** The next time that the file is opened it takes `most` bytes, and then the disk is full. */
function fullAfter(most: number): void {
  const open = files.open;
  vi.spyOn(files, "open").mockImplementationOnce(async (...args) => {
    const file = await open(...args);
    const write = file.write.bind(file) as (bytes: Uint8Array, at: number, length: number) => Promise<unknown>;
    let writes = 0;
    file.write = (async (bytes: Uint8Array) => {
      writes += 1;
      if (writes > 1) throw Object.assign(new Error("disk full"), { code: "ENOSPC" });
      return write(bytes, 0, most);
    }) as never;
    return file;
  });
}

test("writes that break off in a line are mended, and no record is there twice or not at all", async () => {
  const path = join(folder, "outcomes.jsonl");
  const sink = jsonlSink(path, quiet);
  const ids = ["a", "b", "c", "d"];
  for (const id of ids) sink.write(record(id));
  const line = Buffer.byteLength(JSON.stringify(record("a"))) + 1;
  fullAfter(line + 5);
  await sink.flush();
  expect(sink.written).toBe(1);
  // The broken line is ended, a whole one follows, and the next breaks off again.
  fullAfter(1 + line + 7);
  await sink.flush();
  expect(sink.written).toBe(2);
  await sink.close();
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  const broken = [lines[1], lines[3]];
  expect(broken.map((each) => each?.length)).toEqual([5, 7]);
  const whole = lines.filter((each) => !broken.includes(each));
  expect(whole.map((each) => (JSON.parse(each) as { id: string }).id)).toEqual(ids);
  expect(sink).toMatchObject({ written: 4, dropped: 0 });
});

test("where Node.js is not, the message says so", () => {
  const { getBuiltinModule } = process;
  process.getBuiltinModule = undefined as never;
  try {
    expect(() => jsonlSink("outcomes.jsonl")).toThrow(UsageError);
  } finally {
    process.getBuiltinModule = getBuiltinModule;
  }
});
