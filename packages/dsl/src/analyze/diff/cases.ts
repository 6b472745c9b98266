/** Every case in which two policies may decide differently, with what each of them does with it. */
import { type GuardFacts, nth, type Policy, SIGNAL } from "@fbp/runtime/core";
import type { ContractModel, PolicyModel, Predicate } from "../../check/model.ts";
import { evaluate } from "../../check/predicate/evaluate.ts";
import { elapsedIn } from "../explore/ground.ts";
import type { Situation, World } from "../situation.ts";
import { situationsOf } from "../situations.ts";
import { readsOf } from "../solve/formula.ts";
import { leavesOf } from "../units.ts";
import type { Joint } from "./joint.ts";
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

/** @throws UndecidedError where there are too many kinds of failures, or a guard is too much to decide */
export function casesOf(old: Side, fresh: Side, joint: Joint, worlds: readonly World[]): readonly Case[] {
  return joint.paths.flatMap((both) => pathCases(old, fresh, joint, both, worlds));
}

type Both = Joint["paths"][number];

interface Kind {
  readonly signals: { readonly old: number | null; readonly fresh: number | null };
  readonly situation: Situation | null;
  readonly committed: boolean;
}

function pathCases(old: Side, fresh: Side, joint: Joint, both: Both, worlds: readonly World[]): readonly Case[] {
  const kinds = [...failures(old, fresh, joint, both), ...health(old, fresh, both)];
  const guards = [nth(old.model.paths, both.old), nth(fresh.model.paths, both.fresh)].flatMap(({ rules }) =>
    rules.flatMap(({ when }) => when ?? []),
  );
  const most = Math.max(old.model.budget.attempts, fresh.model.budget.attempts);
  const attempts = asks(guards, "attempts") ? Array.from({ length: most }, (_, index) => index + 1) : [1];
  const times = [...new Set([0, ...guards.flatMap(elapsedIn).flatMap((ms) => [ms, ms + 1])])];
  const seenWorlds = guards.some((guard) => asks([guard], "request") || asks([guard], "context"))
    ? worlds
    : worlds.slice(0, 1);
  const cases: Case[] = [];
  for (const { signals, situation, committed } of kinds) {
    for (const world of seenWorlds) {
      for (const count of attempts) {
        for (const elapsedMs of times) {
          const facts = {
            ...(situation?.facts ?? UNSEEN),
            request: world.request,
            context: world.context,
            attempts: count,
            elapsedMs,
            committed,
          };
          cases.push({
            path: both.name,
            seen: { old: nameOf(old, signals.old), fresh: nameOf(fresh, signals.fresh) },
            failure: situation?.text ?? null,
            committed,
            world,
            attempts: count,
            elapsedMs,
            old: signals.old === null ? null : decisionOf(old, both.old, signals.old, facts, situation),
            fresh: signals.fresh === null ? null : decisionOf(fresh, both.fresh, signals.fresh, facts, situation),
          });
        }
      }
    }
  }
  return cases;
}

const UNSEEN = { transport: null, sent: false, status: 0, headers: {}, error: null } as const;

function nameOf({ model }: Side, signal: number | null): string | null {
  return signal === null ? null : nth(model.signals, signal).name;
}

function asks(guards: readonly Predicate[], root: string): boolean {
  return guards.some((guard) => leavesOf(guard).some((leaf) => readsOf(leaf).some(({ from }) => from === root)));
}

// ---------------------------------------------------------------- what can arise

function failures(old: Side, fresh: Side, joint: Joint, both: Both): readonly Kind[] {
  const then = contractOf(old.model, both.old);
  return situationsOf(joint.model, both.fresh).flatMap((situation): Kind[] => {
    const signals = { old: oldSignal(situation, then, old.model, fresh.model), fresh: situation.signal };
    const shown = situation.afterToken && mayShowTokens(old.model) && mayShowTokens(fresh.model);
    const kinds: Kind[] = [{ signals, situation, committed: false }];
    if (shown) kinds.push({ signals, situation, committed: true });
    if (situation.ends === "at_limit") {
      const late = { old: SIGNAL.budget_exhausted, fresh: SIGNAL.budget_exhausted };
      kinds.push({ signals: late, situation, committed: false });
    }
    return kinds;
  });
}

/** What the old policy reads in the failure. */
function oldSignal(situation: Situation, then: ContractModel, old: PolicyModel, fresh: PolicyModel): number {
  if (situation.line !== null) {
    const line = then.signals.find(({ when }) => when === null || evaluate(when, situation.facts));
    if (line !== undefined) return line.signal;
  }
  // The runtime raises only built-in signals by itself, and these have the same numbers everywhere.
  const { name } = nth(fresh.signals, situation.signal);
  return old.signals.findIndex((signal) => signal.name === name);
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
