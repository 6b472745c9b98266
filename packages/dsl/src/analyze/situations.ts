/**
 * All kinds of failed attempts on a path that its policy can tell apart: by the signal, by what the
 * guards of the path's rules ask of a failure, by whether the request was sent and can be on the bill.
 */
import type { Failure } from "@fbp/runtime/core";
import { SIGNAL } from "@fbp/runtime/core";
import type { ContractModel, PathModel, PolicyModel, Read, Scalar, SignalsLineModel } from "../check/model.ts";
import { evaluate, type Facts } from "../check/predicate/evaluate.ts";
import { typeOf } from "../types/from-schema.ts";
import { ANYTHING, STRING } from "../types/make.ts";
import { failureInWords } from "./failure-words.ts";
import { answeredShape, cutShapes, failureShapes, type Shape, unmadeShape } from "./failures.ts";
import type { Situation } from "./situation.ts";
import type { Root } from "./solve/places.ts";
import { type Demand, type Solution, Solver } from "./solve/solver.ts";
import { splitBy } from "./solve/split.ts";
import { own } from "./solve/values.ts";
import { type Comparison, keyOf, leavesOf, rootsIn, type Test, unitsOf } from "./units.ts";
import { testText } from "./words.ts";
import { worldsOf } from "./worlds.ts";

/** It cannot be told which failures the policy tells apart; the message says why, in the operator's words. */
export class UndecidedError extends Error {
  override readonly name = "UndecidedError";
}

/**
 * In the order of the signals' numbers, of one signal the plainest first.
 *
 * @param path number of the path
 * @throws UndecidedError where there are too many kinds, or a guard is too much to decide
 */
export function situationsOf(policy: PolicyModel, path: number): readonly Situation[] {
  const plan = policy.paths[path];
  const contract = policy.contracts[plan?.contract ?? -1];
  if (plan === undefined || contract === undefined) throw new RangeError(`there is no path number ${path}`);
  const finder = new Finder(policy, plan, contract);
  return [...finder.read(), ...finder.raised()].sort((a, b) => a.signal - b.signal);
}

class Finder {
  readonly #policy: PolicyModel;
  readonly #path: PathModel;
  readonly #contract: ContractModel;

  constructor(policy: PolicyModel, path: PathModel, contract: ContractModel) {
    this.#policy = policy;
    this.#path = path;
    this.#contract = contract;
  }

  // ---------------------------------------------------------------- what `signals` reads

