/** Explanations of misfits, over random schemas and values; ajv by itself is the judge. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { AjvTruth } from "../../emit/schema-truth.ts";
import { ajvJudge } from "../../types/testing/judges.ts";
import { document as documents, value as values } from "../../types/testing/schemas.ts";
import { parsePointer, valueAt } from "../pointer.ts";
import { isCircular } from "../testing/imported.ts";
import { explain } from "./explain.ts";

test("a value has slips when ajv refuses it, and only then; each stands somewhere in both", () => {
  let refused = 0;
  fc.assert(
    fc.property(documents, fc.array(values, { minLength: 1, maxLength: 4 }), (root, several) => {
      fc.pre(!isCircular(root));
      const truth = new AjvTruth(root);
      const judge = ajvJudge(truth.document as object);
      for (const value of several) {
        const isValid = judge(value);
        if (isValid === null) continue;
        const slips = explain(truth, "", value);
        expect(slips.length === 0).toBe(isValid);
        if (!isValid) refused++;
        for (const slip of slips) {
          // A field that is missing stands in an object that is there.
          const at = (slip.kind === "missing" ? slip.at.slice(0, -1) : slip.at).map(String);
          expect(valueAt(value, at)).not.toBe(undefined);
          expect(valueAt(truth.document, parsePointer(slip.schema) ?? ["?"])).not.toBe(undefined);
        }
      }
    }),
    { numRuns: 60 },
  );
  expect(refused).toBeGreaterThan(20);
});
