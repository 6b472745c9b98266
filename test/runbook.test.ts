/** The shipped runbook policy, through the command that operators use. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fbp } from "../packages/cli/src/testing/fbp.ts";

const ROOT = join(import.meta.dirname, "..");
const POLICY = "policies/chat-completions.fbp";
const AREAS = ["endpoint", "auth", "request", "response", "errors", "limits"];
const REASONS = [
  "primary_timeout",
  "primary_transient_error",
  "primary_unavailable",
  "circuit_open",
  "auth_or_account_error",
  "client_contract_error",
  "fallback_validation_failed",
];

interface Told {
  readonly diagnostics: readonly { readonly code: string; readonly severity: string; readonly message: string }[];
}

interface Explained {
  readonly policies: readonly [
    {
      readonly policy: { readonly bounds: object };
      readonly proof: {
        readonly worst: { readonly attempts: { readonly run: readonly string[] } };
        readonly guarantees: readonly { readonly holds: boolean }[];
      };
    },
  ];
}

const run = (...argv: string[]) => fbp(argv, { cwd: ROOT });

describe("the runbook policy", () => {
  it("passes in development, with nothing but the contract and the evidence to settle", async () => {
    const { status, out } = await run("check", POLICY, "--profile", "development", "--json");
    const { diagnostics } = JSON.parse(out) as Told;
    expect(status).toBe(0);
    expect(diagnostics.map(({ code }) => code)).toEqual(["FBP3201", "FBP8005"]);
  });

  it("fails in production with one message for each pending area that it relies on, and one for the backup", async () => {
    const { status, out } = await run("check", POLICY, "--profile", "production", "--json");
    const errors = (JSON.parse(out) as Told).diagnostics.filter(({ severity }) => severity === "error");
    expect(status).toBe(1);
    const open = errors.filter(({ code }) => code === "FBP3101");
    expect(errors.filter((one) => !open.includes(one)).map(({ code }) => code)).toEqual(["FBP8005"]);
    expect(open).toHaveLength(AREAS.length);
    for (const area of AREAS) expect(open.filter((one) => one.message.includes(`\`${area}\``))).toHaveLength(1);
  });

  it("is proved to make three calls in 20s at most, each limit reached by a request that --explain tells", async () => {
    const { out } = await run("check", POLICY, "--explain", "--json");
    const [{ policy, proof }] = (JSON.parse(out) as Explained).policies;
    expect(policy.bounds).toMatchObject({
      attempts: 3,
      elapsedMs: 20_000,
      tokens: 24_000,
      cost: { nanos: 100_000_000, currency: "USD" },
      exact: { attempts: true, elapsedMs: true, tokens: true, cost: true },
      amplification: 3,
    });
    expect(proof.worst.attempts.run).toEqual(expect.arrayContaining(["retry", "fallback backup", "backup answers"]));
    expect(proof.guarantees.filter(({ holds }) => !holds)).toEqual([]);
  });

  it("passes its scenarios", async () => {
    const { status, out } = await run("test", POLICY);
    expect(out).toMatch(/21 scenarios passed/);
    expect(status).toBe(0);
  });

  it("stands as `fbp fmt` would write it", async () => {
    expect(await run("fmt", "--check", POLICY)).toMatchObject({ status: 0 });
  });

  it("has the runbook's seven reason codes, each with its sentence", () => {
    const text = readFileSync(join(ROOT, POLICY), "utf8");
    for (const reason of REASONS) expect(text).toMatch(new RegExp(`^reason ${reason} +"`, "m"));
  });

  it("has the runbook's eight alerts", () => {
    const text = readFileSync(join(ROOT, POLICY), "utf8");
    const block = text.slice(text.indexOf("  alerts {"), text.indexOf("\n  }", text.indexOf("  alerts {")));
    expect(block.match(/ when /g)).toHaveLength(8);
  });
});

it("the demo's policy stands as `fbp fmt` would write it", async () => {
  expect(await run("fmt", "--check", "demo/chat.fbp", "bench/chat.fbp")).toMatchObject({ status: 0 });
});
