/** What is worked out once of a policy before it is explored. */
import {
  type ActionPlan,
  backoffMs,
  nth,
  type PathPlan,
  type Policy,
  type RulePlan,
  type Ruling,
} from "@fbp/runtime/core";
import type { PolicyModel, Predicate } from "../../check/model.ts";
import { rootsIn } from "../units.ts";
import { type Moment, moment } from "./moment.ts";

export interface Ground {
  readonly model: PolicyModel;
  readonly policy: Policy;
  readonly deadline: Moment;
  readonly paths: readonly PathGround[];
  /** Does the budget hold tokens or money, so that a request's size matters? */
  readonly sized: boolean;
  /** The most that a request may ask for as an answer and that still makes a difference, in tokens. */
  readonly longestOutput: number;
  /** Numbers of the signals that assertions ask after. */
  readonly observed: readonly number[];
  readonly pathNumbers: ReadonlyMap<string, number>;
  /** Numbers of whatever is told apart by a text, given when it is first met. */
  readonly numbered: Map<string, number>;
}

export interface PathGround {
  readonly plan: PathPlan;
  /** The last moments before a guard on this path may hold no longer, or hold for the first time. */
  readonly guardLimits: readonly Moment[];
  /** Does a guard on this path ask how many attempts were made? */
  readonly asksAttempts: boolean;
  /** Those before an attempt on it is cut by the deadline, or comes too late. */
  readonly startLimits: readonly Moment[];
  /** By rule, and at the end for the default: those before one of its actions comes too late. */
  readonly ruleLimits: readonly (readonly Moment[])[];
  /** All of them. */
  readonly limits: readonly Moment[];
  /** Paths that a request on this one may still come to, by whichever rules. */
  readonly ahead: ReadonlySet<number>;
  readonly rules: ReadonlyMap<Ruling, number>;
  /** By the rule's number: the paths that it may call next, one list for all rules with the same. */
  readonly targets: readonly (readonly number[])[];
  /** Paths with the same number cost the same, */
  readonly priced: number;
  /** are on the same account, */
  readonly account: number;
  /** and have the same context window: from 1, of a larger one it is larger. */
  readonly window: number;
}

export function groundOf(model: PolicyModel, policy: Policy, observed: readonly number[]): Ground {
  const { tokens, costNanos, deadlineMs } = policy.budget;
  const targets = policy.paths.map(fallbacksOf);
  const prices = new Map<string, number>();
  const accounts = new Map<string, number>();
  const windows = inOrder(policy.paths.map(({ contextWindow }) => contextWindow ?? 0));
  const shared = new Map<string, readonly number[]>();
  return {
    model,
    policy,
    deadline: moment(deadlineMs),
    sized: tokens !== null || costNanos !== null,
    longestOutput: Math.max(0, ...policy.paths.map((path) => path.maxOutput ?? 0)),
    observed,
    pathNumbers: new Map(policy.paths.map(({ name }, number) => [name, number])),
    numbered: new Map(),
    paths: policy.paths.map((plan, index): PathGround => {
      const guards = (model.paths[index]?.rules ?? []).flatMap(({ when }) => when ?? []);
      const guardLimits = inOrder(guards.flatMap(guardLimitsOf));
      const startLimits = inOrder([lastStart(policy, plan, 0), moment(deadlineMs - plan.mostMs)]);
      const ruleLimits = [...plan.rules.map((rule) => inOrder(ruleLimitsOf(policy, plan, rule))), []];
      return {
        plan,
        guardLimits,
        asksAttempts: guards.some((guard) => rootsIn(guard).includes("attempts")),
        startLimits,
        ruleLimits,
        limits: inOrder([...guardLimits, ...startLimits, ...ruleLimits.flat()]),
        ahead: aheadOf(index, targets),
        rules: new Map(plan.rules.map((rule, number) => [rule, number])),
        targets: plan.rules.map((rule) => sharedList(shared, targetsOf(rule, index))),
        priced: numberOf(prices, JSON.stringify([plan.price, plan.maxOutput])),
        account: numberOf(accounts, plan.account),
        window: windows.indexOf(plan.contextWindow ?? 0) + 1,
      };
    }),
  };
}

