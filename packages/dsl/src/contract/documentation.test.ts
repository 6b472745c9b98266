/** The examples of docs/contracts.md are read without a word, and the page names every key of the form. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { publishedContractSchema } from "./published-schema.ts";
import { load, localWith, ROOT, SHIPPED } from "./testing/shipped.ts";

const page = readFileSync(`${ROOT}docs/contracts.md`, "utf8");

function examples(kind: string): readonly string[] {
  return [...page.matchAll(/^```json (\w+)\n(.*?)^```$/gmsu)].flatMap(([, of, text]) =>
    of === kind && text !== undefined ? [text] : [],
  );
}

describe("the examples of docs/contracts.md", () => {
  test.each(examples("overlay"))("the overlay %s is read without a word", (text) => {
    expect(load(text).diagnostics).toEqual([]);
  });

  test.each(examples("condition"))("the condition %s is read without a word", (text) => {
    expect(load(localWith({ errors: { conditions: [JSON.parse(text)] } })).diagnostics).toEqual([]);
  });

  test("are there", () => expect([examples("overlay").length, examples("condition").length]).toEqual([1, 4]));
});

test("docs/contracts.md names every key of the form and every contract that ships", () => {
  const keys = new Set<string>();
  visit(publishedContractSchema());
  const words = new Set(page.match(/[\w$-]+/gu));
  expect([...keys].filter((key) => !words.has(key))).toEqual([]);
  expect(SHIPPED.filter((name) => !words.has(name))).toEqual([]);

  function visit(schema: unknown): void {
    if (typeof schema !== "object" || schema === null) return;
    for (const [name, inner] of Object.entries(schema)) {
      if (name === "properties") for (const key of Object.keys(inner as object)) keys.add(key);
      visit(inner);
    }
  }
});
