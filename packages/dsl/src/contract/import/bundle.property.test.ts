/** What becomes of schemas on their way into a contract, over random schemas and values; ajv is the judge. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Report } from "../../diagnostics/index.ts";
import { ajvJudge, type Judge } from "../../types/testing/judges.ts";
import { document as documents, value as values } from "../../types/testing/schemas.ts";
import { documentOf, isCircular } from "../testing/imported.ts";
import { Bundle, type Mode } from "./bundle.ts";
import { References } from "./references.ts";

test("taken strictly they accept the very same values", () => {
  fc.assert(
    fc.property(documents, fc.array(values, { minLength: 1, maxLength: 6 }), (root, several) => {
      // What is not followed lets any value in.
      fc.pre(!JSON.stringify(root).includes("$dynamicRef") && !isCircular(root));
      const [source, made] = [judgeOf(root), judgeOf(bundled(root, "strict"))];
      for (const value of several) {
        const expected = source(value);
        // Where the judge itself gives up on the source, there is nothing to compare with.
        if (expected !== null) expect(made(value)).toBe(expected);
      }
    }),
    { numRuns: 60 },
  );
});

test("relaxed they accept all of them, and more", () => {
  let more = 0;
  fc.assert(
    fc.property(documents, fc.array(values, { minLength: 1, maxLength: 6 }), (root, several) => {
      fc.pre(!JSON.stringify(root).includes("$dynamicRef") && !isCircular(root));
      const [source, made] = [judgeOf(root), judgeOf(bundled(root, "lenient"))];
      for (const value of several) {
        const [before, after] = [source(value), made(value)];
        if (before === true) expect(after).toBe(true);
        if (before === false && after === true) more++;
      }
    }),
    { numRuns: 60 },
  );
  expect(more).toBeGreaterThan(10);
});

function bundled(root: unknown, mode: Mode): unknown {
  const document = documentOf(JSON.stringify(root));
  const report = new Report();
  const options = { isRefAlone: false, descriptions: true };
  const bundle = new Bundle(document, new References(document, report), options, report);
  const schema = bundle.schema("", mode);
  expect(report.diagnostics).toEqual([]);
  return { ...(schema as object), $defs: bundle.definitions };
}

/** Ajv refuses to compile empty lists; nothing fits them. */
function judgeOf(schema: unknown): Judge {
  return ajvJudge(JSON.parse(JSON.stringify(schema).replaceAll('"enum":[]', '"not":{}')) as object);
}
