/**
 * All kinds of failed attempts on a path that its policy can tell apart: by the signal, by what the
 * guards of the path's rules ask of a failure, by whether the request was sent and can be on the bill.
 */
import { SIGNAL } from "@fbp/runtime/core";
import type { ContractModel, PathModel, PolicyModel, Read, Scalar } from "../check/model.ts";
import { evaluate, type Facts } from "../check/predicate/evaluate.ts";
import type { Contract } from "../contract/document.ts";
import { STRING } from "../types/make.ts";
import { failureOf } from "./failure-facts.ts";
import { failureInWords } from "./failure-words.ts";
import { READ_SHAPES, type Shape } from "./failures.ts";
import { type Reading, readingOf } from "./reading.ts";
import type { Situation } from "./situation.ts";
import type { Root } from "./solve/places.ts";
import type { Demand } from "./solve/solver.ts";
import { own } from "./solve/values.ts";
import { type Comparison, keyOf, rootsIn, type Test, unitsOf } from "./units.ts";
import { worldsOf } from "./worlds.ts";

export { UndecidedError } from "./reading.ts";

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
  readonly #reading: Reading;

  constructor(policy: PolicyModel, path: PathModel, contract: ContractModel) {
    this.#policy = policy;
    this.#path = path;
    this.#contract = contract;
    this.#reading = readingOf(contract);
  }

  /** Failures that a line of `signals` reads. */
  read(): readonly Situation[] {
    const shapes = this.#reading.shapes.filter((shape) => READ_SHAPES.includes(shape.kind) && this.#canTake(shape));
    const how = { check: null, afterToken: false };
    return this.#reading.signals.flatMap((signal) => this.#kindsOf(signal, shapes, how));
  }

  /** Failures that the runtime reads itself. */
  raised(): readonly Situation[] {
    const { response } = this.#contract.contract;
    const afterToken = mayShowTokens(this.#policy);
    const kinds = (signal: number, check: string | null, isAfter: boolean, ...kinds: readonly Shape["kind"][]) => {
      const shapes = this.#reading.shapes.filter(({ kind }) => kinds.includes(kind));
      return this.#kindsOf(signal, shapes, { check, afterToken: isAfter });
    };
    const isUnmade = mayFailToBeMade(this.#policy, this.#path);
    const isRefused = (response.refusedReasons ?? []).length > 0;
    const streams = mayStream(this.#policy, this.#contract);
    return [
      ...(isUnmade ? kinds(SIGNAL.client_invalid, REQUEST_CHECK, false, "unmade") : []),
      ...(isRefused ? kinds(SIGNAL.content_refused, null, afterToken, "answered") : []),
      ...this.#reading.checks.flatMap((check) => kinds(SIGNAL.unusable_output, check, afterToken, "answered")),
      ...(streams ? kinds(SIGNAL.stream_interrupted, null, afterToken, "cut", "cut_late") : []),
    ];
  }

  /** One situation for each kind of failure that can be told from the others, by facts that the policy asks for. */
  #kindsOf(
    signal: number,
    shapes: readonly Shape[],
    how: Pick<Situation, "check" | "afterToken">,
  ): readonly Situation[] {
    const asked = this.#askedOf([signal]);
    // At its limit an attempt may have run into the request's own deadline, which is another signal.
    const askedAtLimit = this.#askedOf([signal, SIGNAL.budget_exhausted]);
    const found = new Map<string, Situation>();
    for (const shape of shapes) {
      const tests = endsOf(shape) === "at_limit" ? askedAtLimit : asked;
      const bill = billTests(shape, this.#contract);
      // Where nothing is asked of them, all failures of a kind are one.
      const isPlain = tests.length + bill.length === 0;
      const when = `${endsOf(shape)} ${latestOf(shape, this.#path) ?? ""}`;
      const plain = `${when} ${billOf(shape, {}, this.#contract)} `;
      if (isPlain && isNoNews(found.get(plain), this.#mayAsk(shape))) continue;
      for (const facts of this.#reading.split(signal, shape, [...tests, ...bill])) {
        const answers = [...tests, ...bill].map((test): Demand => ({ predicate: test, held: evaluate(test, facts) }));
        const told = answers.slice(0, tests.length).map(({ held }) => held);
        const key = `${when} ${billOf(shape, facts, this.#contract)} ${told.join()}`;
        const known = found.get(key);
        if (isNoNews(known, this.#mayAsk(shape))) continue;
        const mayAskWait = this.#mayAsk(shape) && this.#canAsk(signal, shape, answers);
        if (!isNoNews(known, mayAskWait)) found.set(key, this.#situation(signal, shape, facts, mayAskWait, how));
      }
    }
    return [...found.values()];
  }

  /** Is the shape possible on this path? Where what it waits for has a limit of its own, that one comes first. */
  #canTake(shape: Shape): boolean {
    const limitMs = limitOf(shape, this.#path);
    return (shape.kind !== "timed_out" && shape.kind !== "timed_out_unsent") || limitMs >= this.#path.leastMs;
  }

  /** Is a wait that the server asks for read from such an answer? */
  #mayAsk({ kind }: Shape): boolean {
    return (kind === "refused" || kind === "error_inside") && this.#reading.hints.length > 0;
  }

  /** Can one of the headers that ask for a wait be there, all else being the same? */
  #canAsk(signal: number, shape: Shape, answers: readonly Demand[]): boolean {
    const asksHeaders = answers.some(({ predicate }) => rootsIn(predicate).includes("header"));
    if (!asksHeaders && !this.#reading.asksHeaders) return true;
    const hint: Test = { kind: "or", of: this.#reading.hints.map(isThere) };
    return this.#reading.canMeet(signal, shape, [...answers, { predicate: hint, held: true }]);
  }

  /** What the rules that may take one of the signals ask of a failure. */
  #askedOf(signals: readonly number[]): readonly Test[] {
    const guards = signals.flatMap((signal) => guardsOf(this.#path, signal));
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

  #situation(
    signal: number,
    shape: Shape,
    facts: Facts,
    mayAskWait: boolean,
    { check, afterToken }: Pick<Situation, "check" | "afterToken">,
  ): Situation {
    const failure = failureOf(facts);
    const contract = this.#contract;
    return {
      signal,
      facts: failure,
      check,
      ends: endsOf(shape),
      latestMs: latestOf(shape, this.#path),
      afterToken,
      mayAskWait,
      line: this.#reading.lineFor(shape, facts),
      // Few of them are ever told of.
      get text() {
        return failureInWords(shape.kind, failure, check, contract);
      },
    };
  }
}

/** Does such a situation add nothing to one that is known? */
function isNoNews(known: Situation | undefined, mayAskWait: boolean): boolean {
  return known !== undefined && (known.mayAskWait || !mayAskWait);
}

/** Up to the first rule that takes every case of it. */
function guardsOf({ rules }: PathModel, signal: number): readonly Test[] {
  const guards: Test[] = [];
  for (const rule of rules) {
    if (!rule.signals.includes(signal)) continue;
    if (rule.when !== null) guards.push(rule.when);
    else if (!rule.beforeFirstToken) break;
  }
  return guards;
}

function isFailureRoot(root: Root): boolean {
  return root === "transport" || root === "sent" || root === "status" || root === "header" || root === "error";
}

function endsOf({ kind }: Shape): Situation["ends"] {
  return kind === "timed_out" || kind === "timed_out_unsent" || kind === "cut_late" ? "at_limit" : "any_time";
}

/** Without a status line an attempt is given up at the path's limit for that; what was not sent, at the connection's too. */
function limitOf({ kind, frame }: Shape, { connectMs, headersMs }: PathModel): number {
  if (kind === "unmade" || frame.status !== undefined) return Number.POSITIVE_INFINITY;
  const isSent = kind !== "unreached" && kind !== "timed_out_unsent";
  return Math.min(headersMs ?? Number.POSITIVE_INFINITY, (isSent ? null : connectMs) ?? Number.POSITIVE_INFINITY);
}

function latestOf(shape: Shape, path: PathModel): number | null {
  const limitMs = limitOf(shape, path);
  return limitMs < path.mostMs ? limitMs : null;
}

// ---------------------------------------------------------------- the bill, and waits

/** Whether such a failure can be on the bill; see `mayBeCharged` of the runtime. */
function billOf(shape: Shape, facts: Facts, { contract, charges }: ContractModel): "not sent" | "free" | "charged" {
  if (NOT_SENT.includes(shape.kind)) return "not sent";
  const stated = charges.find(({ when }) => evaluate(when, facts))?.charged ?? null;
  return (stated ?? mostlyCharged(shape, contract)) ? "charged" : "free";
}

const NOT_SENT: readonly Shape["kind"][] = ["unreached", "timed_out_unsent", "unmade"];

/** Where no condition says otherwise. */
function mostlyCharged({ kind }: Shape, { limits }: Contract): boolean {
  return kind !== "refused" || limits.charges.failed !== "no";
}

/** Does a condition say otherwise? The first that holds counts. */
function billTests(shape: Shape, { contract, charges }: ContractModel): readonly Test[] {
  if (NOT_SENT.includes(shape.kind)) return [];
  const otherwise = !mostlyCharged(shape, contract);
  // From the last condition to the first: it says so itself, or it does not hold and one after it says so.
  const said = charges.reduceRight<Test | null>((after, { when, charged }) => {
    if (charged === otherwise) return after === null ? when : { kind: "or", of: [when, after] };
    return after === null ? null : { kind: "and", of: [{ kind: "not", of: when }, after] };
  }, null);
  return said === null ? [] : [said];
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

/** As the runtime names its own check. */
const REQUEST_CHECK = "request";

// ---------------------------------------------------------------- facts of the request

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
