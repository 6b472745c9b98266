/**
 * Classic outages, one policy each, and the message that the compiler has for it before it is deployed. Same form as
 * the mistakes: `UPDATE=1 vitest run test/outages.test.ts` writes what is reported into the files.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compileCase, namesIn, readCase, written } from "./support/mistakes.ts";

const FOLDER = join(import.meta.dirname, "fixtures/outages");
const CASES = namesIn(FOLDER).map((name) => readCase(FOLDER, name));
const isUpdate = process.env.UPDATE === "1";

describe("an outage is told at compile time, in one message", () => {
  it.each(CASES.map((each) => [each.name, each] as const))("%s", (name, { text, expected }) => {
    const found = written(name, compileCase(FOLDER, name, text).diagnostics);
    if (isUpdate) writeFileSync(join(FOLDER, name), `${text}\n${found.join("\n")}\n`);
    else expect(found).toEqual(expected);
    expect(new Set(found.flatMap((line) => /^\/\/ expect: (FBP\d+)/.exec(line)?.[1] ?? [])).size).toBe(1);
  });
});

describe("who does as the hint says has nothing more to do", () => {
  it.each(CASES.map((each) => [each.name, each] as const))("%s", (name, { fixed }) => {
    const { diagnostics, program } = compileCase(FOLDER, name, fixed ?? "");
    const left = diagnostics.filter(({ severity }) => severity !== "note");
    expect(written(name, left)).toEqual([]);
    expect(program).not.toBeNull();
  });
});

it("is in the table of docs/proof.md, with its message", () => {
  const page = readFileSync(join(import.meta.dirname, "../docs/proof.md"), "utf8");
  for (const { name, expected } of CASES) {
    const [code] = /FBP\d+/.exec(expected[0] ?? "") ?? [];
    expect(page).toContain(`../test/fixtures/outages/${name}`);
    expect(page.split("\n").find((line) => line.includes(`outages/${name}`))).toContain(code);
  }
});
