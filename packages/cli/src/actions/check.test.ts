import { writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { main } from "../main.ts";
import { CONTRACT, fbp, POLICY, projectWith } from "../testing/fbp.ts";
import { folderWith } from "../testing/folder.ts";
import { memoryIo } from "../testing/memory-io.ts";

const misspelt = (policy: string): string => policy.replace("start primary", "start primry");

/** What is said of the contract's areas belongs to other tests. */
function codes(out: string): string[] {
  return [...out.matchAll(/^(?:error|warning|note) (FBP\d{4})/gm)].map(([, code]) => code ?? "");
}

test("a policy without errors: what is left to do, and status 0", async () => {
  const { status, out, err } = await fbp(["check", "chat.fbp"], { cwd: projectWith() });
  expect({ status, err }).toEqual({ status: 0, err: "" });
  await expect(out).toMatchFileSnapshot("./snapshots/check.txt");
});

test("an error, and status 1", async () => {
  const { status, out } = await fbp(["check", "chat.fbp"], { cwd: projectWith(misspelt) });
  expect(status).toBe(1);
  await expect(out).toMatchFileSnapshot("./snapshots/check-error.txt");
});

test("for production, relying on what nobody verified is an error", async () => {
  const cwd = projectWith();
  expect((await fbp(["check", "chat.fbp", "--profile", "development"], { cwd })).status).toBe(0);
  const { status, out } = await fbp(["check", "chat.fbp", "--profile", "production"], { cwd });
  expect(status).toBe(1);
  expect(out).toMatch(/^error FBP3/m);
});

test("--as-of says on which day verifications must stand", async () => {
  const verification = { status: "verified", source: [{ title: "t" }], checker: "c", day: "2026-11-01", validDays: 30 };
  const contract = JSON.parse(CONTRACT, (_, value: unknown) =>
    typeof value === "object" && value !== null && "verification" in value ? { ...value, verification } : value,
  ) as object;
  const cwd = projectWith(undefined, { "contracts/provider.contract.json": JSON.stringify(contract) });
  const reliesInVain = async (day: string): Promise<boolean> => {
    const { out } = await fbp(["check", "chat.fbp", "--profile", "production", "--as-of", day], { cwd });
    return codes(out).some((code) => code.startsWith("FBP3"));
  };
  expect([await reliesInVain("2026-11-22"), await reliesInVain("2027-11-22")]).toEqual([false, true]);
});

test("--explain tells what one request may take", async () => {
  const { status, out } = await fbp(["check", "chat.fbp", "--explain"], { cwd: projectWith() });
  expect(status).toBe(0);
  // What the digests are over is for the compiler's tests to hold.
  const told = out.slice(out.indexOf("chat chat.fbp")).replaceAll(/sha256-[0-9a-f]{64}/g, "sha256-…");
  await expect(told).toMatchFileSnapshot("./snapshots/check-explain.txt");
});

test("a folder stands for its policies", async () => {
  const cwd = projectWith(undefined, { "deep/er/other.fbp": "policy {" });
  const { status, out } = await fbp(["check", "."], { cwd });
  expect(status).toBe(1);
  expect(out).toContain("deep/er/other.fbp:1:8");
  expect(out).toMatch(/in 2 files\n$/);
});

test("standard input is read as a file of the working folder", async () => {
  const cwd = projectWith();
  const fine = await fbp(["check", "-"], { cwd, input: POLICY });
  expect(fine.status).toBe(0);
  expect(fine.out).toContain("--> <stdin>:2:10");
  const wrong = await fbp(["check", "-"], { cwd, input: misspelt(POLICY) });
  expect(wrong.status).toBe(1);
  expect(wrong.out).toMatch(/--> <stdin>:\d+:9/);
});

test("what several files use is told once", async () => {
  const [head = "", ...rest] = POLICY.split("\npolicy chat");
  const shared = head.replace("timeout    8s", "timeout    8s\n  timeout    9s");
  const user = (name: string) =>
    `use "./shared.fbp"\n\npolicy ${name}${rest.join("\npolicy chat").replaceAll("for chat", `for ${name}`)}`;
  const cwd = projectWith(() => user("chat"), { "shared.fbp": shared, "other.fbp": user("other") });
  const { out } = await fbp(["check", "chat.fbp", "other.fbp"], { cwd });
  expect(codes(out).filter((code) => code.startsWith("FBP2"))).toHaveLength(1);
  expect(out).toContain("--> shared.fbp:");
});

test("in a repository files are named from here, and what they use may lie beside them", async () => {
  const policy = misspelt(POLICY).replace('"./contracts', '"../contracts');
  const root = folderWith({
    ".git/HEAD": "",
    "shared.fbp": 'reason primary_timeout "it took too long"\n',
    "contracts/provider.contract.json": CONTRACT,
    "policies/chat.fbp": `use "../shared.fbp"\n${policy}`,
  });
  const cwd = join(root, "policies");
  const { out } = await fbp(["check", "chat.fbp"], { cwd });
  expect(out).not.toContain("FBP2013");
  expect(out).toMatch(/--> chat\.fbp:\d+:9/);
  const github = async (env: Readonly<Record<string, string>>) =>
    (await fbp(["check", "chat.fbp", "--format", "github"], { cwd, env })).out;
  expect(await github({})).toContain("::error file=policies/chat.fbp,");
  expect(await github({ GITHUB_WORKSPACE: dirname(root) })).toContain(
    `::error file=${basename(root)}/policies/chat.fbp,`,
  );
});

describe("files that are no policies get a message each, and status 1", () => {
  test.each([
    ["one that is not there", {}, /error FBP2014: "x\.fbp" cannot be read: there is no such file/],
    ["an empty one", { "x.fbp": "" }, /1 file\n$/],
    [
      "a binary one",
      { "x.fbp": new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0xff]) },
      /error FBP\d{4}: .*(?:binary|no text)/,
    ],
    ["one that is no UTF-8", { "x.fbp": new Uint8Array([0x70, 0xff, 0xfe]) }, /error FBP\d{4}: .*(?:binary|no text)/],
    ["one of 10 MB", { "x.fbp": "a ".repeat(5 << 20) }, /error FBP1030: .*1 MiB/],
    ["one that nests a thousand deep", { "x.fbp": `policy x { repeat only when ${"(".repeat(1000)}` }, /error FBP1031/],
    ["a folder of that name", { "x.fbp/y": "" }, null],
  ])("%s", async (_, files, message) => {
    const { status, out, err } = await fbp(["check", "x.fbp"], { cwd: folderWith(files) });
    if (message === null) {
      expect({ status, err }).toEqual({ status: 2, err: "fbp: no .fbp file is in x.fbp\n" });
      return;
    }
    expect(out).toMatch(message);
    expect(out + err).not.toMatch(/\n\s+at |internal error/);
    expect(out.length).toBeLessThan(10_000);
  });

  test("one whose name is misspelt gets the name that was meant", async () => {
    const { out } = await fbp(["check", "caht.fbp"], { cwd: projectWith() });
    expect(out).toContain("hint: did you mean chat.fbp?");
  });

  test("a contract that is no JSON", async () => {
    const cwd = projectWith(undefined, { "contracts/provider.contract.json": "{ fbp: 1" });
    const { status, out } = await fbp(["check", "chat.fbp"], { cwd });
    expect(status).toBe(1);
    expect(out).toContain("--> contracts/provider.contract.json:1:");
  });
});

