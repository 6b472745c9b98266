import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, expectTypeOf, test } from "vitest";
import type * as z from "zod/mini";
import type { Contract } from "./document.ts";
import { type contractSchema, publishedContractSchema } from "./schema.ts";
import { load, localWith, ROOT, SHIPPED, textOfShipped } from "./testing/shipped.ts";

const published = JSON.parse(readFileSync(`${ROOT}docs/schemas/contract.schema.json`, "utf8")) as object;

test("the published schema is the one that reads contracts (else: node --conditions=@fbp/source scripts/contract-schema.ts)", () => {
  expect(published).toEqual(publishedContractSchema());
});

test("the schema reads what the types promise", () => {
  expectTypeOf<z.infer<ReturnType<typeof contractSchema>>>().toExtend<Contract>();
  expectTypeOf<keyof z.infer<ReturnType<typeof contractSchema>>>().toEqualTypeOf<keyof Contract>();
});

describe("the published schema", () => {
  const fits = new Ajv2020({ strict: false }).compile(published);

  test.each(SHIPPED)("lets %s through", (name) => expect(fits(JSON.parse(textOfShipped(name)))).toBe(true));

  test.each([{ endpoint: { baseURL: "x" } }, { auth: { scheme: null } }, { fbp: 2 }, { response: { answer: [] } }])(
    "and the compiler both refuse %j",
    (patch) => {
      expect(fits(JSON.parse(localWith(patch)))).toBe(false);
      expect(load(localWith(patch)).loaded).toBeNull();
    },
  );

  test("describes every place that a person fills in", () => {
    const bare: string[] = [];
    visit(published, "");
    expect(bare).toEqual([]);

    function visit(schema: unknown, place: string): void {
      if (typeof schema !== "object" || schema === null) return;
      const { description, $ref, type, const: constant, ...rest } = schema as Readonly<Record<string, unknown>>;
      const isLeaf = type !== "object" && type !== "array" && $ref === undefined && constant === undefined;
      if (place.includes("properties/") && isLeaf && description === undefined && rest.anyOf === undefined)
        bare.push(place);
      for (const [name, inner] of Object.entries((rest.properties as object | undefined) ?? {})) {
        visit(inner, `${place}/properties/${name}`);
      }
      for (const [name, inner] of Object.entries((rest.$defs as object | undefined) ?? {}))
        visit(inner, `${place}/$defs/${name}`);
    }
  });
});
