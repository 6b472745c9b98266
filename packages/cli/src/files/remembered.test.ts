/** What a check of an earlier process has found is told again where it would be found again, and nowhere else. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { fbp, projectWith, type Ran } from "../testing/fbp.ts";
import { folderWith } from "../testing/folder.ts";

const USED = 'use "./paths.fbp"\n';
const CONTRACT = "contracts/provider.contract.json";

/** A project whose policy was checked, and what later processes say of it. */
async function checked(flags: readonly string[] = []) {
  const cwd = projectWith((policy) => `${USED}${policy}`, { "paths.fbp": "// nothing yet\n", "notes.txt": "" });
  const kept = new Map<string, string>();
  const run = (more: readonly string[] = []): Promise<Ran> =>
    fbp(["check", "chat.fbp", ...flags, ...more], { cwd, kept });
  const afresh = (more: readonly string[] = []): Promise<Ran> => fbp(["check", "chat.fbp", ...flags, ...more], { cwd });
  const first = await run();
  return {
    cwd,
    kept,
    first,
    run,
    afresh,
    write: (file: string, change: (text: string) => string): void => {
      mkdirSync(dirname(join(cwd, file)), { recursive: true });
      writeFileSync(join(cwd, file), change(readFileSync(join(cwd, file), "utf8")));
    },
    /** From here on who remembers says that nothing was found, and who looks says the truth. */
    forget: (): void => {
      for (const [name, text] of kept) {
        expect(JSON.parse(text)).toMatchObject({ findings: [{}, {}] });
        kept.set(name, JSON.stringify({ ...(JSON.parse(text) as object), findings: [] }));
      }
    },
  };
}

const NOTHING = { status: 0, out: "no problems in 1 file\n", err: "" };

test.each(["text", "json", "github", "sarif"])("is told as it was found, as %s", async (format) => {
  const { first, run, forget } = await checked(["--format", format]);
  expect(await run()).toEqual(first);
  forget();
  expect(await run()).not.toEqual(first);
});

test("is told where nothing changed, also beside another file that nobody has checked", async () => {
  const { first, run, forget, cwd, write } = await checked();
  expect(first.out).toContain("2 warnings in 1 file");
  forget();
  expect(await run()).toEqual(NOTHING);
  write("notes.txt", () => "not a part of it");
  expect(await run()).toEqual(NOTHING);
  writeFileSync(join(cwd, "other.fbp"), readFileSync(join(cwd, "chat.fbp"), "utf8"));
  expect((await run(["other.fbp"])).out).toContain("2 warnings in 2 files");
});

describe("is worked out again", () => {
  test.each<[string, string, (text: string) => string]>([
    ["the policy", "chat.fbp", (text) => `${text}// more\n`],
    ["the policy, by one letter in a comment", "paths.fbp", (text) => text.replace("yet", "Yet")],
    ["a file that it uses", "paths.fbp", () => ""],
    ["the contract", CONTRACT, (text) => `${text}\n`],
  ])("where %s has changed", async (_, file, change) => {
    const { run, afresh, forget, write } = await checked();
    forget();
    write(file, change);
    expect(await run()).toEqual(await afresh());
    expect((await run()).out).toContain("2 warnings");
  });

  test.each(["chat.fbp", "paths.fbp", CONTRACT])("where %s is gone", async (file) => {
    const { run, afresh, cwd } = await checked();
    rmSync(join(cwd, file));
    const gone = await run();
    expect(gone.status).toBe(1);
    expect(gone).toEqual(await afresh());
  });

  test.each([[["--as-of", "2026-11-23"]], [["--profile", "production"]], [["--explain"]]])("with %j", async (more) => {
    const { run, afresh, forget } = await checked();
    forget();
    expect(await run(more)).toEqual(await afresh(more));
  });

  test("where a file has come that was missing", async () => {
    const { run, kept, cwd } = await checked();
    rmSync(join(cwd, CONTRACT));
    // As if it had been no error.
    for (const [name, text] of kept) {
      const memory = JSON.parse(text) as { reads: [string, object][] };
      const reads = memory.reads.map(([file, read]) => [file, file === CONTRACT ? { kind: "missing" } : read]);
      kept.set(name, JSON.stringify({ ...memory, reads, findings: [] }));
    }
    expect(await run()).toEqual(NOTHING);
    writeFileSync(join(cwd, CONTRACT), "{");
    expect((await run()).status).toBe(1);
  });

  test("in another folder, though every file has the same name and text", async () => {
    const [one, other] = [await checked(), await checked()];
    one.forget();
    for (const text of one.kept.values()) for (const name of other.kept.keys()) other.kept.set(name, text);
    expect(await other.run()).toEqual(await other.afresh());
  });

  test.each(["", "{", "null", '{"of":1}', "[]"])("where what was kept is damaged: %j", async (damage) => {
    const { first, run, kept } = await checked();
    for (const name of kept.keys()) kept.set(name, damage);
    expect(await run()).toEqual(first);
  });
});

describe("is not remembered", () => {
  test("where it is an error", async () => {
    const cwd = projectWith((policy) => policy.replace("start primary", "start primry"));
    const kept = new Map<string, string>();
    expect((await fbp(["check", "chat.fbp"], { cwd, kept })).status).toBe(1);
    expect(kept.size).toBe(0);
  });

  test("where it was for production", async () => {
    const kept = new Map<string, string>();
    const cwd = folderWith({ "shared.fbp": 'context { tier: "free" | "paid" = "free" }\n' });
    const run = (profile: string): Promise<Ran> => fbp(["check", "shared.fbp", "--profile", profile], { cwd, kept });
    expect((await run("production")).status).toBe(0);
    expect(kept.size).toBe(0);
    expect((await run("development")).status).toBe(0);
    expect(kept.size).toBe(1);
  });

  test("where it is standard input", async () => {
    const kept = new Map<string, string>();
    const cwd = projectWith();
    await fbp(["check", "-"], { cwd, kept, input: readFileSync(join(cwd, "chat.fbp")) });
    expect(kept.size).toBe(0);
  });

  test("by any other command", async () => {
    const kept = new Map<string, string>();
    const cwd = projectWith();
    for (const argv of [["build", "--out-dir", "out"], ["test"], ["fmt", "--check"], ["graph"]]) {
      await fbp([...argv, "chat.fbp"], { cwd, kept });
    }
    expect(kept.size).toBe(0);
  });
});
