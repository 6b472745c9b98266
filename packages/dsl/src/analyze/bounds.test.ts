import { describe, expect, test } from "vitest";
import { prove } from "./proof.ts";
import { fixture } from "./testing/fixtures.ts";

describe("where money and tokens are both limited", () => {
  const proved = prove(fixture("both-amounts"));
  if (proved.kind !== "proved") throw new Error(proved.why);
  const { tokens, costNanos } = proved.proof.bounds;

  test("the most tokens are spent by a long prompt and a short answer", () => {
    expect(tokens?.most.value).toBe(8000);
    const size = tokens?.most.trace()?.size;
    expect(size && size.prompt + size.output).toBe(8000);
    expect(size && size.prompt * 2000 + size.output * 8000).toBeLessThanOrEqual(20_000_000);
  });

  test("the most money is spent by a long answer", () => {
    expect(costNanos?.most.value).toBe(20_000_000);
    expect(costNanos?.most.trace()?.outcome.costNanos).toBe(20_000_000);
  });
});
