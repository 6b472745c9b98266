/** How a contract's failed attempts are read: which shapes a signal can have, and facts for each. Kept with the contract. */
import type { ContractModel, SignalsLineModel } from "../check/model.ts";
import { evaluate, type Facts } from "../check/predicate/evaluate.ts";
import { typeOf } from "../types/from-schema.ts";
import { ANYTHING } from "../types/make.ts";
import { answeredShape, cutShapes, failureShapes, READ_SHAPES, type Shape, unmadeShape } from "./failures.ts";
import { type Demand, type Solution, Solver } from "./solve/solver.ts";
import { splitBy } from "./solve/split.ts";
import { leavesOf, rootsIn, type Test } from "./units.ts";

/** Which failures a policy tells apart is too much to find out; the message completes "the policy cannot be explored: …". */
export class UndecidedError extends Error {
  override readonly name = "UndecidedError";
}

/** More kinds of one signal and one shape than this are not told apart. */
const MOST_KINDS = 1024;

const readings = new WeakMap<ContractModel, Reading>();

export function readingOf(model: ContractModel): Reading {
  let reading = readings.get(model);
  if (reading === undefined) {
    reading = new Reading(model);
    readings.set(model, reading);
  }
  return reading;
}

/** What is to hold of a failure so that a line reads it. */
type Region = readonly Demand[];

/** Of failures that no line reads: the runtime raises the signal itself. */
const UNREAD: readonly Region[] = [[]];

export class Reading {
  readonly shapes: readonly Shape[];
  /** The signals that lines of the contract read, each once. */
  readonly signals: readonly number[];
  /** Names of the checks that an answer can fail after it has passed those before; the runtime's own is last. */
  readonly checks: readonly string[];
  /** Names of the headers that ask for a wait. */
  readonly hints: readonly string[];
  /** Does a line ask for headers? */
  readonly asksHeaders: boolean;
  readonly #solver: Solver;
  readonly #regions: ReadonlyMap<number, readonly Region[]>;
  readonly #plain = new Map<string, Solution>();
  readonly #lines = new WeakMap<Facts, SignalsLineModel>();
  readonly #model: ContractModel;

  constructor(model: ContractModel) {
    this.#model = model;
    this.shapes = [...failureShapes(model), answeredShape(model), ...cutShapes(model), unmadeShape()];
    this.signals = [...new Set(model.signals.map((line) => line.signal))];
    this.checks = failingChecks(model);
    this.hints = hintHeaders(model);
    this.asksHeaders = model.signals.some(({ when }) => when !== null && rootsIn(when).includes("header"));
    this.#solver = new Solver(this.shapes.map((shape) => shape.frame));
    this.#regions = new Map(this.signals.map((signal) => [signal, regionsOf(model, signal)]));
  }

  /**
   * Facts of that shape that show the signal, one for each way in which the tests can be answered.
   *
   * @throws UndecidedError
   */
  split(signal: number, shape: Shape, tests: readonly Test[]): readonly Facts[] {
    const found = splitBy(tests, (demands) => this.#solve(signal, shape, demands), MOST_KINDS);
    if (found.kind === "found") return found.all;
    throw new UndecidedError(
      found.kind === "unknown"
        ? `what its rules ask of a failure is too much: ${found.why}`
        : `its rules tell more than ${MOST_KINDS} kinds of one failure apart`,
    );
  }

  /** Can a failure of that shape that shows the signal meet these demands too? */
  canMeet(signal: number, shape: Shape, demands: readonly Demand[]): boolean {
    return this.#solve(signal, shape, demands).kind !== "no";
  }

  /** The line that reads a failure; none reads what the runtime reads itself. */
  lineFor(shape: Shape, facts: Facts): SignalsLineModel | null {
    if (!READ_SHAPES.includes(shape.kind)) return null;
    const line =
      this.#lines.get(facts) ?? this.#model.signals.find(({ when }) => when === null || evaluate(when, facts));
    if (line !== undefined) this.#lines.set(facts, line);
    return line ?? null;
  }

  #solve(signal: number, shape: Shape, demands: readonly Demand[]): Solution {
    const frame = this.shapes.indexOf(shape);
    if (demands.length > 0) return this.#solveFresh(signal, shape, frame, demands);
    const key = `${signal} ${frame}`;
    let solution = this.#plain.get(key);
    if (solution === undefined) {
      solution = this.#solveFresh(signal, shape, frame, []);
      this.#plain.set(key, solution);
    }
    return solution;
  }

  #solveFresh(signal: number, { kind }: Shape, frame: number, demands: readonly Demand[]): Solution {
    const regions = READ_SHAPES.includes(kind) ? (this.#regions.get(signal) ?? []) : UNREAD;
    let undecided: Solution = { kind: "no" };
    for (const region of regions) {
      const solution = this.#solver.solve([...region, ...demands], [frame]);
      if (solution.kind === "yes") return solution;
      if (solution.kind === "unknown") undecided = solution;
    }
    return undecided;
  }
}

/**
 * Failures that one line for the signal reads, and no line before it that is for another one; the
 * plainest first.
 */
function regionsOf({ signals }: ContractModel, signal: number): readonly Region[] {
  const regions = signals.flatMap((line, index): { readonly region: Region; readonly depth: number }[] => {
    if (line.signal !== signal) return [];
    const own: Region = line.when === null ? [] : [{ predicate: line.when, held: true }];
    const before = signals.slice(0, index).filter((other) => other.signal !== signal);
    const region = [...own, ...before.map(({ when }): Demand => ({ predicate: when ?? ALWAYS, held: false }))];
    return [{ region, depth: line.when === null ? 0 : leavesOf(line.when).filter(readsContent).length }];
  });
  return regions.sort((a, b) => a.depth - b.depth).map(({ region }) => region);
}

const ALWAYS: Test = { kind: "const", value: true };

/** A status by itself makes a plainer story than a code or a message. */
function readsContent(leaf: Test): boolean {
  return rootsIn(leaf).some((root) => root === "error" || root === "header");
}

function hintHeaders({ contract }: ContractModel): readonly string[] {
  return Object.entries(contract.limits.headers).flatMap(([name, { retryHint }]) =>
    retryHint === undefined ? [] : [name.toLowerCase()],
  );
}

function failingChecks(model: ContractModel): readonly string[] {
  const names: string[] = [];
  const passed: Demand[] = [];
  let isTyped = false;
  for (const check of model.accept) {
    if (check.kind === "standard") isTyped = true;
    if (check.kind !== "check") {
      names.push(check.name);
      continue;
    }
    const solver = new Solver([
      {
        response: { type: isTyped ? typeOf(model.root, "/response/schema") : ANYTHING, optional: false },
        request: { type: ANYTHING, optional: false },
      },
    ]);
    const failed = solver.solve([...passed, { predicate: check.predicate, held: false }]);
    if (failed.kind !== "no") names.push(check.name);
    passed.push({ predicate: check.predicate, held: true });
  }
  return [...names, JSON_CHECK];
}

/** As the runtime names its own check of an answer. */
const JSON_CHECK = "json";
