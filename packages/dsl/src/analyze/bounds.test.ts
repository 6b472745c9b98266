import { describe, expect, test } from "vitest";
import { prove } from "./proof.ts";
import { fixture, modelOf } from "./testing/fixtures.ts";

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

test("a call that never left ends at the limit for its connection, or for its status line, and not at its timeout", () => {
  const longest = (settings: string) => {
    const proved = prove(
      modelOf(`contract provider from "./contracts/local.contract.json"
path only { contract provider
 model "model-a"
 timeout 500ms..8s
 ${settings} }
policy of_a_test {
  start only
  budget {
    deadline 20s
    attempts 2
    retries 1
  }
  repeat never
  on only {
    transport_timeout -> again -> retry else fail
    otherwise -> failed -> fail
  }
}`),
    );
    if (proved.kind !== "proved") throw new Error(proved.why);
    return proved.proof.bounds.elapsedMs.most.value;
  };
  expect(longest("")).toBe(16_000);
  expect(longest("connect 1s")).toBe(9000);
  expect(longest("headers 2s")).toBe(10_000);
  expect(longest("connect 1s\n headers 2s")).toBe(9000);
});
