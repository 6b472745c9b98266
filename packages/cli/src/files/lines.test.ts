import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { folderWith } from "../testing/folder.ts";
import { linesOf, readLines } from "./lines.ts";

const MOST = 1024 * 1024;
const STEP = async (): Promise<void> => {};

async function read(bytes: string | Uint8Array, most = MOST) {
  const path = join(folderWith({ file: bytes }), "file");
  const lines: string[] = [];
  return { problem: await readLines(path, most, (line) => lines.push(line), STEP), lines };
}

test.each<[string, string, readonly string[]]>([
  ["lines with both ends", "a\r\nb\nc", ["a", "b", "c"]],
  ["a last line that ends", "a\n", ["a", ""]],
  ["nothing", "", [""]],
  ["letters of several bytes", "é\n😀", ["é", "😀"]],
])("%s", async (_, text, lines) => expect(await read(text)).toEqual({ problem: null, lines }));

test("lines come out whole, wherever blocks end", async () => {
  const lines = Array.from({ length: 9 }, (_, index) => "😀é".repeat(18_000 + index));
  // A block of 256 KiB ends inside of a letter, and inside of a line.
  const { lines: got } = await read(lines.join("\n"));
  expect(got.map((line, index) => line === lines[index])).toEqual(lines.map(() => true));
});

test("any text comes back, as a file and as bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const plain = text.replace(/\0/g, "");
      const lines: string[] = [];
      expect(linesOf(new TextEncoder().encode(plain), MOST, (line) => lines.push(line))).toBeNull();
      expect(lines).toEqual(plain.split("\n").map((line) => line.replace(/\r$/, "")));
    }),
  );
});

test.each<[string, Uint8Array, string]>([
  ["bytes that are no text", new Uint8Array([65, 10, 0, 1]), "it is no text"],
  ["bytes that are no UTF-8", new Uint8Array([65, 10, 0xff, 0xfe]), "it is no text in UTF-8"],
  ["half a letter at the end", new Uint8Array([65, 10, 0xc3]), "it is no text in UTF-8"],
])("%s", async (_, bytes, problem) => expect((await read(bytes)).problem).toBe(problem));

test("a file above the bound", async () => {
  expect(await read("a".repeat(2 * MOST), MOST)).toEqual({ problem: "it is larger than 1 MiB", lines: [] });
});

test("what is no file, and what is not there", async () => {
  const folder = folderWith({});
  writeFileSync(join(folder, "a"), "");
  const ignore = () => {};
  expect(await readLines(folder, MOST, ignore, STEP)).toBe("it is no plain file");
  expect(await readLines(join(folder, "b"), MOST, ignore, STEP)).toBe("there is no such file");
  expect(await readLines(join(folder, "a/b"), MOST, ignore, STEP)).toBe("there is no such file");
});

test("what is thrown between two parts ends the reading", async () => {
  const path = join(folderWith({ file: "a\n".repeat(300_000) }), "file");
  const step = async (): Promise<void> => {
    throw new Error("interrupted");
  };
  let lines = 0;
  await expect(readLines(path, MOST, () => lines++, step)).rejects.toThrow("interrupted");
  expect(lines).toBeLessThan(300_000);
});
