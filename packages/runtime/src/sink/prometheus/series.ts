/** The series of one metric, found by the values of their labels without making a text of them each time. */

interface Node<Series> {
  readonly next: Map<string, Node<Series>>;
  series: Series | null;
}

export class SeriesTable<Series> {
  /** In the order in which they were made. */
  readonly all: Series[] = [];
  readonly #names: readonly string[];
  readonly #make: (labels: string) => Series;
  readonly #root: Node<Series> = { next: new Map(), series: null };

  /** @param make a series, of its labels as the text format has them, without braces */
  constructor(names: readonly string[], make: (labels: string) => Series) {
    this.#names = names;
    this.#make = make;
  }

  /** @param values one for each name, in their order */
  at(values: readonly string[]): Series {
    let node = this.#root;
    for (let place = 0; place < values.length; place++) {
      const value = values[place] ?? "";
      let next = node.next.get(value);
      if (next === undefined) {
        next = { next: new Map(), series: null };
        node.next.set(value, next);
      }
      node = next;
    }
    if (node.series === null) {
      node.series = this.#make(this.#names.map((name, place) => `${name}="${escaped(values[place] ?? "")}"`).join(","));
      this.all.push(node.series);
    }
    return node.series;
  }
}

function escaped(value: string): string {
  return value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}
