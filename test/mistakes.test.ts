/**
 * The mistakes that are easily made, one file each. To add one, add a file; `UPDATE=1 vitest run
 * test/mistakes.test.ts` writes what is reported into the files, to be read before it is committed.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compileMistake, FOLDER, NAMES, readMistake, written } from "./support/mistakes.ts";

const isUpdate = process.env.UPDATE === "1";

describe("a mistake is reported once, at its place, with the way out", () => {
  it.each(NAMES)("%s", (name) => {
    const { text, expected } = readMistake(name);
    const found = written(name, compileMistake(name, text).diagnostics);
    if (isUpdate) writeFileSync(join(FOLDER, name), `${text}\n${found.join("\n")}\n`);
    else expect(found).toEqual(expected);
    expect(found.length).toBeGreaterThan(0);
  });
});

describe("what does as the hint says has no more mistakes", () => {
  const fixable = NAMES.map(readMistake).filter(({ fixed }) => fixed !== null);

  it.each(fixable.map(({ name, fixed }) => [name, fixed ?? ""]))("%s", (name, fixed) => {
    const { diagnostics, program } = compileMistake(name, fixed);
    const left = diagnostics.filter(({ severity }) => severity !== "note");
    expect(written(name, left)).toEqual([]);
    expect(program).not.toBeNull();
  });
});
