/** Plays a scenario against the runtime's own breaker, window, retry budget and back-off. */
import {
  Breaker,
  type BreakerPlan,
  backoffMs,
  type Counting,
  force,
  hold,
  opensInMs,
  type Permit,
  RetryBudget,
  type RetryHintPlan,
  serverWaitMs,
  stateOf,
  windowOf,
} from "@fbp/runtime/core";
import type { Expectation, Scenario, ScenarioConfig, ScenarioEvent } from "./scenario.ts";

/** What was found after an event, to be held against what is expected of it. */
export interface Found {
  readonly event: ScenarioEvent;
  readonly expected: Expectation;
  readonly found: Expectation;
}

interface Player {
  /** Carries out one event, once; gives all that can be asked then. */
  play(event: ScenarioEvent): Expectation;
}

/** @throws Error for a kind or an operation that the language has nothing like: such a scenario must be listed as different */
export function play({ config, events }: Scenario): readonly Found[] {
  const player = playerOf(config);
  const found: Found[] = [];
  for (const event of events) {
    let granted = 0;
    for (let time = 1; time <= (event.repeat ?? 1); time++) {
      const seen = player.play(event);
      granted += seen.granted ?? 0;
      const { expect: expected } = event;
      if (expected === undefined) continue;
      // How many were granted is asked of all of them together.
      if (expected.granted === undefined) found.push({ event, expected, found: only(seen, expected) });
      else if (time === event.repeat)
        found.push({ event, expected, found: { ...expected, granted: near(granted, expected) } });
    }
  }
  return found;
}

function near(granted: number, { granted: wanted = 0, tolerance = 0 }: Expectation): number {
  return Math.abs(granted - wanted) <= tolerance ? wanted : granted;
}

/** Of what was seen that which is asked for. */
function only(seen: Expectation, expected: Expectation): Expectation {
  const kept = Object.keys(expected).map((key) => [key, seen[key as keyof Expectation]]);
  return Object.fromEntries(kept) as Expectation;
}

function playerOf(config: ScenarioConfig): Player {
  switch (config.kind) {
    case "breaker":
      return new BreakerPlayer(config);
    case "window":
      return new WindowPlayer(config);
    case "retry_budget":
      return new BudgetPlayer(config);
    case "retry":
      return new BackoffPlayer(config);
    default:
      throw new Error(`the runtime has no ${config.kind}`);
  }
}

function planOf(config: ScenarioConfig): BreakerPlan {
  const { window, min_calls, failure_rate, failure_count, slow_rate, slow_ms, open_ms = [], half_open } = config;
  const size = window?.type === "count" ? window.size : null;
  // So many of so many is a share of a full window.
  const ofFull = failure_count !== undefined && size !== null ? { share: failure_count / size, least: size } : null;
  return {
    window: window?.type === "time" ? { kind: "time", ms: window.ms } : { kind: "calls", calls: size ?? 1 },
    minimumCalls: ofFull?.least ?? Math.max(1, min_calls ?? 1),
    failedShare: ofFull?.share ?? failure_rate ?? null,
    slowShare: slow_rate ?? null,
    slowMs: slow_ms ?? null,
    consecutive: window?.type === "consecutive" ? window.n : null,
    openMs: open_ms[0] ?? 0,
    openMostMs: open_ms.at(-1) ?? 0,
    probes: half_open?.permits ?? 1,
    leaseMs: half_open?.lease_ms ?? 60_000,
  };
}

class BreakerPlayer implements Player {
  readonly #breaker: Breaker;
  /** Calls that are under way, by name; those without one by order. */
  readonly #calls = new Map<string, Permit>();
  #unnamed = 0;

  constructor(config: ScenarioConfig) {
    this.#breaker = new Breaker(planOf(config));
  }

