import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CONTRACT, fbp, POLICY, projectWith } from "../../testing/fbp.ts";

const FILE = "contracts/provider.contract.json";
const STATUS = ["contract", "status"];

interface Area {
  readonly area: string;
  readonly state: string;
  readonly until: string | null;
  readonly names: readonly string[];
  readonly reliedOnBy: readonly { readonly what: string; readonly file: string; readonly line: number }[];
  readonly sources: readonly { readonly copy: string }[];
}

async function areasOf(cwd: string, ...argv: readonly string[]): Promise<readonly Area[]> {
  const { out } = await fbp([...STATUS, ...argv, "--json"], { cwd });
  return (JSON.parse(out) as { readonly areas: readonly Area[] }).areas;
}

/** The contract of `projectWith` with these areas verified, by a copy of what was read. */
function verified(areas: readonly string[], more: object = {}): string {
  const contract = JSON.parse(CONTRACT) as Record<string, Record<string, unknown>>;
  const verification = {
    status: "verified",
    source: [{ title: "The provider's reference" }],
    checker: "the platform team",
    day: "2026-11-01",
    validDays: 30,
    ...more,
  };
  for (const area of areas) contract[area] = { ...contract[area], verification };
  return JSON.stringify(contract, null, 2);
}

const ALL = ["endpoint", "auth", "request", "response", "errors", "limits"];
const COPY = { source: [{ title: "A page", file: "sources/page.txt", digest: `sha256-${"0".repeat(64)}` }] };

describe("the table", () => {
  const cwd = () =>
    projectWith(undefined, {
      [FILE]: verified(["endpoint", "auth"]).replace('"day": "2026-11-01"', '"day": "2026-01-01"'),
    });

  test.each([80, 120])("on a terminal of %i columns", async (columns) => {
    const { status, out, err } = await fbp([...STATUS, "chat.fbp"], {
      cwd: cwd(),
      terminal: true,
      columns,
      env: { NO_COLOR: "1" },
    });
    expect({ status, err }).toEqual({ status: 0, err: "" });
    await expect(out).toMatchFileSnapshot(`./snapshots/status-${columns}.txt`);
    const table = out.split("\n").slice(0, out.split("\n").indexOf("") + 16);
    expect(Math.max(...table.slice(0, -3).map((line) => line.length))).toBeLessThanOrEqual(columns);
  });

  test("in a pipe nothing is cut, and there is no colour", async () => {
    const { out } = await fbp([...STATUS, "chat.fbp"], { cwd: cwd() });
    expect(out).not.toMatch(/…|more\n/);
    expect(out).not.toContain("\u001b");
  });

  test("is in colour on a terminal", async () => {
    const { out } = await fbp([...STATUS, "chat.fbp"], { cwd: cwd(), terminal: true, columns: 100 });
    expect(out).toContain("\u001b[32mverified");
    expect(out).toContain("\u001b[33mpending");
  });

  test("says when the first check runs out, where all is verified", async () => {
    const { status, out } = await fbp([...STATUS, "chat.fbp", "--profile", "production"], {
      cwd: projectWith(undefined, { [FILE]: verified(ALL) }),
    });
    expect(status).toBe(0);
    expect(out).toMatch(/all 6 areas that are relied on are verified; the first check runs out after 2026-12-01\n$/);
  });

  test("of a contract by itself nobody can say what relies on it", async () => {
    const { status, out } = await fbp([...STATUS, FILE, "--profile", "production"], { cwd: projectWith() });
    expect(status).toBe(0);
    expect(out).not.toContain("used by");
    expect(out).toMatch(/\n0 of 6 areas verified\n$/);
  });
});

describe("the exit status", () => {
  const cases: readonly (readonly [string, object, string, number, number])[] = [
    ["verified", {}, "2026-11-22", 0, 0],
    ["expired", {}, "2026-12-02", 0, 1],
    ["pending", { status: "pending_review" }, "2026-11-22", 0, 1],
    ["contradicted", COPY, "2026-11-22", 1, 1],
  ];
  test.each(cases)("%s", async (state, more, asOf, development, production) => {
    const cwd = projectWith(undefined, { [FILE]: verified(ALL, more) });
    const run = (profile: string) => fbp([...STATUS, "chat.fbp", "--profile", profile, "--as-of", asOf], { cwd });
    expect((await run("development")).status).toBe(development);
    expect((await run("production")).status).toBe(production);
    expect((await areasOf(cwd, "chat.fbp", "--as-of", asOf)).map((area) => area.state)).toEqual(ALL.map(() => state));
  });
});

test("the last day of a check is the last on which it stands", async () => {
  const cwd = projectWith(undefined, { [FILE]: verified(["limits"]) });
  const on = async (day: string) =>
    (await areasOf(cwd, "chat.fbp", "--as-of", day)).find(({ area }) => area === "limits");
  expect(await on("2026-10-31")).toMatchObject({ state: "pending", until: null });
  expect(await on("2026-11-01")).toMatchObject({ state: "verified", until: "2026-12-01" });
  expect(await on("2026-12-01")).toMatchObject({ state: "verified", until: "2026-12-01" });
  expect(await on("2026-12-02")).toMatchObject({ state: "expired", until: "2026-12-01" });
});

