import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fbp, projectWith } from "../testing/fbp.ts";
import { folderWith } from "../testing/folder.ts";

const ROOT = new URL("../../../../", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, ROOT), "utf8");

const RUNBOOK = "policies/chat-completions.fbp";
const USED = ["policies/contracts/cometapi.contract.json", "policies/evidence/backup.evidence.json"];

function git(cwd: string, ...argv: readonly string[]): void {
  const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
  const { status, stderr } = spawnSync("git", [...identity, ...argv], { cwd, encoding: "utf8" });
  expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
}

function commit(cwd: string, message: string): void {
  git(cwd, "add", "--all");
  git(cwd, "commit", "--quiet", "--message", message);
}

/** A repository with the runbook policy in its first commit, and one rule changed in its second. */
function repository(): string {
  const files = Object.fromEntries([RUNBOOK, ...USED].map((name) => [name, read(name)]));
  const cwd = folderWith(files);
  git(cwd, "init", "--quiet");
  commit(cwd, "as it was");
  const changed = read(RUNBOOK).replace(
    "rate_limited       -> primary_rate_limited    -> fallback",
    "rate_limited       -> primary_rate_limited    -> retry else fallback",
  );
  expect(changed).not.toBe(read(RUNBOOK));
  writeFileSync(join(cwd, RUNBOOK), changed);
  commit(cwd, "retry where the primary throttles");
  return cwd;
}

const ENV = { PATH: process.env.PATH };

