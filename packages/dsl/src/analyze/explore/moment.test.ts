import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cut, delayed, joined, moment, msOf, type Times, timeIn, within } from "./moment.ts";

const stretch = (fromMs: number, toMs: number) => ({ from: moment(fromMs), to: moment(toMs) });

test("a moment beside a time is not that time", () => {
  expect(moment(18_000) + 1).toBeGreaterThan(moment(18_000));
  expect(moment(18_000) + 1).toBeLessThan(moment(18_000.001));
  expect(msOf(moment(2.5))).toBe(2.5);
});

describe("times", () => {
  test("that overlap or touch are one", () => {
    expect(joined([stretch(0, 5)], stretch(3, 8))).toEqual([stretch(0, 8)]);
    const touching = { from: moment(5) + 1, to: moment(8) };
    expect(joined([stretch(0, 5)], touching)).toEqual([stretch(0, 8)]);
  });

  test("with a gap between them are kept apart", () => {
    expect(joined([stretch(6, 8)], stretch(0, 5))).toEqual([stretch(0, 5), stretch(6, 8)]);
  });

  test("are cut behind a moment, which belongs to what came before", () => {
    expect(cut([stretch(0, 10)], [moment(4)])).toEqual([stretch(0, 4), { from: moment(4) + 1, to: moment(10) }]);
    expect(cut([stretch(0, 10)], [moment(10), moment(11)])).toEqual([stretch(0, 10)]);
  });

  test("later ones end with the deadline, or are none", () => {
    expect(delayed([stretch(1, 2)], 3, 10, moment(8))).toEqual([stretch(4, 8)]);
    expect(delayed([stretch(6, 7)], 3, 3, moment(8))).toEqual([]);
    expect(delayed([stretch(1, 2)], 0, Infinity, moment(20))).toEqual([stretch(1, 20)]);
  });
});

const anyStretch = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 20 }))
  .map(([from, length]) => ({ from, to: from + length }));
const times = fc.array(anyStretch, { maxLength: 8 }).map((all) => all.reduce<Times>(joined, []));

test("joining and cutting lose no moment and add none, in order and apart", () => {
  fc.assert(
    fc.property(times, anyStretch, fc.uniqueArray(fc.nat(90), { maxLength: 6 }), (known, added, limits) => {
      const isIn = (of: Times, at: number) => of.some(({ from, to }) => from <= at && at <= to);
      const all = joined(known, added);
      const parts = cut(
        all,
        [...limits].sort((a, b) => a - b),
      );
      for (let at = 0; at <= 100; at++) {
        const expected = isIn(known, at) || (added.from <= at && at <= added.to);
        expect([isIn(all, at), isIn(parts, at)]).toEqual([expected, expected]);
      }
      for (const [index, part] of all.entries()) {
        const before = all[index - 1];
        if (before !== undefined) expect(part.from).toBeGreaterThan(before.to + 1);
      }
      for (const part of parts) {
        expect(within(all, part)).toBe(true);
        expect(limits.some((limit) => part.from <= limit && limit < part.to)).toBe(false);
        expect(timeIn(part)).toBeGreaterThanOrEqual(msOf(part.from));
        expect(timeIn(part)).toBeLessThanOrEqual(msOf(part.to));
      }
    }),
  );
});
