import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createProgram } from "../program.ts";
import { memoryIo } from "../testing/memory-io.ts";
import { completionScript } from "./script.ts";

const program = createProgram({ io: memoryIo(), run: async () => {}, refuse: () => {} });

describe.each(["bash", "zsh", "fish"] as const)("%s", (shell) => {
  const script = completionScript(program, shell);

  test("the script", async () => {
    await expect(script).toMatchFileSnapshot(`./snapshots/${shell}.txt`);
  });

  const there = spawnSync(shell, ["-c", "true"]).status === 0;
  test.skipIf(!there)(`is one that ${shell} can read${there ? "" : " (not installed)"}`, () => {
    const folder = mkdtempSync(join(tmpdir(), "fbp-completion-"));
    writeFileSync(join(folder, "script"), script);
    const { status, stderr } = spawnSync(shell, ["-n", join(folder, "script")], { encoding: "utf8" });
    rmSync(folder, { recursive: true });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});

describe("in bash", () => {
  function complete(...words: readonly string[]): string[] {
    const script = `${completionScript(program, "bash")}
COMP_WORDS=(fbp ${words.map((word) => `'${word}'`).join(" ")})
COMP_CWORD=${words.length}
_fbp 2>/dev/null
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = spawnSync("bash", ["--norc", "-c", script], { encoding: "utf8", cwd: import.meta.dirname });
    return stdout.split("\n").filter((line) => line !== "");
  }

  test("commands", () => expect(complete("ch")).toEqual(["check"]));
  test("options of a command", () => expect(complete("check", "--f")).toEqual(["--format"]));
  test("values of an option", () => expect(complete("check", "--format", "s")).toEqual(["sarif"]));
  test("words of an argument", () => expect(complete("completion", "")).toEqual(["bash", "zsh", "fish"]));
  test("values of an option that another command has too", () =>
    expect(complete("build", "--format", "")).toEqual(["text", "json"]));
  test("folders", () => expect(complete("build", "--out-dir", "snap")).toEqual(["snapshots"]));
  test("commands of a group", () => expect(complete("contract", "c")).toEqual(["check"]));
  test("options of a command in a group", () => expect(complete("contract", "check", "--a")).toEqual(["--as"]));
  test("values of an option of a command in a group", () =>
    expect(complete("contract", "check", "--as", "re")).toEqual(["request", "response"]));
  test("any file where a command takes any", () =>
    expect(complete("contract", "check", "model")).toEqual(["model.ts"]));
  test("commands of help", () => expect(complete("help", "ini")).toEqual(["init"]));
});