describe("between two revisions of the runbook policy", () => {
  const sides = [`HEAD~1:${RUNBOOK}`, `HEAD:${RUNBOOK}`];

  test.each(["text", "markdown"])("as %s", async (format) => {
    const { status, out, err } = await fbp(["diff", ...sides, "--format", format], { cwd: repository(), env: ENV });
    expect({ status, err }).toEqual({ status: 0, err: "" });
    await expect(out).toMatchFileSnapshot(`./snapshots/diff-${format}.txt`);
    if (format === "text") expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test("what is used is read from the revision too", async () => {
    const cwd = repository();
    writeFileSync(join(cwd, USED[0] ?? ""), "{");
    const { status, err } = await fbp(["diff", ...sides], { cwd, env: ENV });
    expect({ status, err }).toEqual({ status: 0, err: "" });
    // The file of today uses the contract of today.
    const today = await fbp(["diff", sides[0] ?? "", RUNBOOK], { cwd, env: ENV });
    expect(today.status).toBe(1);
    expect(today.err).toContain("policies/contracts/cometapi.contract.json");
  });

  test("from a folder below, as git names files", async () => {
    const cwd = join(repository(), "policies");
    const { status, out } = await fbp(["diff", "HEAD~1:./chat-completions.fbp", "chat-completions.fbp"], {
      cwd,
      env: ENV,
    });
    expect(status).toBe(0);
    expect(out).toContain("rate_limited on primary");
  });

  test.each([
    ["decisions", 1],
    ["bounds", 0],
    ["settings,decisions", 1],
    ["any", 1],
    ["reliance", 0],
  ])("--fail-on %s ends with %i", async (kinds, status) => {
    const ran = await fbp(["diff", ...sides, "--fail-on", kinds], { cwd: repository(), env: ENV });
    expect(ran.status).toBe(status);
  });
});

describe("what cannot be read from git", () => {
  const run = async (arg: string, cwd: string) => {
    const { status, out, err } = await fbp(["diff", arg, arg], { cwd, env: ENV });
    return { status, out, err: err.replaceAll(cwd, "FOLDER") };
  };

  test.each([
    ["nowhere:chat.fbp", 'fbp: the git repository has no revision "nowhere"\n'],
    ["HEAD:policies/chat.fbp", 'fbp: "policies/chat.fbp" is not in "HEAD", see git ls-tree -r --name-only HEAD\n'],
    ["HEAD:../chat.fbp", 'fbp: "../chat.fbp" lies outside the repository\n'],
  ])("%s", async (arg, err) => {
    expect(await run(arg, repository())).toEqual({ status: 2, out: "", err });
  });

  test("a revision that looks like an option never reaches git", async () => {
    const { status, err } = await fbp(["diff", "--", "--output=x:chat.fbp", "x"], { cwd: repository(), env: ENV });
    expect({ status, err }).toEqual({
      status: 2,
      err: 'fbp: "--output=x" is no revision: it begins with -\n',
    });
  });

  test("a folder that is no repository", async () => {
    expect(await run("HEAD:chat.fbp", folderWith({}))).toEqual({
      status: 2,
      out: "",
      err: "fbp: FOLDER is not in a git repository, so there are no revisions\n",
    });
  });

  test("a symbolic link, a folder, a file that is too large", async () => {
    const cwd = folderWith({ "real.fbp": "", "large.fbp": "/".repeat(1024 * 1024 + 1) });
    mkdirSync(join(cwd, "folder.fbp"));
    writeFileSync(join(cwd, "folder.fbp", "x"), "");
    spawnSync("ln", ["-s", "real.fbp", "link.fbp"], { cwd });
    git(cwd, "init", "--quiet");
    commit(cwd, "odd files");
    expect((await run("HEAD:link.fbp", cwd)).err).toContain("it is a symbolic link");
    expect((await run("HEAD:folder.fbp", cwd)).err).toContain("it is no plain file");
    expect((await run("HEAD:large.fbp", cwd)).err).toContain("FBP1030");
  });
});

describe("between two files", () => {
  test("only the text changed", async () => {
    const cwd = projectWith(undefined, { "same.fbp": "" });
    writeFileSync(
      join(cwd, "same.fbp"),
      readFileSync(join(cwd, "chat.fbp"), "utf8").replace("policy chat {", "// Tuned.\npolicy chat {"),
    );
    expect(await fbp(["diff", "chat.fbp", "same.fbp", "--fail-on", "any"], { cwd })).toEqual({
      status: 0,
      out: "chat: no change in what it does\n",
      err: "",
    });
  });

  test("a file whose name looks like a revision is that file", async () => {
    const cwd = projectWith();
    writeFileSync(join(cwd, "HEAD:chat.fbp"), readFileSync(join(cwd, "chat.fbp"), "utf8"));
    const { status, out } = await fbp(["diff", "HEAD:chat.fbp", "chat.fbp"], { cwd });
    expect({ status, out }).toEqual({ status: 0, out: "chat: no change in what it does\n" });
  });

  test("standard input as one side", async () => {
    const cwd = projectWith();
    const input = readFileSync(join(cwd, "chat.fbp"), "utf8").replace("attempts  3", "attempts  2");
    const { status, out } = await fbp(["diff", "chat.fbp", "-"], { cwd, input });
    expect(status).toBe(0);
    expect(out).toContain("calls in the worst case: 3 calls → 2 calls\n      because attempts is 2 (was 3)");
    expect((await fbp(["diff", "-", "-"], { cwd })).err).toBe("fbp: standard input can be one side only\n");
  });

  test("a folder is no file, also where there is one policy in it", async () => {
    const ran = await fbp(["diff", ".", "chat.fbp"], { cwd: projectWith() });
    expect(ran).toEqual({ status: 2, out: "", err: "fbp: . is a folder; fbp diff compares one file with one file\n" });
  });

  test("errors of both are printed, and nothing is compared", async () => {
    const cwd = projectWith((policy) => policy.replace("start primary", "start primry"), { "other.fbp": "policy {" });
    const { status, out, err } = await fbp(["diff", "chat.fbp", "other.fbp"], { cwd });
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain("chat.fbp:");
    expect(err).toContain("other.fbp:");
    expect(err).toMatch(/fbp: nothing was compared, since there are errors\n$/);
  });

  test.each([
    ["bound", 'no kind of change is called "bound", did you mean bounds?'],
    [
      "frobnicate",
      'no kind of change is called "frobnicate", it is one of decisions, classification, settings, bounds, guarantees, reliance, any',
    ],
  ])("--fail-on %s is no kind", async (kind, message) => {
    const ran = await fbp(["diff", "chat.fbp", "chat.fbp", "--fail-on", kind], { cwd: projectWith() });
    expect(ran).toEqual({ status: 2, out: "", err: `fbp: ${message}\n` });
  });

  test("in colour, what was is red and what is is green", async () => {
    const cwd = projectWith();
    const input = readFileSync(join(cwd, "chat.fbp"), "utf8").replace("attempts  3", "attempts  2");
    const { out } = await fbp(["diff", "chat.fbp", "-"], { cwd, input, terminal: true });
    expect(out).toContain("attempts: \u001b[31m3\u001b[39m → \u001b[32m2\u001b[39m");
  });
});
