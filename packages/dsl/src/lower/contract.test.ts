import type { Failure } from "@fbp/runtime/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Predicate, Read } from "../check/model.ts";
import { evaluate } from "../check/predicate/evaluate.ts";
import { contractModel, policyModel, read, signalsLine } from "../testing/models.ts";
import { fitsAnything } from "./fits.ts";
import { instantiate } from "./instantiate.ts";
import { lowerPolicies } from "./policy.ts";

const statuses = fc.constantFrom(0, 200, 400, 401, 429, 500, 503);
const codes = fc.constantFrom("a", "b", "c");
const places: readonly Read[] = [read("error", "code"), read("error", "type")];

const questions: fc.Arbitrary<Predicate> = fc.letrec<{ any: Predicate }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 2 },
    statuses.map((value) => equality(read("status"), value)),
    fc
      .uniqueArray(statuses, { maxLength: 3 })
      .map((values) => ({ kind: "in_set" as const, left: read("status"), values })),
    fc.tuple(statuses, statuses).map(([low, high]) => ({ kind: "in_range" as const, left: read("status"), low, high })),
    fc.tuple(fc.constantFrom(...places), codes).map(([place, value]) => equality(place, value)),
    fc.constantFrom(...places).map((operand) => ({ kind: "is" as const, operand, test: "present" as const })),
    fc.record({ kind: fc.constantFrom("and" as const, "or" as const), of: fc.array(tie("any"), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant("not" as const), of: tie("any") }),
  ),
})).any;

function equality(left: Read, value: string | number): Predicate {
  return { kind: "compare", operator: "==", left, right: { kind: "value", value } };
}

const failures: fc.Arbitrary<Failure> = fc.record({
  transport: fc.constant(null),
  sent: fc.boolean(),
  status: statuses,
  headers: fc.constant({}),
  error: fc.oneof(fc.constant(null), fc.record({ code: codes, type: codes }, { requiredKeys: [] })),
});

/** Few lines are asked one after the other; of many the status is asked first. */
test.each([
  [8, 400],
  [60, 150],
])("of up to %i lines the first that matches decides, whatever was left out of later ones", (most, numRuns) => {
  fc.assert(
    fc.property(
      fc.array(questions, { maxLength: most, size: "max" }),
      fc.array(failures, { minLength: 1, maxLength: 10 }),
      (lines, list) => {
        const signals = [...lines.map((when, index) => signalsLine(index, when)), signalsLine(100, null)];
        const model = policyModel({ contracts: [contractModel({ signals })] });
        const [policy] = instantiate(lowerPolicies([model], { digest: "", fits: fitsAnything, validators: "" }));
        for (const failure of list) {
          const first = lines.findIndex((when) => evaluate(when, failure));
          expect(policy?.contracts[0]?.classify(failure)).toBe(first === -1 ? 100 : first);
        }
      },
    ),
    { numRuns },
  );
});
