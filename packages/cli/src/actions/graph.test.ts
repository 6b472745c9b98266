import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fbp, projectWith } from "../testing/fbp.ts";
import { folderWith } from "../testing/folder.ts";

const ROOT = new URL("../../../../", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, ROOT), "utf8");

/** The pictures were looked at; whoever changes them looks at them again. */
const PICTURED = [
  ["three-paths", "packages/cli/src/actions/fixtures/three-paths.fbp", "local"],
  ["runbook", "policies/chat-completions.fbp", "cometapi"],
] as const;

function project(file: string, contract: string): string {
  return folderWith({
    "chat.fbp": read(file),
    [`contracts/${contract}.contract.json`]: read(`policies/contracts/${contract}.contract.json`),
    "evidence/backup.evidence.json": read("policies/evidence/backup.evidence.json"),
  });
}

describe.each(PICTURED)("the picture of %s", (name, file, contract) => {
  test("as SVG", async () => {
    const cwd = project(file, contract);
    const { status, out, err } = await fbp(["graph", "chat.fbp"], { cwd });
    expect({ status, err }).toEqual({ status: 0, err: "" });
    await expect(out).toMatchFileSnapshot(`./snapshots/graph-${name}.svg`);
    expect((await fbp(["graph", "chat.fbp"], { cwd })).out).toBe(out);
  });

  test("as Mermaid", async () => {
    const { out } = await fbp(["graph", "chat.fbp", "--format", "mermaid"], { cwd: project(file, contract) });
    await expect(out).toMatchFileSnapshot(`./snapshots/graph-${name}.mmd`);
  });
});

test("--output writes the file, and says so", async () => {
  const cwd = projectWith();
  const { status, out } = await fbp(["graph", "chat.fbp", "--output", "pictures/chat.svg"], { cwd });
  expect({ status, out }).toEqual({ status: 0, out: "wrote pictures/chat.svg\n" });
  expect(readFileSync(join(cwd, "pictures/chat.svg"), "utf8")).toMatch(/^<svg .*<\/svg>\n$/s);
});

test("text of a policy is text in the picture, whatever it holds", async () => {
  const cwd = projectWith((policy) =>
    policy
      .replace('model      "model-a"', 'model      "<script>&\\"\\u0001]]>"')
      .replace("retry else fallback backup else fail", 'respond "</text><script>"')
      .replace('page "llm-platform"', 'page "a\\" onload=\\"x%%|--> #quot;"'),
  );
  for (const format of ["svg", "mermaid"]) {
    const { status, out } = await fbp(["graph", "chat.fbp", "--format", format], { cwd });
    expect(status).toBe(0);
    expect(out).not.toContain("<script");
    if (format === "svg") expect(out).not.toContain('onload="');
    // One text on a line, in one pair of quotes, without anything that Mermaid reads as its own.
    else expect(out.split("\n").filter((line) => !/^[^"]*("[^"%|]*"[^"]*)?$/.test(line))).toEqual([]);
  }
});

test("several policies stand one below the other", async () => {
  const cwd = projectWith((policy) => policy, {
    "other.fbp": readFileSync(join(projectWith(), "chat.fbp"), "utf8")
      .replace("policy chat", "policy other")
      .replaceAll("for chat", "for other"),
  });
  const { out } = await fbp(["graph", "."], { cwd });
  expect(out.match(/<title>policy \w+/g)).toEqual(["<title>policy chat", "<title>policy other"]);
  // A file that uses another has the other's policies too.
  writeFileSync(join(cwd, "uses.fbp"), 'use "./other.fbp"\n');
  expect((await fbp(["graph", "."], { cwd })).out).toBe(out);
  const one = await fbp(["graph", ".", "--policy", "other"], { cwd });
  expect(one.out.match(/<title>policy \w+/g)).toEqual(["<title>policy other"]);
});

test.each([
  [["chat.fbp", "--policy", "caht"], 2, 'fbp: no policy is called "caht", did you mean chat?\n'],
  [
    ["chat.fbp", "--format", "png"],
    2,
    "fbp: option '--format <format>' argument 'png' is invalid. Allowed choices are svg, mermaid, see fbp graph --help\n",
  ],
])("wrong usage is one line: %j", async (argv, status, err) => {
  expect(await fbp(["graph", ...argv], { cwd: projectWith() })).toEqual({ status, out: "", err });
});

test("a policy with errors is not drawn", async () => {
  const cwd = projectWith((policy) => policy.replace("start primary", "start primry"));
  const { status, out, err } = await fbp(["graph", "chat.fbp", "--output", "chat.svg"], { cwd });
  expect({ status, out }).toEqual({ status: 1, out: "" });
  expect(err).toMatch(/fbp: nothing was drawn, since there are errors\n$/);
});
