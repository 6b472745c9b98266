/** Counts recorded requests, one by one. */
import { percentiles } from "@fbp/dsl";
import type { AttemptRecord, Outcome } from "@fbp/runtime/core";
import type { Counted, Extra, PathReport, RequestReport, StepReport } from "./report.ts";

const STEPS = 60;
const MOST_CAUSES = 12;
const MOST_REQUESTS = 10;
/** How a decision's action names a change of path. */
const TO = "fallback ";

/** What the timeline needs of a request. */
interface Brief {
  readonly at: number;
  readonly elapsedMs: number;
  readonly isAnswer: boolean;
  readonly isFallback: boolean;
  readonly attempts: number;
  readonly extraCostNanos: number;
}

interface Path {
  failed: number;
  probes: number;
  failedProbes: number;
  readonly times: number[];
  /** Wall clock: when ordinary calls began, and when the breaker kept a request away. */
  readonly calls: number[];
  readonly refusals: number[];
}

export class Gathered {
  readonly #briefs: Brief[] = [];
  readonly #policies = new Map<string, number>();
  readonly #results = { answer: 0, degraded: 0, deferred: 0, failure: 0, aborted: 0 };
  readonly #sources = new Map<string, number>();
  readonly #reasons = new Map<
    string,
    { requests: number; answered: number; extraCostNanos: number; extraMs: number }
  >();
  readonly #perRequest: number[] = [];
  readonly #causes = new Map<string, { path: string; signal: string; what: string; attempts: number }>();
  readonly #paths = new Map<string, Path>();
  readonly #fallback = { requests: 0, saved: 0, tokens: 0, costNanos: 0 };
  readonly #extra = { requests: 0, attempts: 0, tokens: 0, costNanos: 0, ms: 0 };
  #most: (Extra & { id: string; traceId: string | null; reason: string | null })[] = [];
  #tokens = 0;
  #costNanos = 0;

  get requests(): number {
    return this.#briefs.length;
  }

