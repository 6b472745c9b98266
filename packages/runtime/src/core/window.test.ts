import fc from "fast-check";
import { expect, test } from "vitest";
import { BUCKETS, Window, windowOf } from "./window.ts";

test("a window of time forgets a call once its bucket is too old", () => {
  const window = windowOf({ kind: "time", ms: 20_000 });
  window.add(500, true, false);
  window.add(1_500, false, true);
  const seen = [500, 19_999, 20_000, 20_999, 21_000].map((now) => [now, ...window.counted(now)]);
  expect(seen).toEqual([
    [500, 2, 1, 1],
    [19_999, 2, 1, 1],
    [20_000, 1, 0, 1],
    [20_999, 1, 0, 1],
    [21_000, 0, 0, 0],
  ]);
});

test("a window of calls holds the last ones only", () => {
  const window = windowOf({ kind: "calls", calls: 3 });
  const seen = [true, true, false, false, false].map((failed) => {
    window.add(0, failed, !failed);
    return [...window.counted(0)];
  });
  expect(seen).toEqual([
    [1, 1, 0],
    [2, 2, 0],
    [3, 2, 1],
    [3, 1, 2],
    [3, 0, 3],
  ]);
});

test("a clock that stands still or goes back loses nothing", () => {
  const window = windowOf({ kind: "time", ms: 1000 });
  window.add(5000, true, true);
  window.add(4000, true, true);
  expect(window.counted(0)).toEqual([2, 2, 2]);
});

test("clear empties it, and it goes on from there", () => {
  for (const window of [windowOf({ kind: "time", ms: 1000 }), windowOf({ kind: "calls", calls: 2 })]) {
    window.add(10, true, true);
    window.clear();
    expect(window.counted(10)).toEqual([0, 0, 0]);
    window.add(20, true, false);
    window.add(30, true, false);
    expect(window.counted(30)).toEqual([2, 2, 0]);
  }
});

/** Mostly a step within a bucket or to the next one; seldom so far that the whole window is over. */
const someTime = fc.oneof(
  { weight: 20, arbitrary: fc.nat(30) },
  { weight: 3, arbitrary: fc.nat(300) },
  { weight: 1, arbitrary: fc.nat(3000) },
);
const calls = fc.array(fc.record({ after: someTime, first: fc.boolean(), second: fc.boolean() }), {
  maxLength: 200,
  size: "max",
});

test("a window of time says what counting the buckets' calls again says", () => {
  fc.assert(
    fc.property(
      calls,
      fc.integer({ min: 1, max: BUCKETS + 1 }),
      fc.integer({ min: 1, max: 100 }),
      (made, buckets, width) => {
        const window = new Window(buckets, width);
        const all: { bucket: number; first: boolean; second: boolean }[] = [];
        let now = 0;
        for (const call of made) {
          now += call.after;
          window.add(now, call.first, call.second);
          const head = Math.floor(now / width);
          all.push({ bucket: head, first: call.first, second: call.second });
          const kept = all.filter((each) => each.bucket > head - buckets);
          expect(window.counted(now)).toEqual([
            kept.length,
            kept.filter((each) => each.first).length,
            kept.filter((each) => each.second).length,
          ]);
        }
      },
    ),
  );
});

test("a window of calls says what counting the last calls again says", () => {
  fc.assert(
    fc.property(calls, fc.integer({ min: 1, max: 20 }), (made, size) => {
      const window = windowOf({ kind: "calls", calls: size });
      made.forEach((call, index) => {
        window.add(0, call.first, call.second);
        const kept = made.slice(Math.max(0, index + 1 - size), index + 1);
        expect(window.counted(0)).toEqual([
          kept.length,
          kept.filter((each) => each.first).length,
          kept.filter((each) => each.second).length,
        ]);
      });
    }),
  );
});
