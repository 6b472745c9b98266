/**
 * The requests and contexts that a policy can tell apart: one for each way in which `repeat`, the guards
 * of rules and the assertions can be answered, as far as they ask of nothing else.
 */
import type { PolicyModel, Read, Scalar } from "../check/model.ts";
import { evaluate, type Facts } from "../check/predicate/evaluate.ts";
import { contextFrame, requestFrame } from "./frames.ts";
import type { World } from "./situation.ts";
import { readsOf } from "./solve/formula.ts";
import type { Frame } from "./solve/frame.ts";
import type { Root } from "./solve/places.ts";
import { Solver } from "./solve/solver.ts";
import { splitBy } from "./solve/split.ts";
import { type Comparison, keyOf, type Leaf, leavesOf, type Test, unitsOf } from "./units.ts";
import { answersInWords, testText, valueInWords } from "./words.ts";

/** More worlds than this are not told apart. */
export const MOST_WORLDS = 4096;

export type Worlds = { readonly worlds: readonly World[] } | { readonly tooMany: TooMany };

export interface TooMany {
  /** Completes "the policy cannot be explored: …", in the operator's words. */
  readonly why: string;
  /** What is asked of requests and contexts, as the policy writes it. */
  readonly tests: readonly string[];
}

const known = new WeakMap<PolicyModel, Worlds>();

/**
 * The plainest world first: defaults of the context, optional fields absent. Then those nearest to it.
 * Worked out once for each policy.
 */
export function worldsOf(policy: PolicyModel): Worlds {
  let worlds = known.get(policy);
  if (worlds === undefined) {
    worlds = findWorlds(policy);
    known.set(policy, worlds);
  }
  return worlds;
}

function findWorlds(policy: PolicyModel): Worlds {
  const { units, leaves, compared } = askedOf(policy);
  const solver = new Solver(framesOf(policy));
  const found = splitBy(units, (demands) => solver.solve(demands), MOST_WORLDS);
  const tooMany = (why: string): Worlds => ({ tooMany: { why, tests: units.map(testText) } });
  if (found.kind === "too_many")
    return tooMany(`it tells more than ${MOST_WORLDS} kinds of requests and contexts apart`);
  if (found.kind === "unknown") return tooMany(`what it asks of requests and contexts is too much: ${found.why}`);
  const [plainest] = found.all;
  if (plainest === undefined) return tooMany("no request fits the contract of the path that it starts on");
  const distance = (facts: Facts) => units.filter((unit) => evaluate(unit, facts) !== evaluate(unit, plainest)).length;
  const ordered = found.all.map((facts) => ({ facts, away: distance(facts) })).sort((a, b) => a.away - b.away);
  const wordsOf = (facts: Facts) =>
    new Set([...answersInWords(leaves, facts), ...compared.map((place) => valueInWords(place, facts))]);
  return {
    worlds: ordered.map(({ facts }) => ({
      request: facts.request,
      context: facts.context as World["context"],
      repeatable: isRepeatable(policy, facts),
      text: [...wordsOf(facts)].join(", "),
    })),
  };
}

function isRepeatable({ repeat }: PolicyModel, facts: Facts): boolean {
  return repeat.mode === "when" ? evaluate(repeat.when, facts) : repeat.mode === "always";
}

/** What the start path's contract lets through, then what the others' do: a service may send that too. */
function framesOf(policy: PolicyModel): readonly Frame[] {
  const start = policy.paths[policy.start]?.contract ?? 0;
  const first = policy.contracts[start];
  const contracts = [...(first === undefined ? [] : [first]), ...policy.contracts.filter((one) => one !== first)];
  const context = contextFrame(policy.context);
  return contracts.map((contract) => ({ request: requestFrame(contract), context }));
}

// ---------------------------------------------------------------- what is asked

function isWorldRoot(root: Root): boolean {
  return root === "request" || root === "context";
}

interface Asked {
  /** What tells worlds apart. */
  readonly units: readonly Test[];
  /** The single tests in them that the policy writes itself, */
  readonly leaves: readonly Leaf[];
  /** and the places that it compares with something else. */
  readonly compared: readonly Read<Root>[];
}

function askedOf(policy: PolicyModel): Asked {
  const { repeat, paths, asserts } = policy;
  const predicates: Test[] = [
    ...(repeat.mode === "when" ? [repeat.when] : []),
    ...paths.flatMap((path) => path.rules.flatMap((rule) => rule.when ?? [])),
    ...asserts.flatMap(({ claim, when }) => (when === null ? [claim] : [when, claim])),
  ];
  const { own, mixed } = unitsOf(predicates, isWorldRoot);
  const all = [...own, ...mixed.flatMap((comparison) => turns(comparison, policy))];
  return {
    units: [...new Map(all.map((unit) => [keyOf(unit), unit])).values()],
    leaves: own.flatMap(leavesOf),
    compared: mixed.flatMap((comparison) => readsOf(comparison).filter((read) => isWorldRoot(read.from))),
  };
}

/**
 * What has to be told apart of requests and contexts so that a comparison with something else can turn
 * out either way: is the place there, and how does it stand to the values that the other side can have
 * (all of them where they are few, else the ends of their range)?
 */
function turns(comparison: Comparison, policy: PolicyModel): readonly Test[] {
  const { left, right } = comparison;
  const [own, other] = left.kind === "read" && isWorldRoot(left.from) ? [left, right] : [right, left];
  if (own.kind !== "read" || other.kind !== "read") return [];
  const values = valuesOf(other, policy);
  const asked = values.map((value): Test => {
    const operand = { kind: "value", value } as const;
    return own === left ? { ...comparison, right: operand } : { ...comparison, left: operand };
  });
  return [{ kind: "is", operand: own, test: "present" }, ...asked];
}

function valuesOf({ from, segments }: Read<Root>, { budget, paths, reasons }: PolicyModel): readonly Scalar[] {
  const upTo = (most: number): readonly number[] => Array.from({ length: most + 1 }, (_, index) => index);
  const [field] = segments;
  switch (from) {
    case "attempts":
      return upTo(budget.attempts);
    case "elapsed":
      return [0, budget.deadlineMs];
    case "status":
      return [100, 599];
    case "sent":
    case "committed":
      return [true, false];
    case "outcome":
      break;
    default:
      return [];
  }
  switch (field) {
    case "attempts":
    case "retries":
    case "fallbacks":
      return upTo(budget[field]);
    case "elapsed":
      return [0, budget.deadlineMs];
    case "source":
      return paths.map((path) => path.name);
    case "reason":
      return reasons.map((reason) => reason.name);
    default:
      return [];
  }
}
