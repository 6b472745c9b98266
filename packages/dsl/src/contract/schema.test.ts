import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, expectTypeOf, test } from "vitest";
import type * as z from "zod/mini";
import type { Contract } from "./document.ts";
import { publishedContractSchema } from "./published-schema.ts";
import type { contractSchema } from "./schema.ts";
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

  const overlay = (patch: object) => ({ fbp: 1, name: "mine", extends: "./local.contract.json", ...patch });

  test.each([
    {},
    { response: { requestIdHeader: null, schema: { properties: { id: { type: "string" } } } } },
    { limits: { headers: { "x-a": { retryHint: "duration" }, "retry-after": null } } },
    { errors: { conditions: [{ signal: "rate_limited", header: { "x-a": "present" } }] } },
    { $defs: { usage: { type: "object" }, more: { type: "string" } } },
  ])("and the compiler both take %j, laid over another contract", (patch) => {
    expect(fits(overlay(patch))).toBe(true);
    expect(load(JSON.stringify(overlay(patch))).diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test.each([{ respone: {} }, { auth: { env: 7 } }, { name: null }, { errors: { conditions: [{ status: [400] }] } }])(
    "and the compiler both refuse %j, laid over another contract",
    (patch) => {
      expect(fits(overlay(patch))).toBe(false);
      expect(load(JSON.stringify(overlay(patch))).loaded).toBeNull();
    },
  );

  test("describes every place that a person fills in", () => {
    const bare: string[] = [];
    const { $defs } = published as { readonly $defs: object };
    for (const form of ["then", "else"] as const) visit({ ...Object(published)[form], $defs }, "");
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
