import fc from "fast-check";
import { expect, test } from "vitest";
import { TimerHeap } from "./timer-heap.ts";

test("takes come out by time, and by insertion where times are equal, whatever was removed meanwhile", () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("add" as const), at: fc.integer({ min: 0, max: 20 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), which: fc.nat(50) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("take" as const) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const heap = new TimerHeap();
      const model: { at: number; order: number; timer: ReturnType<TimerHeap["add"]> }[] = [];
      const taken: number[] = [];
      const expected: number[] = [];
      let order = 0;
      const first = () => model.toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
      const take = () => {
        const next = first();
        heap.take()?.();
        if (next !== undefined) {
          expected.push(next.order);
          model.splice(model.indexOf(next), 1);
        }
      };
      for (const each of steps) {
        if (each.kind === "add") {
          const mine = order++;
          model.push({ at: each.at, order: mine, timer: heap.add(each.at, () => taken.push(mine)) });
        } else if (each.kind === "remove") {
          const [gone] = model.splice(each.which % Math.max(1, model.length), 1);
          if (gone !== undefined) {
            heap.remove(gone.timer);
            heap.remove(gone.timer);
          }
        } else {
          take();
        }
        expect(heap.size).toBe(model.length);
        expect(heap.earliest).toBe(first()?.at ?? Number.POSITIVE_INFINITY);
      }
      while (model.length > 0) take();
      expect(taken).toEqual(expected);
      expect(heap.take()).toBeNull();
    }),
  );
});

test("what fills the place of a removed entry may have to rise", () => {
  const heap = new TimerHeap();
  const taken: number[] = [];
  const add = (at: number) => heap.add(at, () => taken.push(at));
  const timers = [1, 10, 2, 11, 12, 3, 4].map(add);
  // 11 stands below 10, and the last entry, 4, stands on the other side.
  for (const timer of timers.filter((each) => each.at === 11)) heap.remove(timer);
  [30, 31, 32].map(add);
  while (heap.size > 0) heap.take()?.();
  expect(taken).toEqual([1, 2, 3, 4, 10, 12, 30, 31, 32]);
});

test("an entry that was taken or removed holds on to nothing", () => {
  const heap = new TimerHeap();
  const removed = heap.add(1, () => {});
  const kept = heap.add(2, () => {});
  heap.remove(removed);
  heap.take();
  expect(removed).toMatchObject({ fire: null, place: -1 });
  expect(kept).toMatchObject({ fire: null, place: -1 });
});

test("removing a timer of another heap changes nothing", () => {
  const heap = new TimerHeap();
  heap.add(1, () => {});
  heap.remove(new TimerHeap().add(1, () => {}));
  expect(heap.size).toBe(1);
});
