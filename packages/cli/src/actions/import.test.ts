import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fbp } from "../testing/fbp.ts";
import { folderWith } from "../testing/folder.ts";

const FIXTURES = new URL("fixtures/gateways/", import.meta.url);
const fixture = (name: string): string => readFileSync(new URL(name, FIXTURES), "utf8");
const GATEWAYS = [
  ["litellm", "litellm.yaml"],
  ["litellm-balanced", "litellm-balanced.yaml"],
  ["portkey", "portkey.json"],
  ["portkey-conditional", "portkey-conditional.json"],
] as const;

function project(): string {
  return folderWith(Object.fromEntries(GATEWAYS.map(([, file]) => [file, fixture(file)])));
}

describe.each(GATEWAYS)("a configuration of %s", (name, file) => {
  test("is the policy that the fixture shows, and is told in full", async () => {
    const cwd = project();
    const { status, out, err } = await fbp(["import", file, "--out", `${name}.fbp`], { cwd });
    expect({ status, err }).toEqual({ status: 0, err: "" });
    await expect(out).toMatchFileSnapshot(`./snapshots/import-${name}.txt`);
    await expect(readFileSync(join(cwd, `${name}.fbp`), "utf8")).toMatchFileSnapshot(`./fixtures/gateways/${name}.fbp`);
  });

  test("checks without errors, and takes no more than was said", async () => {
    const cwd = project();
    await fbp(["import", file, "--out", `${name}.fbp`], { cwd });
    const imported = JSON.parse((await fbp(["import", file, "--json"], { cwd })).out);
    const checked = JSON.parse((await fbp(["check", `${name}.fbp`, "--explain", "--json"], { cwd })).out);
    expect(checked.summary.errors).toBe(0);
    // That a contract is not verified, a path not tried out, and another provider not wholly alike, is for people to settle.
    const codes = checked.diagnostics.map(({ code }: { code: string }) => code);
    expect(codes.filter((code: string) => !/^FBP(3201|8001|81\d\d)$/.test(code))).toEqual([]);
    for (const { policy, after } of imported.worst) {
      const { bounds } = checked.policies.find(
        (one: { policy: { name: string } }) => one.policy.name === policy,
      ).policy;
      expect(bounds.attempts).toBe(after.calls);
      expect(bounds.elapsedMs).toBeLessThanOrEqual(after.ms);
    }
  });

  test("leaves its keys where they are", async () => {
    const cwd = project();
    for (const more of [[], ["--json"], ["--out", "made.fbp"]]) {
      const { out, err } = await fbp(["import", file, ...more], { cwd });
      expect(out + err).not.toContain("canary");
    }
    for (const made of ["made.fbp", ...readdirSync(join(cwd, "contracts")).map((one) => `contracts/${one}`)]) {
      expect(readFileSync(join(cwd, made), "utf8")).not.toContain("canary");
    }
  });
});

test("prices and limits of answers are taken over where they mean what a path's do, and told of where not", async () => {
  const model = (params: string, info: string): string =>
    `  - { model_name: a, litellm_params: { model: openai/a, timeout: 5, ${params} }, model_info: { ${info} } }\n`;
  const config = [
    "model_list:\n",
    model("input_cost_per_token: 2.5e-6, output_cost_per_token: 0.00001, max_tokens: 1000", "max_output_tokens: 16384"),
    model("input_cost_per_token: 1.0e-7", "max_output_tokens: 16384, max_tokens: 4096"),
  ].join("");
  const { out, err } = await fbp(["import", "c.yaml"], { cwd: folderWith({ "c.yaml": config }) });
  const paths = [...out.matchAll(/^path \w+ \{\n(.*?)\n\}/gms)].map(([, lines = ""]) => lines.replace(/ +/g, " "));
  expect(paths[0]).toContain("max_output 1000\n price 2.5 USD in, 10 USD out per 1M tokens");
  expect(paths[1]).toMatch(/max_output 16384$/);
  expect(out).toMatch(/LiteLLM sends its `max_tokens` with a request that has none\. A path adds nothing/);
  expect(err).toContain("`input_cost_per_token` is left out: a path's `price` is of both, and there is none for");
  expect(err).toContain("`max_tokens` is left out: LiteLLM takes it for the room of a prompt or of an answer");
});

