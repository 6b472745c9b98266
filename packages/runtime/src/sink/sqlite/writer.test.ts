import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import type { Batch } from "./thread.ts";
import { ThreadWriter } from "./writer.ts";

class FakeThread extends EventEmitter {
  readonly posted: (Batch | null)[] = [];
  terminated = false;
  kept = true;
  ref(): void {
    this.kept = true;
  }
  unref(): void {
    this.kept = false;
  }
  postMessage(message: Batch | null): void {
    this.posted.push(message);
  }
  async terminate(): Promise<void> {
    this.terminated = true;
  }
}

function aWriter() {
  const threads: FakeThread[] = [];
  const Worker = class extends FakeThread {
    constructor() {
      super();
      threads.push(this);
    }
  };
  const data = { path: "outcomes.db", mostBytes: null, busyMs: 0, keepMs: null };
  const writer = new ThreadWriter(data, { Worker } as unknown as typeof import("node:worker_threads"));
  return { writer, threads };
}

test("a thread that dies fails what it had, and another one takes the next", async () => {
  const { writer, threads } = aWriter();
  const first = writer.write("outcomes", ["a"]);
  threads[0]?.emit("error", Object.assign(new Error("gone"), { code: "ERR_MODULE_NOT_FOUND" }));
  threads[0]?.emit("exit", 1);
  await expect(first).rejects.toEqual({ code: "ERR_MODULE_NOT_FOUND" });
  const second = writer.write("outcomes", ["a"]);
  const third = writer.write("outcomes", ["b"]);
  threads[1]?.emit("exit", 0);
  await expect(second).rejects.toEqual({ code: "THREAD_ENDED" });
  await expect(third).rejects.toEqual({ code: "THREAD_ENDED" });
});

test("the process is kept alive by a thread only while it has something to write", async () => {
  const { writer, threads } = aWriter();
  const writing = writer.write("outcomes", ["a"]);
  expect(threads[0]?.kept).toBe(true);
  threads[0]?.emit("message", { number: 1, fault: null });
  await writing;
  expect(threads[0]?.kept).toBe(false);
});

test("a thread that hangs is left behind when the bound of close is over", async () => {
  const { writer, threads } = aWriter();
  void writer.write("outcomes", ["a"]).catch(() => {});
  await writer.close(1);
  expect(threads[0]).toMatchObject({ terminated: true, kept: false });
});
