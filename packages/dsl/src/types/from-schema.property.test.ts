import fc from "fast-check";
import { expect, test } from "vitest";
import { typeOf } from "./from-schema.ts";
import { admits } from "./relate.ts";
import { ajvJudge, hyperjumpJudge } from "./testing/judges.ts";
import { document, value } from "./testing/schemas.ts";
import { lies } from "./testing/sound.ts";

test("a type tells no lie of any value that both validators let through", async () => {
  const seen = { schemas: 0, fitting: 0, refused: 0, ruledOut: 0, disputed: 0 };
  await fc.assert(
    fc.asyncProperty(document, fc.array(value, { minLength: 20, maxLength: 20 }), async (schema, values) => {
      const judges = [ajvJudge(schema), await hyperjumpJudge(schema)];
      const type = typeOf(schema, "");
      seen.schemas++;
      for (const held of values) {
        const verdicts = new Set(judges.map((judge) => judge(held)));
        if (verdicts.size > 1) seen.disputed++;
        else if (verdicts.has(true)) {
          seen.fitting++;
          expect(lies(type, held)).toEqual([]);
        } else if (verdicts.has(false)) {
          seen.refused++;
          if (!admits(type, held)) seen.ruledOut++;
        }
      }
    }),
    { numRuns: Number(process.env.FBP_RUNS ?? 250) },
  );
  if (process.env.FBP_RUNS) console.log(seen);
  // The property says nothing where no value fits, and would hold of a type that rules out nothing.
  expect(seen.fitting).toBeGreaterThan(500);
  expect(seen.ruledOut).toBeGreaterThan(500);
});

test("any JSON at all is read as some type", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), value, (schema, held) => {
      expect(typeof admits(typeOf(schema, ""), held)).toBe("boolean");
    }),
    { numRuns: 500 },
  );
});
