/** The alerts of a policy over simulated time, as a Prometheus server would raise them from what the runtime exports. */
import type { Outcome, Policy } from "@fbp/runtime/core";
import { type PrometheusSink, prometheusSink } from "@fbp/runtime/prometheus";
import { conditionText } from "../../analyze/diff/words.ts";
import type { AlertModel, PolicyModel } from "../../check/model.ts";
import { duration } from "../../check/words.ts";
import { alertNotes } from "../../emit/alerts/notes.ts";
import { type Condition, conditionOf, type Query } from "../../emit/alerts/query.ts";
import { comparisonsOf } from "../../emit/alerts/words.ts";
import type { AlertEpisode, AlertPeak, AlertResult } from "../result.ts";
import { Evaluator } from "./evaluate.ts";
import { Scrapes } from "./scrapes.ts";

/** Milliseconds. */
export interface AlertTimes {
  /** Metrics are scraped, and rules evaluated, so far apart. */
  readonly everyMs: number;
  /** The time that rates are taken over. */
  readonly windowMs: number;
}

export const ALERT_TIMES: AlertTimes = { everyMs: 15_000, windowMs: 300_000 };

/** Rules are evaluated at 0, `everyMs` and so on, a third of it after the metrics were scraped. */
const SCRAPED_AT = 2 / 3;

export class AlertWatch {
  readonly scrapes: Scrapes;
  readonly #sink: PrometheusSink;
  readonly #times: AlertTimes;
  readonly #spanMs: number;
  readonly #alerts: readonly Alert[];
  #tick = 0;

  constructor(policy: Policy, model: PolicyModel, times: AlertTimes, spanMs: number) {
    this.#sink = prometheusSink(policy);
    this.#times = times;
    this.#spanMs = spanMs;
    const conditions = model.alerts.map(({ when }) => conditionOf(when));
    this.scrapes = new Scrapes(conditions.flatMap(queriesOf).flatMap(metricsOf));
    const evaluator = new Evaluator(this.scrapes, policy.name, times.windowMs);
    const notes = alertNotes(model);
    this.#alerts = model.alerts.map((alert) => {
      const own = notes.filter((note) => note.alert === alert.name).map(({ text }) => text);
      return new Alert(alert, evaluator, [...missing(alert, spanMs), ...own]);
    });
  }

  /** When something is to be done next: a scrape or an evaluation. Infinity: never again. */
  get nextMs(): number {
    if (this.#alerts.length === 0) return Number.POSITIVE_INFINITY;
    const { everyMs } = this.#times;
    const round = Math.floor(this.#tick / 2) * everyMs;
    const at = this.#tick % 2 === 0 ? round : round + everyMs * SCRAPED_AT;
    return at > this.#spanMs ? Number.POSITIVE_INFINITY : at;
  }

  add(outcome: Outcome): void {
    this.#sink.write(outcome);
  }

  /** Does what is due at `nextMs`. */
  step(): void {
    const at = this.nextMs;
    if (this.#tick % 2 === 0) for (const alert of this.#alerts) alert.evaluate(at);
    else this.scrapes.add(this.#sink.text(), at);
    this.#tick++;
  }

  get results(): readonly AlertResult[] {
    return this.#alerts.map((alert) => alert.result);
  }
}

class Alert {
  readonly #alert: AlertModel;
  readonly #condition: Condition;
  readonly #evaluator: Evaluator;
  readonly #notes: readonly string[];
  readonly #episodes: Mutable<AlertEpisode>[] = [];
  /** Of its first comparison, whether it held or not. */
  #peak: AlertPeak | null = null;
  #isActive = false;

  constructor(alert: AlertModel, evaluator: Evaluator, notes: readonly string[]) {
    this.#alert = alert;
    this.#condition = conditionOf(alert.when);
    this.#evaluator = evaluator;
    this.#notes = notes;
  }

  /** As Prometheus' rules/alerting.go does: pending while it holds, firing once it has held for its time. */
  evaluate(atMs: number): void {
    const first = firstOf(this.#condition);
    const value = this.#evaluator.value(first.left, atMs);
    this.#peak = further(this.#peak, value, first.measure, this.#alert, atMs);
    const held = this.#evaluator.held(this.#condition, atMs);
    const current = this.#isActive ? this.#episodes.at(-1) : undefined;
    if (held === null) {
      if (current !== undefined) current.endedAtMs = atMs;
      this.#isActive = false;
      return;
    }
    const episode = current ?? { pendingAtMs: atMs, firedAtMs: null, endedAtMs: null, peak: null };
    if (current === undefined) this.#episodes.push(episode);
    this.#isActive = true;
    episode.peak = further(episode.peak, held.value, held.measure, this.#alert, atMs);
    if (episode.firedAtMs === null && atMs - episode.pendingAtMs >= this.#alert.forMs) episode.firedAtMs = atMs;
  }

  get result(): AlertResult {
    const { name, when, forMs, hook } = this.#alert;
    return {
      alert: name,
      rule: conditionText(when),
      forMs,
      kind: hook.kind,
      target: hook.target,
      peak: this.#peak,
      episodes: this.#episodes,
      notes: this.#notes,
    };
  }
}

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

type Comparison = Extract<Condition, { readonly kind: "compare" }>;

function firstOf(condition: Condition): Comparison {
  if (condition.kind === "compare") return condition;
  const [first] = condition.of;
  if (first === undefined) throw new Error("a condition has a comparison");
  return firstOf(first);
}

/** The value that goes further in the direction that its alert is about; of another measure none is compared. */
function further(
  peak: AlertPeak | null,
  value: number | null,
  measure: Comparison["measure"],
  { when }: AlertModel,
  atMs: number,
): AlertPeak | null {
  if (value === null || !Number.isFinite(value)) return peak;
  const next = { value, of: unitOf(measure), atMs };
  if (peak === null) return next;
  if (peak.of !== next.of) return peak;
  const operator = comparisonsOf(when).find((one) => one.measure.kind === measure.kind)?.operator;
  const isBelow = operator === "<" || operator === "<=";
  return (isBelow ? value < peak.value : value > peak.value) ? next : peak;
}

function unitOf({ kind }: Comparison["measure"]): AlertPeak["of"] {
  if (kind === "count") return "count";
  if (kind === "percentile") return "seconds";
  return kind === "cost_rate" ? "money" : "share";
}

/** What was so long ago that the simulation has nothing of it. */
function missing({ when }: AlertModel, spanMs: number): readonly string[] {
  const ago = comparisonsOf(when).flatMap(({ threshold }) => (threshold.kind === "baseline" ? [threshold.agoMs] : []));
  const longest = Math.max(0, ...ago.filter((ms) => ms >= spanMs));
  if (longest === 0) return [];
  return [
    `its baseline is ${duration(longest)} before, and this is ${duration(Math.floor(spanMs))} long: nothing to compare with`,
  ];
}

function queriesOf(condition: Condition): readonly Query[] {
  return condition.kind === "compare" ? [condition.left, condition.right] : condition.of.flatMap(queriesOf);
}

function metricsOf(query: Query): readonly string[] {
  switch (query.kind) {
    case "number":
      return [];
    case "sum":
      return [query.metric];
    case "quantile":
      return [query.of.metric];
    case "round":
      return metricsOf(query.of);
    case "arithmetic":
      return [...metricsOf(query.left), ...metricsOf(query.right)];
  }
}
