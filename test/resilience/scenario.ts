/** Scenarios of breakers, windows, retry budgets and back-off in the form of `resilience-scenarios.json`. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What is asked after an event; only what is there is asked. */
export interface Expectation {
  readonly state?: "closed" | "open" | "half_open";
  readonly allow?: boolean;
  readonly retry_after_ms?: number;
  readonly total?: number;
  readonly failed?: number;
  readonly granted?: number;
  readonly tolerance?: number;
  readonly retry?: boolean;
  readonly delay_ms?: number;
}

export interface ScenarioEvent {
  readonly t_ms: number;
  readonly op: string;
  readonly repeat?: number;
  /** Names a call, so that its end can be told. */
  readonly id?: string;
  readonly latency_ms?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expect?: Expectation;
}

export interface ScenarioConfig {
  readonly kind: string;
  readonly window?:
    | { readonly type: "time"; readonly ms: number }
    | { readonly type: "count"; readonly size: number }
    | { readonly type: "consecutive"; readonly n: number };
  readonly min_calls?: number;
  readonly failure_rate?: number;
  readonly failure_count?: number;
  readonly slow_rate?: number;
  readonly slow_ms?: number;
  readonly open_ms?: readonly number[];
  readonly half_open?: { readonly permits: number; readonly lease_ms?: number };
  readonly percent?: number;
  readonly min_retries_per_sec?: number;
  readonly base_ms?: number;
  readonly max_ms?: number;
  readonly retry_after?: { readonly headers: readonly string[] };
}

export interface Scenario {
  readonly id: string;
  readonly source?: string;
  readonly config: ScenarioConfig;
  readonly events: readonly ScenarioEvent[];
}

const SHARED = join(import.meta.dirname, "../../../shared/data/resilience-scenarios.json");
const OWN = join(import.meta.dirname, "../fixtures/resilience/scenarios.json");

export const HAS_SHARED_SCENARIOS = existsSync(SHARED);

/** None where the folder is absent. */
export function sharedScenarios(): readonly Scenario[] {
  return HAS_SHARED_SCENARIOS ? read(SHARED) : [];
}

export function ownScenarios(): readonly Scenario[] {
  return read(OWN);
}

function read(file: string): readonly Scenario[] {
  return JSON.parse(readFileSync(file, "utf8")) as readonly Scenario[];
}
