/**
 * What is reported of a test as always so must be so for everything that the schema lets through:
 * random schemas, random tests, random instances of the schema.
 */
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import type { Operand, Predicate } from "../model.ts";
import { evaluate } from "./evaluate.ts";
import { check } from "./testing/check-text.ts";
import { instances, schemas } from "./testing/instances.ts";
import { tests } from "./testing/tests.ts";

const cases = schemas().chain((schema) =>
  fc.record({
    schema: fc.constant(schema),
    test: tests(),
    values: fc.array(instances(schema), { minLength: 1, maxLength: 20 }),
  }),
);

describe("what is said to be always so", () => {
  /** How often each claim was put to the test: a claim that is never made proves nothing. */
  const claims = new Map<string, number>();

  it("is asked of instances that fit their schema", () => {
    fc.assert(
      fc.property(cases, ({ schema, values }) => {
        const isValid = new Ajv2020({ strict: false }).compile(schema);
        expect(values.every((value) => isValid(value))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("is so for every instance of the schema", () => {
    fc.assert(
      fc.property(cases, ({ schema, test, values }) => {
        const { predicate, codes, report } = check(test.text, schema);
        expect(predicate === null).toBe(report.failed);
        for (const request of values) {
          const answer = evaluate(test.predicate, { request });
          if (predicate !== null) expect(evaluate(predicate, { request })).toBe(answer);
          for (const code of codes) {
            claims.set(code, (claims.get(code) ?? 0) + 1);
            const claim = claimOf(code, test.predicate, request);
            if (claim !== undefined) expect([test.text, code, answer]).toEqual([test.text, code, claim]);
          }
        }
      }),
      { numRuns: 1500 },
    );
  });

  afterAll(() => {
    for (const code of ["FBP2101", "FBP2104", "FBP2105", "FBP2106", "FBP2107", "FBP2108", "FBP2109", "FBP2110"]) {
      expect([code, (claims.get(code) ?? 0) > 0]).toEqual([code, true]);
    }
  });
});

/** What the message claims that the test gives; undefined where it claims nothing of this test. */
function claimOf(code: string, predicate: Predicate, request: unknown): boolean | undefined {
  const isEqual = predicate.kind === "compare" && predicate.operator === "==";
  switch (code) {
    case "FBP2107":
      return false;
    case "FBP2108":
      return true;
    case "FBP2109":
      return evaluate({ kind: "is", operand: placeOf(predicate), test: "present" }, { request });
    // The value at fault is never equal; of `!=` nothing is claimed.
    case "FBP2104":
    case "FBP2105":
    case "FBP2106":
      return isEqual && isBesideValue(predicate) ? false : undefined;
    // The place is never there.
    case "FBP2101":
    case "FBP2110":
    case "FBP2125":
      return isEqual || predicate.kind === "truth" ? false : undefined;
    default:
      return undefined;
  }
}

function isBesideValue(predicate: Predicate): boolean {
  return predicate.kind === "compare" && [predicate.left, predicate.right].some((side) => side.kind === "value");
}

function placeOf(predicate: Predicate): Operand {
  if (predicate.kind === "is" || predicate.kind === "truth") return predicate.operand;
  if (predicate.kind === "compare") return predicate.left.kind === "read" ? predicate.left : predicate.right;
  if (predicate.kind === "in_set" || predicate.kind === "in_range") return predicate.left;
  if (predicate.kind === "contains" || predicate.kind === "starts_with" || predicate.kind === "has")
    return predicate.left;
  throw new Error("no such claim is made of it");
}
