import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fbp, POLICY, projectWith } from "../testing/fbp.ts";

const crooked = (policy: string): string => policy.replaceAll("  ", " ");
const read = (cwd: string, name = "chat.fbp"): string => readFileSync(join(cwd, name), "utf8");

test("lays a file out in place and names it; a second time there is nothing to do", async () => {
  const cwd = projectWith(crooked);
  expect(await fbp(["fmt", "chat.fbp"], { cwd })).toEqual({ status: 0, out: "laid out chat.fbp\n", err: "" });
  expect(read(cwd)).toBe(POLICY);
  expect(await fbp(["fmt", "chat.fbp"], { cwd })).toEqual({ status: 0, out: "", err: "" });
});

test("--check writes nothing, names the files and ends with 1", async () => {
  const cwd = projectWith(crooked, { "fine.fbp": POLICY });
  expect(await fbp(["fmt", "--check", "."], { cwd })).toEqual({
    status: 1,
    out: "chat.fbp is not laid out\n",
    err: "1 file to lay out; fbp fmt does it\n",
  });
  expect(read(cwd)).toBe(crooked(POLICY));
  expect(await fbp(["fmt", "--check", "fine.fbp"], { cwd })).toEqual({ status: 0, out: "", err: "" });
});

test("standard input goes to standard output", async () => {
  expect(await fbp(["fmt", "-"], { input: crooked(POLICY) })).toEqual({ status: 0, out: POLICY, err: "" });
  expect(await fbp(["fmt", "-"], { input: POLICY })).toEqual({ status: 0, out: POLICY, err: "" });
  expect(await fbp(["fmt", "-", "--check"], { input: crooked(POLICY) })).toEqual({
    status: 1,
    out: "<stdin> is not laid out\n",
    err: "1 file to lay out; fbp fmt does it\n",
  });
});

test("a file with errors is left as it is, the others are laid out", async () => {
  const cwd = projectWith(crooked, { "wrong.fbp": "policy {\n" });
  const { status, out, err } = await fbp(["fmt", "."], { cwd });
  expect({ status, out }).toEqual({ status: 1, out: "laid out chat.fbp\n" });
  expect(err).toContain("--> wrong.fbp:1:8");
  expect(err).toContain("wrong.fbp is left as it is\n");
  expect(read(cwd, "wrong.fbp")).toBe("policy {\n");
  expect(read(cwd)).toBe(POLICY);
});

test("standard input with errors prints nothing that could be taken for its layout", async () => {
  const { status, out } = await fbp(["fmt", "-"], { input: "policy {\n" });
  expect({ status, out }).toEqual({ status: 1, out: "" });
});

test("a file that is not there", async () => {
  const { status, err } = await fbp(["fmt", "chta.fbp"], { cwd: projectWith() });
  expect(status).toBe(1);
  expect(err).toContain('error FBP2014: "chta.fbp" cannot be read: there is no such file');
  expect(err).toContain("hint: did you mean chat.fbp?");
});
