/** What a simulation says of alerts, against Prometheus' own tool on the series that the simulated runtime exported. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AlertResult, loadProfile, Report, type Scrapes, type Simulation, simulate, span } from "@fbp/dsl";
import { afterAll, describe, expect, test } from "vitest";
import { fbp } from "../../packages/cli/src/testing/fbp.ts";
import { compileProgram } from "../support/compile.ts";
import { HAS_PROMTOOL, promtool } from "./promtool.ts";

if (!HAS_PROMTOOL) console.warn("skipped: promtool is missing, so simulated alerts are not held against it");

const ROOT = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "fbp-simulated-alerts-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MINUTE = 60_000;
const EVERY_MS = 30_000;

/** A rejected key, an outage, a slow time, costly answers and a quiet time, in each run. */
const TROUBLES = {
  primary: {
    latency: { p50: "900ms", p95: "3s" },
    errors: [{ share: "2%", status: 500, code: "internal_error", after: "300ms" }],
    outages: [
      { at: "20m", for: "8m", status: 503, after: "100ms" },
      { at: "95m", for: "30s", status: 401, code: "invalid_api_key", after: "30ms" },
    ],
    slow: [{ at: "50m", for: "15m", by: 5 }],
  },
  backup: {
    latency: { p50: "1.2s", p95: "3s" },
    errors: [{ share: "1%", status: 502 }],
    outages: [{ at: "26m", for: "1m", share: "50%", fault: "reset" }],
  },
};

const RUNS = {
  "policies/chat-completions.fbp": { rate: 2, spanMs: 80 * MINUTE },
  "test/alerts/functions.fbp": { rate: 1, spanMs: 130 * MINUTE },
} as const;

interface Played {
  readonly simulation: Simulation;
  readonly scrapes: Scrapes;
}

function played(file: keyof typeof RUNS): Played {
  const written = readFileSync(join(ROOT, file), "utf8").replace("../../policies/contracts", "./contracts");
  const { policy, program } = compileProgram(written.replace(/^\s*validated for .*$/m, ""));
  const [model] = program.policies;
  const { rate, spanMs } = RUNS[file];
  if (model === undefined) throw new Error("the policy does not compile");
  const place = span({ name: "faults.yaml", text: "" }, 0, 0);
  const bursts = [{ at: "70m", for: "3m", by: 0.01 }];
  const profile = loadProfile(
    { value: { fbp: 1, rate, bursts, paths: TROUBLES }, spanOf: () => place },
    policy,
    new Report(),
  );
  let scrapes: Scrapes | null = null;
  const alerts = { everyMs: EVERY_MS, windowMs: 5 * MINUTE };
  // With other dice a share may stand exactly at its threshold, where the order in which promtool adds up decides.
  const running = simulate({ policy, model, seed: 3, profile, spanMs, alerts, scraped: (all) => (scrapes = all) });
  for (;;) {
    const { done, value } = running.next();
    if (!done) continue;
    if (scrapes === null) throw new Error("nothing was scraped");
    return { simulation: value, scrapes };
  }
}

/** Samples stand between evaluations: two of three places of the third of a step are empty. */
function inputOf({ series, times }: Scrapes) {
  expect(times.every((at, nth) => Math.abs(at - (nth + 2 / 3) * EVERY_MS) < 1)).toBe(true);
  return [...series].map(({ text, from, values }) => ({
    series: text,
    values: [...Array<string>(from).fill("_ _ _"), ...values.map((value) => `_ _ ${value}`)].join(" "),
  }));
}

interface Expected {
  readonly expr: string;
  readonly eval_time: string;
  readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
}

const at = (ms: number, expr: string, value: number | null): Expected => ({
  expr,
  eval_time: `${ms}ms`,
  exp_samples: value === null ? [] : [{ labels: "{}", value }],
});

/** promtool adds series up in any order: no value that counts make may stand where rounding turns. */
const ODD = 0.137;

