/** The example of a LiteLLM config with three models: its README, command by command. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Simulation } from "@fbp/dsl";
import { afterAll, describe, expect, test } from "vitest";
import { fbp } from "../packages/cli/src/testing/fbp.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const EXAMPLE = join(ROOT, "examples/litellm");
const README = readFileSync(join(EXAMPLE, "README.md"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "fbp-litellm-"));
cpSync(EXAMPLE, folder, { recursive: true });

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a reader runs, and what the page shows of it. */
interface Step {
  readonly argv: readonly string[];
  readonly shown: readonly string[];
}

function stepsOf(page: string): readonly Step[] {
  return [...page.matchAll(/```(sh)?\n(.*?)```/gs)].flatMap(([, kind, text = ""], at, all) => {
    if (kind !== "sh") return [];
    const commands = text.trim().split("\n");
    const after = all.slice(at + 1);
    const end = after.findIndex(([, other]) => other === "sh");
    const shown = (end < 0 ? after : after.slice(0, end)).flatMap(([, , lines = ""]) => lines.trimEnd().split("\n"));
    return commands.map((command, index) => ({
      argv: command.split(" ").slice(1),
      shown: index === 0 ? shown : [],
    }));
  });
}

const STEPS = stepsOf(README);

describe("the page", () => {
  test.each(STEPS.map((step) => [step.argv.join(" "), step] as const))("fbp %s", async (_, { argv, shown }) => {
    const isImport = argv[0] === "import";
    const { status, out } = await fbp([...argv, ...(isImport ? ["--force"] : [])], { cwd: folder });
    expect({ status, lines: shown.filter((line) => !out.includes(line)) }).toEqual({ status: 0, lines: [] });
  });

  test("has all of its commands here", () => {
    expect(STEPS.map(({ argv }) => argv[0])).toEqual(["import", "check", "check", "test", "simulate", "simulate"]);
  });
});

test("what is imported is what stands in the example, and its contracts are those that fbp ships", async () => {
  const names = ["imported.fbp", ...readdirSync(join(EXAMPLE, "contracts")).map((file) => `contracts/${file}`)];
  for (const name of names.slice(1)) {
    expect(readFileSync(join(EXAMPLE, name), "utf8")).toBe(readFileSync(join(ROOT, "policies", name), "utf8"));
  }
  await fbp(["import", "config.yaml", "--out", "again/imported.fbp"], { cwd: folder });
  for (const name of names) {
    expect(readFileSync(join(folder, "again", name), "utf8")).toBe(readFileSync(join(EXAMPLE, name), "utf8"));
  }
});

async function simulated(...argv: readonly string[]): Promise<Simulation> {
  const { status, out } = await fbp(["simulate", ...argv, "--beside", "config.yaml", "--json"], { cwd: folder });
  expect(status).toBe(0);
  const [run] = (JSON.parse(out) as { readonly runs: readonly Simulation[] }).runs;
  if (run === undefined) throw new Error("nothing was played");
  return run;
}

const most = ({ attemptsPerRequest }: { readonly attemptsPerRequest: readonly number[] }): number =>
  attemptsPerRequest.length - 1;

describe("while no provider says anything", () => {
  const OUTAGE = ["--profile", "outage.yaml", "--for", "1m"];

  test("LiteLLM's rules make nine calls and take over three minutes, the policy two and twelve seconds", async () => {
    const { beside, ...own } = await simulated("chat.fbp", ...OUTAGE);
    expect([most(own), own.latency.all.max]).toEqual([2, 12_000]);
    expect(beside).toMatchObject({ answered: 0, requests: own.requests, attempts: own.requests * 9 });
    // Nine timeouts, and in each of the three groups three waits with their jitter.
    expect(beside?.latency.p50).toBeGreaterThan(9 * 20_000 + 3 * 3500);
    expect(beside?.latency.max).toBeLessThanOrEqual(197_250);
  });

  test("the imported policy takes what the import told, and LiteLLM's rules no more than was told of them", async () => {
    const { out } = await fbp(["import", "config.yaml", "--json"], { cwd: folder });
    const [worst] = (
      JSON.parse(out) as { readonly worst: readonly Record<"before" | "after", { calls: number; ms: number }>[] }
    ).worst;
    const { beside, ...own } = await simulated("imported.fbp", "--policy", "chat_assistant", ...OUTAGE);
    expect(most(own)).toBe(worst?.after.calls);
    expect(own.latency.all.max).toBeLessThanOrEqual(worst?.after.ms ?? 0);
    expect(beside === null ? null : most(beside)).toBe(worst?.before.calls);
    expect(beside?.latency.max).toBeLessThanOrEqual(worst?.before.ms ?? 0);
  });
});

test("on the bad day each of the two does what the page says", async () => {
  const { beside, ...own } = await simulated("chat.fbp", "--profile", "bad-day.yaml", "--for", "20m");
  if (beside === null) throw new Error("nothing was played beside it");
  expect(own.afterDefect).toEqual({ auth: 0, client: 0 });
  expect(beside.afterDefect.auth + beside.afterDefect.client).toBeGreaterThan(0);
  const down = 12; // of 60 steps of 20 seconds: the first provider is down, and the policy's breaker open
  expect(beside.timeline[down]?.attempts).toBe(7 * (beside.timeline[down]?.requests ?? 0));
  // All but its probes.
  const { attempts = 0, requests = 0 } = own.timeline.steps[down] ?? {};
  expect(attempts - requests).toBeLessThanOrEqual(2);
  expect(beside.answered).toBeGreaterThan(own.results.answer);
  expect(beside.latency.max).toBeGreaterThan(90_000);
  expect(own.latency.all.max).toBeLessThanOrEqual(12_000);
  const fired = own.alerts.filter(({ episodes }) => episodes.some(({ firedAtMs }) => firedAtMs !== null));
  expect(fired.map(({ alert }) => alert)).toEqual(["rejected_key", "fallbacks", "no_answers"]);
});