  add(outcome: Outcome): void {
    const { result, source, reason, attempts, elapsedMs, startedAt, extra } = outcome;
    const isAnswer = result === "answer";
    const targets = outcome.decisions.flatMap(({ action }) => (action.startsWith(TO) ? [action.slice(TO.length)] : []));
    const isFallback = targets.length > 0;
    count(this.#policies, outcome.policy);
    if (Object.hasOwn(this.#results, result)) this.#results[result]++;
    if (source !== null) count(this.#sources, source);
    if (reason !== null) this.#reason(reason, isAnswer, extra);
    this.#perRequest[attempts.length] = (this.#perRequest[attempts.length] ?? 0) + 1;
    this.#tokens += outcome.tokens;
    this.#costNanos += outcome.costNanos;
    if (isFallback) {
      this.#fallback.requests++;
      if (isAnswer) this.#fallback.saved++;
      for (const { path, tokens, costNanos } of attempts) {
        if (!targets.includes(path)) continue;
        this.#fallback.tokens += tokens;
        this.#fallback.costNanos += costNanos;
      }
    }
    if (extra.attempts > 0 || extra.costNanos > 0 || extra.tokens > 0) this.#beyond(outcome);
    for (const attempt of attempts) this.#attempt(attempt, startedAt);
    for (const { signal, path, atMs, refused } of outcome.decisions) {
      if (signal === "circuit_open") this.#path(path).refusals.push(startedAt + atMs);
      for (const { cause } of refused) {
        const [, target] = /^the breaker of (\S+) is open$/.exec(cause) ?? [];
        if (target !== undefined) this.#path(target).refusals.push(startedAt + atMs);
      }
    }
    const extraCostNanos = extra.costNanos;
    this.#briefs.push({ at: startedAt, elapsedMs, isAnswer, isFallback, attempts: attempts.length, extraCostNanos });
  }

  /** Of one request at least. */
  report(): RequestReport {
    let [from, to] = [Infinity, -Infinity];
    for (const { at } of this.#briefs) {
      from = Math.min(from, at);
      to = Math.max(to, at);
    }
    const times = (which: (brief: Brief) => boolean) =>
      percentiles(this.#briefs.filter(which).map(({ elapsedMs }) => elapsedMs));
    return {
      requests: this.requests,
      from: isoOf(from),
      to: isoOf(to),
      policies: counted(this.#policies),
      results: { ...this.#results },
      sources: counted(this.#sources),
      reasons: [...this.#reasons]
        .map(([reason, told]) => ({ reason, ...told }))
        .sort((a, b) => b.requests - a.requests || (a.reason < b.reason ? -1 : 1)),
      attemptsPerRequest: Array.from(this.#perRequest, (requests) => requests ?? 0),
      latency: {
        all: times(() => true),
        withoutFallback: times(({ isFallback }) => !isFallback),
        withFallback: times(({ isFallback }) => isFallback),
      },
      fallback: { ...this.#fallback },
      tokens: this.#tokens,
      costNanos: this.#costNanos,
      extra: { ...this.#extra, most: this.#most },
      causes: [...this.#causes.values()]
        .sort((a, b) => b.attempts - a.attempts || (keyOf(a) < keyOf(b) ? -1 : 1))
        .slice(0, MOST_CAUSES),
      paths: [...this.#paths].map(([path, told]) => pathOf(path, told, from)).sort((a, b) => b.attempts - a.attempts),
      timeline: { stepMs: (to - from + 1) / STEPS, steps: this.#steps(from, to) },
    };
  }

  #reason(reason: string, isAnswer: boolean, extra: Outcome["extra"]): void {
    const told = this.#reasons.get(reason) ?? { requests: 0, answered: 0, extraCostNanos: 0, extraMs: 0 };
    this.#reasons.set(reason, told);
    told.requests++;
    if (isAnswer) told.answered++;
    told.extraCostNanos += extra.costNanos;
    told.extraMs += extra.ms;
  }

  #beyond({ id, traceId, reason, extra }: Outcome): void {
    const { attempts, tokens, costNanos, ms } = extra;
    this.#extra.requests++;
    this.#extra.attempts += attempts;
    this.#extra.tokens += tokens;
    this.#extra.costNanos += costNanos;
    this.#extra.ms += ms;
    const least = this.#most.at(-1);
    const one = { id, traceId, reason, attempts, tokens, costNanos, ms };
    if (least !== undefined && this.#most.length === MOST_REQUESTS && dearer(one, least) >= 0) return;
    this.#most = [...this.#most, one].sort(dearer).slice(0, MOST_REQUESTS);
  }

  #path(name: string): Path {
    const path = this.#paths.get(name) ?? { failed: 0, probes: 0, failedProbes: 0, times: [], calls: [], refusals: [] };
    this.#paths.set(name, path);
    return path;
  }

  #attempt(attempt: AttemptRecord, startedAt: number): void {
    const path = this.#path(attempt.path);
    const isFailed = attempt.signal !== null;
    path.times.push(attempt.elapsedMs);
    if (isFailed) path.failed++;
    if (attempt.probe) path.probes++;
    else path.calls.push(startedAt + attempt.startMs);
    if (attempt.probe && isFailed) path.failedProbes++;
    if (attempt.signal === null) return;
    const cause = { path: attempt.path, signal: attempt.signal, what: whatOf(attempt), attempts: 0 };
    const known = this.#causes.get(keyOf(cause)) ?? cause;
    known.attempts++;
    this.#causes.set(keyOf(cause), known);
  }

  #steps(from: number, to: number): readonly StepReport[] {
    const steps = Array.from({ length: STEPS }, (): Brief[] => []);
    for (const brief of this.#briefs) steps[Math.floor(((brief.at - from) / (to - from + 1)) * STEPS)]?.push(brief);
    return steps.map((briefs) => ({
      requests: briefs.length,
      answers: briefs.filter(({ isAnswer }) => isAnswer).length,
      withFallback: briefs.filter(({ isFallback }) => isFallback).length,
      attempts: briefs.reduce((sum, { attempts }) => sum + attempts, 0),
      p95: percentiles(briefs.map(({ elapsedMs }) => elapsedMs)).p95,
      extraCostNanos: briefs.reduce((sum, { extraCostNanos }) => sum + extraCostNanos, 0),
    }));
  }
}

/** The dearest first; of equally dear ones those that made more calls, took more tokens, took longer. */
function dearer(a: Extra & { readonly id: string }, b: Extra & { readonly id: string }): number {
  return (
    b.costNanos - a.costNanos || b.attempts - a.attempts || b.tokens - a.tokens || b.ms - a.ms || (a.id < b.id ? -1 : 1)
  );
}

function whatOf({ transport, check, status, error }: AttemptRecord): string {
  if (transport !== null) return transport;
  if (check !== null) return `check ${check}`;
  const code = error?.code ?? error?.type;
  return `status ${status ?? "unknown"}${code === undefined ? "" : `, ${code}`}`;
}

function keyOf({
  path,
  signal,
  what,
}: {
  readonly path: string;
  readonly signal: string;
  readonly what: string;
}): string {
  return JSON.stringify([path, signal, what]);
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** The most frequent first. */
function counted(counts: ReadonlyMap<string, number>): readonly Counted[] {
  return [...counts]
    .map(([name, requests]) => ({ name, requests }))
    .sort((a, b) => b.requests - a.requests || (a.name < b.name ? -1 : 1));
}

/** A record may have been written by anybody, at any time. */
function isoOf(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms);
}

function pathOf(
  path: string,
  { failed, probes, failedProbes, times, calls, refusals }: Path,
  from: number,
): PathReport {
  return {
    path,
    attempts: times.length,
    failed,
    latency: percentiles(times),
    probes,
    failedProbes,
    refused: refusals.length,
    refusing: spansOf(refusals, calls).map(([first, last]) => ({ fromMs: first - from, toMs: last - from })),
  };
}

/** From the first refusal to the last one before an ordinary call gets through. */
function spansOf(refusals: readonly number[], calls: readonly number[]): readonly (readonly [number, number])[] {
  const through = Float64Array.from(calls).sort();
  const spans: [number, number][] = [];
  let next = 0;
  for (const at of Float64Array.from(refusals).sort()) {
    const before = next;
    while (next < through.length && (through[next] ?? Infinity) < at) next++;
    const last = spans.at(-1);
    if (last === undefined || next > before) spans.push([at, at]);
    else last[1] = at;
  }
  return spans;
}
