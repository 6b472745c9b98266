import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { typeOf } from "./from-schema.ts";
import { admits } from "./relate.ts";
import { document, value } from "./testing/schemas.ts";
import { lies } from "./testing/sound.ts";

/** null where ajv itself cannot say: a schema that asks itself about the same value. */
function judge(schema: Readonly<Record<string, unknown>>): ((value: unknown) => boolean | null) | null {
  try {
    const validate = new Ajv2020({
      strict: false,
      logger: false,
      ownProperties: true,
      meta: false,
      validateSchema: false,
    }).compile(schema);
    return (held) => {
      try {
        return validate(held);
      } catch {
        return null;
      }
    };
  } catch {
    return null;
  }
}

test("a type tells no lie of any value that ajv lets through", () => {
  let fitting = 0;
  let ruledOut = 0;
  fc.assert(
    fc.property(document, fc.array(value, { minLength: 20, maxLength: 20 }), (schema, values) => {
      const fits = judge(schema);
      fc.pre(fits !== null);
      const type = typeOf(schema, "");
      for (const held of values) {
        const verdict = fits(held);
        if (verdict === true) {
          fitting++;
          expect(lies(type, held)).toEqual([]);
        } else if (verdict === false && !admits(type, held)) ruledOut++;
      }
    }),
    { numRuns: 250 },
  );
  // The property says nothing where no value fits, and would hold of a type that rules out nothing.
  expect(fitting).toBeGreaterThan(500);
  expect(ruledOut).toBeGreaterThan(500);
});

test("any JSON at all is read as some type", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), value, (schema, held) => {
      expect(typeof admits(typeOf(schema, ""), held)).toBe("boolean");
    }),
    { numRuns: 500 },
  );
});
