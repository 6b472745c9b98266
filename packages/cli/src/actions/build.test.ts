import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CONTRACT, fbp, POLICY, projectWith } from "../testing/fbp.ts";
import { folderWith } from "../testing/folder.ts";

const NAMES = ["chat.policy.d.ts", "chat.policy.js", "chat.policy.json"];

test("writes the module, its declarations and its manifest, and names them", async () => {
  const cwd = projectWith();
  const { status, out } = await fbp(["build", "chat.fbp", "--out-dir", "out/deep"], { cwd });
  expect(status).toBe(0);
  expect(readdirSync(join(cwd, "out/deep")).sort()).toEqual(NAMES);
  expect(out.replaceAll(/[\d.]+ KB/g, "N KB")).toBe(
    ["js", "d.ts", "json"].map((kind) => `wrote out/deep/chat.policy.${kind} (N KB)\n`).join(""),
  );
});

test("writes the same bytes again, from whatever folder", async () => {
  const cwd = projectWith(undefined, { ".git/HEAD": "", "sub/x": "" });
  await fbp(["build", "chat.fbp", "--out-dir", "a"], { cwd });
  await fbp(["build", "../chat.fbp", "--out-dir", "../b"], { cwd: join(cwd, "sub") });
  for (const name of NAMES) expect(readFileSync(join(cwd, "a", name))).toEqual(readFileSync(join(cwd, "b", name)));
});

test("writes the same bytes where a checkout has ended lines with CR LF, or put a mark before the files", async () => {
  const built = async (change: (text: string) => string) => {
    const cwd = projectWith(change, { "contracts/provider.contract.json": change(CONTRACT) });
    const { status } = await fbp(["build", "chat.fbp", "--out-dir", "out"], { cwd });
    expect(status).toBe(0);
    return NAMES.map((name) => readFileSync(join(cwd, "out", name), "utf8"));
  };
  const plain = await built((text) => text);
  expect(await built((text) => text.replaceAll("\n", "\r\n"))).toEqual(plain);
  expect(await built((text) => `\uFEFF${text}`)).toEqual(plain);
});

test("writes nothing when there is an error, and says what it is on standard error", async () => {
  const cwd = projectWith((policy) => policy.replace("start primary", "start primry"));
  const { status, out, err } = await fbp(["build", "chat.fbp", "--out-dir", "out"], { cwd });
  expect({ status, out }).toEqual({ status: 1, out: "" });
  expect(err).toContain("error FBP2001: there is no path `primry`");
  expect(err).toMatch(/1 error, 1 warning in 1 file\nnothing was written\n$/);
  expect(readdirSync(cwd)).not.toContain("out");
});

test("two policies that would get the same name are wrong usage", async () => {
  const cwd = projectWith(undefined, { "b/chat.fbp": POLICY.replace('"./contracts', '"../contracts') });
  const { status, err } = await fbp(["build", ".", "--out-dir", "out"], { cwd });
  expect(status).toBe(2);
  expect(err).toBe(
    "fbp: chat.policy.js would come from both b/chat.fbp and chat.fbp; build them into folders of their own\n",
  );
});

test("a file without a policy gives nothing", async () => {
  const cwd = folderWith({ "shared.fbp": 'reason slow "it is slow"\n' });
  const { status, out } = await fbp(["build", "shared.fbp", "--out-dir", "out"], { cwd });
  expect({ status, out }).toEqual({ status: 0, out: "" });
  expect(readdirSync(cwd)).toEqual(["shared.fbp"]);
});

test("a place where nothing can be written is told in one line", async () => {
  const cwd = projectWith(undefined, { out: "a file" });
  const { status, out, err } = await fbp(["build", "chat.fbp", "--out-dir", "out"], { cwd });
  expect({ status, out }).toEqual({ status: 1, out: "" });
  expect(err).toMatch(
    /fbp: .*chat\.policy\.js cannot be written: (?:a file stands where|a part of its path is a file)/,
  );
  expect(readFileSync(join(cwd, "out"), "utf8")).toBe("a file");
});
