/** Each file in fixtures/format is laid out as the `.expected` beside it; FBP_UPDATE=1 rewrites that. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Report } from "../diagnostics/index.ts";
import { same, sameComments } from "./compare.ts";
import { format } from "./format.ts";
import { parse } from "./parse.ts";

const folder = new URL("./fixtures/format/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".fbp"));

function read(text: string) {
  return parse({ name: "a.fbp", text }, new Report());
}

test("there are fixtures", () => {
  expect(names.length).toBeGreaterThan(8);
});

for (const name of names) {
  const text = readFileSync(new URL(name, folder), "utf8");
  const file = new URL(name.replace(/fbp$/, "expected"), folder);
  const result = format({ name, text });
  const found = result.kind === "formatted" ? result.text : JSON.stringify(result.diagnostics);
  if (process.env.FBP_UPDATE === "1") writeFileSync(file, found);
  const expected = existsSync(file) ? readFileSync(file, "utf8") : "";

  describe(name, () => {
    test("is laid out as expected", () => {
      expect(found).toBe(expected);
    });

    test("is left as it is the second time", () => {
      expect(format({ name, text: expected })).toEqual({ kind: "formatted", text: expected });
    });

    test("says the same as before", () => {
      expect(same(read(text), read(expected))).toBe(true);
      expect(sameComments(read(text), read(expected))).toBe(true);
    });

    test("has no line that ends with a space, no tab, and only LF", () => {
      expect(expected).not.toMatch(/[ \t]\n|\t|\r/);
    });
  });
}

describe("a file with errors", () => {
  test("is not formatted, and its errors are named", () => {
    const result = format({ name: "a.fbp", text: "path a {\n  timeout 8\n}\n" });
    expect(result.kind).toBe("failed");
    if (result.kind === "failed") expect(result.diagnostics.map(({ code }) => code)).toEqual(["FBP1014"]);
  });

  test("that has only warnings is formatted", () => {
    expect(format({ name: "a.fbp", text: "/// nothing\n\npath a {}" })).toEqual({
      kind: "formatted",
      text: "/// nothing\n\npath a {}\n",
    });
  });
});

describe("two texts are the same", () => {
  const one = "path a { timeout 60s }\npolicy p { repeat only when a or b and c }\n";

  test("where only their layout and the spelling of numbers differ", () => {
    const other = "path a {\n  timeout 1m\n}\n\npolicy p {\n  repeat only when a or (b and c)\n}\n";
    expect(same(read(one), read(other))).toBe(true);
  });

  test.each([
    one.replace("60s", "61s"),
    one.replace("path a", "path b"),
    one.replace("timeout", "stall"),
    one.replace("a or b and c", "(a or b) and c"),
    one.replace("60s", "1s..60s"),
    `/// documented\n${one}`,
    `${one}use "x"\n`,
  ])("but not where a word differs: %j", (other) => {
    expect(same(read(one), read(other))).toBe(false);
  });

  test("as comments only where each is there as often, doc comments apart", () => {
    expect(sameComments(read("// a\n// b\n"), read("// b\n\n// a\n"))).toBe(true);
    expect(sameComments(read("// a\n// a\n"), read("// a\n"))).toBe(false);
    expect(sameComments(read("// a\n"), read("/// a\n"))).toBe(false);
  });
});
