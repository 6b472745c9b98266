import { expect, test } from "vitest";
import { clusters, printable, widthOf } from "./width.ts";

/** Every unit that is measured without the segmenter. */
const PLAIN = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter((unit) =>
  /[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2190-\u2193]/.test(unit),
);

test("what is measured without a segmenter is what the segmenter would say", () => {
  const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
  // Each beside every sort of neighbour: what joins one would join others of its block.
  for (const text of [PLAIN.join(""), PLAIN.toReversed().join(""), PLAIN.map((unit) => unit + unit).join("")]) {
    expect([...segmenter.segment(text)].map(({ segment }) => segment)).toEqual([...text]);
    expect([...clusters(text)].map((cluster) => cluster.text)).toEqual([...text]);
    expect(widthOf(text)).toBe(text.length);
    expect(printable(text)).toBe(text);
  }
});

test("wide letters, marks and emoji", () => {
  expect(widthOf("日本")).toBe(4);
  expect(widthOf("e\u0301")).toBe(1);
  expect(widthOf("👩‍👩‍👧")).toBe(2);
  expect(widthOf("\u2193\ufe0f")).toBe(1);
});
