/** How long each stage took. */
export interface StageTime {
  readonly stage: string;
  /** Milliseconds, over all times that the stage was entered; stages within it not counted. */
  readonly ms: number;
}

export class Timings {
  readonly #clock: () => number;
  readonly #spent = new Map<string, number>();
  /** Time of stages that ended inside the ones that are open. */
  #inner = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** In the order in which the stages were first left. */
  get all(): readonly StageTime[] {
    return [...this.#spent].map(([stage, ms]) => ({ stage, ms }));
  }

  measure<T>(stage: string, work: () => T): T {
    const outer = this.#inner;
    const start = this.#clock();
    this.#inner = 0;
    try {
      return work();
    } finally {
      const took = this.#clock() - start;
      this.#spent.set(stage, (this.#spent.get(stage) ?? 0) + took - this.#inner);
      this.#inner = outer + took;
    }
  }

  /** As `measure`, with whatever else the process did meanwhile. */
  async measureAsync<T>(stage: string, work: () => Promise<T>): Promise<T> {
    const start = this.#clock();
    try {
      return await work();
    } finally {
      this.#spent.set(stage, (this.#spent.get(stage) ?? 0) + this.#clock() - start);
    }
  }
}