function inOrder(limits: readonly Moment[]): readonly Moment[] {
  return [...new Set(limits)].filter((at) => at >= 0).sort((a, b) => a - b);
}

/** The last moment at which an attempt may be got ready that begins `waitMs` later; see `lateness` in the runtime. */
function lastStart(policy: Policy, path: PathPlan, waitMs: number): Moment {
  const last = moment(policy.budget.deadlineMs - waitMs - path.leastMs);
  return path.leastMs > 0 ? last : last - 1;
}

function ruleLimitsOf(policy: Policy, path: PathPlan, rule: RulePlan): readonly Moment[] {
  return rule.actions.flatMap((action) => {
    if (action.kind === "fallback") return [lastStart(policy, nth(policy.paths, action.path), 0)];
    if (action.kind !== "retry") return [];
    return [0, ...longestWaits(action, policy.budget.retries)].map((ms) => lastStart(policy, path, ms));
  });
}

/** Before the time that a guard asks after, and behind it. */
function guardLimitsOf(guard: Predicate): readonly Moment[] {
  return elapsedIn(guard).flatMap((ms) => [moment(ms) - 1, moment(ms)]);
}

function fallbacksOf(path: PathPlan): readonly number[] {
  const found = new Set<number>();
  for (const rule of path.rules) {
    for (const action of rule.actions) if (action.kind === "fallback") found.add(action.path);
  }
  return [...found];
}

/** The longest back-off of each retry, in milliseconds. */
function longestWaits({ fromMs, toMs }: Extract<ActionPlan, { kind: "retry" }>, retries: number): readonly number[] {
  const found = new Set<number>();
  // The back-off doubles, so that it has come to its end long before.
  for (let k = 0; k < Math.min(retries, 64); k++) found.add(backoffMs(fromMs, toMs, k, 1 - Number.EPSILON));
  return [...found];
}

/** The times that a predicate compares `elapsed` with, in milliseconds. */
export function elapsedIn(predicate: Predicate): readonly number[] {
  switch (predicate.kind) {
    case "or":
    case "and":
      return predicate.of.flatMap(elapsedIn);
    case "not":
      return elapsedIn(predicate.of);
    case "compare": {
      const sides = [predicate.left, predicate.right];
      if (!sides.some((side) => side.kind === "read" && side.from === "elapsed")) return [];
      return sides.flatMap((side) => (side.kind === "value" && typeof side.value === "number" ? [side.value] : []));
    }
    case "in_set":
      return readsElapsed(predicate.left) ? predicate.values.filter((value) => typeof value === "number") : [];
    case "in_range":
      return readsElapsed(predicate.left) ? [predicate.low, predicate.high] : [];
    default:
      return [];
  }
}

function readsElapsed(operand: Extract<Predicate, { kind: "in_set" }>["left"]): boolean {
  return operand.kind === "read" && operand.from === "elapsed";
}

function aheadOf(index: number, targets: readonly (readonly number[])[]): ReadonlySet<number> {
  const found = new Set<number>();
  const open = [...(targets[index] ?? [])];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue;
    found.add(path);
    open.push(...(targets[path] ?? []));
  }
  return found;
}

/** The paths that a rule may call next: its own again, or others. */
function targetsOf({ actions }: RulePlan, path: number): readonly number[] {
  const targets = actions.flatMap((action) =>
    action.kind === "fallback" ? [action.path] : action.kind === "retry" ? [path] : [],
  );
  return [...new Set(targets)];
}

function sharedList(shared: Map<string, readonly number[]>, list: readonly number[]): readonly number[] {
  const key = list.join();
  const known = shared.get(key) ?? list;
  shared.set(key, known);
  return known;
}

/** The text's number; from 0, in the order in which texts were first asked for. */
export function numberOf(numbers: Map<string, number>, key: string): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}
