/** The rules of the runbook policy, judged by Prometheus' own tool over metrics that the runtime exported. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fbp } from "../../packages/cli/src/testing/fbp.ts";
import { HAS_PROMTOOL, promtool, type Said, Scrapes } from "./promtool.ts";
import { answers, breaks, type Provider, refuses, Service, streams, wellBut } from "./traffic.ts";

if (!HAS_PROMTOOL) console.warn("skipped: promtool is missing, so alert rules are not tried");

const ROOT = join(import.meta.dirname, "../..");
const POLICY = "policies/chat-completions.fbp";
const folder = mkdtempSync(join(tmpdir(), "fbp-alerts-"));
const rules = join(folder, "fbp.rules.yml");
const tests = join(folder, "fbp.rules.test.yml");

beforeAll(async () => {
  const argv = ["alerts", POLICY, "--output", rules, "--tests", tests, "--runbook", "https://wiki.example/llm#{alert}"];
  expect(await fbp(argv, { cwd: ROOT })).toMatchObject({ status: 0, err: "" });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the rules of the runbook policy are these", async () => {
  await expect(readFileSync(rules, "utf8")).toMatchFileSnapshot("./chat-completions.rules.yml");
});

/** Alert -> what happens, for so many minutes, and which other alerts that brings. */
const INCIDENTS: Readonly<Record<string, Incident>> = {
  primary_failure_rate: { minutes: 15, provider: wellBut(5, refuses(500, "internal_error")) },
  fallback_failure_rate: {
    minutes: 15,
    provider: (path, nth) => (path === "backup" ? refuses(500, "internal_error") : wellBut(12)(path, nth)),
  },
  fallback_volume: { minutes: 20, provider: wellBut(3), beside: ["primary_failure_rate"] },
  auth_errors: { minutes: 2, provider: wellBut(12, refuses(401, "invalid_api_key")) },
  schema_failures: { minutes: 14, provider: wellBut(16, refuses(400, "invalid_request")) },
  latency_slo: { minutes: 20, provider: () => answers({ afterMs: 7000 }) },
  spend_anomaly: { minutes: 40, provider: () => answers({ tokens: 1500 }) },
  stream_interruptions: {
    minutes: 20,
    provider: (_, nth) => (nth % 12 === 11 ? breaks : streams),
    streaming: true,
  },
};

interface Incident {
  readonly minutes: number;
  readonly provider: Provider;
  readonly beside?: readonly string[];
  readonly streaming?: boolean;
}

/** One request of twelve falls back, every day. */
const EVERY_DAY = wellBut(12);

const DAY = 24 * 60;

/** No alert waits longer for silence: what is counted leaves its window. */
const RECOVERY = 20;

interface Expected {
  readonly expr: string;
  readonly eval_time: string;
  readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
}

function firing(minute: number, names: readonly string[], over = ""): Expected {
  return {
    expr: `count by (alertname) (${over === "" ? FIRING : `count_over_time(${FIRING}[${over}])`})`,
    eval_time: `${minute}m`,
    exp_samples: names.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
  };
}

const FIRING = 'ALERTS{alertstate="firing"}';

