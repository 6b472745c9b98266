/** What of a request's past is one standing, and what is not: seen in the runbook policy, whose first path has an SLO. */
import { nth, taken } from "@fbp/runtime/core";
import { describe, expect, test } from "vitest";
import { prove } from "../proof.ts";
import { fixture, runbook } from "../testing/fixtures.ts";
import { moment } from "./moment.ts";

const proved = prove(runbook());
if (proved.kind !== "proved") throw new Error(proved.why);
const { nodes } = proved.proof.graph;

interface Told {
  readonly path: number;
  readonly reason: string | null;
  readonly retries: number;
}

/** The attempts of the plainest requests, after so many calls of which all are charged. */
function attempts(calls: number): readonly Told[] {
  return nodes.flatMap(({ world, state }): Told[] => {
    if (world !== 0 || state.kind !== "attempt") return [];
    let made = 0;
    for (let call = state.past.calls; call !== null; call = call.before) {
      if (call.got.kind !== "failed" || !call.got.failure.facts.sent) return [];
      made++;
    }
    if (made !== calls) return [];
    let retries = 0;
    for (let one = state.past.decisions; one !== null; one = one.before) retries += +(one.action?.kind === "retry");
    return [{ path: state.path, reason: state.past.reason, retries }];
  });
}

describe("one standing", () => {
  test("on the path that took over: whether the one before was used though it was slow", () => {
    const backup = attempts(1).filter(({ path, retries }) => path === 1 && retries === 0);
    const reasons = backup.map(({ reason }) => reason);
    expect(new Set(reasons).size).toBe(reasons.length);
    expect(reasons).toContain("primary_rate_limited");
  });

  test("in the last call that a path can be given, too", () => {
    const last = attempts(1).filter(({ path, retries }) => path === 0 && retries === 1);
    expect(last.map(({ reason }) => reason).sort()).toEqual([
      "primary_slow",
      "primary_timeout",
      "primary_transient_error",
    ]);
  });
});

describe("more than one", () => {
  test("while the path may still be given a call: it is asked for its latency but once", () => {
    const first = attempts(0).filter(({ path }) => path === 0);
    expect(first.map(({ reason }) => reason).sort()).toEqual([null, "primary_slow"]);
  });

  test("under reasons that an answer would be recorded under", () => {
    expect(attempts(1).filter(({ path, retries }) => path === 1 && retries === 0).length).toBeGreaterThan(4);
  });
});

test("a slow path that is used all the same has its retries behind it, which the next back-off goes by", () => {
  const slow = prove(fixture("used-though-slow"));
  if (slow.kind !== "proved") throw new Error(slow.why);
  const second = 1;
  const used = slow.proof.graph.nodes.filter(
    ({ state }) =>
      state.kind === "admit" &&
      state.path === second &&
      state.past.calls?.before === null &&
      taken(state.past, "proceed", second) === 1,
  );
  const retries = used.map(({ state: { past } }) => ({
    here: taken(past, "retry", second),
    before: taken(past, "retry", 0),
  }));
  expect(retries).toContainEqual({ here: 1, before: 0 });
  expect(retries).toContainEqual({ here: 0, before: 1 });
  // Either is there at any time: the path that takes over refuses whenever it likes.
  for (const { times } of used) expect(nth(times, 0).from).toBeLessThan(moment(60_000 - 2 * 2000));
});

test("each is left for ends and those of a higher rank alone, and has a key of its own", () => {
  for (const { rank, edges, state } of nodes) {
    if (state.kind === "finish") continue;
    for (const from of edges.flatMap((edge) => edge.from)) expect(from.rank).toBeLessThan(rank);
  }
  expect(new Set(nodes.map(({ key }) => key)).size).toBe(nodes.length);
});
