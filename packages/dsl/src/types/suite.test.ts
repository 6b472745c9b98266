import { describe, expect, test } from "vitest";
import { typeOf } from "./from-schema.ts";
import { admits } from "./relate.ts";
import { ajvJudge, hyperjumpJudge } from "./testing/judges.ts";
import { lies } from "./testing/sound.ts";
import { HAS_OFFICIAL, officialSuite, ourSuite, remotes, type SuiteFile } from "./testing/suite.ts";
import type { Type } from "./type.ts";

/** What a type cannot say, or says in part alone: of these files it rules out some of what is invalid. */
const IN_PART = new Set([
  "contains.json",
  "defs.json",
  "dynamicRef.json",
  "maxContains.json",
  "minContains.json",
  "multipleOf.json",
  "not.json",
  "oneOf.json",
  "unevaluatedItems.json",
  "unevaluatedProperties.json",
  "uniqueItems.json",
  "vocabulary.json",
]);

const documents = remotes();

/** Where the type is wrong about a test of the file: valid and not admitted, at any path; or invalid and let through. */
function wrongs({ name, groups }: SuiteFile): string[] {
  return groups.flatMap(({ description, schema, tests }) => {
    const type = typeOf(schema, "", documents);
    return tests.flatMap((one) => {
      const found = one.valid ? lies(type, one.data) : isLetThrough(name, type, one.data) ? ["it is let through"] : [];
      return found.map((lie) => `${description} / ${one.description}: ${lie}`);
    });
  });
}

function isLetThrough(name: string, type: Type, data: unknown): boolean {
  return !IN_PART.has(name) && admits(type, data);
}

describe.skipIf(!HAS_OFFICIAL)("the official tests of draft 2020-12 (skipped where ../shared/data is absent)", () => {
  const files = officialSuite();

  test("there are many", () => expect(files.length).toBeGreaterThan(40));

  test.each(files.map((file) => [file.name, file] as const))("%s", (_, file) => expect(wrongs(file)).toEqual([]));
});

describe("our own tests of the same form", () => {
  const files = ourSuite();

  test.each(files.map((file) => [file.name, file] as const))("%s", (_, file) => expect(wrongs(file)).toEqual([]));

  /** Other documents are not handed to the judges, and a field named `__proto__` is not seen by ajv. */
  const apart = /localhost|__proto__/u;

  test.each(files.map((file) => [file.name, file] as const))("%s says what validators say", async (_, { groups }) => {
    for (const { schema, description, tests } of groups.filter((group) => !apart.test(JSON.stringify(group.schema)))) {
      const judges = [ajvJudge(schema as object), await hyperjumpJudge(schema as object)];
      for (const { description: what, data, valid } of tests) {
        const verdicts = judges.map((judge) => judge(data));
        expect([`${description} / ${what}`, ...verdicts]).toEqual([`${description} / ${what}`, valid, valid]);
      }
    }
  });
});
