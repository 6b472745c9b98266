import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { folderWith } from "../testing/folder.ts";
import { memoryIo } from "../testing/memory-io.ts";
import { unifiedDiff } from "./diff.ts";
import { paletteFor } from "./palette.ts";

const io = memoryIo();
const plain = paletteFor(io.stdout, io.env);

test("shows lines that go and come, with three around them", () => {
  const before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
  expect(unifiedDiff("a.json", before, before.replace("5\n", "five\n"), plain)).toBe(
    "--- a/a.json\n+++ b/a.json\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
  );
});

test("is empty where nothing changes", () => {
  expect(unifiedDiff("a", "x\ny", "x\ny", plain)).toBe("");
});

test("never passes on what could steer a terminal", () => {
  expect(unifiedDiff("a", "", "\u001b[2J\r\n", plain)).not.toContain("\u001b");
});

const there = spawnSync("patch", ["--version"]).status === 0;

describe("whatever the texts", () => {
  test.skipIf(!there)(`patch makes the one of the other${there ? "" : " (not installed)"}`, () => {
    const lines = fc.array(fc.constantFrom("a", "b", "c", "d", "{", "}"), { maxLength: 40 });
    const folder = folderWith({});
    fc.assert(
      fc.property(lines, lines, (one, two) => {
        const [before, after] = [one, two].map((each) => each.map((line) => `${line}\n`).join(""));
        writeFileSync(join(folder, "f"), before ?? "");
        const diff = unifiedDiff("f", before ?? "", after ?? "", plain);
        if (before === after) {
          expect(diff).toBe("");
          return;
        }
        const { status, stderr } = spawnSync("patch", ["-p1", "-s", "--no-backup-if-mismatch"], {
          cwd: folder,
          input: diff,
          encoding: "utf8",
        });
        expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
        expect(readFileSync(join(folder, "f"), "utf8")).toBe(after);
      }),
      { numRuns: 60 },
    );
  });
});
