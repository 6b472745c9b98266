/** What a Prometheus server keeps of a service that it scrapes again and again: the samples of some series. */

/** One series, from the first scrape that had it on. */
export interface Series {
  readonly metric: string;
  readonly labels: ReadonlyMap<string, string>;
  /** As the text format has metric and labels. */
  readonly text: string;
  /** Index of the first scrape that had it. */
  readonly from: number;
  /** One for each scrape from then on: an exporter drops none. */
  readonly values: number[];
}

export class Scrapes {
  /** When each was, in milliseconds, in ascending order. */
  readonly times: number[] = [];
  readonly #wanted: ReadonlySet<string>;
  readonly #series = new Map<string, Series>();

  /** @param metrics names of those to keep */
  constructor(metrics: Iterable<string>) {
    this.#wanted = new Set(metrics);
  }

  get series(): Iterable<Series> {
    return this.#series.values();
  }

  /** How many series there are. */
  get count(): number {
    return this.#series.size;
  }

  /** @param text in the text format, as `prometheusSink` writes it: without a time behind the value */
  add(text: string, atMs: number): void {
    const scrape = this.times.push(atMs) - 1;
    for (const line of text.split("\n")) {
      const metric = /^\w+/.exec(line)?.[0] ?? "";
      if (!this.#wanted.has(metric)) continue;
      const space = line.lastIndexOf(" ");
      const name = line.slice(0, space);
      let series = this.#series.get(name);
      if (series === undefined) {
        series = { metric, labels: labelsOf(name), text: name, from: scrape, values: [] };
        this.#series.set(name, series);
      }
      series.values.push(Number(line.slice(space + 1)));
    }
  }
}

function labelsOf(series: string): ReadonlyMap<string, string> {
  const pairs = series.matchAll(/[{,](\w+)="((?:[^"\\]|\\.)*)"/g);
  return new Map([...pairs].map(([, name = "", value = ""]) => [name, unescaped(value)]));
}

function unescaped(value: string): string {
  return value.replace(/\\(.)/g, (_, letter: string) => (letter === "n" ? "\n" : letter));
}
