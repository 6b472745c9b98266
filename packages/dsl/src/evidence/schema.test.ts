import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, expectTypeOf, test } from "vitest";
import type * as z from "zod/mini";
import { Report } from "../diagnostics/index.ts";
import type { Evidence } from "./document.ts";
import { loadEvidence } from "./load.ts";
import { type evidenceSchema, publishedEvidenceSchema } from "./schema.ts";
import { COMPLETE, patched } from "./testing/complete.ts";

const ROOT = new URL("../../../../", import.meta.url);
const published = JSON.parse(readFileSync(new URL("docs/schemas/evidence.schema.json", ROOT), "utf8")) as object;

test("the published schema is the one that reads evidence (else: node --conditions=@fbp/source scripts/evidence-schema.ts)", () => {
  expect(published).toEqual(publishedEvidenceSchema());
});

test("the schema reads what the types promise", () => {
  expectTypeOf<z.infer<ReturnType<typeof evidenceSchema>>>().toExtend<Evidence>();
  expectTypeOf<keyof z.infer<ReturnType<typeof evidenceSchema>>>().toEqualTypeOf<keyof Evidence>();
});

describe("the published schema", () => {
  const fits = new Ajv2020({ strict: false }).compile(published);

  test("lets the shipped evidence through", () => {
    expect(fits(JSON.parse(readFileSync(new URL("policies/evidence/backup.evidence.json", ROOT), "utf8")))).toBe(true);
    expect(fits(COMPLETE)).toBe(true);
  });

  test.each([
    { fbp: 2 },
    { path: "" },
    { criteria: { prompt: { status: "fine" } } },
    { criteria: { prompts: {} } },
    { criteria: { prompt: { validDays: 0 } } },
    { criteria: { prompt: { signed: { by: "" } } } },
  ])("and the compiler both refuse %j", (patch) => {
    const text = JSON.stringify(patched(COMPLETE, patch));
    expect(fits(JSON.parse(text))).toBe(false);
    expect(loadEvidence({ name: "a", text }, new Report())).toBeNull();
  });
});
