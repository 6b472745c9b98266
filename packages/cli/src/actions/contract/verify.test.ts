import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CONTRACT, fbp, projectWith } from "../../testing/fbp.ts";

const FILE = "contracts/provider.contract.json";
const VERIFY = ["contract", "verify", FILE];
const JO = ["--checker", "jo", "--valid-days", "90"];

const textOf = (cwd: string): string => readFileSync(join(cwd, FILE), "utf8");

type Area = Readonly<Record<string, unknown>> & { readonly source: readonly Readonly<Record<string, string>>[] };

function verificationOf(cwd: string, area: string): Area {
  const contract = JSON.parse(textOf(cwd)) as Readonly<Record<string, { readonly verification: Area }>>;
  const found = contract[area]?.verification;
  if (found === undefined) throw new Error(`no area ${area}`);
  return found;
}

describe("a check", () => {
  test("against what the contract lists is recorded for each area, today, and nothing else changes", async () => {
    const cwd = projectWith();
    const { status, out, err } = await fbp([...VERIFY, "endpoint", "auth", ...JO], { cwd });
    expect({ status, err }).toEqual({ status: 0, err: "" });
    await expect(out).toMatchFileSnapshot("./snapshots/verify.txt");
    const before = JSON.parse(CONTRACT) as Readonly<Record<string, { readonly verification: Area }>>;
    for (const area of ["endpoint", "auth"]) {
      expect(verificationOf(cwd, area)).toEqual({
        ...before[area]?.verification,
        status: "verified",
        checker: "jo",
        day: "2026-11-22",
        validDays: 90,
      });
    }
    const added = new Set(CONTRACT.split("\n"));
    const lines = textOf(cwd)
      .split("\n")
      .filter((line) => !added.has(line));
    expect([...new Set(lines)]).toEqual([
      '      "status": "verified",',
      '      "checker": "jo",',
      '      "day": "2026-11-22",',
      '      "validDays": 90,',
    ]);
  });

  test("against other sources takes their place, with the digests of their copies", async () => {
    const cwd = projectWith(undefined, { "sources/limits.pdf": new Uint8Array([0, 255, 1]) });
    const sources = [
      "--title",
      "Limits",
      "--address",
      "https://acme.example",
      "--file",
      "sources/limits.pdf",
      "--title",
      "A call",
    ];
    const { status } = await fbp([...VERIFY, "limits", ...JO, ...sources, "--day", "2026-11-01", "--notes", ""], {
      cwd,
    });
    expect(status).toBe(0);
    expect(verificationOf(cwd, "limits")).toEqual({
      status: "verified",
      source: [
        {
          title: "Limits",
          address: "https://acme.example",
          file: "sources/limits.pdf",
          // printf '\0\377\1' | sha256sum
          digest: "sha256-47ffa3ea45a70b8a41c2c0825df323c00a8b7a01c1ea06083cc41dddcc001123",
        },
        { title: "A call" },
      ],
      checker: "jo",
      day: "2026-11-01",
      validDays: 90,
    });
  });

  test("names a copy as the user does from here, and the contract from the project's root", async () => {
    const cwd = projectWith(undefined, { ".git/HEAD": "", "sources/a b.txt": "x" });
    const argv = [
      "contract",
      "verify",
      "provider.contract.json",
      "limits",
      ...JO,
      "--title",
      "t",
      "--file",
      "../sources/a b.txt",
    ];
    const { out } = await fbp(argv, { cwd: join(cwd, "contracts") });
    expect(out).toMatch(/^recorded in provider\.contract\.json\n/);
    expect(verificationOf(cwd, "limits").source[0]?.file).toBe("sources/a b.txt");
  });

  test("that is there already writes nothing", async () => {
    const cwd = projectWith();
    await fbp([...VERIFY, "limits", ...JO], { cwd });
    const text = textOf(cwd);
    expect(await fbp([...VERIFY, "limits", ...JO], { cwd })).toEqual({
      status: 0,
      out: `${FILE} says so already\n`,
      err: "",
    });
    expect(textOf(cwd)).toBe(text);
  });

  test("keeps the file's permissions", async () => {
    const cwd = projectWith();
    chmodSync(join(cwd, FILE), 0o640);
    await fbp([...VERIFY, "limits", ...JO], { cwd });
    expect(statSync(join(cwd, FILE)).mode & 0o777).toBe(0o640);
  });

  test("mends a verification that says too little", async () => {
    const half = CONTRACT.replace('"status": "pending_review"', '"status": "verified"');
    const cwd = projectWith(undefined, { [FILE]: half });
    expect((await fbp(["check", "chat.fbp"], { cwd })).out).toContain("error FBP3050");
    expect((await fbp([...VERIFY, "endpoint", ...JO], { cwd })).status).toBe(0);
    expect((await fbp(["check", "chat.fbp"], { cwd })).out).not.toContain("FBP3050");
  });
});

