import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MUTANTS } from "./list.ts";

const ROOT = join(import.meta.dirname, "../..");
const TESTS = ["properties", "differential", "streams"]
  .flatMap((room) =>
    readdirSync(join(import.meta.dirname, "..", room)).map((name) => join(import.meta.dirname, "..", room, name)),
  )
  .filter((file) => file.endsWith(".test.ts"))
  .map((file) => readFileSync(file, "utf8"))
  .join("\n");

test.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
  "`npm run mutants` can still break the machine so: %s",
  (_name, { file, find, replace, noticedBy }) => {
    const text = readFileSync(join(ROOT, file), "utf8");
    expect(text.split(find)).toHaveLength(2);
    expect(replace).not.toBe(find);
    expect(TESTS).toContain(noticedBy);
  },
);