  play(event: ScenarioEvent): Expectation {
    const now = event.t_ms;
    let allow = true;
    switch (event.op) {
      case "call":
        allow = this.#begin(event, now);
        break;
      case "success":
      case "failure":
      case "neutral":
        this.#end(event, event.op, now);
        break;
      case "to_open":
        force(this.#breaker, "open", now);
        break;
      case "to_half_open":
        force(this.#breaker, "half_open", now);
        break;
      case "hold_open":
        hold(this.#breaker, "open", true, now);
        break;
      case "release":
        hold(this.#breaker, null, true, now);
        break;
      default:
        throw new Error(`a breaker has no ${event.op}`);
    }
    return { allow, state: stateOf(this.#breaker, now), retry_after_ms: opensInMs(this.#breaker, now) };
  }

  #begin({ id }: ScenarioEvent, now: number): boolean {
    if (this.#breaker.refuses(now, now)) return false;
    this.#unnamed += 1;
    this.#calls.set(id ?? `#${this.#unnamed}`, this.#breaker.take(now));
    return true;
  }

  /** The named call, else the oldest; where none is under way one begins and ends at once. */
  #end(event: ScenarioEvent, verdict: "success" | "failure" | "neutral", now: number): void {
    const name = event.id ?? this.#calls.keys().next().value ?? null;
    if (name === null) {
      if (this.#begin(event, now)) this.#end(event, verdict, now);
      return;
    }
    const permit = this.#calls.get(name);
    this.#calls.delete(name);
    if (permit !== undefined) this.#breaker.settle(permit, verdict, event.latency_ms ?? 0, now);
  }
}

class WindowPlayer implements Player {
  readonly #window: Counting;

  constructor({ window }: ScenarioConfig) {
    if (window?.type === "time") this.#window = windowOf({ kind: "time", ms: window.ms });
    else if (window?.type === "count") this.#window = windowOf({ kind: "calls", calls: window.size });
    else throw new Error("a window is of time or of calls");
  }

  play({ op, t_ms }: ScenarioEvent): Expectation {
    if (op !== "check") this.#window.add(t_ms, op === "failure");
    const [total, failed] = this.#window.counted(t_ms);
    return { total, failed };
  }
}

class BudgetPlayer implements Player {
  readonly #requests = windowOf({ kind: "time", ms: 10_000 });
  readonly #budget: RetryBudget;

  constructor({ percent, min_retries_per_sec }: ScenarioConfig) {
    if (percent === undefined || percent > 1) throw new Error("a retry budget is a share of the requests, up to all");
    this.#budget = new RetryBudget(
      { share: percent, perSecond: min_retries_per_sec ?? 0 },
      { requests: this.#requests },
    );
  }

  play({ op, t_ms }: ScenarioEvent): Expectation {
    if (op === "deposit" || op === "deposit_then_retry") this.#requests.add(t_ms);
    if (op === "deposit") return {};
    if (op !== "retry" && op !== "deposit_then_retry") throw new Error(`a retry budget has no ${op}`);
    const allow = this.#budget.allows(t_ms);
    if (allow) this.#budget.repeats.add(t_ms);
    return { allow, granted: Number(allow) };
  }
}

const FORMATS: Readonly<Record<string, RetryHintPlan["format"]>> = {
  "retry-after": "seconds_or_date",
  "retry-after-ms": "milliseconds",
};

/** Without the jitter: the longest wait that the dice can give. */
class BackoffPlayer implements Player {
  readonly #config: ScenarioConfig;
  #retries = 0;

  constructor(config: ScenarioConfig) {
    this.#config = config;
  }

  play({ headers = {} }: ScenarioEvent): Expectation {
    const { base_ms = 0, max_ms = base_ms, retry_after } = this.#config;
    const hints = (retry_after?.headers ?? []).map((header) => ({ header, format: FORMATS[header] ?? "duration" }));
    const backoff = backoffMs(base_ms, max_ms, this.#retries, 1);
    this.#retries += 1;
    return { retry: true, delay_ms: serverWaitMs(hints, headers, 0) ?? backoff };
  }
}
