/** One decision: a failure is classified, its rule found. */
import type { Policy } from "@fbp/runtime";
import type { GuardFacts } from "@fbp/runtime/core";
import type { Subject } from "./measure.ts";

/** The hand-written chain that a service would have without a policy. */
function ifChain(facts: GuardFacts): number {
  const code = (facts.error as { code?: unknown } | null)?.code;
  if (facts.transport !== null || facts.status === 408 || facts.status === 504) return 0;
  if (code === "insufficient_quota") return 9;
  if (code === "model_not_found") return 2;
  if (facts.status === 401 || facts.status === 402 || facts.status === 403) return 10;
  if (facts.status === 429) return 3;
  if (facts.status === 503) return 2;
  if (facts.status >= 500) return 1;
  return 11;
}

/** Six failures of different kinds, so that no branch is predicted for free. */
const FAILURES: readonly GuardFacts[] = (
  [
    [0, null, "attempt_timeout"],
    [500, { message: "x", code: "internal_error", type: "server_error" }, null],
    [429, { message: "slow down", code: "rate_limit_exceeded", type: "requests" }, null],
    [401, { message: "no", code: "invalid_api_key", type: "invalid_request_error" }, null],
    [503, { message: "busy", code: "overloaded", type: "server_error" }, null],
    [400, { message: "wrong", code: "invalid_value", type: "invalid_request_error" }, null],
  ] as const
).map(([status, error, transport]) => ({
  transport,
  sent: true,
  status,
  headers: {},
  error,
  request: { messages: [] },
  context: { tools_idempotent: false, tier: "free" },
  attempts: 1,
  elapsedMs: 1200,
  committed: false,
}));

/** Failures of which the message must be read to the end, in the words and the length of real ones. */
const WORDY: readonly GuardFacts[] = (
  [
    [
      429,
      "Rate limit reached for model `m` in organization `o` service tier `on_demand` on tokens per minute (TPM): Limit 15000, Used 11972, Requested 4351. Please try again in 5.289s. Visit https://example.com/docs/rate-limits for more information.",
    ],
    [
      400,
      "The response was filtered due to the prompt triggering the provider's content management policy. Please modify your prompt and retry.",
    ],
    [400, "Invalid parameter: 'response_format' of type 'json_object' is not supported with this model."],
    [402, "Insufficient Balance"],
    [
      503,
      "That model has more requests than it can take. You can retry your request, or contact us if the error persists.",
    ],
    [404, "The model `m` does not exist or you do not have access to it."],
  ] as const
).map(([status, message]) => ({
  ...(FAILURES[0] as GuardFacts),
  transport: null,
  status,
  error: { message, code: null, type: "invalid_request_error", param: null },
}));

export let sink = 0;

function each(
  decide: (facts: GuardFacts) => number,
  failures: readonly GuardFacts[] = FAILURES,
): (times: number) => void {
  return (times) => {
    let sum = 0;
    for (let at = 0; at < times; at++) sum += decide(failures[at % failures.length] as GuardFacts);
    sink += sum;
  };
}

export function decisions(policy: Policy): Subject[] {
  const [path] = policy.paths;
  const contract = policy.contracts[path?.contract ?? 0];
  if (path === undefined || contract === undefined) throw new Error("the policy has no path");
  const decide = (facts: GuardFacts): number => {
    const rule = path.rules[path.decide(contract.classify(facts), facts)];
    return rule?.actions.length ?? 0;
  };
  return [
    { name: "hand-written if-chain", run: each(ifChain) },
    { name: "fbp: classify, rule, actions", run: each(decide) },
  ];
}

/** The same decision where a contract documents what dozens of conditions say, by names and by words. */
export function documentedDecisions(policy: Policy): Subject[] {
  const [contract] = policy.contracts;
  if (contract === undefined) throw new Error("the policy has no contract");
  return [
    { name: "hand-written if-chain", run: each(ifChain) },
    { name: "fbp: classify, names and short messages", run: each(contract.classify) },
    { name: "fbp: classify, messages read to the end", run: each(contract.classify, WORDY) },
  ];
}
