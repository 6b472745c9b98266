/** Between which times the histograms can tell. */
import type { Policy } from "../../core/policy.ts";

/** In milliseconds: from an error that comes at once to a long answer. */
const BUCKETS = [
  50, 100, 250, 500, 1000, 1500, 2000, 3000, 4000, 5000, 6000, 8000, 10_000, 15_000, 20_000, 30_000, 60_000, 120_000,
];

/** What of a policy limits times. */
export interface Limited {
  readonly paths: readonly Pick<Policy["paths"][number], "mostMs" | "breaker" | "slo">[];
  readonly budget: Pick<Policy["budget"], "deadlineMs">;
}

/**
 * Ascending, in milliseconds. What the policy limits is a bound, so that shares below it are exact.
 *
 * @param more bounds that the service adds, in milliseconds
 */
export function bucketBounds({ paths, budget }: Limited, more: readonly number[] = []): readonly number[] {
  const own = paths.flatMap(({ mostMs, breaker, slo }) => [mostMs, breaker?.slowMs ?? mostMs, slo?.belowMs ?? mostMs]);
  return [...new Set([...BUCKETS, ...own, budget.deadlineMs, ...more])].sort((one, other) => one - other);
}
