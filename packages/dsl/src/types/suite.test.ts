import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { typeOf } from "./from-schema.ts";
import { admits } from "./relate.ts";
import { lies } from "./testing/sound.ts";

const SUITE = fileURLToPath(new URL("../../../../../shared/data/json-schema-test-suite/draft2020-12", import.meta.url));

interface Group {
  readonly description: string;
  readonly schema: unknown;
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[];
}

/** Keywords that a type says all of: what these files call invalid, a type rules out too. */
const EXACT = new Set([
  "additionalProperties.json",
  "anyOf.json",
  "boolean_schema.json",
  "const.json",
  "enum.json",
  "exclusiveMaximum.json",
  "exclusiveMinimum.json",
  "items.json",
  "maxItems.json",
  "maxLength.json",
  "maximum.json",
  "minItems.json",
  "minLength.json",
  "minimum.json",
  "patternProperties.json",
  "prefixItems.json",
  "properties.json",
  "required.json",
  "type.json",
]);

const files = existsSync(SUITE) ? readdirSync(SUITE).filter((file) => file.endsWith(".json")) : [];

describe.skipIf(files.length === 0)(
  "the official tests of draft 2020-12 (skipped where ../shared/data is absent)",
  () => {
    test("there are many", () => expect(files.length).toBeGreaterThan(40));

    test.each(files)("%s", (file) => {
      const groups = JSON.parse(readFileSync(`${SUITE}/${file}`, "utf8")) as readonly Group[];
      const wrong: string[] = [];
      for (const { description, schema, tests } of groups) {
        const type = typeOf(schema, "");
        for (const { description: what, data, valid } of tests) {
          const found = valid ? lies(type, data) : isRuledOut(file, type, data) ? [] : ["it is let through"];
          wrong.push(...found.map((lie) => `${description} / ${what}: ${lie}`));
        }
      }
      expect(wrong).toEqual([]);
    });
  },
);

function isRuledOut(file: string, type: ReturnType<typeof typeOf>, data: unknown): boolean {
  return !EXACT.has(file) || !admits(type, data);
}
