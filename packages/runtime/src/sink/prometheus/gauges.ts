/** What a client tells of itself when it is asked: its paths' health, and what it has lost. */
import type { BreakerState } from "../../core/breaker.ts";
import type { PathHealth } from "../../core/path-health.ts";
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

const OF_POLICY = ["policy"];
const OF_PATH = ["policy", "path"];

function readCounters(registry: Registry, policy: string, counters: Counters): void {
  const gauge = (name: string, help: string, value: number) => registry.gauge(name, help, OF_POLICY).set(value, policy);
  const counter = (name: string, help: string, value: number) =>
    registry.counter(name, help, OF_POLICY).set(value, policy);
  gauge("fbp_requests_in_flight", "Requests that are not over.", counters.inFlight);
  gauge("fbp_hooks_pending", "Hooks that were called and have not ended.", counters.hooksPending);
  counter("fbp_hook_faults_total", "Hooks that threw, rejected, or did not end in their time.", counters.hookFaults);
  counter("fbp_sink_faults_total", "Times that the sink threw or rejected.", counters.sinkFaults);
  counter("fbp_records_lost_total", "Records that the sink could not put where they belong.", counters.recordsLost);
}

function readPath(registry: Registry, policy: string, path: PathHealth): void {
  const gauge = (name: string, help: string, value: number, unit = 1) =>
    registry.gauge(name, help, OF_PATH, unit).set(value, policy, path.path);
  gauge("fbp_slo_breached", "1 while the path's own latency SLO is breached.", path.sloBreached ? 1 : 0);
  if (path.breaker === null) return;
  const help = "1 for the state that the path's breaker is in.";
  const state = registry.gauge("fbp_breaker_state", help, [...OF_PATH, "state"]);
  for (const each of STATES) state.set(path.breaker === each ? 1 : 0, policy, path.path, each);
  gauge("fbp_breaker_held", "1 while an operator holds the path's breaker open or closed.", path.held === null ? 0 : 1);
  gauge("fbp_breaker_opens_in_seconds", "Time until an open breaker lets a probe through.", path.opensInMs, SECOND);
  const calls = registry.gauge(
    "fbp_breaker_window_calls",
    "Calls in the breaker's window, and those of them that count against it.",
    [...OF_PATH, "calls"],
  );
  calls.set(path.calls, policy, path.path, "all");
  calls.set(path.failed, policy, path.path, "failed");
  calls.set(path.slow, policy, path.path, "slow");
}
