/** Debian's `promtool`, and what it is fed with. */
import { execFile, spawnSync } from "node:child_process";

export const HAS_PROMTOOL = spawnSync("promtool", ["--version"], { stdio: "ignore" }).status === 0;

export interface Said {
  readonly status: number;
  readonly out: string;
}

/** What it says of files. It takes seconds where rules look back a day. */
export function promtool(cwd: string, ...args: readonly string[]): Promise<Said> {
  return new Promise((resolve) => {
    execFile("promtool", args, { cwd, timeout: 120_000 }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : 1, out: stdout + stderr });
    });
  });
}

/** What a Prometheus server would keep of a service that it scrapes once a minute. */
export class Scrapes {
  readonly #series = new Map<string, string[]>();
  readonly #wanted: ReadonlySet<string>;
  #count = 0;

  /** @param metrics the names of those to keep */
  constructor(metrics: Iterable<string>) {
    this.#wanted = new Set(metrics);
  }

  /** @param text in the text format */
  add(text: string): void {
    for (const line of text.split("\n")) {
      const [, series = "", metric = "", value = ""] = /^((\w+)(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
      if (!this.#wanted.has(metric)) continue;
      let values = this.#series.get(series);
      if (values === undefined) {
        values = Array<string>(this.#count).fill("_");
        this.#series.set(series, values);
      }
      values.push(value);
    }
    this.#count += 1;
  }

  /** As `input_series` of promtool's unit tests. */
  input(): readonly { readonly series: string; readonly values: string }[] {
    return [...this.#series].map(([series, values]) => ({ series, values: values.join(" ") }));
  }
}
