import { expect, test } from "vitest";
import { force, hold } from "./breaker-control.ts";
import { Health } from "./health.ts";
import { pathHealth } from "./path-health.ts";
import { breakerOf } from "./testing/breaker-of.ts";
import { ask } from "./testing/drive.ts";
import { aBreaker, anSlo, aPolicy, type PathSpec } from "./testing/policy.ts";

function one(path: Partial<PathSpec>): Health {
  return new Health(aPolicy({ paths: [{ name: "primary", ...path }, { name: "backup" }] }));
}

test("the view tells each path's state, as of then", () => {
  const health = one({
    breaker: aBreaker({ failedShare: 1, minimumCalls: 3, slowShare: 1, slowMs: 100 }),
    slo: anSlo(),
  });
  for (const [verdict, latency] of [
    ["failure", 50],
    ["success", 200],
  ] as const) {
    const admitted = health.answer(ask(), 0);
    if (admitted.kind === "admitted") health.settle(0, admitted.permit, verdict, latency, 0);
  }
  const idle = { held: null, opensInMs: 0, calls: 0, failed: 0, slow: 0, sloBreached: false };
  expect(pathHealth(health, 0)).toEqual([
    { ...idle, path: "primary", breaker: "closed", calls: 2, failed: 1, slow: 1 },
    { ...idle, path: "backup", breaker: null },
  ]);
  expect(pathHealth(health, 120_000)[0]).toEqual({ ...idle, path: "primary", breaker: "closed" });
  force(breakerOf(health, 0), "open", 120_000);
  expect(pathHealth(health, 130_000)[0]).toMatchObject({ breaker: "open", opensInMs: 20_000 });
  expect(pathHealth(health, 150_000)[0]).toMatchObject({ breaker: "half_open", opensInMs: 0 });
});

test("held by an operator, a breaker stays as it is until it is released", () => {
  const health = one({ breaker: aBreaker({ consecutive: 1, openMs: 1000, openMostMs: 1000 }) });
  hold(breakerOf(health, 0), "open", true, 0);
  expect(pathHealth(health, 1e9)[0]).toMatchObject({ breaker: "open", held: "open", opensInMs: 0 });
  expect(health.answer(ask({ inMs: 1000 }), 1e9)).toMatchObject({ by: "breaker" });
  hold(breakerOf(health, 0), null, true, 1e9);
  expect(pathHealth(health, 1e9)[0]).toMatchObject({ breaker: "half_open", held: null });
});
