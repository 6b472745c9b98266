import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Outcome } from "@fbp/runtime/core";
import { sqliteSink } from "@fbp/runtime/sqlite";
import { describe, expect, test } from "vitest";
import type { RequestReport } from "../report/report.ts";
import { fbp, projectWith } from "../testing/fbp.ts";
import { recordedOutage } from "../testing/outcomes.ts";

const RECORD = `  record {
    error_body allow [code] up to 64 bytes
  }

  on primary {`;

const project = (): string => projectWith((policy) => policy.replace("  on primary {", RECORD));

let recorded: Promise<readonly Outcome[]> | null = null;

/** The project, with the outcomes of an outage. */
async function withOutcomes(change: (outcome: Outcome) => unknown = (outcome) => outcome): Promise<string> {
  const cwd = project();
  recorded ??= recordedOutage(cwd);
  const lines = (await recorded).map((outcome) => `${JSON.stringify(change(outcome))}\n`);
  writeFileSync(join(cwd, "outcomes.jsonl"), lines.join(""));
  return cwd;
}

async function told(cwd: string, file: string, ...more: readonly string[]): Promise<RequestReport> {
  const { out } = await fbp(["report", file, "--json", ...more], { cwd });
  return (JSON.parse(out) as { readonly report: RequestReport }).report;
}

test("an outage, as people see it", async () => {
  const { status, out, err } = await fbp(["report", "outcomes.jsonl"], { cwd: await withOutcomes() });
  expect({ status, err }).toEqual({ status: 0, err: "" });
  await expect(out).toMatchFileSnapshot("./snapshots/report.txt");
});

test("the figures are those of the outcomes", async () => {
  const cwd = await withOutcomes();
  const outcomes = (await recorded) ?? [];
  const sum = (of: (outcome: Outcome) => number): number => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const report = await told(cwd, "outcomes.jsonl");
  const changed = outcomes.filter(({ fallbacks }) => fallbacks > 0);
  expect(report.requests).toBe(600);
  expect(report.results.answer).toBe(sum(({ result }) => (result === "answer" ? 1 : 0)));
  expect(report.tokens).toBe(sum(({ tokens }) => tokens));
  expect(report.extra.attempts).toBe(sum(({ extra }) => extra.attempts));
  expect(report.attemptsPerRequest.reduce((total, count, attempts) => total + count * attempts, 0)).toBe(
    sum(({ attempts }) => attempts.length),
  );
  expect([report.fallback.requests, report.fallback.saved]).toEqual([
    changed.length,
    changed.filter(({ result }) => result === "answer").length,
  ]);
  expect(report.fallback.tokens).toBe(
    sum(({ attempts }) => attempts.reduce((own, { path, tokens }) => own + (path === "backup" ? tokens : 0), 0)),
  );
  const [refusing] = report.paths.find(({ path }) => path === "primary")?.refusing ?? [];
  expect(refusing?.fromMs).toBeGreaterThan(30_000);
  expect(refusing?.toMs).toBeLessThan(120_000);
  expect(report.timeline.steps.reduce((total, { requests }) => total + requests, 0)).toBe(600);
});

test("a database tells the same as lines", async () => {
  const cwd = await withOutcomes();
  const sink = sqliteSink(join(cwd, "outcomes.sqlite"));
  for (const outcome of (await recorded) ?? []) sink.write(outcome);
  await sink.close();
  expect(await told(cwd, "outcomes.sqlite")).toEqual(await told(cwd, "outcomes.jsonl"));
});

test("requests of a time alone, from its beginning to before its end", async () => {
  const cwd = await withOutcomes();
  const report = await told(
    cwd,
    "outcomes.jsonl",
    "--since",
    "2026-01-01T00:00:30",
    "--until",
    "2026-01-01T01:00:40+01:00",
  );
  expect([report.requests, report.from, report.to]).toEqual([
    50,
    "2026-01-01T00:00:30.000Z",
    "2026-01-01T00:00:39.800Z",
  ]);
});

test("the page fetches nothing, runs nothing, and shows names as text", async () => {
  const cwd = await withOutcomes((outcome) => ({
    ...outcome,
    policy: `<script>alert("x")</script>`,
    reason: "<img src=x>",
  }));
  const { status } = await fbp(["report", "outcomes.jsonl", "--html", "out/report.html"], { cwd });
  const page = readFileSync(join(cwd, "out/report.html"), "utf8");
  expect(status).toBe(0);
  expect(page).not.toMatch(/<script|<img|<link|src=[^x]|https?:(?!\/\/www\.w3\.org\/2000\/svg)|NaN|Infinity|undefined/);
  expect(page).toContain("&#60;script&#62;");
});

