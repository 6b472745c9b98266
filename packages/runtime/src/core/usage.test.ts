import { expect, test } from "vitest";
import { aContract } from "./testing/policy.ts";
import { usageOf } from "./usage.ts";

test.each<[unknown, unknown]>([
  [{ usage: { prompt_tokens: 10, completion_tokens: 0 } }, { input: 10, output: 0 }],
  [{ usage: { prompt_tokens: 10 } }, null],
  [{ usage: { prompt_tokens: "10", completion_tokens: 5 } }, null],
  [{ usage: { prompt_tokens: -1, completion_tokens: 5 } }, null],
  [{ usage: { prompt_tokens: 1.5, completion_tokens: 5 } }, null],
  [{ usage: { prompt_tokens: 1e300, completion_tokens: 5 } }, null],
  [{ usage: { prompt_tokens: 1e9, completion_tokens: 1e9 + 1 } }, null],
  [{ usage: null }, null],
  [null, null],
])("%j", (body, usage) => {
  expect(usageOf(aContract(), body)).toEqual(usage);
});
