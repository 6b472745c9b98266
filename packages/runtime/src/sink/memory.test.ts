import { expect, test } from "vitest";
import type { Outcome } from "../core/outcome.ts";
import { memorySink } from "./memory.ts";

test("keeps the last records, and counts those that it dropped", () => {
  const sink = memorySink({ most: 2 });
  const records = ["a", "b", "c"].map((id) => ({ id }) as Outcome);
  for (const record of records) sink.write(record);
  expect(sink.outcomes).toEqual(records.slice(1));
  expect(sink.dropped).toBe(1);
});