  /** Failures that a line of `signals` reads. */
  read(): readonly Situation[] {
    const { shapes, solver, signals, regions: all } = readingOf(this.#contract);
    const bill = billTests(this.#contract);
    const found = new Map<string, Situation>();
    for (const signal of signals) {
      const tests = [...this.#askedOf(signal), ...bill];
      const regions = all.filter((region) => region.signal === signal).map((region) => region.demands);
      for (const [index, shape] of shapes.entries()) {
        if (!this.#canTake(shape)) continue;
        const asksWait = this.#mayAskWait(shape);
        for (const facts of split(solver, regions, tests, index)) {
          const answers = tests.map((test) => evaluate(test, facts));
          const key = [signal, billOf(shape, this.#contract), endsOf(shape), ...answers].join();
          const known = found.get(key);
          const mayAskWait = asksWait && this.#canAskWait(solver, regions, tests, answers, index);
          if (known !== undefined && (known.mayAskWait || !mayAskWait)) continue;
          found.set(
            key,
            this.#situation(signal, shape, facts, null, this.#lineFor(facts), { mayAskWait, afterToken: false }),
          );
        }
      }
    }
    return [...found.values()];
  }

  /** Is it possible on this path? Where the connection has a limit of its own, that one comes first. */
  #canTake({ kind }: Shape): boolean {
    const { connectMs, leastMs } = this.#path;
    return kind !== "timed_out_unsent" || connectMs === null || connectMs >= leastMs;
  }

  #mayAskWait({ kind }: Shape): boolean {
    return (kind === "refused" || kind === "error_inside") && hintHeaders(this.#contract).length > 0;
  }

  /** Can one of the headers that ask for a wait be there, all else being the same? */
  #canAskWait(
    solver: Solver,
    regions: readonly (readonly Demand[])[],
    tests: readonly Test[],
    answers: readonly boolean[],
    shape: number,
  ): boolean {
    const asksHeaders = [...tests, ...regions.flat().map(({ predicate }) => predicate)].some((test) =>
      rootsIn(test).includes("header"),
    );
    if (!asksHeaders) return true;
    const hint: Test = { kind: "or", of: hintHeaders(this.#contract).map(isThere) };
    const demands = [
      ...tests.map((predicate, index) => ({ predicate, held: answers[index] === true })),
      { predicate: hint, held: true },
    ];
    return regions.some((region) => solver.solve([...region, ...demands], [shape]).kind === "yes");
  }

  // ---------------------------------------------------------------- what the runtime raises itself

  raised(): readonly Situation[] {
    const model = this.#contract;
    const { contract } = model;
    const visible = mayShowTokens(this.#policy);
    const found: Situation[] = [];
    const add = (
      signal: number,
      shapes: readonly Shape[],
      checks: readonly (string | null)[],
      afterToken: boolean,
    ): void => {
      const solver = new Solver(shapes.map((shape) => shape.frame));
      const tests = this.#askedOf(signal);
      const seen = new Set<string>();
      for (const [index, shape] of shapes.entries()) {
        for (const facts of split(solver, [[]], tests, index)) {
          const key = [endsOf(shape), ...tests.map((test) => evaluate(test, facts))].join();
          if (seen.has(key)) continue;
          seen.add(key);
          for (const check of checks)
            found.push(this.#situation(signal, shape, facts, check, null, { mayAskWait: false, afterToken }));
        }
      }
    };
    if (mayFailToBeMade(this.#policy, this.#path)) add(SIGNAL.client_invalid, [unmadeShape()], ["request"], false);
    if ((contract.response.refusedReasons ?? []).length > 0) {
      add(SIGNAL.content_refused, [answeredShape(model)], [null], visible);
    }
    add(SIGNAL.unusable_output, [answeredShape(model)], failingChecks(model), visible);
    if (mayStream(this.#policy, model)) add(SIGNAL.stream_interrupted, cutShapes(model), [null], visible);
    return found;
  }

  // ---------------------------------------------------------------- both

  /** What the rules that may take the signal ask of a failure. */
  #askedOf(signal: number): readonly Test[] {
    const guards: Test[] = [];
    for (const rule of this.#path.rules) {
      if (!rule.signals.includes(signal)) continue;
      if (rule.when !== null) guards.push(rule.when);
      else if (!rule.beforeFirstToken) break;
    }
    const { own, mixed } = unitsOf(guards, isFailureRoot);
    const all = [...own, ...mixed.flatMap((comparison) => this.#turns(comparison))];
    return [...new Map(all.map((test) => [keyOf(test), test])).values()];
  }

  /** A comparison with a fact of the request, once for each value that the fact has in some world. */
  #turns(comparison: Comparison): readonly Test[] {
    const { left, right } = comparison;
    const other = left.kind === "read" && isFailureRoot(left.from) ? right : left;
    if (other.kind !== "read") return [];
    return valuesInWorlds(this.#policy, other).map((value): Test => {
      const operand = { kind: "value", value } as const;
      return other === right ? { ...comparison, right: operand } : { ...comparison, left: operand };
    });
  }

  #lineFor(facts: Facts): SignalsLineModel | null {
    return this.#contract.signals.find(({ when }) => when === null || evaluate(when, facts)) ?? null;
  }

  #situation(
    signal: number,
    shape: Shape,
    facts: Facts,
    check: string | null,
    line: SignalsLineModel | null,
    may: Pick<Situation, "mayAskWait" | "afterToken">,
  ): Situation {
    const failure = failureOf(facts);
    return {
      signal,
      facts: failure,
      check,
      ends: endsOf(shape),
      ...may,
      line,
      text: failureInWords(shape.kind, failure, check, this.#contract),
    };
  }
}

// ---------------------------------------------------------------- what a `signals` block reads

/** The failures that one line reads, and no line before it that means another signal. */
interface Region {
  readonly signal: number;
  readonly demands: readonly Demand[];
}

interface Reading {
  readonly shapes: readonly Shape[];
  readonly solver: Solver;
  readonly signals: readonly number[];
  /** The plainest first. */
  readonly regions: readonly Region[];
}

const readings = new WeakMap<ContractModel, Reading>();

function readingOf(model: ContractModel): Reading {
  let reading = readings.get(model);
  if (reading === undefined) {
    const shapes = failureShapes(model);
    const signals = [...new Set(model.signals.map((line) => line.signal))];
    reading = { shapes, solver: new Solver(shapes.map((shape) => shape.frame)), signals, regions: regionsOf(model) };
    readings.set(model, reading);
  }
  return reading;
}

function regionsOf({ signals }: ContractModel): readonly Region[] {
  const regions = signals.map(({ signal, when }, index) => {
    const own: Demand[] = when === null ? [] : [{ predicate: when, held: true }];
    const before = signals.slice(0, index).filter((line) => line.signal !== signal);
    const demands = [...own, ...before.map((line): Demand => ({ predicate: line.when ?? ALWAYS, held: false }))];
    return { signal, demands, depth: when === null ? 0 : leavesOf(when).filter(readsContent).length };
  });
  return regions.sort((a, b) => a.depth - b.depth);
}

const ALWAYS: Test = { kind: "const", value: true };

/** A status by itself makes a plainer story than a code or a message. */
function readsContent(leaf: Test): boolean {
  return rootsIn(leaf).some((root) => root === "error" || root === "header");
}

function isFailureRoot(root: Root): boolean {
  return root === "transport" || root === "sent" || root === "status" || root === "header" || root === "error";
}

function failureOf({ transport, sent, status, headers, error }: Facts): Failure {
  return {
    transport: transport ?? null,
    sent: sent ?? false,
    status: status ?? 0,
    headers: headers ?? {},
    error: error ?? null,
  };
}

function endsOf({ kind }: Shape): Situation["ends"] {
  return kind === "timed_out" || kind === "timed_out_unsent" || kind === "cut_late" ? "at_limit" : "any_time";
}

// ---------------------------------------------------------------- the bill, and waits

/** Whether such a failure can be on the bill, as far as its shape tells; see `mayBeCharged` of the runtime. */
function billOf({ kind }: Shape, { contract }: ContractModel): "free" | "charged" {
  if (kind === "unreached" || kind === "timed_out_unsent" || kind === "unmade") return "free";
  return kind === "refused" && contract.limits.charges.failed === "no" ? "free" : "charged";
}

/** The conditions that say themselves whether they are charged. */
function billTests({ signals, contract }: ContractModel): readonly Test[] {
  if (!contract.errors.conditions.some(({ charged }) => charged !== undefined)) return [];
  const documented = signals.filter((line) => line.from === "documented");
  return (["yes", "no", "unknown"] as const).flatMap((claim): Test[] => {
    const of = documented.filter((line) => line.condition?.charged === claim).flatMap(({ when }) => when ?? []);
    return of.length === 0 ? [] : [{ kind: "or", of }];
  });
}

function hintHeaders({ contract }: ContractModel): readonly string[] {
  return Object.entries(contract.limits.headers).flatMap(([name, { retryHint }]) =>
    retryHint === undefined ? [] : [name.toLowerCase()],
  );
}

function isThere(header: string): Test {
  return {
    kind: "is",
    operand: { kind: "read", from: "header", segments: [header], type: STRING, optional: true },
    test: "present",
  };
}

// ---------------------------------------------------------------- what the runtime may raise

/** Is a token of the answer seen before the answer is complete? */
function mayShowTokens({ stream }: PolicyModel): boolean {
  return stream.mode === "visible" || stream.heldTokens !== null || stream.heldMs !== null;
}

function mayStream(policy: PolicyModel, { contract }: ContractModel): boolean {
  return contract.request.stream !== undefined || mayShowTokens(policy) || policy.stream.skipBadChunks;
}

/** An adapter may fail; and a contract that names the model in a field of its own may not take the request. */
function mayFailToBeMade(policy: PolicyModel, path: PathModel): boolean {
  const modelField = (contract: number | undefined) => policy.contracts[contract ?? -1]?.contract.request.model;
  return path.adapter !== null || modelField(path.contract) !== modelField(policy.paths[policy.start]?.contract);
}

/** Names of the checks that an answer can fail after it has passed those before; the runtime's own is last. */
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

/** As the runtime names it. */
const JSON_CHECK = "json";

// ---------------------------------------------------------------- splitting

/** More kinds of one signal and one shape than this are not told apart. */
const MOST_KINDS = 1024;

function split(
  solver: Solver,
  regions: readonly (readonly Demand[])[],
  tests: readonly Test[],
  shape: number,
): readonly Facts[] {
  const found = splitBy(tests, (demands) => solveIn(solver, regions, demands, shape), MOST_KINDS);
  if (found.kind === "found") return found.all;
  const asked = tests.map(testText).join(", ");
  throw new UndecidedError(
    found.kind === "unknown"
      ? `${found.why}: ${asked}`
      : `more than ${MOST_KINDS} kinds of failures are told apart by ${asked}`,
  );
}

function solveIn(
  solver: Solver,
  regions: readonly (readonly Demand[])[],
  demands: readonly Demand[],
  shape: number,
): Solution {
  let undecided: Solution = { kind: "no" };
  for (const region of regions) {
    const solution = solver.solve([...region, ...demands], [shape]);
    if (solution.kind === "yes") return solution;
    if (solution.kind === "unknown") undecided = solution;
  }
  return undecided;
}

/** What a place of the request, of its context or of the machine holds in one world or another. */
function valuesInWorlds(policy: PolicyModel, { from, segments }: Read<Root>): readonly Scalar[] {
  const { attempts, deadlineMs } = policy.budget;
  switch (from) {
    case "attempts":
      return Array.from({ length: attempts }, (_, index) => index + 1);
    case "elapsed":
      return [0, deadlineMs];
    case "committed":
      return [false, true];
    case "request":
    case "context":
      break;
    default:
      return [];
  }
  const worlds = worldsOf(policy);
  const held = ("worlds" in worlds ? worlds.worlds : []).map((world) => segments.reduce<unknown>(own, world[from]));
  const isScalar = (value: unknown) =>
    typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return [...new Set(held)].filter(isScalar) as Scalar[];
}
