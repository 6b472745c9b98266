/** What no file may do: each bound has its message, and nothing overflows. */
import { describe, expect, test } from "vitest";
import { Report } from "../diagnostics/index.ts";
import { format } from "./format.ts";
import { LIMITS } from "./limits.ts";
import { parse } from "./parse.ts";

function read(text: string) {
  const report = new Report();
  const file = parse({ name: "a.fbp", text }, report);
  return { file, codes: report.diagnostics.map(({ code }) => code), report };
}

describe("too much of a file", () => {
  test.each([
    ["10 MB", "a ".repeat(5_000_000)],
    ["more bytes than characters", `// ${"\u20AC".repeat(LIMITS.bytes / 2)}`],
  ])("%s", (_, text) => {
    const { file, codes } = read(text);
    expect(codes).toEqual(["FBP1030"]);
    expect(file.items).toEqual([]);
  });

  test("as many bytes as it may have", () => {
    expect(read(`// ${"\u20AC".repeat(LIMITS.bytes / 3 - 2)}`).codes).toEqual([]);
  });

  test.each([
    ["brackets", "{".repeat(LIMITS.tokens + 1)],
    ["words", "x ".repeat(LIMITS.tokens + 1)],
    ["complete declarations", "budget x { attempts 3 }\n".repeat(LIMITS.tokens / 6 + 1)],
  ])("too many %s", (_, text) => {
    expect(read(text).codes).toEqual(["FBP1032"]);
  });

  test("too many errors: the first are shown, then that there are more", () => {
    const { codes } = read(`policy p {\n  on x {\n${"    a -> b\n".repeat(20_000)}  }\n}\n`);
    expect(codes).toHaveLength(LIMITS.errors + 1);
    expect(codes.at(-1)).toBe("FBP1034");
  });

  test.each([
    ["unknown characters", "\u0001 ".repeat(20_000)],
    ["quotes", "' ".repeat(20_001)],
    ["closing brackets", "}\n".repeat(20_000)],
    ["opening brackets that nest", "{ x ".repeat(90)],
    ["slashes", "/ ".repeat(20_000)],
    ["comments of C", "/* ".repeat(20_000)],
    ["documents", "/// a\n".repeat(20_000)],
  ])("nothing but %s", (_, text) => {
    const { codes } = read(text);
    expect(codes.length).toBeGreaterThan(0);
    expect(codes.length).toBeLessThanOrEqual(LIMITS.errors + 1);
  });
});

describe("nesting a thousand deep", () => {
  const open = (sign: string) => sign.repeat(1000);
  test.each([
    ["brackets of a condition", `policy p { repeat only when ${open("(")}a${open(")")} }`],
    ["arrays", `scenario "x" for p { request { "a": ${open("[")}${open("]")} } }`],
    ["objects", `scenario "x" for p { request ${'{ "a": '.repeat(1000)}1${open("}")} }`],
    ["blocks", open("policy p {")],
    ["brackets that never close", open("(")],
    ["segments that never close", `policy p { repeat only when ${open("a[")} }`],
  ])("%s", (_, text) => {
    expect(read(text).codes).toEqual(["FBP1031"]);
  });

  test("as deep as it may be", () => {
    const depth = LIMITS.nesting - 1;
    const text = `policy p { repeat only when ${"(".repeat(depth)}a${")".repeat(depth)} }\n`;
    expect(read(text).codes).toEqual([]);
    expect(format({ name: "a.fbp", text })).toMatchObject({ text: "policy p {\n  repeat only when a\n}\n" });
  });
});

describe("a condition", () => {
  const joined = (count: number) => Array.from({ length: count }, (_, index) => `a${index}`).join(" or ");

  test("joins as many parts as it may, and is printed and compared without overflow", () => {
    const text = `policy p {\n  repeat only when ${joined(LIMITS.terms)}\n}\n`;
    expect(read(text).codes).toEqual([]);
    expect(format({ name: "a.fbp", text }).kind).toBe("formatted");
  });

  test.each([
    ["or", joined(LIMITS.terms + 1)],
    ["not", `${"not ".repeat(1000)}a`],
    ["values", `a in {${"1, ".repeat(1000)}1}`],
    ["arguments", `f(${"a, ".repeat(1000)}a)`],
    ["inside brackets", `(${joined(300)}) and (${joined(300)})`],
  ])("of too many parts is named once, and the next line is read: %s", (_, condition) => {
    const { codes, file } = read(`policy p {\n  repeat only when ${condition}\n  start a\n}\n`);
    expect(codes).toEqual(["FBP1035"]);
    const policy = file.items[0];
    expect(policy?.kind === "policy" && policy.items.map(({ kind }) => kind)).toEqual(["start"]);
  });
});

test("a binary file is named as such, at its first zero", () => {
  const { report } = read("path a {}\n\0\u0001\u0002");
  expect(report.diagnostics.map(({ code, span }) => [code, span.start])).toEqual([["FBP1033", 10]]);
});

test("an empty file is a file", () => {
  const { file, codes } = read("");
  expect(codes).toEqual([]);
  expect(file.items).toEqual([]);
});

test("a file is let go after it was read", () => {
  const first = read("path a {\n  timeout 8\n}\n");
  const second = read("path b {}\n");
  expect(first.codes).toEqual(["FBP1014"]);
  expect(second.codes).toEqual([]);
  expect(second.file.items.map((item) => item.span.source.text)).toEqual(["path b {}\n"]);
});
