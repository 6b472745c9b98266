/** Rules that are played beside a policy, over the same world; those of gateways have tests of their own. */
import { describe, expect, test } from "vitest";
import { contractModel, STREAMING } from "../../testing/models.ts";
import { Recording } from "../replay.ts";
import type { BesideResult } from "../result.ts";
import type { SimulationInput } from "../simulate.ts";
import { MODEL, played, policyOf, worldWith } from "../testing/played.ts";
import { attempt, outcome } from "../testing/recorded.ts";
import { called } from "./call.ts";
import type { BesideRules, Reply } from "./rules.ts";

/** Calls one path after the other until one answers. */
function trying(...paths: readonly string[]): BesideRules {
  return {
    title: "Other",
    group: null,
    paths: [...new Set(paths)].map((name) => ({ name, price: null })),
    leavesOut: [],
    start: () =>
      function* (ask) {
        for (const path of paths) if ((yield* ask.call(path, 8000)).kind === "answered") return true;
        return false;
      },
  };
}

function beside(rules: BesideRules, change: Partial<SimulationInput> = {}) {
  const { beside: result, ...own } = played({ ...change, beside: rules });
  if (result === null) throw new Error("nothing was played");
  return { own, result };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
const failing = (status: number) =>
  ({ what: { kind: "returns", status, headers: {}, error: { code: "x" } }, afterMs: 10 }) as const;

describe("the same world", () => {
  const profile = worldWith({ errors: [{ share: 0.2, ...failing(500) }] });

  test("is met by both, call by call", () => {
    const paths = MODEL.paths.map((path) => ({ ...path, breaker: null, slo: null }));
    const policy = { ...policyOf({ ...MODEL, paths }), budget: { ...MODEL.budget, attempts: 1 } };
    const { own, result } = beside(trying("primary"), { profile, policy, spanMs: 30_000 });
    expect([result.requests, result.answered]).toEqual([own.requests, own.results.answer]);
    expect(result.latency).toEqual(own.latency.all);
    expect([result.tokens, result.attempts]).toEqual([own.tokens, own.attempts]);
  });

  test("is the same each time, and what is beside a policy changes nothing in it", () => {
    const once = beside(trying("primary", "primary", "backup"), { profile });
    expect(beside(trying("primary", "primary", "backup"), { profile })).toEqual(once);
    expect({ ...once.own, beside: null }).toEqual(played({ profile }));
  });
});

test("every request and every call is counted once", () => {
  const profile = worldWith({ errors: [{ share: 0.5, ...failing(503) }] });
  const { requests, attempts, attemptsPerRequest, timeline, paths }: BesideResult = beside(
    trying("primary", "primary", "backup"),
    { profile },
  ).result;
  expect(sum(attemptsPerRequest)).toBe(requests);
  expect(sum(timeline.map((step) => step.requests))).toBe(requests);
  expect([sum(timeline.map((step) => step.attempts)), sum(paths.map(({ calls }) => calls))]).toEqual([
    attempts,
    attempts,
  ]);
});

test.each([
  [401, { auth: 2, client: 0 }],
  [403, { auth: 2, client: 0 }],
  [400, { auth: 0, client: 2 }],
  [422, { auth: 0, client: 2 }],
  [500, { auth: 0, client: 0 }],
])("calls after a %d are counted", (status, each) => {
  const profile = worldWith({ errors: [{ share: 1, ...failing(status) }] });
  const { requests, afterDefect } = beside(trying("primary", "primary", "backup"), { profile, spanMs: 5000 }).result;
  expect(afterDefect).toEqual({ auth: each.auth * requests, client: each.client * requests });
});

test("a path that the policy does not have has the price that its own rules say", () => {
  const world = worldWith();
  const profile = { ...world, paths: new Map([...world.paths, ["third", world.paths.get("backup")] as const]) };
  const rules = trying("third");
  const priced = { ...rules, paths: [{ name: "third", price: { inputNanosPerToken: 2, outputNanosPerToken: 10 } }] };
  const { requests, answered, costNanos } = beside(priced, { profile: profile as typeof world }).result;
  expect(answered).toBe(requests);
  expect(costNanos).toBe(requests * (100 * 2 + 20 * 10));
});

test("a stream that is cut breaks off", () => {
  const model = { ...MODEL, contracts: [contractModel({ contract: STREAMING, root: STREAMING })] };
  const profile = worldWith({ cuts: 0.3 }, [{ stream: true }]);
  const { requests, answered, attempts } = beside(trying("primary"), { model, profile }).result;
  expect(attempts).toBe(requests);
  expect(Math.abs(((requests - answered) / requests) * 100 - 30)).toBeLessThan(5);
});

describe("of a recording", () => {
  test("requests that come to a path of which nothing is known are left out", () => {
    const recording = new Recording([outcome(0, [attempt("primary")]), outcome(1, [attempt("primary")])]);
    const { requests, unknown } = beside(trying("backup"), { profile: null, recording }).result;
    expect({ requests, unknown }).toEqual({ requests: 0, unknown: 2 });
  });

  test("callers who left then leave, unless their answer came before", () => {
    const left = outcome(1, [attempt("primary")], { result: "aborted", source: null, elapsedMs: 100 });
    const recording = new Recording([outcome(0, [attempt("primary")]), left]);
    const result = beside(trying("primary"), { profile: null, recording }).result;
    expect(result).toMatchObject({ requests: 2, answered: 1, left: 1, attempts: 2, latency: { max: 400, p50: 100 } });
  });
});

describe("a call", () => {
  const played = (
    event: Parameters<typeof called>[0],
    limitMs = 1000,
  ): { readonly reply: Reply; readonly ms: number } => {
    const running = called(event, limitMs);
    for (let ms = 0; ; ) {
      const { done, value } = running.next();
      if (done) return { reply: value.reply, ms };
      ms += value;
    }
  };

  test.each<[Parameters<typeof called>[0], Reply["kind"], number]>([
    [{ kind: "hangs" }, "timed_out", 1000],
    [{ kind: "fails", fault: "reset", afterMs: 300 }, "failed", 300],
    [{ kind: "fails", fault: "reset", afterMs: 3000 }, "timed_out", 1000],
    [{ kind: "returns", status: 200, afterMs: 900 }, "answered", 900],
    [{ kind: "returns", status: 200, afterMs: 1100 }, "timed_out", 1000],
    [{ kind: "returns", status: 200, afterMs: 900, bodyAfterMs: 2000 }, "timed_out", 1900],
    [{ kind: "returns", status: 200, afterMs: 900, breaksOff: "reset" }, "failed", 900],
    [{ kind: "returns", status: 429, afterMs: 10 }, "returned", 10],
    [
      {
        kind: "streams",
        pieces: [
          { data: "a", afterMs: 900 },
          { data: "b", afterMs: 900 },
        ],
      },
      "answered",
      1800,
    ],
    [{ kind: "streams", pieces: [{ data: "a", afterMs: 1100 }] }, "timed_out", 1000],
    [
      {
        kind: "streams",
        pieces: [
          { data: "a", afterMs: 100 },
          { data: "b", afterMs: 2000 },
        ],
      },
      "broke_off",
      1100,
    ],
    [{ kind: "streams", pieces: [{ data: "a", afterMs: 100 }], ends: "reset" }, "broke_off", 100],
    [{ kind: "streams", pieces: [{ data: "a", afterMs: 100 }], ends: "silence" }, "broke_off", 1100],
  ])("%j: %s after %d ms", (event, kind, ms) => {
    const came = played(event);
    expect([came.reply.kind, came.ms]).toEqual([kind, ms]);
  });
});
