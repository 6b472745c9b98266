/** The policy that is soaked: every feature that keeps something between requests. */
import type { Policy } from "@fbp/runtime";
import { compileText } from "../support/compile.ts";

const TEXT = `contract local from "./contracts/local.contract.json"

path primary {
  contract       local
  model          "primary"
  timeout        10s
  connect        3s
  first_token    3s
  stall          3s
  context_window 32k
  max_output     1k
  price          2 USD in, 8 USD out per 1M tokens
}

path backup {
  contract       local
  model          "backup"
  account        "backup"
  timeout        500ms..10s
  first_token    3s
  stall          3s
  context_window 64k
  max_output     1k
  price          1 USD in, 4 USD out per 1M tokens
}

policy soak {
  start primary

  budget {
    deadline  20s
    attempts  3
    retries   1
    fallbacks 1
    tokens    16k
    cost      0.10 USD
  }

  breaker primary {
    // What fails at once is there before what takes two seconds.
    window    5s, at least 30 calls
    opens     at 80% failed
    open      for 500ms, doubling to 2s
    half_open 1 probe
  }

  breaker backup {
    window    200 calls, at least 50 calls
    opens     at 90% failed
    open      for 500ms
    half_open 1 probe
  }

  slo primary {
    p95 below 9s over 10s, at least 50 calls
  }

  retry_budget 20% of requests, at least 10 per second

  repeat always

  stream held for 2 tokens

  on primary {
    transport_timeout  -> silent    -> fallback backup else fail
    server_error       -> error     -> retry after 20ms..200ms else fallback backup else fail
    route_unavailable  -> down      -> fallback backup else fail
    rate_limited       -> throttled -> retry after 20ms..500ms else fallback backup else fail
    unusable_output    -> unusable  -> fallback backup else fail
    latency_slo_breach -> slow      -> fallback backup else proceed
    circuit_open       -> open      -> fallback backup else respond "later"
    stream_interrupted before first_token -> cut -> fallback backup else fail
    stream_interrupted -> cut_late  -> fail with partial
    quota_exhausted    -> broke     -> fallback backup else fail
    context_overflow   -> too_long  -> fallback backup else fail
    auth_or_account    -> bad_key   -> fail
    any client_defect  -> refused   -> fail
    budget_exhausted   -> late      -> fail
  }

  on backup {
    budget_exhausted -> late   -> fail
    otherwise        -> failed -> fail
  }
}
`;

/** @param url of the provider; left out: the one that the contract names */
export function soakPolicy(url?: string): Policy {
  const policy = compileText(TEXT);
  if (url === undefined) return policy;
  return { ...policy, contracts: policy.contracts.map((contract) => ({ ...contract, baseUrl: url })) };
}
