import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { folderWith } from "../testing/folder.ts";
import { linesOf, readLines } from "./lines.ts";

const MOST = 1024 * 1024;

function read(bytes: string | Uint8Array, most = MOST) {
  const path = join(folderWith({ file: bytes }), "file");
  const lines: string[] = [];
  return { problem: readLines(path, most, (line) => lines.push(line)), lines };
}

test.each<[string, string, readonly string[]]>([
  ["lines with both ends", "a\r\nb\nc", ["a", "b", "c"]],
  ["a last line that ends", "a\n", ["a", ""]],
  ["nothing", "", [""]],
  ["letters of several bytes", "é\n😀", ["é", "😀"]],
])("%s", (_, text, lines) => expect(read(text)).toEqual({ problem: null, lines }));

test("lines come out whole, wherever blocks end", () => {
  const lines = Array.from({ length: 9 }, (_, index) => "😀é".repeat(18_000 + index));
  // A block of 256 KiB ends inside of a letter, and inside of a line.
  expect(read(lines.join("\n")).lines.map((line, index) => line === lines[index])).toEqual(lines.map(() => true));
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
])("%s", (_, bytes, problem) => expect(read(bytes).problem).toBe(problem));

test("a file above the bound", () => {
  expect(read("a".repeat(2 * MOST), MOST)).toEqual({ problem: "it is larger than 1 MiB", lines: [] });
});

test("what is no file, and what is not there", () => {
  const folder = folderWith({});
  writeFileSync(join(folder, "a"), "");
  const ignore = () => {};
  expect(readLines(folder, MOST, ignore)).toBe("it is no plain file");
  expect(readLines(join(folder, "b"), MOST, ignore)).toBe("there is no such file");
  expect(readLines(join(folder, "a/b"), MOST, ignore)).toBe("there is no such file");
});
