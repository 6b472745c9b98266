/** Counts what comes of requests, one by one. */
import { type BreakerChange, type Health, nth, type Outcome, type Policy, TellingSlo } from "@fbp/runtime/core";
import type { ReplayCounts } from "./replay.ts";
import type { PathResult, Percentiles, Simulation, SimulationEvent, TimelineStep } from "./result.ts";

/** So many points fit a chart. */
export const STEPS = 60;

interface Step {
  requests: number;
  answers: number;
  fallbackAnswers: number;
  attempts: number;
  costNanos: number;
  readonly times: number[];
}

export class Tally {
  readonly #policy: Policy;
  readonly #spanMs: number;
  readonly #results = { answer: 0, degraded: 0, deferred: 0, failure: 0, aborted: 0 };
  readonly #sources = new Map<string, number>();
  readonly #reasons = new Map<string, number>();
  readonly #undisturbed: number[] = [];
  readonly #disturbed: number[] = [];
  readonly #perRequest: number[] = [];
  readonly #paths: ReadonlyMap<string, { failed: number; readonly times: number[] }>;
  readonly #events: SimulationEvent[] = [];
  readonly #steps: readonly Step[];
  #retries = 0;
  #fallbacks = 0;
  #tokens = 0;
  #costNanos = 0;
  readonly #extra = { attempts: 0, tokens: 0, costNanos: 0 };
  readonly #afterDefect = { auth: 0, client: 0 };

  constructor(policy: Policy, spanMs: number) {
    this.#policy = policy;
    this.#spanMs = spanMs;
    this.#paths = new Map(policy.paths.map(({ name }) => [name, { failed: 0, times: [] }]));
    this.#steps = Array.from({ length: STEPS }, () => ({
      requests: 0,
      answers: 0,
      fallbackAnswers: 0,
      attempts: 0,
      costNanos: 0,
      times: [],
    }));
  }

  /** Notes each change of breakers and objectives, of a health that nobody has asked yet. */
  watch(health: Health): void {
    health.paths.forEach((watched, index) => {
      const { name: path, breaker } = watched;
      const { slo } = nth(this.#policy.paths, index);
      const note = (what: SimulationEvent["what"], atMs: number): void =>
        void this.#events.push({ atMs: Math.floor(atMs), path, what });
      if (breaker !== null) breaker.listener = (change: BreakerChange, _here, now) => note(change, now);
      watched.slo = slo && new TellingSlo(slo, (breached, now) => note(breached ? "slo_breached" : "slo_kept", now));
    });
  }

  /** @param atMs when the request began */
  add(outcome: Outcome, atMs: number): void {
    const { result, source, reason, attempts, elapsedMs, extra } = outcome;
    this.#results[result]++;
    if (source !== null) count(this.#sources, source);
    if (reason !== null) count(this.#reasons, reason);
    (reason === null ? this.#undisturbed : this.#disturbed).push(elapsedMs);
    this.#perRequest[attempts.length] = (this.#perRequest[attempts.length] ?? 0) + 1;
    this.#retries += outcome.retries;
    this.#fallbacks += outcome.fallbacks;
    this.#tokens += outcome.tokens;
    this.#costNanos += outcome.costNanos;
    this.#extra.attempts += extra.attempts;
    this.#extra.tokens += extra.tokens;
    this.#extra.costNanos += extra.costNanos;
    for (const attempt of attempts) {
      const path = this.#paths.get(attempt.path);
      if (path === undefined) continue;
      path.times.push(attempt.elapsedMs);
      if (attempt.signal !== null) path.failed++;
    }
    this.#afterDefect.auth += callsAfter(attempts, "auth_defect");
    this.#afterDefect.client += callsAfter(attempts, "client_defect");
    const step = nth(this.#steps, Math.min(STEPS - 1, Math.floor((atMs / this.#spanMs) * STEPS)));
    step.requests++;
    if (result === "answer") step.answers++;
    if (source !== null && source !== this.#start) step.fallbackAnswers++;
    step.attempts += attempts.length;
    step.costNanos += outcome.costNanos;
    step.times.push(elapsedMs);
  }

  get requests(): number {
    return this.#undisturbed.length + this.#disturbed.length;
  }

  /** @param endMs when the last request ended */
  result(seed: number, endMs: number, replay: Readonly<ReplayCounts> | null): Omit<Simulation, "alerts" | "beside"> {
    const { name, paths } = this.#policy;
    const perRequest = Array.from(this.#perRequest, (requests) => requests ?? 0);
    return {
      policy: name,
      seed,
      spanMs: this.#spanMs,
      requests: this.requests,
      results: { ...this.#results },
      sources: listed(this.#sources).map(([path, requests]) => ({ path, requests })),
      reasons: listed(this.#reasons).map(([reason, requests]) => ({ reason, requests })),
      latency: {
        all: percentiles([...this.#undisturbed, ...this.#disturbed]),
        undisturbed: percentiles(this.#undisturbed),
        disturbed: percentiles(this.#disturbed),
      },
      attempts: perRequest.reduce((sum, requests, attempts) => sum + requests * attempts, 0),
      attemptsPerRequest: perRequest,
      retries: this.#retries,
      fallbacks: this.#fallbacks,
      tokens: this.#tokens,
      costNanos: this.#costNanos,
      afterDefect: { ...this.#afterDefect },
      extra: { ...this.#extra },
      currency: this.#policy.budget.currency ?? paths.find(({ price }) => price !== null)?.price?.currency ?? null,
      paths: paths.map((path) => this.#path(path.name, endMs)),
      events: this.#events,
      timeline: { stepMs: this.#spanMs / STEPS, steps: this.#steps.map(stepOf) },
      replay,
    };
  }

  get #start(): string {
    return nth(this.#policy.paths, this.#policy.start).name;
  }

  #path(path: string, endMs: number): PathResult {
    const { failed = 0, times = [] } = this.#paths.get(path) ?? {};
    const own = this.#events.filter((event) => event.path === path);
    let [openMs, openings] = [0, 0];
    let openSince: number | null = null;
    for (const { what, atMs } of own) {
      if (what === "opened" || what === "reopened") {
        openings++;
        openSince ??= atMs;
      } else if (what === "closed" && openSince !== null) {
        openMs += atMs - openSince;
        openSince = null;
      }
    }
    if (openSince !== null) openMs += Math.max(0, Math.floor(endMs) - openSince);
    return {
      path,
      attempts: times.length,
      failed,
      latency: percentiles(times),
      openings,
      openMs,
      sloBreaches: own.filter(({ what }) => what === "slo_breached").length,
    };
  }
}

function callsAfter(attempts: Outcome["attempts"], defect: "auth_defect" | "client_defect"): number {
  const first = attempts.findIndex((attempt) => attempt.class === defect);
  return first < 0 ? 0 : attempts.length - 1 - first;
}

function stepOf({ times, ...step }: Step): TimelineStep {
  return { ...step, p95: percentiles(times).p95 };
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** The most frequent first; of several equally frequent ones by name. */
function listed(counts: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...counts].sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1));
}

/** By nearest rank: the `ceil(p * n)`-th smallest of n. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number | null => sorted[Math.max(0, Math.ceil(share * sorted.length - 1e-9) - 1)] ?? null;
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99), max: at(1) };
}