describe("--watch", () => {
  test("checks again when a file that was read changes, and ends with the last status", async () => {
    const cwd = projectWith();
    const io = memoryIo({ cwd });
    const running = main(["check", "--watch", "chat.fbp"], io);
    await io.untilWatching();
    const files = io.watched();
    expect(files).toEqual(
      expect.arrayContaining([join(cwd, "chat.fbp"), join(cwd, "contracts/provider.contract.json")]),
    );
    expect(io.out().match(/in 1 file/g)).toHaveLength(1);

    writeFileSync(join(cwd, "chat.fbp"), misspelt(POLICY));
    io.touch(join(cwd, "chat.fbp"));
    io.touch(join(cwd, "chat.fbp"));
    expect(io.watched()).toEqual(files);
    io.runTimers();
    await io.untilWatching();
    expect(io.out().match(/in 1 file/g)).toHaveLength(2);
    expect(io.out()).toMatch(/1 error, .*\n$/);
    expect(io.out()).not.toContain("\u001b");

    io.interrupt();
    expect(await running).toBe(1);
    expect(io.watched()).toEqual([]);
  });

  test("also watches for a file that is not there yet", async () => {
    const cwd = folderWith({});
    const io = memoryIo({ cwd });
    const running = main(["check", "--watch", "chat.fbp"], io);
    await io.untilWatching();
    expect(io.watched()).toEqual([join(cwd, "chat.fbp")]);
    io.interrupt();
    expect(await running).toBe(1);
  });

  test("clears the screen on a terminal only", async () => {
    const io = memoryIo({ cwd: projectWith(), terminal: true });
    const running = main(["check", "--watch", "chat.fbp"], io);
    await io.untilWatching();
    expect(io.out().startsWith("\u001b[2J")).toBe(true);
    expect(io.err()).toContain("watching 2 files, Ctrl-C ends");
    io.interrupt();
    await running;
  });
});
