import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fbp } from "../testing/fbp.ts";
import { folderWith } from "../testing/folder.ts";

test("a project in an empty folder, which checks, builds, tests and is laid out at once", async () => {
  const cwd = folderWith({});
  const { status, out, err } = await fbp(["init", "my-policy"], { cwd });
  expect({ status, err }).toEqual({ status: 0, err: "" });
  await expect(out).toMatchFileSnapshot("./snapshots/init.txt");
  const project = { cwd: join(cwd, "my-policy") };
  const check = await fbp(["check", "."], project);
  expect(check.status).toBe(0);
  expect(check.out).not.toMatch(/^(?:error|note)/m);
  expect((await fbp(["test", "."], project)).out).toMatch(/^3 scenarios passed$/m);
  expect((await fbp(["build", "chat.fbp", "--out-dir", "dist"], project)).status).toBe(0);
  expect(await fbp(["fmt", "--check", "."], project)).toEqual({ status: 0, out: "", err: "" });
});

test("in the working folder", async () => {
  const cwd = folderWith({ "package.json": "{}" });
  const { status, out } = await fbp(["init"], { cwd });
  expect(status).toBe(0);
  expect(out).toContain("  fbp check .\n");
  expect(readdirSync(cwd).sort()).toEqual(["README.md", "chat.fbp", "contracts", "package.json"]);
});

test("refuses to overwrite, and then writes nothing", async () => {
  const cwd = folderWith({ "README.md": "mine" });
  const { status, out, err } = await fbp(["init", "."], { cwd });
  expect({ status, out }).toEqual({ status: 1, out: "" });
  expect(err).toBe("fbp: README.md would be overwritten; choose another folder: fbp init FOLDER\n");
  expect(readFileSync(join(cwd, "README.md"), "utf8")).toBe("mine");
  expect(existsSync(join(cwd, "chat.fbp"))).toBe(false);
});

test("the README's commands are commands", async () => {
  const cwd = folderWith({});
  await fbp(["init"], { cwd });
  const readme = readFileSync(join(cwd, "README.md"), "utf8");
  const commands = [...readme.matchAll(/^(?:- run: )?fbp (.*?)(?: +#.*)?$/gm)].map(([, command = ""]) =>
    command.trim(),
  );
  expect(commands.length).toBeGreaterThan(6);
  for (const command of commands) {
    const { status, err } = await fbp(command.split(/ +/), { cwd });
    // Production asks for what nobody has verified yet.
    expect([command, status, /^fbp:/m.test(err)]).toEqual([command, command.includes("production") ? 1 : 0, false]);
  }
});
