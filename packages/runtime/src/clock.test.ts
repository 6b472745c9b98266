import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from "vitest";
import { systemClock } from "./clock.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
});

afterEach(() => {
  vi.useRealTimers();
});

const immediate = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const timersOf = (armed: MockInstance<typeof setTimeout>): readonly NodeJS.Timeout[] =>
  armed.mock.results.map(({ value }) => value as NodeJS.Timeout);

test("calls fire in order, not before their time, over one timer of the platform", () => {
  const clock = systemClock();
  const fired: string[] = [];
  clock.schedule(30, () => fired.push("c"));
  clock.schedule(10, () => fired.push("a"));
  clock.schedule(20, () => fired.push("b"));
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(9);
  expect(fired).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(fired).toEqual(["a"]);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(20);
  expect(fired).toEqual(["a", "b", "c"]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a deadline is exactly as far away as it was set, whenever that was", () => {
  const clock = systemClock();
  const readings = vi.spyOn(performance, "now");
  for (let reading = 0; reading < 5000; reading++) {
    readings.mockReturnValue(reading * 1234.567_891);
    const now = clock.now();
    expect(now).toBeLessThanOrEqual(reading * 1234.567_891);
    expect(now + 8000 - now).toBe(8000);
  }
  readings.mockRestore();
});

test("when everything is cancelled nothing rings, and nothing keeps the process alive", () => {
  const clock = systemClock();
  const fired: string[] = [];
  const armed = vi.spyOn(globalThis, "setTimeout");
  const timers = [50, 5, 20].map((ms) => clock.schedule(ms, () => fired.push(String(ms))));
  for (const timer of timers) clock.cancel(timer);
  expect(timersOf(armed).at(-1)?.hasRef()).toBe(false);
  vi.advanceTimersByTime(100);
  expect(fired).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
  vi.restoreAllMocks();
});

test("one request after the other arms the platform's timer once, and each limit is on time", () => {
  const clock = systemClock();
  const fired: number[] = [];
  const armed = vi.spyOn(globalThis, "setTimeout");
  for (let request = 0; request < 10; request++) {
    clock.cancel(clock.schedule(50, () => fired.push(-1)));
    vi.advanceTimersByTime(1);
  }
  expect(armed).toHaveBeenCalledTimes(1);
  clock.schedule(50, () => fired.push(60));
  expect(timersOf(armed)[0]?.hasRef()).toBe(true);
  vi.advanceTimersByTime(49);
  expect(fired).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(fired).toEqual([60]);
  expect(vi.getTimerCount()).toBe(0);
  vi.restoreAllMocks();
});

test("where a platform's timers are numbers, none is left when everything is cancelled", () => {
  const clock = systemClock();
  const cleared = vi.spyOn(globalThis, "clearTimeout").mockReturnValue(undefined);
  vi.spyOn(globalThis, "setTimeout").mockReturnValue(7 as unknown as NodeJS.Timeout);
  clock.cancel(clock.schedule(50, () => {}));
  expect(cleared.mock.calls).toEqual([[7]]);
  vi.restoreAllMocks();
});

test("a cancelled earliest call rings for nothing and the next one is still on time", () => {
  const clock = systemClock();
  const fired: number[] = [];
  const first = clock.schedule(10, () => fired.push(10));
  clock.schedule(15, () => fired.push(15));
  clock.cancel(first);
  vi.advanceTimersByTime(14);
  expect(fired).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(fired).toEqual([15]);
});

test("calls that are scheduled while others fire are on time", () => {
  const clock = systemClock();
  const fired: string[] = [];
  clock.schedule(10, () => {
    fired.push("first");
    clock.schedule(5, () => fired.push("second"));
  });
  vi.advanceTimersByTime(15);
  expect(fired).toEqual(["first", "second"]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a call that throws does not hold up the others", () => {
  const clock = systemClock();
  const fired: string[] = [];
  clock.schedule(10, () => {
    throw new Error("in a timer");
  });
  clock.schedule(10, () => fired.push("after"));
  expect(() => vi.advanceTimersByTime(10)).toThrow("in a timer");
  vi.advanceTimersByTime(1);
  expect(fired).toEqual(["after"]);
});

test("a delay that is longer than the platform's longest is kept in pieces", () => {
  const clock = systemClock();
  const fired: string[] = [];
  const days = 30 * 24 * 60 * 60 * 1000;
  clock.schedule(days, () => fired.push("late"));
  vi.advanceTimersByTime(days - 1);
  expect(fired).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(fired).toEqual(["late"]);
});

describe("in a loop that was busy", () => {
  const busyUntil = (ms: number): void => {
    vi.spyOn(performance, "now").mockReturnValue(ms);
  };

  test("what has come meanwhile is read before anything is called late", async () => {
    const clock = systemClock();
    const fired: string[] = [];
    const limits = ["answered", "silent"].map((name) => clock.schedule(10, () => fired.push(name)));
    busyUntil(500);
    vi.advanceTimersByTime(10);
    const later = clock.schedule(5, () => fired.push("later"));
    // What sockets held is read now.
    if (limits[0] !== undefined) clock.cancel(limits[0]);
    expect(fired).toEqual([]);
    await immediate();
    expect(fired).toEqual(["silent"]);
    expect(later.at).toBe(505);
    vi.restoreAllMocks();
    busyUntil(505);
    vi.advanceTimersByTime(5);
    expect(fired).toEqual(["silent", "later"]);
    expect(vi.getTimerCount()).toBe(0);
    vi.restoreAllMocks();
  });

  test("nothing rings where all of it was read, and what comes after is on time", async () => {
    const clock = systemClock();
    const fired: string[] = [];
    const limit = clock.schedule(10, () => fired.push("limit"));
    busyUntil(500);
    vi.advanceTimersByTime(10);
    clock.cancel(limit);
    await immediate();
    expect(vi.getTimerCount()).toBe(0);
    clock.schedule(5, () => fired.push("next"));
    busyUntil(505);
    vi.advanceTimersByTime(5);
    expect(fired).toEqual(["next"]);
    vi.restoreAllMocks();
  });
});

test("what became due while another call took its time rings at once, with no delay below 0", async () => {
  const clock = systemClock();
  const fired: string[] = [];
  const armed = vi.spyOn(globalThis, "setTimeout");
  clock.schedule(10, () => {
    // Time passes while this runs.
    vi.spyOn(performance, "now").mockReturnValue(60);
    fired.push("slow");
  });
  clock.schedule(20, () => fired.push("late"));
  vi.advanceTimersByTime(10);
  expect(armed.mock.calls.every(([, ms]) => (ms ?? 0) >= 0)).toBe(true);
  vi.advanceTimersByTime(1);
  await immediate();
  expect(fired).toEqual(["slow", "late"]);
  vi.restoreAllMocks();
});
