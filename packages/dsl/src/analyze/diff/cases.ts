/** Every case in which two policies may decide differently, with what each of them does with it. */
import { type GuardFacts, nth, type Policy, SIGNAL } from "@fbp/runtime/core";
import type { ContractModel, PolicyModel, Predicate } from "../../check/model.ts";
import { evaluate } from "../../check/predicate/evaluate.ts";
import { elapsedIn } from "../explore/ground.ts";
import type { Situation, World } from "../situation.ts";
import { situationsOf, UndecidedError } from "../situations.ts";
import { readsOf } from "../solve/formula.ts";
import { leavesOf } from "../units.ts";
import { type Joint, jointOf } from "./joint.ts";
import { actionText, hookText } from "./words.ts";

/** What a rule says, as text: equal texts do the same. */
export interface Decision {
  readonly reason: string | null;
  readonly does: string;
}

export interface Case {
  readonly path: string;
  /** Names of the signals that the old and the new policy see; null: it cannot arise in that one. */
  readonly seen: { readonly old: string | null; readonly fresh: string | null };
  /** In the operator's words: `answers 503`; null where a signal is raised without a failure. */
  readonly failure: string | null;
  readonly committed: boolean;
  readonly world: World;
  readonly attempts: number;
  readonly elapsedMs: number;
  readonly old: Decision | null;
  readonly fresh: Decision | null;
}

export interface Side {
  readonly model: PolicyModel;
  readonly policy: Policy;
}

export type Both = Joint["paths"][number];

export interface PathCases {
  readonly cases: readonly Case[];
  /** Was it too much to find every failure that is read in another way? Then examples of each kind are here. */
  readonly onlyExamples: boolean;
}

/** More than this are not looked at on one path. */
const MOST_CASES = 500_000;

/** @throws UndecidedError where there are too many cases, or a guard is too much to decide */
export function casesOf(old: Side, fresh: Side, both: Both, worlds: readonly World[]): PathCases {
  const failures = failuresOf(old, fresh, both);
  const kinds = [...failures.kinds, ...health(old, fresh, both)];
  const guards = [nth(old.model.paths, both.old), nth(fresh.model.paths, both.fresh)].flatMap(({ rules }) =>
    rules.flatMap(({ when }) => when ?? []),
  );
  const most = Math.max(old.model.budget.attempts, fresh.model.budget.attempts);
  const counts = asks(guards, "attempts") ? Array.from({ length: most }, (_, index) => index + 1) : [1];
  const times = [...new Set([0, ...guards.flatMap(elapsedIn).flatMap((ms) => [ms, ms + 1])])];
  const told = asks(guards, "request") || asks(guards, "context") ? worlds : worlds.slice(0, 1);
  if (kinds.length * told.length * counts.length * times.length > MOST_CASES) {
    throw new UndecidedError(`there are more than ${MOST_CASES} cases on \`${both.name}\``);
  }
  const cases = kinds.flatMap((kind) =>
    told.flatMap((world) =>
      counts.flatMap((attempts) =>
        times.map((elapsedMs) => caseOf(old, fresh, both, kind, { world, attempts, elapsedMs })),
      ),
    ),
  );
  return { cases, onlyExamples: failures.onlyExamples };
}

interface Kind {
  readonly signals: { readonly old: number | null; readonly fresh: number | null };
  readonly situation: Situation | null;
  readonly committed: boolean;
}

function caseOf(
  old: Side,
  fresh: Side,
  both: Both,
  { signals, situation, committed }: Kind,
  at: Pick<Case, "world" | "attempts" | "elapsedMs">,
): Case {
  const { request, context } = at.world;
  const { attempts, elapsedMs } = at;
  const facts = { ...(situation?.facts ?? UNSEEN), request, context, attempts, elapsedMs, committed };
  const decided = (side: Side, path: number, signal: number | null) =>
    signal === null ? null : decisionOf(side, path, signal, facts, situation);
  return {
    ...at,
    path: both.name,
    seen: { old: nameOf(old, signals.old), fresh: nameOf(fresh, signals.fresh) },
    failure: situation?.text ?? null,
    committed,
    old: decided(old, both.old, signals.old),
    fresh: decided(fresh, both.fresh, signals.fresh),
  };
}

const UNSEEN = { transport: null, sent: false, status: 0, headers: {}, error: null } as const;

function nameOf({ model }: Side, signal: number | null): string | null {
  return signal === null ? null : nth(model.signals, signal).name;
}

function asks(guards: readonly Predicate[], root: string): boolean {
  return guards.some((guard) => leavesOf(guard).some((leaf) => readsOf(leaf).some(({ from }) => from === root)));
}