test("records that are none are counted, and told", async () => {
  const cwd = await withOutcomes((outcome) => (outcome.id === "r007" ? { ...outcome, extra: null } : outcome));
  const { status, out, err } = await fbp(["report", "outcomes.jsonl"], { cwd });
  expect({ status, err }).toEqual({ status: 0, err: "fbp: outcomes.jsonl: 1 record of it is no outcome\n" });
  expect(out).toContain("599 requests");
});

describe("what cannot be reported", () => {
  test.each([
    [["none.jsonl"], 1, "none.jsonl cannot be read: there is no such file"],
    [["empty.jsonl"], 1, "empty.jsonl has no request: 1 record of it is no outcome"],
    [["other.sqlite"], 1, "other.sqlite cannot be read: it is no database of outcomes that this Node.js can read"],
    [["outcomes.jsonl", "--since", "2027-01-01"], 1, "no request in outcomes.jsonl is of that time"],
    [["outcomes.jsonl", "--policy", "chatt"], 2, "no request in outcomes.jsonl is of chatt, did you mean chat?"],
    [
      ["outcomes.jsonl", "--since", "2026-01-02", "--until", "2026-01-01"],
      2,
      "--since is to be before --until, see fbp report --help",
    ],
    [
      ["outcomes.jsonl", "--since", "yesterday"],
      2,
      "option '--since <time>' argument 'yesterday' is invalid. A time is written 2026-11-22 or 2026-11-22T10:30, see fbp report --help",
    ],
  ])("%j", async (argv, status, line) => {
    const cwd = await withOutcomes();
    writeFileSync(join(cwd, "empty.jsonl"), "{}\n");
    writeFileSync(join(cwd, "other.sqlite"), "SQLite format 3\0 and no more");
    expect(await fbp(["report", ...argv], { cwd })).toEqual({ status, out: "", err: `fbp: ${line}\n` });
  });
});

describe("a bill", () => {
  const HEADS = "time,model,request id,input tokens,output tokens,cost,currency,project\n";

  /** One that charges what is on record, and what `change` makes of it. */
  async function withBill(change: (lines: readonly string[]) => readonly string[]): Promise<string> {
    const cwd = await withOutcomes();
    const lines = ((await recorded) ?? []).flatMap(({ startedAt, attempts }) =>
      attempts.flatMap(({ path, startMs, usage }) =>
        usage === null
          ? []
          : [
              `${new Date(startedAt + startMs).toISOString()},${path === "primary" ? "model-a" : "model-b"},,500,100,0.01,USD,chat`,
            ],
      ),
    );
    writeFileSync(join(cwd, "bill.csv"), HEADS + change(lines).join("\n"));
    return cwd;
  }

  const BILLED = ["report", "outcomes.jsonl", "--billing", "bill.csv"];

  test("is held against the calls, as people see it", async () => {
    const other = "2026-01-01T00:01:00Z,model-a,,9000,10,0.1,USD,else";
    const cwd = await withBill((lines) => [...lines.slice(3), other, "2025-12-01,model-a,,1,1,0.1,USD,else"]);
    const { status, out, err } = await fbp([...BILLED, "--prices", "chat.fbp"], { cwd });
    expect(status, err).toBe(1);
    expect(err).toContain('note FBP3334: the column "project" is not read');
    await expect(out.slice(out.indexOf("Costs"))).toMatchFileSnapshot("./snapshots/report-bill.txt");
  });

  test("that agrees leaves nothing to tell but what stays reserved and what repeats took", async () => {
    const cwd = await withBill((lines) => lines);
    const { status, out } = await fbp([...BILLED, "--json"], { cwd });
    expect(status).toBe(0);
    const { costs } = JSON.parse(out) as {
      readonly costs: { readonly findings: readonly { readonly kind: string }[] };
    };
    expect([...new Set(costs.findings.map(({ kind }) => kind))]).toEqual([
      "reserved_not_charged",
      "repeats_charged",
      "no_price",
    ]);
  });

  test("that cannot be read ends with 1, after the report", async () => {
    const cwd = await withBill(() => ["now,model-a,,1,1,1,USD,chat"]);
    const { status, out, err } = await fbp(BILLED, { cwd });
    expect([status, out.startsWith("chat: 600 requests"), out.includes("Costs")]).toEqual([1, true, false]);
    expect(err).toContain('error FBP3335: "now" stands for the time');
    expect(err).not.toContain("model-a");
  });

  test.each([
    [["--prices", "chat.fbp"], "--prices goes with --billing"],
    [["--billing", "bill.csv", "--policy", "chat"], "leave --policy out beside --billing"],
  ])("%j is wrong usage", async (argv, said) => {
    const { status, err } = await fbp(["report", "outcomes.jsonl", ...argv], { cwd: await withBill((lines) => lines) });
    expect([status, err.split("\n").length]).toEqual([2, 2]);
    expect(err).toContain(said);
  });
});
