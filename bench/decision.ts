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

export let sink = 0;

function each(decide: (facts: GuardFacts) => number): (times: number) => void {
  return (times) => {
    let sum = 0;
    for (let at = 0; at < times; at++) sum += decide(FAILURES[at % FAILURES.length] as GuardFacts);
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
