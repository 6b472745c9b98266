/**
 * One mistake, or several that belong together, a file. To add one, add a file; `UPDATE=1 vitest run
 * packages/dsl/src/check/predicate/cases.test.ts` writes what is reported into the files, to be read
 * before it is committed.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { alertMessages } from "../../diagnostics/alerts.ts";
import { assertionMessages } from "../../diagnostics/assertions.ts";
import { messages } from "../../diagnostics/index.ts";
import { predicateMessages } from "../../diagnostics/predicates.ts";
import { checkCase, expectedOf, withExpected, written } from "./testing/case-files.ts";

const FOLDER = join(import.meta.dirname, "../fixtures/predicates");
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith(".fbp"));

describe("expressions in files", () => {
  it.each(FILES)("%s", (name) => {
    const file = join(FOLDER, name);
    const text = readFileSync(file, "utf8");
    const found = written(checkCase(file).report);
    if (process.env.UPDATE === "1") writeFileSync(file, withExpected(text, found));
    else expect(found).toEqual(expectedOf(text));
  });

  it("show every message of this folder at least once", () => {
    const shown = FILES.flatMap((name) => expectedOf(readFileSync(join(FOLDER, name), "utf8")));
    // Those of the proof (FBP70…) are shown where it is made.
    const all = Object.keys({ ...predicateMessages, ...alertMessages, ...assertionMessages });
    const codes = all.filter((code) => !code.startsWith("FBP70"));
    expect(codes.filter((code) => !shown.some((line) => line.includes(code)))).toEqual([]);
    expect(codes.every((code) => code in messages)).toBe(true);
  });
});