/** For how many evaluations it was in each state, when each began and ended, and how far it came. */
function expectedOf({ alert, forMs, episodes }: AlertResult, expr: string, spanMs: number): readonly Expected[] {
  const lastMs = Math.floor(spanMs / EVERY_MS) * EVERY_MS;
  const evaluations = (fromMs: number, toMs: number | null): number =>
    ((toMs ?? lastMs + EVERY_MS) - fromMs) / EVERY_MS;
  const [pending, firing] = ["pending", "firing"].map(
    (state) => `sum(count_over_time(ALERTS{alertname="${alert}",alertstate="${state}"}[1d]))`,
  ) as [string, string];
  const is = (state: string): string => `count(ALERTS{alertname="${alert}",alertstate="${state}"})`;
  const sum = (numbers: readonly number[]): number | null => numbers.reduce((all, one) => all + one, 0) || null;
  return [
    at(
      lastMs,
      firing,
      sum(episodes.map((one) => (one.firedAtMs === null ? 0 : evaluations(one.firedAtMs, one.endedAtMs)))),
    ),
    at(lastMs, pending, sum(episodes.map((one) => evaluations(one.pendingAtMs, one.firedAtMs ?? one.endedAtMs)))),
    ...episodes.flatMap(({ pendingAtMs, firedAtMs, endedAtMs, peak }) => [
      at(pendingAtMs, is(forMs === 0 ? "firing" : "pending"), 1),
      ...(firedAtMs === null ? [] : [at(firedAtMs, is("firing"), 1), at(firedAtMs - EVERY_MS, is("firing"), null)]),
      ...(endedAtMs === null ? [] : [at(endedAtMs, is(firedAtMs === null ? "pending" : "firing"), null)]),
      ...(peak === null ? [] : [at(peak.atMs, `round((${expr}) * 1e6 + ${ODD})`, Math.round(peak.value * 1e6 + ODD))]),
    ]),
  ];
}

interface Rules {
  readonly rules: {
    readonly groups: readonly {
      readonly rules: readonly { readonly alert: string; readonly expr: string }[];
    }[];
  };
}

describe.each(Object.keys(RUNS) as (keyof typeof RUNS)[])("%s", (file) => {
  const { simulation, scrapes } = played(file);
  const fired = simulation.alerts.filter(({ episodes }) => episodes.some(({ firedAtMs }) => firedAtMs !== null));

  test("some alerts fire, some come near, some stay silent", () => {
    expect(fired.length).toBeGreaterThan(1);
    expect(simulation.alerts.some(({ episodes }) => episodes.some((one) => one.firedAtMs === null))).toBe(true);
    expect(simulation.alerts.some(({ episodes }) => episodes.length === 0)).toBe(true);
  });

  test.skipIf(!HAS_PROMTOOL)(
    "promtool sees each alert in each state at the same times, with the same value",
    async () => {
      const rules = join(folder, "simulated.rules.yml");
      expect(await fbp(["alerts", file, "--output", rules], { cwd: ROOT })).toMatchObject({ status: 0 });
      const { out } = await fbp(["alerts", file, "--json"], { cwd: ROOT });
      const written = (JSON.parse(out) as Rules).rules.groups.flatMap((group) => group.rules);
      const expected = simulation.alerts.flatMap((alert) => {
        const expr = written.find((rule) => rule.alert === alert.alert)?.expr ?? "";
        return expectedOf(alert, expr, simulation.spanMs);
      });
      const tests = [{ interval: "10s", input_series: inputOf(scrapes), promql_expr_test: expected }];
      const text = JSON.stringify({ rule_files: [rules], evaluation_interval: "30s", tests });
      writeFileSync(join(folder, "simulated.test.yml"), text);
      expect(await promtool(folder, "test", "rules", "simulated.test.yml")).toMatchObject({ status: 0 });
    },
  );
});
