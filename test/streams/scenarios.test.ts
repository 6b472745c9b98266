/** Streams in scenarios: over every shipped contract that has them, its own chunk schema takes what is played. */
import { readdirSync } from "node:fs";
import { runScenario } from "@fbp/dsl";
import { describe, expect, it } from "vitest";
import { compilation } from "../support/compile.ts";

const CONTRACTS = readdirSync(new URL("../../policies/contracts/", import.meta.url)).map(
  (file) => file.split(".")[0] ?? "",
);

const policyOver = (contract: string, stream: string): string => `
contract provider from "./contracts/${contract}.contract.json"
path primary {
  contract provider
  model    "model-a"
  timeout  8s
}
policy chat {
  start primary
  budget {
    deadline 8s
    attempts 1
  }
  stream ${stream}
  on primary {
    stream_interrupted -> torn -> fail with partial
    otherwise -> failed -> fail
  }
}
scenario "an answer" for chat {
  request { "messages": [{ "role": "user", "content": "hello" }], "stream": true }
  primary answers after 1s
  expect  answer from primary, no reason, within 1s, tokens 15
}
scenario "a cut" for chat {
  primary breaks after 12 tokens after 2s
  expect  ${stream === "held" ? "failure" : "partial"}, reason torn, attempts 1, within 2s
}
scenario "a cut at once" for chat {
  primary breaks before first_token after 1s
  expect  failure, reason torn, attempts 1, within 1s
}
`;

describe.each(CONTRACTS)("over %s", (contract) => {
  it.each(["visible", "held", "held for 12 tokens"])("answers and cuts are played, stream %s", (stream) => {
    const made = compilation(policyOver(contract, stream));
    const [policy] = made.policies();
    const model = made.program?.policies[0];
    if (policy === undefined || model === undefined) throw new Error("the policy does not compile");
    const results = (made.program?.scenarios ?? []).map((scenario) => runScenario(policy, model, scenario));
    const unmet = results.map((result) =>
      result.kind === "unplayable"
        ? [result.why]
        : result.comparisons.filter(({ met }) => !met).map(({ expected, got }) => `${expected}, not ${got}`),
    );
    expect(unmet).toEqual([[], [], []]);
  });
});
