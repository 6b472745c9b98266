/** What alerts would have done; `test/alerts/simulated.test.ts` holds the same against Prometheus' own tool. */
import { describe, expect, test } from "vitest";
import type { AlertCondition, AlertModel } from "../../check/model.ts";
import { NOWHERE } from "../../testing/models.ts";
import { Recording } from "../replay.ts";
import type { AlertResult } from "../result.ts";
import type { SimulationInput } from "../simulate.ts";
import { MODEL, played, policyOf, worldWith } from "../testing/played.ts";
import { attempt, outcome } from "../testing/recorded.ts";

const FAILING: AlertCondition = {
  kind: "compare",
  measure: { kind: "failure_rate", path: "primary" },
  operator: ">",
  threshold: { kind: "value", value: 0.2 },
};

const unavailable = { what: { kind: "returns", status: 503, headers: {}, error: null }, afterMs: 10 } as const;
const outage = worldWith({ outages: [{ share: 1, ...unavailable, atMs: 60_000, forMs: 60_000 }] });

function watched(when: AlertCondition, forMs: number, change: Partial<SimulationInput> = {}): AlertResult {
  const alert: AlertModel = { name: "it", doc: null, when, forMs, hook: { kind: "page", target: "jo" }, span: NOWHERE };
  const { alerts } = played({
    policy: policyOf({ ...MODEL, paths: MODEL.paths.map((path) => ({ ...path, breaker: null })) }),
    model: { ...MODEL, alerts: [alert] },
    profile: outage,
    spanMs: 240_000,
    alerts: { everyMs: 5000, windowMs: 30_000 },
    ...change,
  });
  const [result] = alerts;
  if (result === undefined) throw new Error("the alert is told of");
  return result;
}

describe("an outage of a minute", () => {
  test("is pending, fires once it has lasted, and is over when the window has passed it", () => {
    const { episodes, peak } = watched(FAILING, 30_000);
    expect(episodes).toHaveLength(1);
    const [{ pendingAtMs, firedAtMs, endedAtMs } = { pendingAtMs: 0, firedAtMs: 0, endedAtMs: 0 }] = episodes;
    expect(pendingAtMs).toBeGreaterThan(60_000);
    expect(pendingAtMs).toBeLessThanOrEqual(75_000);
    expect(firedAtMs).toBe(pendingAtMs + 30_000);
    expect(endedAtMs).toBeGreaterThan(120_000);
    expect(endedAtMs).toBeLessThanOrEqual(155_000);
    expect(peak).toMatchObject({ value: 1, of: "share" });
  });

  test("does not fire an alert that it does not last for", () => {
    const { episodes } = watched(FAILING, 120_000);
    expect(episodes).toMatchObject([{ firedAtMs: null, endedAtMs: expect.any(Number) }]);
  });

  test("fires at once where nothing has to last, and to the end where it does not end", () => {
    const endless = worldWith({ outages: [{ share: 1, ...unavailable, atMs: 60_000, forMs: 600_000 }] });
    const [episode] = watched(FAILING, 0, { profile: endless }).episodes;
    expect(episode?.firedAtMs).toBe(episode?.pendingAtMs);
    expect(episode?.endedAtMs).toBeNull();
  });
});

describe("a baseline", () => {
  const twice = (agoMs: number): AlertCondition => ({
    ...FAILING,
    threshold: { kind: "baseline", factor: 2, agoMs },
  });

  test("that the simulation is too short for is not made up", () => {
    const { episodes, notes, peak } = watched(twice(86_400_000), 0);
    expect(episodes).toEqual([]);
    expect(peak).toMatchObject({ value: 1 });
    expect(notes).toEqual(["its baseline is 1d before, and this is 4m long: nothing to compare with"]);
  });

  test("is what was so long ago", () => {
    const noise = { ...worldWith({ errors: [{ share: 0.05, ...unavailable }] }) };
    const profile = worldWith({
      errors: [{ share: 0.05, ...unavailable }],
      outages: [{ share: 0.5, ...unavailable, atMs: 150_000, forMs: 60_000 }],
    });
    expect(watched(twice(90_000), 0, { profile: noise }).episodes.every(({ endedAtMs }) => endedAtMs !== null)).toBe(
      true,
    );
    const { episodes, notes } = watched(twice(90_000), 0, { profile });
    expect(notes).toEqual([]);
    expect(episodes.some(({ pendingAtMs }) => pendingAtMs > 150_000 && pendingAtMs < 170_000)).toBe(true);
  });
});

test("recorded requests are watched over the time in which they came", () => {
  const failed = { status: 503, signal: "server_error", class: "transient", usage: null } as const;
  const isDown = (nth: number): boolean => nth >= 600 && nth < 1200;
  // Ten each second, and none but failures from the second minute to the third.
  const recording = new Recording(
    Array.from({ length: 2400 }, (_, nth) =>
      isDown(nth) ? outcome(nth, [attempt("primary", failed), attempt("backup")]) : outcome(nth, [attempt("primary")]),
    ),
  );
  const { episodes } = watched(FAILING, 30_000, { recording, profile: null });
  expect(episodes).toHaveLength(1);
  expect(episodes[0]?.pendingAtMs).toBeGreaterThan(60_000);
  expect(episodes[0]?.firedAtMs).toBe((episodes[0]?.pendingAtMs ?? 0) + 30_000);
  expect(episodes[0]?.endedAtMs).toBeLessThanOrEqual(155_000);
});

test("without alerts nothing is watched", () => {
  expect(played().alerts).toEqual([]);
});
