/**
 * Counters, gauges and histograms, and their text: https://prometheus.io/docs/instrumenting/exposition_formats/
 * Values are whole numbers of a small unit (milliseconds, nano-units), so that sums stay exact; the text has them in the
 * base unit.
 */
import { SeriesTable } from "./series.ts";

interface Family {
  readonly name: string;
  text(): string;
}

interface Value {
  readonly labels: string;
  value: number;
}

/** A counter, or a gauge: labels are given by their values, in the order of the names. */
export class Counter implements Family {
  readonly name: string;
  readonly #head: string;
  readonly #unit: number;
  readonly #series: SeriesTable<Value>;

  /** @param unit so many of what is added make one in the text */
  constructor(name: string, help: string, type: "counter" | "gauge", labels: readonly string[], unit: number) {
    this.name = name;
    this.#head = headText(name, help, type);
    this.#unit = unit;
    this.#series = new SeriesTable(labels, (text) => ({ labels: text === "" ? "" : `{${text}}`, value: 0 }));
  }

  /** A series that is there with 0 before anything happens: without it a rate misses the first time. */
  begin(...labels: readonly string[]): void {
    this.#series.at(labels);
  }

  add(by: number, ...labels: readonly string[]): void {
    this.#series.at(labels).value += by;
  }

  set(value: number, ...labels: readonly string[]): void {
    this.#series.at(labels).value = value;
  }

  text(): string {
    let text = this.#head;
    for (const { labels, value } of this.#series.all) text += `${this.name}${labels} ${value / this.#unit}\n`;
    return text;
  }
}

interface Distribution {
  readonly labels: string;
  /** Observations up to each bound and above the one before; the last: above all. */
  readonly counts: Float64Array;
  sum: number;
}

export class Histogram implements Family {
  readonly name: string;
  readonly #head: string;
  readonly #unit: number;
  readonly #bounds: readonly number[];
  readonly #series: SeriesTable<Distribution>;

  /** @param bounds ascending, in the small unit */
  constructor(name: string, help: string, labels: readonly string[], unit: number, bounds: readonly number[]) {
    this.name = name;
    this.#head = headText(name, help, "histogram");
    this.#unit = unit;
    this.#bounds = bounds;
    this.#series = new SeriesTable(labels, (text) => {
      return { labels: text, counts: new Float64Array(bounds.length + 1), sum: 0 };
    });
  }

  begin(...labels: readonly string[]): void {
    this.#series.at(labels);
  }

  observe(value: number, ...labels: readonly string[]): void {
    const series = this.#series.at(labels);
    const bounds = this.#bounds;
    let at = 0;
    while (at < bounds.length && value > (bounds[at] ?? 0)) at += 1;
    series.counts[at] = (series.counts[at] ?? 0) + 1;
    series.sum += value;
  }

  text(): string {
    const { name } = this;
    let text = this.#head;
    for (const { labels, counts, sum } of this.#series.all) {
      const comma = labels === "" ? "" : ",";
      let below = 0;
      counts.forEach((count, at) => {
        below += count;
        const bound = this.#bounds[at];
        const le = bound === undefined ? "+Inf" : String(bound / this.#unit);
        text += `${name}_bucket{${labels}${comma}le="${le}"} ${below}\n`;
      });
      const all = labels === "" ? "" : `{${labels}}`;
      text += `${name}_sum${all} ${sum / this.#unit}\n${name}_count${all} ${below}\n`;
    }
    return text;
  }
}

/** Every family once, whoever asks for it first. */
export class Registry {
  readonly #families = new Map<string, Family>();

  counter(name: string, help: string, labels: readonly string[], unit = 1): Counter {
    return this.#family(name, Counter, () => new Counter(name, help, "counter", labels, unit));
  }

  gauge(name: string, help: string, labels: readonly string[], unit = 1): Counter {
    return this.#family(name, Counter, () => new Counter(name, help, "gauge", labels, unit));
  }

  histogram(name: string, help: string, labels: readonly string[], unit: number, bounds: readonly number[]): Histogram {
    return this.#family(name, Histogram, () => new Histogram(name, help, labels, unit, bounds));
  }

  text(): string {
    let text = "";
    for (const family of this.#families.values()) text += family.text();
    return text;
  }

  #family<Kind extends Family>(name: string, kind: abstract new (...args: never) => Kind, make: () => Kind): Kind {
    const there = this.#families.get(name);
    if (there instanceof kind) return there;
    const made = make();
    this.#families.set(name, made);
    return made;
  }
}

function headText(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help.replace(/\\/g, "\\\\").replace(/\n/g, "\\n")}\n# TYPE ${name} ${type}\n`;
}
