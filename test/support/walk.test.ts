import { describe, expect, it } from "vitest";
import { blocksOf, difference, edited } from "./walk.ts";

describe("what a page tells of an output", () => {
  it.each([
    ["a\nb\n", "a\nb\n"],
    ["…\nb\n", "a\nb"],
    ["…\nb\n", "b\na\nb"],
    ["a\n…\n", "a\nb\nc"],
    ["a\n  …\n\nc\n", "a\n\nb\n\nc"],
    ["a\n…\nc\nd\n…\nf\n", "a\nc\nc\nd\ne\nf"],
    ["…\n", ""],
  ])("%j agrees with %j", (told, shown) => expect(difference(told, shown)).toBeNull());

  it.each([
    ["a\n", "b\n"],
    ["a\n", "a\nb\n"],
    ["a\nb\n", "a\n"],
    ["…\nb\n", "b\na\n"],
    ["a\n…\n", "b\na\n"],
    ["a\n…\nc\n…\nb\n", "a\nb\nc\n"],
    ["a\n…\na\n", "a\n"],
  ])("%j differs from %j", (told, shown) => expect(difference(told, shown)).not.toBeNull());
});

describe("an edit", () => {
  it("replaces what stands in one place", () => {
    expect(edited("a\nb\nc\nb\n", " a\n-b\n+x\n+y\n@@\n c\n-b\n")).toBe("a\nx\ny\nc\n");
  });

  it.each(["-x\n", "-b\n"])("of no place, or of two, is refused: %j", (diff) => {
    expect(() => edited("a\nb\nc\nb\n", diff)).toThrow("places are");
  });
});

it("takes the blocks of a page with their lines", () => {
  const page = "# A\n\n```sh\nls\n```\n\n```text\na\n```\n\n```ts b.ts\n1;\n```\n\n```ts\nread();\n```\n";
  expect(blocksOf(page)).toEqual([
    { kind: "sh", file: "", body: "ls\n", line: 4 },
    { kind: "text", file: "", body: "a\n", line: 8 },
    { kind: "file", file: "b.ts", body: "1;\n", line: 12 },
  ]);
});
