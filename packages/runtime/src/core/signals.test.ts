import { expect, test } from "vitest";
import { BUDGET_EXHAUSTED, CIRCUIT_OPEN, LATENCY_SLO_BREACH, SIGNAL } from "./signals.ts";

test("the numbers that the machine raises by itself are those of the table", () => {
  expect([LATENCY_SLO_BREACH, CIRCUIT_OPEN, BUDGET_EXHAUSTED]).toEqual([
    SIGNAL.latency_slo_breach,
    SIGNAL.circuit_open,
    SIGNAL.budget_exhausted,
  ]);
});
