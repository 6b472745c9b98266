/**
 * Counters, gauges and histograms, and their text: https://prometheus.io/docs/instrumenting/exposition_formats/
 * Values are whole numbers of a small unit (milliseconds, nano-units), so that sums stay exact; the text has them in the
 * base unit.
 */

/** By name, in the order in which they stand in the text. */
export type Labels = Readonly<Record<string, string>>;

interface Series {
  readonly labels: string;
  value: number;
}

interface Distribution {
  readonly labels: Labels;
  /** Observations up to each bound and above the one before; the last: above all. */
  readonly counts: number[];
  sum: number;
}

interface Family {
  readonly name: string;
  text(): string;
}

export class Counter implements Family {
  readonly name: string;
  readonly #help: string;
  readonly #type: "counter" | "gauge";
  readonly #unit: number;
  readonly #series = new Map<string, Series>();

  /** @param unit so many of what is added make one in the text */
  constructor(name: string, help: string, type: "counter" | "gauge", unit: number) {
    this.name = name;
    this.#help = help;
    this.#type = type;
    this.#unit = unit;
  }

  /** A series that is there with 0 before anything happens: without it a rate misses the first time. */
  begin(labels: Labels): void {
    this.add(labels, 0);
  }

  add(labels: Labels, by = 1): void {
    const text = labelText(labels);
    const series = this.#series.get(text);
    if (series === undefined) this.#series.set(text, { labels: text, value: by });
    else series.value += by;
  }

  set(labels: Labels, value: number): void {
    const text = labelText(labels);
    this.#series.set(text, { labels: text, value });
  }

  text(): string {
    let text = headText(this.name, this.#help, this.#type);
    for (const { labels, value } of this.#series.values()) text += `${this.name}${labels} ${value / this.#unit}\n`;
    return text;
  }
}

export class Histogram implements Family {
  readonly name: string;
  readonly #help: string;
  readonly #unit: number;
  readonly #series = new Map<string, Distribution>();
  #bounds: readonly number[];

  /** @param bounds ascending, in the small unit */
  constructor(name: string, help: string, unit: number, bounds: readonly number[]) {
    this.name = name;
    this.#help = help;
    this.#unit = unit;
    this.#bounds = bounds;
  }

  begin(labels: Labels): void {
    this.#of(labels);
  }

  observe(labels: Labels, value: number): void {
    const series = this.#of(labels);
    const bounds = this.#bounds;
    let at = 0;
    while (at < bounds.length && value > (bounds[at] ?? 0)) at += 1;
    series.counts[at] = (series.counts[at] ?? 0) + 1;
    series.sum += value;
  }

  text(): string {
    const { name } = this;
    const unit = this.#unit;
    let text = headText(name, this.#help, "histogram");
    for (const { labels, counts, sum } of this.#series.values()) {
      let below = 0;
      for (let at = 0; at <= this.#bounds.length; at++) {
        below += counts[at] ?? 0;
        const bound = this.#bounds[at];
        const le = bound === undefined ? "+Inf" : String(bound / unit);
        text += `${name}_bucket${labelText({ ...labels, le })} ${below}\n`;
      }
      const all = labelText(labels);
      text += `${name}_sum${all} ${sum / unit}\n${name}_count${all} ${below}\n`;
    }
    return text;
  }

  #of(labels: Labels): Distribution {
    const text = labelText(labels);
    let series = this.#series.get(text);
    if (series === undefined) {
      series = { labels, counts: Array.from({ length: this.#bounds.length + 1 }, () => 0), sum: 0 };
      this.#series.set(text, series);
    }
    return series;
  }
}

/** Every family once, whoever asks for it first. */
export class Registry {
  readonly #families = new Map<string, Family>();

  counter(name: string, help: string, unit = 1): Counter {
    return this.#family(name, Counter, () => new Counter(name, help, "counter", unit));
  }

  gauge(name: string, help: string, unit = 1): Counter {
    return this.#family(name, Counter, () => new Counter(name, help, "gauge", unit));
  }

  histogram(name: string, help: string, unit: number, bounds: readonly number[]): Histogram {
    return this.#family(name, Histogram, () => new Histogram(name, help, unit, bounds));
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

function labelText(labels: Labels): string {
  let text = "";
  for (const name in labels) text += `${text === "" ? "" : ","}${name}="${escaped(labels[name] ?? "")}"`;
  return text === "" ? "" : `{${text}}`;
}

const TO_ESCAPE = /[\\"\n]/;

function escaped(value: string): string {
  if (!TO_ESCAPE.test(value)) return value;
  return value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}