test("what relies on a contract is joined over policies, each construct once", async () => {
  const other = POLICY.replaceAll(/\b(policy|for) chat\b/g, "$1 other")
    .replace("contract provider from", "contract acme from")
    .replaceAll("contract   provider", "contract   acme")
    .replaceAll("for provider", "for acme");
  const cwd = projectWith(undefined, { "other.fbp": other });
  const [endpoint] = await areasOf(cwd, ".", FILE);
  expect(await areasOf(cwd, ".", FILE)).toHaveLength(6);
  expect(endpoint?.names).toEqual(["acme", "provider"]);
  const places = endpoint?.reliedOnBy.map(({ what, file }) => `${file} ${what}`);
  expect(places).toEqual(
    ["chat.fbp", "other.fbp"].flatMap((file) => ["primary", "backup"].map((path) => `${file} path ${path}`)),
  );
});

test("a copy that changes contradicts the check, and a new check settles it", async () => {
  const cwd = projectWith(undefined, { "sources/page.txt": "what was read\n" });
  const verify = ["contract", "verify", FILE, "limits", "--checker", "jo", "--valid-days", "30"];
  await fbp([...verify, "--title", "A page", "--file", "sources/page.txt"], { cwd });
  const limits = async () => (await areasOf(cwd, "chat.fbp")).find(({ area }) => area === "limits");
  expect(await limits()).toMatchObject({ state: "verified", sources: [{ copy: "same" }] });
  writeFileSync(join(cwd, "sources/page.txt"), "something else\n");
  expect(await limits()).toMatchObject({ state: "contradicted", sources: [{ copy: "changed" }] });
  const { out } = await fbp([...STATUS, "chat.fbp"], { cwd });
  expect(out).toContain("sources/page.txt no longer holds what was read");
  const [, command = ""] = /\n {2}(fbp contract verify .*)\n$/.exec(out) ?? [];
  expect(command).toBe(`fbp contract verify ${FILE} limits --checker "$USER" --valid-days 90`);
  expect((await fbp(verify, { cwd })).status).toBe(0);
  expect(await limits()).toMatchObject({ state: "verified", sources: [{ copy: "same" }] });
});

describe("what cannot be read", () => {
  test("a contract with errors gets its messages, and status 1; the others are shown", async () => {
    const cwd = projectWith(undefined, { "broken.contract.json": "{ fbp: 1" });
    const { status, out, err } = await fbp([...STATUS, "broken.contract.json", FILE], { cwd });
    expect(status).toBe(1);
    expect(out).toContain("openai-compatible  contracts/provider.contract.json");
    expect(err).toMatch(/^error FBP3003: .*\n --> broken\.contract\.json:1:3/);
  });

  test("of a policy with errors what could be read is shown", async () => {
    const cwd = projectWith((policy) => policy.replace("start primary", "start primry"));
    const { status, out, err } = await fbp([...STATUS, "chat.fbp"], { cwd });
    expect(status).toBe(1);
    expect(out).toContain("provider  contracts/provider.contract.json");
    expect(err).toBe("chat.fbp has 1 error, so more may rely on these areas; fbp check chat.fbp tells\n");
  });

  test("a file that is not there", async () => {
    const { status, err } = await fbp([...STATUS, "none.contract.json"], { cwd: projectWith() });
    expect(status).toBe(1);
    expect(err).toContain('error FBP3006: the contract "none.contract.json" cannot be read: there is no such file');
  });
});

test("names what it shows from the folder where it runs", async () => {
  const root = projectWith(undefined, { ".git/HEAD": "" });
  const { out } = await fbp([...STATUS, "../chat.fbp"], { cwd: join(root, "contracts") });
  expect(out).toContain("provider  provider.contract.json\n");
  expect(out).toContain("fbp contract verify provider.contract.json endpoint ");
  expect(readFileSync(join(root, FILE), "utf8")).toBe(CONTRACT);
});

test("the commands that hints name are for the folder where the user is, as words of a shell", async () => {
  const root = projectWith((policy) => policy.replace("provider.contract", "a provider.contract"), {
    ".git/HEAD": "",
    "contracts/a provider.contract.json": CONTRACT,
  });
  const check = ["check", "../chat.fbp", "--profile", "production"];
  const { out } = await fbp(check, { cwd: join(root, "contracts") });
  expect(out).toContain(
    "fbp contract verify 'a provider.contract.json' endpoint --checker \"$USER\" --valid-days 90\n",
  );
  const piped = await fbp(["check", "-"], { cwd: root, input: readFileSync(join(root, "chat.fbp"), "utf8") });
  expect(piped.out).toContain("fbp contract status -\n");
});