/** A day on which nothing happens, then one incident after the other. */
async function lived() {
  const scrapes = new Scrapes(readFileSync(rules, "utf8").match(/\bfbp_\w+(?=\{)/g) ?? []);
  const service = new Service(scrapes);
  await service.passes(DAY + RECOVERY, EVERY_DAY);
  const expected = [firing(service.minute, [], "1d")];
  for (const [alert, { minutes, provider, beside = [], streaming = false }] of Object.entries(INCIDENTS)) {
    await service.passes(minutes, provider, { streaming });
    expected.push(firing(service.minute, [alert, ...beside]));
    await service.passes(RECOVERY, EVERY_DAY);
    expected.push(firing(service.minute, []));
  }
  return { input: scrapes.input(), expected };
}

interface Dashboard {
  readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
}

test("every metric of the dashboard is one that the runtime exports", async () => {
  const { out } = await fbp(["alerts", POLICY, "--format", "grafana"], { cwd: ROOT });
  const asked = new Set(out.match(/\bfbp_\w+(?=\{)/g));
  const scrapes = new Scrapes(asked);
  await new Service(scrapes).passes(20, wellBut(2));
  const exported = new Set(scrapes.input().map(({ series }) => series.replace(/\{.*/, "")));
  expect([...asked].filter((metric) => !exported.has(metric))).toEqual([]);
});

describe.skipIf(!HAS_PROMTOOL)("promtool", () => {
  const made: { tested?: Promise<Said> } = {};

  beforeAll(() => {
    // It goes on beside what follows.
    made.tested = promtool(folder, "test", "rules", tests);
  });

  test("accepts the rules", async () => {
    expect(await promtool(folder, "check", "rules", rules)).toMatchObject({
      status: 0,
      out: expect.stringContaining("8 rules"),
    });
  });

  test("each alert fires in its incident, none else and none else when, on the metrics of the runtime", async () => {
    const { input, expected } = await lived();
    const file = {
      rule_files: [rules],
      evaluation_interval: "1m",
      tests: [{ interval: "1m", input_series: input, promql_expr_test: expected }],
    };
    // JSON is YAML.
    writeFileSync(join(folder, "lived.yml"), JSON.stringify(file));
    expect(await promtool(folder, "test", "rules", "lived.yml")).toMatchObject({ status: 0 });
  }, 60_000);

  test("passes the tests that were made with them", async () => {
    expect(readFileSync(tests, "utf8").match(/^ {2}- name: /gm)).toHaveLength(8);
    expect(await made.tested).toMatchObject({ status: 0 });
  }, 60_000);

  test("accepts every query of the dashboard", async () => {
    const { out } = await fbp(["alerts", POLICY, "--format", "grafana"], { cwd: ROOT });
    const { panels } = JSON.parse(out) as Dashboard;
    const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(queries.length).toBeGreaterThan(30);
    const recorded = queries.map((expr, at) => ({
      record: `query_${at}`,
      expr: expr.replaceAll("$__rate_interval", "5m"),
    }));
    writeFileSync(join(folder, "queries.yml"), JSON.stringify({ groups: [{ name: "dashboard", rules: recorded }] }));
    expect(await promtool(folder, "check", "rules", "queries.yml")).toMatchObject({ status: 0 });
  });

  test("every function, operator and connective is what it says", async () => {
    const [rules, tests] = [join(folder, "functions.yml"), join(folder, "functions.test.yml")];
    const argv = ["alerts", "test/alerts/functions.fbp", "--output", rules, "--tests", tests];
    const { status, err } = await fbp(argv, { cwd: ROOT });
    expect({ status, notes: err.trimEnd().split("\n") }).toMatchObject({
      status: 0,
      notes: [
        expect.stringMatching(/odd_slow .*no bucket ends at 7.5s.*`buckets: \[7.5\]`/),
        expect.stringMatching(/burst .*within 30s a server that scrapes twice a minute may have no two samples/),
        expect.stringMatching(/endless .*no bucket ends above 150s/),
        expect.stringMatching(/too_soon .*a change has reached the baseline of 5m/),
        ...["both", "exactly", "burst", "too_soon"].map((name) => expect.stringMatching(`${name} .*no simple metrics`)),
      ],
    });
    expect(await promtool(folder, "check", "rules", rules)).toMatchObject({ status: 0 });
    expect(readFileSync(tests, "utf8").match(/^ {2}- name: /gm)).toHaveLength(13);
    expect(await promtool(folder, "test", "rules", tests)).toMatchObject({ status: 0 });
    await expect(readFileSync(rules, "utf8")).toMatchFileSnapshot("./functions.rules.yml");
  }, 60_000);
});
