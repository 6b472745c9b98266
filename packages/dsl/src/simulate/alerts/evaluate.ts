/**
 * Values of what alerts ask, as Prometheus has them: `rate` and `increase` are stretched to their window, and quantiles
 * go straight within a bucket, as in promql/functions.go and promql/quantile.go of Prometheus 2.42. Counters never go
 * down here, for the service does not restart.
 */
import type { Condition, Growth, Matcher, Query } from "../../emit/alerts/query.ts";
import type { Scrapes, Series } from "./scrapes.ts";

/** A sample of a condition that holds. */
export interface Held {
  readonly value: number;
  /** Of the comparison that it is the left side of. */
  readonly measure: Extract<Condition, { readonly kind: "compare" }>["measure"];
}

export class Evaluator {
  readonly #scrapes: Scrapes;
  readonly #policy: string;
  readonly #windowMs: number;
  readonly #selected = new Map<Growth, { readonly of: number; readonly series: readonly Series[] }>();

  /** @param windowMs the time that rates are taken over */
  constructor(scrapes: Scrapes, policy: string, windowMs: number) {
    this.#scrapes = scrapes;
    this.#policy = policy;
    this.#windowMs = windowMs;
  }

  /** null: it does not hold at that time. */
  held(condition: Condition, atMs: number): Held | null {
    switch (condition.kind) {
      case "or":
        return condition.of.reduce<Held | null>((held, part) => held ?? this.held(part, atMs), null);
      case "and": {
        const all = condition.of.map((part) => this.held(part, atMs));
        return all.includes(null) ? null : (all[0] ?? null);
      }
      case "compare": {
        const [left, right] = [this.value(condition.left, atMs), this.value(condition.right, atMs)];
        if (left === null || right === null || !compares(left, condition.operator, right)) return null;
        return { value: left, measure: condition.measure };
      }
    }
  }

  /** null: there is no sample; NaN: a share of nothing. */
  value(query: Query, atMs: number): number | null {
    switch (query.kind) {
      case "number":
        return query.value;
      case "sum":
        return this.#sum(query, atMs);
      case "quantile":
        return this.#quantile(query.quantile, query.of, atMs);
      case "round": {
        const value = this.value(query.of, atMs);
        return value === null ? null : Math.floor(value + 0.5);
      }
      case "arithmetic": {
        const [left, right] = [this.value(query.left, atMs), this.value(query.right, atMs)];
        if (left === null || right === null) return null;
        return query.operator === "/" ? left / right : query.operator === "-" ? left - right : left * right;
      }
    }
  }

  #sum(growth: Growth, atMs: number): number | null {
    let sum: number | null = null;
    for (const series of this.#seriesOf(growth)) {
      const grown = this.#grown(growth, series, atMs);
      if (grown !== null) sum = (sum ?? 0) + grown;
    }
    return sum;
  }

  #quantile(quantile: number, growth: Growth, atMs: number): number | null {
    const sums = new Map<number, number>();
    for (const series of this.#seriesOf(growth)) {
      const grown = this.#grown(growth, series, atMs);
      const bound = boundOf(series);
      if (grown !== null) sums.set(bound, (sums.get(bound) ?? 0) + grown);
    }
    if (sums.size === 0) return null;
    return quantileOf(
      quantile,
      [...sums].map(([bound, count]) => ({ bound, count })).sort((a, b) => a.bound - b.bound),
    );
  }

  /** null: the window holds fewer than two samples. */
  #grown({ as, windowMs, agoMs }: Growth, { from, values }: Series, atMs: number): number | null {
    const over = windowMs ?? this.#windowMs;
    const end = atMs - agoMs;
    const { times } = this.#scrapes;
    const first = Math.max(from, firstFrom(times, end - over));
    const last = firstFrom(times, end, true) - 1;
    if (last <= first) return null;
    const [firstAt = 0, lastAt = 0] = [times[first], times[last]];
    const [firstValue = 0, lastValue = 0] = [values[first - from], values[last - from]];
    const grown = lastValue - firstValue;
    const sampled = lastAt - firstAt;
    const apart = sampled / (last - first);
    let toStart = firstAt - (end - over);
    // A counter is not stretched to before it was 0.
    if (grown > 0) toStart = Math.min(toStart, sampled * (firstValue / grown));
    const stretch = (to: number): number => (to < apart * 1.1 ? to : apart / 2);
    const whole = grown * ((sampled + stretch(toStart) + stretch(end - lastAt)) / sampled);
    return as === "increase" ? whole : whole / (over / 1000);
  }

  /** Series come to be while a service runs, and never go. */
  #seriesOf(growth: Growth): readonly Series[] {
    const all = this.#scrapes.series;
    const known = this.#selected.get(growth);
    if (known !== undefined && known.of === this.#scrapes.count) return known.series;
    const series = [...all].filter(
      ({ metric, labels }) =>
        metric === growth.metric &&
        labels.get("policy") === this.#policy &&
        growth.matchers.every((matcher) => matches(matcher, labels)),
    );
    this.#selected.set(growth, { of: this.#scrapes.count, series });
    return series;
  }
}

function matches(matcher: Matcher, labels: ReadonlyMap<string, string>): boolean {
  if (matcher.kind === "bucket") return Number(labels.get("le")) === matcher.ms / 1000;
  return (labels.get(matcher.name) === matcher.value) === (matcher.operator === "=");
}

function boundOf({ labels }: Series): number {
  const bound = labels.get("le");
  return bound === "+Inf" ? Number.POSITIVE_INFINITY : Number(bound);
}

function compares(left: number, operator: string, right: number): boolean {
  switch (operator) {
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    default:
      return left === right;
  }
}

/** @param buckets by their bounds, each with all that is at or below it */
function quantileOf(quantile: number, buckets: readonly { readonly bound: number; readonly count: number }[]): number {
  const all = buckets.at(-1)?.count ?? 0;
  if (buckets.length < 2 || all === 0) return Number.NaN;
  const rank = quantile * all;
  const at = buckets.findIndex(({ count }) => count >= rank);
  const [bucket, before] = [buckets[at], buckets[at - 1]];
  if (bucket === undefined || at === buckets.length - 1) return buckets.at(-2)?.bound ?? Number.NaN;
  const [start, below] = [before?.bound ?? 0, before?.count ?? 0];
  return start + (bucket.bound - start) * ((rank - below) / (bucket.count - below));
}

/** Index of the first time that is not before `ms`, or, `isAfter`, that is after it. */
function firstFrom(times: readonly number[], ms: number, isAfter = false): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const time = times[middle] ?? 0;
    if (isAfter ? time <= ms : time < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
