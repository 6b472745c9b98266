import { expect, test } from "vitest";
import { Timings } from "./timings.ts";

test("a stage's time is its own, without the stages within it", () => {
  let now = 0;
  const timings = new Timings(() => now);
  timings.measure("outer", () => {
    now += 5;
    timings.measure("inner", () => {
      now += 2;
    });
    timings.measure("inner", () => {
      now += 3;
    });
    now += 1;
  });
  timings.measure("inner", () => {
    now += 10;
  });
  expect(timings.all).toEqual([
    { stage: "inner", ms: 15 },
    { stage: "outer", ms: 6 },
  ]);
});

test("a stage that throws was still measured", async () => {
  let now = 0;
  const timings = new Timings(() => now);
  const fail = (): never => {
    now += 4;
    throw new Error("broken");
  };
  expect(() => timings.measure("read", fail)).toThrow("broken");
  await expect(timings.measureAsync("emit", async () => fail())).rejects.toThrow("broken");
  expect(timings.all).toEqual([
    { stage: "read", ms: 4 },
    { stage: "emit", ms: 4 },
  ]);
});
