import { join } from "node:path";
import { expect, test } from "vitest";
import { fbp } from "../testing/fbp.ts";
import { folderWith } from "../testing/folder.ts";
import { projectOf } from "./project.ts";

test("the root is the repository, whatever folder fbp runs in", () => {
  const root = folderWith({ ".git/HEAD": "", "policies/chat.fbp": "" });
  const project = { root, name: "policies/chat.fbp" };
  expect(projectOf(join(root, "policies/chat.fbp"), root)).toEqual(project);
  expect(projectOf(join(root, "policies/chat.fbp"), join(root, "policies"))).toEqual(project);
  expect(projectOf(join(root, "policies/chat.fbp"), "/")).toEqual(project);
});

test("without a repository it is the working folder, or the file's own", () => {
  const root = folderWith({ "policies/chat.fbp": "", "other/x": "" });
  expect(projectOf(join(root, "policies/chat.fbp"), root)).toEqual({ root, name: "policies/chat.fbp" });
  expect(projectOf(join(root, "policies/chat.fbp"), join(root, "other"))).toEqual({
    root: join(root, "policies"),
    name: "chat.fbp",
  });
});

test("in a folder that is not there it is what is there of it, so that the file can be told to be missing", async () => {
  const root = folderWith({ "here/x": "" });
  const path = join(root, "there/below/chat.fbp");
  expect(projectOf(path, join(root, "here"))).toEqual({ root, name: "there/below/chat.fbp" });
  const { status, out } = await fbp(["check", path], { cwd: join(root, "here") });
  expect({ status, code: /FBP\d+/.exec(out)?.[0] }).toEqual({ status: 1, code: "FBP2014" });
});
