/** Whatever a schema lets through fits the type that is written for it: random schemas, and values of each. */
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { instances, type Schema, schemas } from "../check/predicate/testing/instances.ts";
import type { Contract } from "../contract/document.ts";
import { indent } from "../lower/text.ts";
import { CONTRACT, contractModel } from "../testing/models.ts";
import { schemaTypes } from "./schema-types.ts";
import { consumer } from "./testing/consumer.ts";

const { compile, close } = consumer();
afterAll(close);

const CASES = 150;

/** The same schema with every field in a definition of its own, and said in one of the ways in which it can be. */
function referring(schema: Schema, $defs: Record<string, Schema>, wrap: number): Schema {
  const result: Record<string, unknown> = { ...schema };
  if (typeof schema.properties === "object" && schema.properties !== null) {
    const fields = Object.entries(schema.properties).map(([name, field]) => {
      const key = `${name}-${Object.keys($defs).length}`;
      $defs[key] = {};
      $defs[key] = referring(field as Schema, $defs, wrap + 1);
      const reference = { $ref: `#/$defs/${key}` };
      const ways = [reference, { allOf: [reference], description: "one of them" }, { anyOf: [reference] }, field];
      return [name, ways[(wrap + name.charCodeAt(0)) % ways.length]];
    });
    result.properties = Object.fromEntries(fields);
  }
  return result;
}

function typesOf(schema: Schema, wrap: number): string {
  const $defs: Record<string, Schema> = {};
  const response = { ...CONTRACT.response, schema: referring(schema, $defs, wrap) as Contract["response"]["schema"] };
  const contract: Contract = { ...CONTRACT, response, $defs: { ...CONTRACT.$defs, ...($defs as Contract["$defs"]) } };
  return schemaTypes(contractModel({ contract, root: contract }));
}

const cases = schemas().chain((schema) =>
  fc.tuple(fc.constant(schema), fc.nat(3), fc.array(instances(schema), { minLength: 1, maxLength: 4 })),
);

it("every value that fits a schema fits its type", { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(fc.array(cases, { minLength: CASES, maxLength: CASES }), (all) => {
      const texts = all.map(([schema, wrap, values], at) => {
        const lines = values.map((value) => `void (${JSON.stringify(value)} satisfies n${at}.Response);`);
        return `declare namespace n${at} {\n  ${indent(typesOf(schema, wrap))}\n}\n${lines.join("\n")}`;
      });
      expect(compile({ "values.ts": `${texts.join("\n\n")}\nexport {};\n` })).toBe("");
    }),
    // One run is many schemas; a smaller one would take the compiler as long.
    { numRuns: 1, endOnFailure: true },
  );
});

it("and a value that does not fit is told", { timeout: 60_000 }, () => {
  const text = `declare namespace n {\n${typesOf({ type: "object", properties: { a: { enum: ["b"] } } }, 0)}\n}`;
  const told = compile({ "values.ts": `${text}\nvoid ({ a: "c" } satisfies n.Response);\nexport {};\n` });
  expect(told).toMatch(/Type '"c"' is not assignable to type '"b"'/);
});