// ---------------------------------------------------------------- what can arise

/** Where it is too much to tell failures apart by both readings, those that either reading by itself tells apart. */
function failuresOf(
  old: Side,
  fresh: Side,
  both: Both,
): { readonly kinds: readonly Kind[]; readonly onlyExamples: boolean } {
  const [then, now] = [contractOf(old.model, both.old), contractOf(fresh.model, both.fresh)];
  const byNew = (situation: Situation): Kind["signals"] => ({
    old: readBy(then, situation, fresh.model, old.model),
    fresh: situation.signal,
  });
  const byOld = (situation: Situation): Kind["signals"] => ({
    old: situation.signal,
    fresh: readBy(now, situation, old.model, fresh.model),
  });
  const kinds = (situation: Situation, signals: Kind["signals"]) => kindsOf(old, fresh, situation, signals);
  try {
    const situations = situationsOf(jointOf(old.model, fresh.model).model, both.fresh);
    return { kinds: situations.flatMap((one) => kinds(one, byNew(one))), onlyExamples: false };
  } catch (error) {
    if (!(error instanceof UndecidedError)) throw error;
    const ofNew = situationsOf(jointOf(old.model, fresh.model, false).model, both.fresh);
    const ofOld = situationsOf(old.model, both.old).filter(({ line }) => line !== null);
    return {
      kinds: [...ofNew.flatMap((one) => kinds(one, byNew(one))), ...ofOld.flatMap((one) => kinds(one, byOld(one)))],
      onlyExamples: true,
    };
  }
}

function kindsOf(old: Side, fresh: Side, situation: Situation, signals: Kind["signals"]): readonly Kind[] {
  const kinds: Kind[] = [{ signals, situation, committed: false }];
  if (situation.afterToken && mayShowTokens(old.model) && mayShowTokens(fresh.model)) {
    kinds.push({ signals, situation, committed: true });
  }
  if (situation.ends === "at_limit") {
    // The limit may have been the request's own deadline.
    const late = { old: SIGNAL.budget_exhausted, fresh: SIGNAL.budget_exhausted };
    kinds.push({ signals: late, situation, committed: false });
  }
  return kinds;
}

/** What a policy reads in a failure that another one knows. */
function readBy(contract: ContractModel, situation: Situation, from: PolicyModel, to: PolicyModel): number {
  if (situation.line !== null) {
    const line = contract.signals.find(({ when }) => when === null || evaluate(when, situation.facts));
    if (line !== undefined) return line.signal;
  }
  // The runtime raises only built-in signals by itself, and these have the same numbers everywhere.
  const { name } = nth(from.signals, situation.signal);
  return to.signals.findIndex((signal) => signal.name === name);
}

/** Signals that no failure shows. */
function health(old: Side, fresh: Side, { old: before, fresh: after }: Both): readonly Kind[] {
  const kind = (signal: number, arises: (side: Side, path: number) => boolean): Kind[] => {
    const signals = { old: arises(old, before) ? signal : null, fresh: arises(fresh, after) ? signal : null };
    return signals.old === null && signals.fresh === null ? [] : [{ signals, situation: null, committed: false }];
  };
  return [
    ...kind(SIGNAL.latency_slo_breach, ({ model }, path) => nth(model.paths, path).slo !== null),
    ...kind(SIGNAL.circuit_open, ({ model }, path) => nth(model.paths, path).breaker !== null),
    ...kind(SIGNAL.budget_exhausted, () => true),
  ];
}

function contractOf({ paths, contracts }: PolicyModel, path: number): ContractModel {
  return nth(contracts, nth(paths, path).contract);
}

function mayShowTokens({ stream }: PolicyModel): boolean {
  return stream.mode === "visible" || stream.heldTokens !== null || stream.heldMs !== null;
}

// ---------------------------------------------------------------- what is decided

function decisionOf(
  { policy }: Side,
  path: number,
  signal: number,
  facts: GuardFacts,
  situation: Situation | null,
): Decision {
  const plan = nth(policy.paths, path);
  const rule = plan.rules[plan.decide(signal, facts)];
  if (rule === undefined) {
    // As the runtime does where a policy is silent.
    const slow = signal === SIGNAL.latency_slo_breach && situation === null;
    return { reason: slow ? null : nth(policy.signals, signal).name, does: slow ? "proceed" : "fail" };
  }
  const actions = rule.actions.map((action) => actionText(action, (target) => nth(policy.paths, target).name));
  return { reason: rule.reason, does: [actions.join(" else "), ...rule.hooks.map(hookText)].join(", ") };
}
