import { expect, test } from "vitest";
import { contextReader } from "./context.ts";
import type { Policy } from "./core/policy.ts";
import { UsageError } from "./usage-error.ts";

const fields: Policy["context"] = {
  idempotent: { type: "bool", default: false },
  tier: { type: "enum", values: ["free", "paid"], default: "free" },
  weight: { type: "number", default: 1 },
  region: { type: "string" },
};

test("defaults fill in what is not given", () => {
  expect(contextReader({ context: fields })({ region: "eu", tier: "paid" })).toEqual({
    idempotent: false,
    tier: "paid",
    weight: 1,
    region: "eu",
  });
});

test("nothing need be given where all have a default", () => {
  const { region: _, ...rest } = fields;
  expect(contextReader({ context: rest })(undefined)).toEqual({ idempotent: false, tier: "free", weight: 1 });
  expect(contextReader({ context: {} })(undefined)).toEqual({});
});

test("a policy without context says so", () => {
  expect(() => contextReader({ context: {} })({ tier: "paid" })).toThrow('has no field "tier": it has none');
});

test.each<[unknown, string]>([
  [undefined, "needs a text as region, which has no default"],
  [{}, "needs a text as region, which has no default"],
  [{ region: 1 }, "needs a text as region"],
  [{ region: "eu", tier: "gold" }, 'needs one of "free", "paid" as tier'],
  [{ region: "eu", weight: Number.NaN }, "needs a number as weight"],
  [{ region: "eu", idempotent: "yes" }, "needs true or false as idempotent"],
  [{ region: "eu", teir: "paid" }, 'has no field "teir": it has idempotent, tier, weight, region'],
  [{ region: "eu", constructor: 1 }, 'has no field "constructor"'],
  [null, "must be an object"],
  ["eu", "must be an object"],
  [["eu"], "must be an object"],
])("%j is a bug of the caller", (given, message) => {
  const read = contextReader({ context: fields });
  expect(() => read(given)).toThrow(UsageError);
  expect(() => read(given)).toThrow(message);
});
