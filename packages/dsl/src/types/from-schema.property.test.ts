import fc from "fast-check";
import { expect, test } from "vitest";
import { typeOf } from "./from-schema.ts";
import { admits } from "./relate.ts";
import { ajvJudge, hyperjumpJudge } from "./testing/judges.ts";
import { document, value } from "./testing/schemas.ts";
import { lies } from "./testing/sound.ts";

const RUNS = Number(process.env.FBP_RUNS ?? 150);

test(
  "a type tells no lie of any value that both validators let through",
  async () => {
    const seen = { fitting: 0, ruledOut: 0 };
    await fc.assert(
      fc.asyncProperty(document, fc.array(value, { minLength: 20, maxLength: 20 }), async (schema, values) => {
        const judges = [ajvJudge(schema), await hyperjumpJudge(schema)];
        const type = typeOf(schema, "");
        for (const held of values) {
          const [one, other] = judges.map((judge) => judge(held));
          if (one === true && other === true) {
            seen.fitting++;
            expect(lies(type, held)).toEqual([]);
          } else if (one === false && other === false && !admits(type, held)) {
            seen.ruledOut++;
          }
        }
      }),
      { numRuns: RUNS },
    );
    // The property says nothing where no value fits, and would hold of a type that rules out nothing.
    expect(seen.fitting).toBeGreaterThan(500);
    expect(seen.ruledOut).toBeGreaterThan(300);
  },
  Math.max(60_000, 800 * RUNS),
);

test("any JSON at all is read as some type", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), value, (schema, held) => {
      expect(typeof admits(typeOf(schema, ""), held)).toBe("boolean");
    }),
    { numRuns: 250 },
  );
});
