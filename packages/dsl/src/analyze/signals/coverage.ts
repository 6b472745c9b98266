/** What is left for each line of a contract's `signals`: exact, over every failure that the runtime can hand to it. */
import type { Failure } from "@fbp/runtime/core";
import type { ContractModel, SignalsLineModel } from "../../check/model.ts";
import { evaluate, type Facts } from "../../check/predicate/evaluate.ts";
import { failureOf } from "../failure-facts.ts";
import { failureShapes, type Shape } from "../failures.ts";
import { type Demand, type Solution, Solver } from "../solve/solver.ts";

/** A failure, and the shape that it has. */
export interface Example {
  readonly shape: Shape["kind"];
  readonly failure: Failure;
}

export type LineCoverage =
  /** It reads this failure, and others. */
  | { readonly kind: "reached"; readonly example: Example }
  /** No failure matches it, whatever stands before it. */
  | { readonly kind: "impossible" }
  /**
   * Earlier lines take all that it matches: these, in their order, and without any one of them something would
   * be left. `taker` takes the example; it means another signal, if one of them does.
   */
  | {
      readonly kind: "covered";
      readonly by: readonly SignalsLineModel[];
      readonly example: Example;
      readonly taker: SignalsLineModel;
    }
  /** It was too much to decide. */
  | { readonly kind: "unknown"; readonly why: string };

export class Coverage {
  readonly #lines: readonly SignalsLineModel[];
  readonly #shapes: readonly Shape[];
  readonly #solver: Solver;

  constructor(model: ContractModel) {
    this.#lines = model.signals;
    this.#shapes = failureShapes(model);
    this.#solver = new Solver(this.#shapes.map((shape) => shape.frame));
  }

  /** Of the line with that number. */
  of(index: number): LineCoverage {
    const line = this.#lines[index];
    if (line === undefined) throw new RangeError(`there is no line number ${index}`);
    const before = this.#lines.slice(0, index);
    const reached = this.#left(line, before);
    if (reached.kind === "unknown") return reached;
    if (reached.kind === "yes") return { kind: "reached", example: this.#example(reached) };
    const alone = this.#left(line, []);
    if (alone.kind === "unknown") return alone;
    if (alone.kind === "no") return { kind: "impossible" };
    const by = this.#needed(line, before);
    const alike = by.filter((other) => other.signal === line.signal);
    const other = alike.length === by.length ? alone : this.#left(line, alike);
    const { facts, frame } = other.kind === "yes" ? other : alone;
    const taker = by.find(({ when }) => holds(when, facts)) ?? line;
    return { kind: "covered", by, taker, example: this.#example({ kind: "yes", facts, frame }) };
  }

  /** Is something left for the line, or not even for it alone? */
  isReached(index: number): boolean {
    const line = this.#lines[index];
    return line === undefined || this.#left(line, this.#lines.slice(0, index)).kind !== "no";
  }

  #left({ when }: SignalsLineModel, before: readonly SignalsLineModel[]): Solution {
    const own: Demand[] = when === null ? [] : [{ predicate: when, held: true }];
    return this.#solver.solve([
      ...own,
      ...before.map((line): Demand => ({ predicate: line.when ?? ALWAYS, held: false })),
    ]);
  }

  /** As few of the lines as still take all of it: one, if one is enough. */
  #needed(line: SignalsLineModel, lines: readonly SignalsLineModel[]): readonly SignalsLineModel[] {
    const one = lines.find((other) => this.#left(line, [other]).kind === "no");
    if (one !== undefined) return [one];
    let needed = lines;
    for (const other of [...lines].reverse()) {
      const fewer = needed.filter((kept) => kept !== other);
      if (this.#left(line, fewer).kind === "no") needed = fewer;
    }
    return needed;
  }

  #example({ facts, frame }: Extract<Solution, { readonly kind: "yes" }>): Example {
    return { shape: this.#shapes[frame]?.kind ?? "refused", failure: failureOf(facts) };
  }
}

const ALWAYS = { kind: "const", value: true } as const;

function holds(when: SignalsLineModel["when"], facts: Facts): boolean {
  return when === null || evaluate(when, facts);
}
