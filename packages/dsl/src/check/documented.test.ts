import { BUILT_IN_SIGNALS, type Failure, mayBeCharged } from "@fbp/runtime/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matches } from "../contract/conditions.ts";
import type { ErrorCondition } from "../contract/document.ts";
import { load, localWith } from "../contract/testing/shipped.ts";
import { Report } from "../diagnostics/index.ts";
import { fitsAnything } from "../lower/fits.ts";
import { instantiate } from "../lower/instantiate.ts";
import { lowerPolicies } from "../lower/policy.ts";
import { span } from "../source.ts";
import { contractModel, policyModel } from "../testing/models.ts";
import { chargesOf, documentedLines } from "./documented.ts";
import { evaluate } from "./predicate/evaluate.ts";

function contractWith(conditions: readonly ErrorCondition[]) {
  const { loaded, diagnostics } = load(localWith({ errors: { conditions } }));
  if (loaded === null) throw new Error(diagnostics.map(({ text }) => text).join("\n"));
  return { name: "local", loaded };
}

const PLACE = span({ name: "policy.fbp", text: "documented" }, 0, 10);

function linesOf(conditions: readonly ErrorCondition[]) {
  return documentedLines(contractWith(conditions), BUILT_IN_SIGNALS, PLACE, new Report(), () => false);
}

const some = <T>(...values: readonly T[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });

const conditions: fc.Arbitrary<ErrorCondition> = fc
  .record(
    {
      signal: fc.constantFrom("server_error", "client_invalid"),
      status: some<number | string>(200, 400, 429, "4xx", "5xx"),
      code: some<string | number>("a", "b", 429, "429"),
      type: some("a", "t"),
      param: some("p", "q"),
      message: some("too low", "Proxy", "<html"),
      header: fc.dictionary(
        fc.constantFrom("x-a", "X-Code"),
        fc.oneof(fc.constant("present" as const), some("t", "Thr")),
        {
          minKeys: 1,
          noNullPrototype: true,
        },
      ),
      charged: fc.constantFrom("yes", "no", "unknown"),
      how: fc.constantFrom("inBand", "html"),
    },
    { requiredKeys: ["signal"] },
  )
  .map(({ how, ...rest }): ErrorCondition => {
    const { status, code, type, param, ...plain } = rest;
    if (how === "inBand") return { ...rest, ...(status === undefined ? {} : { status: [200] }), inBand: true };
    if (how === "html") return { ...plain, ...(status === undefined ? {} : { status }), body: "html" };
    return Object.keys(rest).some((key) => key !== "signal" && key !== "charged") ? rest : { ...rest, status: [418] };
  });

const failures: fc.Arbitrary<Failure> = fc.record({
  transport: fc.constant(null),
  sent: fc.constant(true),
  status: fc.constantFrom(200, 204, 400, 404, 418, 429, 500),
  headers: fc.dictionary(fc.constantFrom("x-a", "x-code"), fc.constantFrom("true", "Throttling"), {
    noNullPrototype: true,
  }),
  error: fc.oneof(
    fc.constant(null),
    fc.record(
      {
        code: fc.constantFrom("a", "b", 429, "429", null),
        type: fc.constantFrom("a", "t", 7),
        param: fc.constantFrom("p", "r"),
        message: fc.constantFrom("it is TOO LOW", "<HTML><title>proxy", "<title>Proxy</title>", 5),
      },
      { requiredKeys: [] },
    ),
  ),
});

test("a line holds of the failures that its condition holds of", () => {
  let held = 0;
  fc.assert(
    fc.property(
      fc.array(conditions, { minLength: 1, maxLength: 4 }),
      fc.array(failures, { minLength: 8 }),
      (all, list) => {
        const lines = linesOf(all);
        for (const failure of list) {
          for (const [at, condition] of all.entries()) {
            const when = lines[at]?.when;
            const holds = matches(condition, failure);
            if (holds) held++;
            expect(when === null || when === undefined ? "no predicate" : evaluate(when, failure)).toBe(holds);
          }
        }
      },
    ),
    { numRuns: 200 },
  );
  expect(held).toBeGreaterThan(100);
});

test("no condition holds of a call whose transport failed, whatever had come before", () => {
  const lines = linesOf([
    { signal: "server_error", status: [200] },
    { signal: "server_error", inBand: true },
    { signal: "server_error", header: { "x-a": "present" } },
    { signal: "server_error", code: ["a"] },
  ]);
  const broken = { transport: "reset" as const, sent: true, status: 200, headers: { "x-a": "1" }, error: null };
  expect(lines.map(({ when }) => when !== null && evaluate(when, broken))).toEqual([false, false, false, false]);
  const whole = { ...broken, transport: null, error: { code: "a" } };
  expect(lines.map(({ when }) => when !== null && evaluate(when, whole))).toEqual([true, true, true, true]);
});

test("a claim about retries is held against a signal that the policy declares", () => {
  const contract = contractWith([{ signal: "model_moved", status: [410], retryable: "no" }]);
  const report = new Report();
  const declared = [...BUILT_IN_SIGNALS, { name: "model_moved", class: "transient" as const }];
  documentedLines(contract, declared, PLACE, report, () => false);
  expect(report.diagnostics.map(({ code, span: at }) => [code, at.source.name])).toEqual([
    ["FBP3035", "test.contract.json"],
  ]);
});

describe("what is charged", () => {
  function charged(all: readonly ErrorCondition[]): (failure: Failure) => boolean {
    const contract = contractWith(all);
    const model = contractModel({ contract: contract.loaded.contract, charges: chargesOf(contract) });
    const lowered = lowerPolicies([policyModel({ contracts: [model] })], {
      digest: "",
      fits: fitsAnything,
      validators: "",
    });
    const plan = instantiate(lowered)[0]?.contracts[0];
    return (failure) => plan !== undefined && mayBeCharged(plan, failure);
  }

  test("is what the first condition that holds says, else what the contract says of all", () => {
    fc.assert(
      fc.property(fc.array(conditions, { maxLength: 4 }), fc.array(failures, { minLength: 8 }), (all, list) => {
        const decide = charged(all);
        for (const failure of list) {
          const taken = all.find((condition) => matches(condition, failure))?.charged;
          // The contract `local` says that failed calls are free.
          expect(decide(failure)).toBe(taken === undefined ? failure.status < 300 : taken !== "no");
        }
      }),
      { numRuns: 150 },
    );
  });

  test("costs a policy nothing where no condition says anything", () => {
    expect(chargesOf(contractWith([{ signal: "server_error", status: [500] }]))).toEqual([]);
    const last = [
      { signal: "x", status: [400], charged: "no" as const },
      { signal: "x", status: [401] },
    ];
    expect(chargesOf(contractWith(last))).toHaveLength(1);
  });
});
