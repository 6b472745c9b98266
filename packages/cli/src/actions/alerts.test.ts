import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fbp, POLICY, projectWith } from "../testing/fbp.ts";

const ALERTS = `  alerts {
    failures when failure_rate(primary) > 10% for 5m page   "oncall"
    slow     when slow_rate(primary, 6.5s) > 5%      notify "oncall"
  }

  on primary {`;

const withAlerts = (policy: string): string => policy.replace("  on primary {", ALERTS);

const project = (): string => projectWith(withAlerts);

describe("rules", () => {
  test("are printed, alone, and the same each time; what they cannot see goes to standard error", async () => {
    const cwd = project();
    const { status, out, err } = await fbp(["alerts", "chat.fbp"], { cwd });
    expect(status).toBe(0);
    await expect(out).toMatchFileSnapshot("./snapshots/alerts.txt");
    expect(err).toBe(
      "fbp: alert slow of chat: no bucket ends at 6.5s, so it stays silent unless the service gives prometheusSink `buckets: [6.5]`\n",
    );
    expect((await fbp(["alerts", "chat.fbp"], { cwd })).out).toBe(out);
  });

  test("are written with their tests, which find them from where they are", async () => {
    const cwd = project();
    const argv = ["alerts", "chat.fbp", "--output", "rules/fbp.yml", "--tests", "tests/fbp.test.yml"];
    const { status, out } = await fbp(argv, { cwd });
    expect({ status, out }).toEqual({ status: 0, out: "wrote rules/fbp.yml\nwrote tests/fbp.test.yml\n" });
    expect(readFileSync(join(cwd, "rules/fbp.yml"), "utf8")).toBe((await fbp(["alerts", "chat.fbp"], { cwd })).out);
    expect(readFileSync(join(cwd, "tests/fbp.test.yml"), "utf8")).toContain("rule_files:\n  - ../rules/fbp.yml\n");
  });

  test("say where to read what to do", async () => {
    const runbook = "https://wiki.example/{policy}#{alert}";
    const { out } = await fbp(["alerts", "chat.fbp", "--runbook", runbook], { cwd: project() });
    expect(out.match(/runbook_url: .*/g)).toEqual([
      "runbook_url: https://wiki.example/chat#failures",
      "runbook_url: https://wiki.example/chat#slow",
    ]);
  });

  test("take rates over another time where that is wanted", async () => {
    const { out } = await fbp(["alerts", "chat.fbp", "--window", "90s"], { cwd: project() });
    expect(out).toContain("[90s]");
    expect(out).not.toContain("[5m]");
  });
});

describe("a dashboard", () => {
  interface Panel {
    readonly id: number;
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  }

  test("has each path and each alert, on places of their own", async () => {
    const { status, out } = await fbp(["alerts", "chat.fbp", "--format", "grafana"], { cwd: project() });
    const { panels } = JSON.parse(out) as { readonly panels: readonly Panel[] };
    expect(status).toBe(0);
    const titles = panels.map(({ title }) => title);
    expect(titles).toEqual(expect.arrayContaining(["chat: path primary", "chat: path backup", "failures", "slow"]));
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });

  test("is made of a policy without alerts too", async () => {
    const { status, out } = await fbp(["alerts", "chat.fbp", "--format", "grafana"], { cwd: projectWith() });
    expect(status).toBe(0);
    expect(out).not.toContain("Alerts that fire");
  });
});

describe("nothing is made", () => {
  test("of a policy with an error", async () => {
    const cwd = projectWith((policy) => withAlerts(policy).replace("failure_rate(primary)", "failure_rate(primry)"));
    const { status, out, err } = await fbp(["alerts", "chat.fbp", "--output", "rules.yml"], { cwd });
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toMatch(/did you mean `primary`\?[\s\S]*\n1 error in 1 file\nnothing was made\n$/);
    expect(existsSync(join(cwd, "rules.yml"))).toBe(false);
  });

  test("where there are no alerts", async () => {
    expect(await fbp(["alerts", "chat.fbp"], { cwd: projectWith() })).toEqual({
      status: 1,
      out: "",
      err: "nothing was made: no policy has alerts\n",
    });
  });

  test.each([
    [["--tests", "t.yml"], "--tests name the file of the rules, so give --output too"],
    [["--output", "r.yml", "--tests", "./r.yml"], "--tests and --output name the same file"],
    [["--format", "grafana", "--tests", "t.yml"], "--tests are of rules; a dashboard has none"],
    [["--format", "grafana", "--runbook", "https://wiki.example"], "--runbook is for rules; a dashboard has none"],
    [["--runbook", "wiki"], /argument 'wiki' is invalid. A runbook is found at https:/],
    [["--window", "0m"], /argument '0m' is invalid. A time is written 5m, 90s or 1h/],
    [["--outptu", "r.yml"], "unknown option '--outptu', did you mean --output?"],
    [["copy.fbp"], "chat.fbp and copy.fbp both have a policy chat, whose metrics are the same; rename one"],
  ])("with %j", async (argv, message) => {
    const cwd = projectWith(withAlerts, { "copy.fbp": withAlerts(POLICY) });
    const { status, out, err } = await fbp(["alerts", "chat.fbp", ...argv], { cwd });
    expect({ status, out }).toEqual({ status: 2, out: "" });
    expect(err).toMatch(typeof message === "string" ? `fbp: ${message}\n` : message);
    expect(err.trimEnd()).not.toContain("\n");
  });
});

test("a file that cannot be written is told in one line", async () => {
  const cwd = project();
  const { status, out, err } = await fbp(["alerts", "chat.fbp", "--output", "chat.fbp/rules.yml"], { cwd });
  expect({ status, out }).toEqual({ status: 1, out: "" });
  expect(err).toMatch(/^fbp: .*chat\.fbp\/rules\.yml cannot be written: /);
});
