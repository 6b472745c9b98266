import { nth } from "@fbp/runtime/core";
import { expect, test } from "vitest";
import { exploredPolicy } from "./explored-policy.ts";
import { situationsOf } from "./situations.ts";
import { compiled, runbook } from "./testing/fixtures.ts";

const model = runbook();
const explored = exploredPolicy(model);
const whole = compiled(model);

test("has the same data as the whole policy", () => {
  expect(JSON.stringify(explored)).toBe(JSON.stringify(whole));
});

test("reads every kind of failure as the whole policy does", () => {
  const contract = nth(explored.contracts, 0);
  const signals = situationsOf(model, 0).map(({ facts }) => contract.classify(facts));
  expect(signals).toEqual(situationsOf(model, 0).map(({ facts }) => nth(whole.contracts, 0).classify(facts)));
  expect(new Set(signals).size).toBeGreaterThan(8);
});

test("checks answers as the whole policy does", () => {
  const message = { role: "assistant", content: "hello" };
  const answers = [message, { ...message, refusal: "no" }].map((each) => ({ choices: [{ index: 0, message: each }] }));
  const failedBy = answers.map((answer) => nth(explored.contracts, 0).accept(answer, {}));
  expect(failedBy).toEqual([-1, 1]);
  expect(failedBy).toEqual(answers.map((answer) => nth(whole.contracts, 0).accept(answer, {})));
});
