import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Fault, Recorder, type RecorderOptions } from "./recorder.ts";
import { memorySink } from "./sink/memory.ts";
import { aFallback, anOutcome } from "./testing/outcome.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const never = new Promise<never>(() => {});
const A_SAMPLE = { id: "r", traceId: null, path: "primary", attempt: 0, check: "json", text: "<html>", cut: false };

function aRecorder(options: RecorderOptions) {
  const faults: string[] = [];
  const recorder = new Recorder({ ...options, onFault: ({ of, error }: Fault) => faults.push(`${of}: ${error}`) });
  return { recorder, faults };
}

describe("hooks", () => {
  test("one that never ends is pending, then a fault, and nobody has waited for it", async () => {
    const { recorder, faults } = aRecorder({ hooks: { page: () => never }, hookMs: 5_000 });
    recorder.record(aFallback());
    expect(recorder.counters()).toMatchObject({ hooksPending: 1, hookFaults: 0 });
    await vi.advanceTimersByTimeAsync(5_000);
    expect(recorder.counters()).toMatchObject({ hooksPending: 0, hookFaults: 1 });
    expect(faults).toEqual(['hook: Error: page "oncall" has not ended in time']);
  });

  test("one that rejects after its time is one fault, not two", async () => {
    let reject: (error: Error) => void = () => {};
    const promise = new Promise((_, no) => {
      reject = no;
    });
    const { recorder, faults } = aRecorder({ hooks: { page: () => promise }, hookMs: 5 });
    recorder.record(aFallback());
    await vi.advanceTimersByTimeAsync(5);
    reject(new Error("late"));
    await vi.advanceTimersByTimeAsync(0);
    expect(faults).toHaveLength(1);
  });

  test("one whose promise is a foreign object that misbehaves is a fault", async () => {
    const evil = {
      // biome-ignore lint/suspicious/noThenProperty: that is what is tested
      then: () => {
        throw new Error("evil");
      },
    };
    const { recorder } = aRecorder({ hooks: { page: () => evil } });
    recorder.record(aFallback());
    await vi.advanceTimersByTimeAsync(0);
    expect(recorder.counters()).toMatchObject({ hooksPending: 0, hookFaults: 1 });
  });

  test("one that ends leaves no timer", async () => {
    const { recorder } = aRecorder({ hooks: { page: async () => "done" } });
    recorder.record(aFallback());
    await vi.advanceTimersByTimeAsync(0);
    expect(recorder.counters()).toMatchObject({ hooksPending: 0, hookFaults: 0 });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("close waits for them, and the sink is closed after", async () => {
    const order: string[] = [];
    let resolve = (): void => {};
    const promise = new Promise<void>((yes) => {
      resolve = yes;
    });
    const { recorder } = aRecorder({
      hooks: { page: () => promise.then(() => order.push("hook")) },
      sink: { write() {}, close: async () => void order.push("sink") },
    });
    recorder.record(aFallback());
    const closing = recorder.close();
    await vi.advanceTimersByTimeAsync(0);
    expect(order).toEqual([]);
    resolve();
    await closing;
    expect(order).toEqual(["hook", "sink"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("close waits for them to its bound only", async () => {
    const { recorder, faults } = aRecorder({ hooks: { page: () => never }, drainMs: 100 });
    recorder.record(aFallback());
    recorder.record(aFallback());
    const closing = recorder.close();
    await vi.advanceTimersByTimeAsync(100);
    await closing;
    expect(faults).toHaveLength(2);
    expect(recorder.counters()).toMatchObject({ hooksPending: 0, hookFaults: 2 });
  });
});

describe("the sink", () => {
  test("gets what it said of where the request began", () => {
    const written: unknown[] = [];
    const { recorder } = aRecorder({ sink: { origin: () => "here", write: (_, origin) => written.push(origin) } });
    recorder.record(anOutcome(), recorder.origin());
    expect(written).toEqual(["here"]);
  });

  test("may throw wherever it is called", async () => {
    const no = (): never => {
      throw new Error("no");
    };
    const { recorder } = aRecorder({ sink: { origin: no, write: no, keep: no, close: no } });
    expect(recorder.origin()).toBeUndefined();
    recorder.record(anOutcome());
    recorder.keep(A_SAMPLE);
    await recorder.close();
    expect(recorder.counters()).toMatchObject({ sinkFaults: 4 });
  });

  test("may be async and reject: that is a fault, and the process goes on", async () => {
    const no = async (): Promise<never> => {
      throw new Error("no");
    };
    const { recorder, faults } = aRecorder({ sink: { write: no, keep: no } });
    recorder.record(anOutcome());
    recorder.keep(A_SAMPLE);
    await vi.advanceTimersByTimeAsync(0);
    expect(faults).toEqual(["sink: Error: no", "sink: Error: no"]);
    expect(recorder.counters()).toMatchObject({ sinkFaults: 2 });
  });

  test("that takes its time to close may have all of it", async () => {
    let closed = (): void => {};
    const close = (): Promise<void> => new Promise((resolve) => (closed = resolve)); // biome-ignore format: one line
    const { recorder, faults } = aRecorder({ sink: { write() {}, close }, drainMs: Number.POSITIVE_INFINITY });
    const closing = recorder.close();
    await vi.advanceTimersByTimeAsync(1e9);
    closed();
    await closing;
    expect(faults).toEqual([]);
  });

  test("that does not close in its time is left behind, and that is a fault", async () => {
    const { recorder, faults } = aRecorder({ sink: { write() {}, close: () => never }, drainMs: 100 });
    const closing = recorder.close();
    await vi.advanceTimersByTimeAsync(100);
    await closing;
    expect(faults).toEqual(["sink: Error: the sink has not closed in time"]);
  });

  test("without keep is handed no samples", () => {
    const { recorder } = aRecorder({ sink: memorySink() });
    recorder.keep(A_SAMPLE);
    expect(recorder.counters().sinkFaults).toBe(0);
  });
});

test("whoever is told of faults may throw, or be async and reject", async () => {
  const onFault = vi.fn((): unknown => Promise.reject(new Error("no log either")));
  onFault.mockImplementationOnce(() => {
    throw new Error("no log");
  });
  const write = (): never => {
    throw new Error("no");
  };
  const recorder = new Recorder({ sink: { write }, onFault });
  recorder.record(anOutcome());
  recorder.record(anOutcome());
  await vi.advanceTimersByTimeAsync(0);
  expect(onFault).toHaveBeenCalledTimes(2);
});

test.each(["hookMs", "drainMs"])("%s that is no time is refused", (name) => {
  for (const wrong of [-1, Number.NaN, "5"]) {
    expect(() => new Recorder({ [name]: wrong })).toThrow(`${name} must be a number of milliseconds, 0 or above`);
  }
});
