import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith } from "../testing/folder.ts";
import { expand } from "./expand.ts";

test("a file stands for itself, also one that is not there", () => {
  const cwd = folderWith({ "a.fbp": "" });
  expect(expand(["a.fbp", "./b.fbp", join(cwd, "a.fbp"), "-"], cwd)).toEqual(["a.fbp", "b.fbp", "-"]);
});

test("a folder stands for every policy below it, in order, without hidden folders and packages", () => {
  const cwd = folderWith({
    "p/z.fbp": "",
    "p/a/b.fbp": "",
    "p/a/b.json": "",
    "p/.git/c.fbp": "",
    "p/node_modules/x/d.fbp": "",
  });
  symlinkSync(join(cwd, "p"), join(cwd, "p/a/again"));
  expect(expand(["p"], cwd)).toEqual(["p/a/b.fbp", "p/z.fbp"]);
  expect(expand(["."], join(cwd, "p"))).toEqual(["a/b.fbp", "z.fbp"]);
});

test("what lies outside the working folder keeps its whole name", () => {
  const cwd = folderWith({ "a.fbp": "", "sub/x": "" });
  expect(expand(["../a.fbp"], join(cwd, "sub"))).toEqual([join(cwd, "a.fbp")]);
});

test("a folder without a policy is wrong usage", () => {
  const cwd = folderWith({ "p/x.txt": "" });
  expect(() => expand(["p"], cwd)).toThrow("no .fbp file is in p");
});
