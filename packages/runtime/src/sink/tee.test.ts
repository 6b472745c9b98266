import { expect, test, vi } from "vitest";
import { anOutcome } from "../testing/outcome.ts";
import { memorySink } from "./memory.ts";
import type { Sink } from "./sink.ts";
import { teeSink } from "./tee.ts";

const A_SAMPLE = { id: "r", traceId: null, path: "primary", attempt: 0, check: "json", text: "<html>", cut: false };

const broken = (): Required<Sink> => {
  const no = (): never => {
    throw new Error("broken");
  };
  return { write: no, origin: no, keep: no, keeps: true, flush: no, close: no, dropped: 2 };
};

test("each sink gets every record, and one that fails keeps nothing from the others", async () => {
  const [first, last] = [memorySink({ most: 1 }), memorySink()];
  const tee = teeSink(first, broken(), last);
  for (const id of ["a", "b"]) expect(() => tee.write(anOutcome({ id }))).toThrow("broken");
  expect(last.outcomes.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(tee.dropped).toBe(1 + 2);
});

test("samples, flush and close go to each that wants them", async () => {
  const whole = { write: vi.fn(), keep: vi.fn(), flush: vi.fn(async () => {}), close: vi.fn(async () => {}) };
  const tee = teeSink(memorySink(), broken(), whole);
  expect(() => tee.keep?.(A_SAMPLE)).toThrow("broken");
  await expect(tee.flush?.()).rejects.toThrow("broken");
  await expect(tee.close?.()).rejects.toThrow("broken");
  expect(whole.keep).toHaveBeenCalledWith(A_SAMPLE);
  expect(whole.flush).toHaveBeenCalledOnce();
  expect(whole.close).toHaveBeenCalledOnce();
});

test("each sink gets back what it said of where the request began", () => {
  const seen: unknown[] = [];
  const asking = (name: string): Sink => ({ origin: () => name, write: (_, origin) => seen.push(origin) });
  const tee = teeSink(asking("one"), { write: (_, origin) => seen.push(origin) }, asking("other"), broken());
  expect(() => tee.write(anOutcome(), tee.origin?.())).toThrow("broken");
  expect(seen).toEqual(["one", undefined, "other"]);
  expect(teeSink(memorySink()).origin).toBeUndefined();
});

test("what is no sink is refused, by its number", () => {
  expect(() => teeSink(memorySink(), undefined as never)).toThrow("number 2 of the sinks of teeSink is no object with");
});

test("one that is async and rejects is told of, whatever the others do", async () => {
  const rejects: Sink = { write: () => Promise.reject(new Error("later")) };
  const last = memorySink();
  await expect(teeSink(rejects, last).write(anOutcome())).rejects.toThrow("later");
  expect(() => teeSink(rejects, broken(), last).write(anOutcome())).toThrow("broken");
  expect(last.outcomes).toHaveLength(2);
});
