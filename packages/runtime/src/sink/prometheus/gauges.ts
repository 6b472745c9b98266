/** What a client tells of itself when it is asked: its paths' health, and what it has lost. */
import type { BreakerState, PathHealth } from "../../core/health.ts";
import type { Counters } from "../../recorder.ts";
import type { Registry } from "./registry.ts";

/** What is needed of a client. */
export interface Watchable {
  health(): readonly PathHealth[];
  counters(): Counters;
}

const STATES: readonly BreakerState[] = ["closed", "open", "half_open"];

/** Milliseconds in a second. */
const SECOND = 1000;

export function readGauges(registry: Registry, policy: string, client: Watchable): void {
  readCounters(registry, policy, client.counters());
  for (const path of client.health()) readPath(registry, policy, path);
}

function readCounters(registry: Registry, policy: string, counters: Counters): void {
  const own = { policy };
  registry.gauge("fbp_requests_in_flight", "Requests that are not over.").set(own, counters.inFlight);
  registry.gauge("fbp_hooks_pending", "Hooks that were called and have not ended.").set(own, counters.hooksPending);
  registry
    .counter("fbp_hook_faults_total", "Hooks that threw, rejected, or did not end in their time.")
    .set(own, counters.hookFaults);
  registry.counter("fbp_sink_faults_total", "Times that the sink threw or rejected.").set(own, counters.sinkFaults);
  registry
    .counter("fbp_records_lost_total", "Records that the sink could not put where they belong.")
    .set(own, counters.recordsLost);
}

function readPath(registry: Registry, policy: string, path: PathHealth): void {
  const own = { policy, path: path.path };
  registry
    .gauge("fbp_slo_breached", "1 while the path's own latency SLO is breached.")
    .set(own, path.sloBreached ? 1 : 0);
  if (path.breaker === null) return;
  const state = registry.gauge("fbp_breaker_state", "1 for the state that the path's breaker is in.");
  for (const each of STATES) state.set({ ...own, state: each }, path.breaker === each ? 1 : 0);
  registry
    .gauge("fbp_breaker_held", "1 while an operator holds the path's breaker open or closed.")
    .set(own, path.held === null ? 0 : 1);
  registry
    .gauge("fbp_breaker_opens_in_seconds", "Time until an open breaker lets a probe through.", SECOND)
    .set(own, path.opensInMs);
  const calls = registry.gauge(
    "fbp_breaker_window_calls",
    "Calls in the breaker's window, and those of them that count against it.",
  );
  calls.set({ ...own, calls: "all" }, path.calls);
  calls.set({ ...own, calls: "failed" }, path.failed);
  calls.set({ ...own, calls: "slow" }, path.slow);
}
