import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Predicate } from "../check/model.ts";
import { evaluate, type Facts } from "../check/predicate/evaluate.ts";
import { all, equal, oneOf, read } from "../testing/models.ts";
import { casesByStatus, type Line, type StatusCase } from "./by-status.ts";

const status = read("status");
const code = read("error", "code");

const numbers = fc.constantFrom(-1, 0, 1, 199.5, 200, 299, 400, 404, 429, 499, 500, 599, 600);
const tests: fc.Arbitrary<Predicate> = fc.letrec<{ any: Predicate }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 2 },
    fc.array(numbers, { maxLength: 3 }).map((values) => oneOf(status, ...values)),
    fc.tuple(numbers, numbers).map(([low, high]) => ({ kind: "in_range" as const, left: status, low, high })),
    fc
      .tuple(fc.constantFrom("==" as const, "!=" as const, "<" as const, ">=" as const), numbers)
      .map(([operator, value]) => ({
        kind: "compare" as const,
        operator,
        left: status,
        right: { kind: "value" as const, value },
      })),
    fc
      .constantFrom("absent" as const, "present" as const, "empty" as const)
      .map((how) => ({ kind: "is" as const, operand: status, test: how })),
    fc.constant({ kind: "compare" as const, operator: "==" as const, left: status, right: code }),
    fc.constantFrom("a", "b").map((value) => equal(code, value)),
    fc.record({ kind: fc.constantFrom("and" as const, "or" as const), of: fc.array(tie("any"), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant("not" as const), of: tie("any") }),
  ),
})).any;

const ALWAYS: Predicate = { kind: "const", value: true };

function linesOf(predicates: readonly Predicate[]): readonly Line[] {
  return [...predicates, ALWAYS].map((when, signal) => ({ signal, when, comment: "" }));
}

function signalOf(lines: readonly Line[], facts: Facts): number | undefined {
  return lines.find(({ when }) => evaluate(when, facts))?.signal;
}

function casesOf(cases: readonly StatusCase[], wanted: number): readonly StatusCase[] {
  return cases.filter(({ statuses }) => statuses.some(([low, high]) => wanted >= low && wanted <= high));
}

test("each status has one case, and there the lines decide as they did", () => {
  const everyStatus = [0, 1, 199, 200, 201, 299, 300, 399, 400, 403, 404, 405, 429, 498, 499, 500, 598, 599, 600, 999];
  fc.assert(
    fc.property(fc.array(tests, { maxLength: 8 }), (predicates) => {
      const lines = linesOf(predicates);
      const cases = casesByStatus(lines);
      for (const one of everyStatus) {
        const [found, ...others] = casesOf(cases, one);
        expect(others).toEqual([]);
        for (const error of [null, { code: "a" }, { code: "b" }, { code: one }]) {
          const facts = { status: one, error };
          expect(signalOf(found?.lines ?? [], facts)).toBe(signalOf(lines, facts));
        }
      }
    }),
    { numRuns: 500 },
  );
});

describe("what is left under a status", () => {
  const lines = linesOf([all(oneOf(status, 400, 422), equal(code, "a")), oneOf(status, 401), equal(code, "b")]);
  const cases = casesByStatus(lines);
  const left = (wanted: number) => casesOf(cases, wanted)[0]?.lines.map(({ signal }) => signal);

  test("is what can still hold then", () => {
    expect([left(400), left(422), left(401), left(500)]).toEqual([[0, 2, 3], [0, 2, 3], [1], [2, 3]]);
  });

  test("is written once for all statuses that it is the same for", () => {
    expect(cases.map(({ statuses }) => statuses)).toEqual([
      [[401, 401]],
      [
        [400, 400],
        [422, 422],
      ],
      [
        [0, 0],
        [1, 399],
        [402, 421],
        [423, Infinity],
      ],
    ]);
  });

  test("leaves out a line that says what the last one says anyhow", () => {
    const same: readonly Line[] = [
      { signal: 6, when: all(oneOf(status, 400), equal(code, "a")), comment: "" },
      { signal: 6, when: ALWAYS, comment: "" },
    ];
    expect(casesByStatus(same).map(({ lines: kept }) => kept.length)).toEqual([1]);
  });
});