test("the scenarios of the difference play", async () => {
  const cwd = project();
  await fbp(["import", "litellm.yaml", "--out", "litellm.fbp"], { cwd });
  writeFileSync(join(cwd, "difference.fbp"), fixture("difference.fbp"));
  const { status, out } = await fbp(["test", "difference.fbp"], { cwd });
  expect({ status, out }).toEqual({ status: 0, out: expect.stringContaining("4 scenarios passed") });
});

describe("what is written", () => {
  test("is printed without --out, and messages stand apart", async () => {
    const cwd = project();
    const { out, err } = await fbp(["import", "portkey.json"], { cwd });
    expect(out).toBe(fixture("portkey.fbp"));
    expect(err).toContain("--out FILE writes all of it");
    expect(existsSync(join(cwd, "contracts"))).toBe(false);
  });

  test("replaces nothing without being told to, and no shipped contract ever", async () => {
    const cwd = project();
    await fbp(["import", "portkey.json", "--out", "chat.fbp"], { cwd });
    const contract = join(cwd, "contracts/openai.contract.json");
    writeFileSync(contract, "verified meanwhile");
    const again = await fbp(["import", "litellm.yaml", "--out", "chat.fbp"], { cwd });
    expect(again).toEqual({ status: 1, out: "", err: "fbp: chat.fbp would be overwritten; --force replaces it\n" });
    const forced = await fbp(["import", "litellm.yaml", "--out", "chat.fbp", "--force"], { cwd });
    expect(forced.status).toBe(0);
    expect(readFileSync(contract, "utf8")).toBe("verified meanwhile");
  });

  test("is nothing with --dry-run, or where there are errors", async () => {
    const cwd = folderWith({ "a.yaml": "model_list: 3\n", "b.json": '{"provider":"openai"}' });
    expect((await fbp(["import", "a.yaml", "--out", "a.fbp"], { cwd })).status).toBe(1);
    expect((await fbp(["import", "b.json", "--out", "b.fbp", "--dry-run"], { cwd })).status).toBe(0);
    expect([existsSync(join(cwd, "a.fbp")), existsSync(join(cwd, "b.fbp"))]).toEqual([false, false]);
  });
});

test("secrets stand in no message, wherever they stand in the file", async () => {
  const yaml = [
    "model_list:",
    "  - model_name: a",
    "    litellm_params: { model: gpt-4o, api_key: canary-1, unknown_thing: canary-2, aws_secret_access_key: canary-3 }",
    "    more: [canary-4]",
    "router_settings: { redis_password: canary-5, redis_url: 'redis://u:canary-6@host' }",
    "# canary-7",
    "litellm_settings: { num_retries: canary-8 }",
    "environment_variables: { OPENAI_API_KEY: canary-9 }",
  ].join("\n");
  for (const text of [
    yaml,
    `${yaml}\n: : canary-10 [`,
    `${yaml}\n  api_base: https://u:canary-11@host/v1?key=canary-12`,
  ]) {
    for (const format of ["text", "json"]) {
      const { out, err } = await fbp(["import", "-", "--format", format], { input: text });
      expect(out + err).not.toContain("canary");
    }
  }
});

test("a file that cannot be read is one message", async () => {
  const { status, err } = await fbp(["import", "none.yaml"], { cwd: project() });
  expect(status).toBe(1);
  expect(err).toContain('error FBP3380: "none.yaml" cannot be read: there is no such file');
});

test("neither of the two is told", async () => {
  const { status, err } = await fbp(["import", "-"], { input: '{ "openapi": "3.1.0" }' });
  expect(status).toBe(1);
  expect(err).toContain("FBP3381");
});
