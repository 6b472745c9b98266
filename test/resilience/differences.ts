/**
 * The scenarios of other libraries whose semantics the language does not have, and why. Printed in docs/resilience.md
 * (`UPDATE=1 vitest run test/resilience-scenarios.test.ts`).
 */
const HALF_OPEN =
  "half-open closes when each of its probes has succeeded and opens at the first failure; a share of probes is not asked for";
const QUEUE = "a call beyond the probes is refused at once and takes its rule for `circuit_open`; it never waits";
const QUOTA =
  "a retry budget is a share of the requests in the last ten seconds, so that it needs no tuning to the traffic; it holds no tokens with prices";

export const DIFFERENCES: Readonly<Record<string, string>> = {
  "r4j-06-half-open-permits":
    "probes of before the last opening keep their places until they end, so that a path never has more than its probes at once",
  "r4j-10-half-open-closes": HALF_OPEN,
  "r4j-15-half-open-max-wait-reopens":
    "half-open with no probe under way stays half-open; what ends by itself is a probe's lease, so nothing can block it",
  "r4j-16-half-open-max-wait-closes":
    "a breaker closes on successes, never because time has passed; what ends by itself is a probe's lease",
  "cockatiel-07-half-open-sampling-early-reopen": HALF_OPEN,
  "cockatiel-08-excess-half-open-call-queues": QUEUE,
  "cockatiel-09-queued-call-denied-on-reopen": QUEUE,
  "cockatiel-12-count-exactly-threshold-stays-closed": "a breaker opens at its threshold, not only above it",
  "cockatiel-15-restore-breaker-state":
    "a breaker's state is not written down and read back; processes share it through a store while they run",
  "opossum-02-filtered-error-closes-half-open":
    "a probe that ends with a caller's defect says nothing of the path: its place is given back, and the state stays",
  "failsafe-05-half-open-success-3-of-4": HALF_OPEN,
  "failsafe-06-half-open-closes-early": HALF_OPEN,
  "failsafe-07-half-open-success-2-of-4": HALF_OPEN,
  "envoy-02-ejection-cap":
    "the open time doubles up to its limit and starts over once closed; it does not grow by a fixed step and shrink by intervals",
  "finagle-03-more-than-100-percent": "the share of a retry budget is at most 100%",
  "grpc-02-floor-and-slow-recovery": QUOTA,
  "aws-02-max-attempts": QUOTA,
  "aws-03-quota-empty-after-one": QUOTA,
  "aws-06-quota-recovers-across-requests": QUOTA,
  "aws-07-throttling-cheaper-but-slower": QUOTA,
  "envoy-03-budget-min-concurrency": "a retry budget counts requests over time, not those that are open at this moment",
  "ai-02-retry-after-too-long":
    "a wait that does not fit before the deadline is not replaced by a shorter one: the next action happens at once",
};