test("--dry-run shows what would change, and writes nothing", async () => {
  const cwd = projectWith();
  const { status, out } = await fbp([...VERIFY, "limits", ...JO, "--dry-run"], { cwd });
  expect(status).toBe(0);
  await expect(out).toMatchFileSnapshot("./snapshots/verify-dry-run.txt");
  expect(textOf(cwd)).toBe(CONTRACT);
});

test("--pending takes a verification back, says why, and keeps what it was checked against", async () => {
  const cwd = projectWith(undefined, { "page.txt": "x" });
  await fbp([...VERIFY, "limits", ...JO, "--title", "A page", "--file", "page.txt"], { cwd });
  const { source } = verificationOf(cwd, "limits");
  const { status, out } = await fbp([...VERIFY, "limits", "--pending", "--notes", "429 came without Retry-After"], {
    cwd,
  });
  expect(status).toBe(0);
  expect(out).toBe(`recorded in ${FILE}\n\n  limits  pending review\n          notes: 429 came without Retry-After\n`);
  expect(verificationOf(cwd, "limits")).toEqual({
    status: "pending_review",
    source,
    notes: "429 came without Retry-After",
  });
});

describe("what is refused leaves the contract as it is", () => {
  const noSource = CONTRACT.replace(
    /("limits": \{\s*"verification": \{\s*"status": "pending_review",\s*"source": )\[[^\]]*\]/,
    "$1[]",
  );

  test.each<[what: string, argv: readonly string[], err: RegExp, text?: string]>([
    ["an area that there is not", ["limts", ...JO], /no area "limts"; did you mean limits\?$/],
    ["an area that is like none", ["billing", ...JO], /no area "billing"; the areas are endpoint, auth, /],
    ["a check by nobody", ["limits", "--valid-days", "90"], /say who checked: --checker "\$USER"$/],
    ["a check by nobody, as a shell gives it", ["limits", "--checker", "", "--valid-days", "90"], /say who checked/],
    ["a check that stands for nobody knows how long", ["limits", "--checker", "jo"], /say for how many days/],
    ["a placeholder for a source", ["limits", ...JO, "--title", "…"], /say what was read: --title/],
    ["no source at all", ["limits", ...JO], /`limits` lists no source; say what it was checked against/, noSource],
    ["a day that has not come", ["limits", ...JO, "--day", "2026-11-23"], /2026-11-23 has not come yet/],
    ["a check that is over already", ["limits", ...JO, "--day", "2026-08-23"], /stood until 2026-11-21: check again$/],
    [
      "a copy that is not there",
      ["limits", ...JO, "--title", "t", "--file", "none.txt"],
      /the copy none\.txt is not there/,
    ],
    [
      "a copy outside of the project",
      ["limits", ...JO, "--title", "t", "--file", "../none.txt"],
      /\.\.\/none\.txt lies outside the project's root/,
    ],
    ["a copy of nothing", ["limits", ...JO, "--file", "chat.fbp"], /Name the source first, with --title/],
    [
      "two copies of one source",
      ["limits", ...JO, "--title", "t", "--file", "chat.fbp", "--file", "chat.fbp"],
      /A source has one file/,
    ],
    ["taking back without a reason", ["limits", "--pending"], /say why the verification is taken back/],
    [
      "taking back and recording at once",
      ["limits", "--pending", "--notes", "x", "--checker", "jo"],
      /'--pending' cannot be used with option '--checker/,
    ],
    [
      "half a day",
      ["limits", "--checker", "jo", "--valid-days", "0.5"],
      /It is a whole number of days, from 1 to 3650/,
    ],
  ])("%s", async (_, argv, err, text = CONTRACT) => {
    const cwd = projectWith(undefined, { [FILE]: text });
    const ran = await fbp([...VERIFY, ...argv], { cwd });
    expect(ran.status).toBe(2);
    expect(ran.out).toBe("");
    expect(ran.err.trimEnd()).toMatch(err);
    expect(ran.err.trimEnd().split("\n")).toHaveLength(1);
    expect(textOf(cwd)).toBe(text);
  });

  test.each<[what: string, text: string, err: RegExp]>([
    ["no JSON", "{ fbp: 1", /^error FBP3003/],
    ["a list", "[]", /^error FBP3012/],
    ["an area that is none", CONTRACT.replace(/"limits": \{/, '"limits": 7, "other": {'), /error FBP3012/],
    [
      "a contract with an error elsewhere",
      CONTRACT.replace('"scheme": "Bearer"', '"scheme": 7'),
      /^error FBP3012: `auth\.scheme`/,
    ],
    ["brackets without end", "[".repeat(100_000), /^error FBP3002/],
  ])("%s gets its messages", async (_, text, err) => {
    const cwd = projectWith(undefined, { [FILE]: text });
    const ran = await fbp([...VERIFY, "limits", ...JO], { cwd });
    expect(ran.status).toBe(1);
    expect(ran.err).toMatch(err);
    expect(ran.err).toMatch(/contracts\/provider\.contract\.json is left as it is\n$/);
    expect(textOf(cwd)).toBe(text);
  });

  test("a secret among what is recorded, which is never repeated", async () => {
    const secret = ["sk", "proj", "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6"].join("-");
    const cwd = projectWith();
    const { status, out, err } = await fbp(
      [...VERIFY, "limits", ...JO, "--title", "t", "--address", `https://x/?key=${secret}`],
      { cwd },
    );
    expect(status).toBe(1);
    expect(err).toMatch(/^error FBP3025/);
    expect(textOf(cwd)).toBe(CONTRACT);
    expect(out).not.toContain(secret);
  });

  test("a file that cannot be written", async () => {
    const cwd = projectWith();
    chmodSync(join(cwd, "contracts"), 0o500);
    const { status, err } = await fbp([...VERIFY, "limits", ...JO], { cwd });
    chmodSync(join(cwd, "contracts"), 0o700);
    // Whoever is root may write anyway.
    if (process.getuid?.() !== 0) {
      expect(status).toBe(1);
      expect(err).toMatch(/cannot be written: permission denied/);
    }
  });

  test("standard input, and a contract that is not there", async () => {
    const cwd = projectWith();
    expect((await fbp(["contract", "verify", "-", "limits", ...JO], { cwd })).err).toContain(
      "the contract must be a file",
    );
    const { status, err } = await fbp(["contract", "verify", "none.json", "limits", ...JO], { cwd });
    expect(status).toBe(1);
    expect(err).toContain("there is no such file");
  });
});

test("a contract that extends another has verifications of its own", async () => {
  const overlay = '{\n  "fbp": 1,\n  "name": "acme",\n  "extends": "./provider.contract.json"\n}\n';
  const cwd = projectWith(undefined, { "contracts/acme.contract.json": overlay });
  const argv = ["contract", "verify", "contracts/acme.contract.json", "limits", ...JO];
  expect((await fbp(argv, { cwd })).err).toContain("`limits` lists no source");
  expect((await fbp([...argv, "--title", "Limits of acme"], { cwd })).status).toBe(0);
  const changed = JSON.parse(readFileSync(join(cwd, "contracts/acme.contract.json"), "utf8")) as object;
  expect(changed).toMatchObject({ name: "acme", limits: { verification: { status: "verified", checker: "jo" } } });
  expect(textOf(cwd)).toBe(CONTRACT);
});

test("line ends and indentation are those of the file", async () => {
  const windows = `${JSON.stringify(JSON.parse(CONTRACT), null, "\t")}\n`.replaceAll("\n", "\r\n");
  const cwd = projectWith(undefined, { [FILE]: windows });
  await fbp([...VERIFY, "limits", ...JO], { cwd });
  expect(textOf(cwd)).toContain('\r\n\t\t\t"checker": "jo",\r\n');
  expect(textOf(cwd).replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  writeFileSync(join(cwd, FILE), JSON.stringify(JSON.parse(CONTRACT)));
  await fbp([...VERIFY, "limits", ...JO], { cwd });
  expect(textOf(cwd)).not.toContain("\n");
});
