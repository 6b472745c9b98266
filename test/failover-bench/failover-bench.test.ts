/** The sixteen scenarios of Failover Bench, shortened: `npm run failover-bench -- --profile full` takes the real timings. */
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { SIXTY_WORDS_TEXT } from "../../packages/cli/src/provider/index.ts";
import { direct } from "./direct.ts";
import { FAST, FULL, scaledPolicy } from "./profile.ts";
import { PUBLISHED } from "./published.ts";
import { playAll } from "./run.ts";
import type { Check, Heard, Scenario, Seen } from "./scenario.ts";
import { SCENARIOS, TIMINGS } from "./scenarios.ts";
import { scorecard, scoreOf } from "./scorecard.ts";
import { judge, type Verdict } from "./verdict.ts";
import { withPolicy } from "./with-policy.ts";

const MOST_MS = 40_000;

describe.concurrent("on real sockets", () => {
  test("the policy passes all sixteen", { timeout: MOST_MS }, async () => {
    const judged = await playAll(SCENARIOS, FAST, withPolicy);
    console.log(scorecard(judged, FAST));
    expect(judged.filter(({ verdict }) => verdict !== "pass")).toEqual([]);
    expect(scoreOf(judged)).toEqual([16, 0, 0, 0]);
  });

  test("a bare call scores what was published for one", { timeout: MOST_MS }, async () => {
    const judged = await playAll(SCENARIOS, FAST, (url, profile) => direct({ url, profile, knowsTheEnd: true }));
    expect(scoreOf(judged)).toEqual(PUBLISHED.direct);
  });

  test("who takes any end for the end fails where streams are cut", { timeout: MOST_MS }, async () => {
    const judged = await playAll(SCENARIOS, FAST, (url, profile) => direct({ url, profile, knowsTheEnd: false }));
    expect(judged.filter(({ verdict }) => verdict === "fail").map(({ id }) => id)).toEqual(["S08", "S09", "S14"]);
  });
});

describe("the verdict", () => {
  const heard = (more: Partial<Heard> = {}): Heard => ({
    kind: "answer",
    text: SIXTY_WORDS_TEXT,
    model: "bench-primary",
    usage: true,
    code: null,
    startMs: 0,
    elapsedMs: 1,
    ...more,
  });
  const failing = (advisory: boolean): Check => ({ text: "no", advisory, holds: () => false });
  const verdict = (checks: readonly Check[], one: Heard, more: Partial<Scenario> = {}): Verdict => {
    const seen: Seen = { heard: [one], primary: [], backup: [], after: null };
    const scenario: Scenario = { id: "S00", fault: "", maxMs: 1, primary: () => ({ kind: "never" }), checks, ...more };
    return judge(scenario, seen, FULL, true).verdict;
  };
  const error = heard({ kind: "error", text: "" });

  test.each<[string, Verdict, readonly Check[], Heard, Partial<Scenario>?]>([
    ["the whole answer", "pass", [], heard()],
    ["the whole answer, but for an advisory check", "partial", [failing(true)], heard()],
    ["the whole answer, and a required check fails", "fail", [failing(false)], heard()],
    ["a clean error", "safe", [], error],
    ["a clean error, and an advisory check fails", "safe", [failing(true)], error],
    ["a clean error, and a required check fails", "fail", [failing(false)], error],
    ["a clean error where one is right", "pass", [], error, { ideal: "error" }],
    ["an answer where an error is right", "fail", [], heard(), { ideal: "error" }],
    ["a cut answer", "fail", [], heard({ text: SIXTY_WORDS_TEXT.slice(0, -1) })],
    ["a hang", "fail", [], heard({ kind: "hang" })],
    ["an exception of another kind", "fail", [], heard({ kind: "crash" })],
  ])("of %s is %s", (_, expected, checks, one, more) => {
    expect(verdict(checks, one, more)).toBe(expected);
  });
});

test("a policy is shortened in each of its durations, and in nothing else", () => {
  const text = "timeout 30s\nstall 1s..2m, at least 20 calls\nretries 2\nhalf_open 1 probe\nwindow 100ms";
  expect(scaledPolicy(text, 1 / 5)).toBe(
    "timeout 6000ms\nstall 200ms..24000ms, at least 20 calls\nretries 2\nhalf_open 1 probe\nwindow 20ms",
  );
  expect(scaledPolicy(text, 1)).toBe(text);
});

const RETOLD = new URL("../../../shared/data/failover-bench.yaml", import.meta.url);

describe.skipIf(!existsSync(RETOLD))("beside what was published (../shared/data/failover-bench.yaml)", () => {
  interface Facts {
    readonly timings: object;
    readonly scenarios: Readonly<Record<string, { readonly max_s: number; readonly checks: readonly string[] }>>;
    readonly published: Readonly<Record<string, string>>;
  }
  const facts = () => parse(readFileSync(RETOLD, "utf8")) as Facts;

  test("the scenarios, their limits and their timings are the same", () => {
    const { scenarios, timings } = facts();
    expect(TIMINGS).toEqual(timings);
    expect(Object.entries(scenarios).map(([id, { max_s }]) => [id, max_s * 1000])).toEqual(
      SCENARIOS.map(({ id, maxMs }) => [id, maxMs]),
    );
  });

  test("and so are the scores", () => {
    const scores = Object.entries(PUBLISHED).map(([name, score]) => [name, score.join("/")]);
    expect(Object.fromEntries(scores)).toEqual(facts().published);
  });
});
