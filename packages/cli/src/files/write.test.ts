import { chmodSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith } from "../testing/folder.ts";
import { WriteError, writeWhole } from "./write.ts";

const never = new AbortController().signal;

test("writes files and makes their folders; nothing else stays behind", () => {
  const folder = folderWith({ "a.txt": "old" });
  chmodSync(join(folder, "a.txt"), 0o640);
  writeWhole(
    [
      { path: join(folder, "a.txt"), text: "new" },
      { path: join(folder, "b/c.txt"), text: "c" },
    ],
    never,
  );
  expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("new");
  expect(statSync(join(folder, "a.txt")).mode & 0o777).toBe(0o640);
  expect(readFileSync(join(folder, "b/c.txt"), "utf8")).toBe("c");
  expect(readdirSync(folder).sort()).toEqual(["a.txt", "b"]);
});

test("when one cannot be written all stay as they were", () => {
  const folder = folderWith({ "a.txt": "old", file: "" });
  const writing = (): void =>
    writeWhole(
      [
        { path: join(folder, "a.txt"), text: "new" },
        { path: join(folder, "file/c.txt"), text: "c" },
      ],
      never,
    );
  expect(writing).toThrow(WriteError);
  expect(writing).toThrow(/c\.txt cannot be written: (a part of its path is a file|a file stands where)/);
  expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("old");
  expect(readdirSync(folder).sort()).toEqual(["a.txt", "file"]);
});

test("a folder in the place of a file is named", () => {
  const folder = folderWith({ "a/b": "" });
  expect(() => writeWhole([{ path: join(folder, "a"), text: "x" }], never)).toThrow("it is a folder");
  expect(readdirSync(folder)).toEqual(["a"]);
});

test("after an interrupt nothing is written", () => {
  const folder = folderWith({ "a.txt": "old" });
  const controller = new AbortController();
  controller.abort();
  expect(() => writeWhole([{ path: join(folder, "a.txt"), text: "new" }], controller.signal)).toThrow();
  expect(readFileSync(join(folder, "a.txt"), "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["a.txt"]);
});
