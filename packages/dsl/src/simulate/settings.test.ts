import { expect, test } from "vitest";
import { variationOf } from "./settings.ts";
import { policyOf } from "./testing/played.ts";

const policy = policyOf();

test.each([
  ["budget.attempts=1..3", [1, 2, 3]],
  ["budget.attempts=2,4", [2, 4]],
  ["budget.tokens=24k,32k", [24_000, 32_000]],
  ["budget.retries=0,1", [0, 1]],
  ["primary.timeout=800ms,2.5s", [800, 2500]],
  ["primary.timeout=2s..4s", [2000, 3000, 4000]],
  ["breaker.primary.failed=20%,50%", [0.2, 0.5]],
])("%s", (text, values) => {
  const variation = variationOf(policy, text);
  expect(typeof variation === "string" ? variation : variation.values.map(({ value }) => value)).toEqual(values);
});

test.each([
  ["budget.atempts=1", 'the policy has no setting "budget.atempts", did you mean budget.attempts?'],
  ["budget.attempts", '"" is no value of budget.attempts, which is a whole number'],
  ["primary.timeout=8", '"8" is no value of primary.timeout, which is a time such as'],
  ["primary.timeout=5s..2s", '"5s..2s" is no value of'],
  ["budget.attempts=1..500", "budget.attempts is to take 21 values, and at most 20 are compared"],
])("%s is none", (text, why) => {
  expect(variationOf(policy, text)).toContain(why);
});
