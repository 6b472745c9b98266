/** What a rule does with a failure: each of its actions, permitted or why not, as the runtime's own machine says. */
import {
  type ActionPlan,
  type Event,
  next,
  nth,
  type Policy,
  type Ruling,
  type State,
  type Trial,
  trialOf,
} from "@fbp/runtime/core";

export interface ActionSaid {
  /** `retry`, `fallback backup`, `fail with partial` */
  readonly action: string;
  readonly permitted: boolean;
  /** Is it what happens? The first that is permitted. */
  readonly taken: boolean;
  /** Why it is not permitted; null where it is. */
  readonly cause: string | null;
  /** The wait before it; 0 where there is none. */
  readonly waitMs: number;
  /** What may refuse it all the same, when the time comes. */
  readonly unless: readonly string[];
}

export interface Ruled {
  readonly ruling: Ruling;
  readonly actions: readonly ActionSaid[];
}

/** @param event a signal on `path`, for a request that stands as `state` has it */
export function ruledFor(policy: Policy, path: number, state: State, event: Event): Ruled {
  const { ruling } = lastTrial(next(policy, state, event));
  const said = ruling.actions.map((action) => tried(policy, path, ruling, action, state, event));
  const taken = said.findIndex(({ permitted }) => permitted);
  return { ruling, actions: said.map((one, index) => ({ ...one, taken: index === taken })) };
}

/** The rule's action by itself: what stands against it does not depend on those before it. */
function tried(
  policy: Policy,
  path: number,
  ruling: Ruling,
  action: ActionPlan,
  state: State,
  event: Event,
): Omit<ActionSaid, "taken"> {
  const alone = { ...ruling, line: ruling.line ?? 0, reason: ruling.reason ?? "", actions: [action] };
  const plan = { ...nth(policy.paths, path), rules: [alone], decide: () => 0 };
  const only: Policy = { ...policy, paths: policy.paths.map((one, index) => (index === path ? plan : one)) };
  const after = next(only, state, event);
  const command = after;
  const trial = lastTrial(after);
  const cause = trial.refused?.cause ?? null;
  return {
    action: actionText(policy, action),
    permitted: cause === null,
    cause,
    waitMs: command.kind === "admit" ? command.inMs : 0,
    unless: cause === null ? conditionsOf(policy, path, action) : [],
  };
}

function lastTrial(state: State): Trial {
  const found = trialOf(state) ?? state.past.decisions?.trial;
  if (found === undefined) throw new Error("a signal brought no rule to work");
  return found;
}

/** What is shared by all requests of a process, and so is nothing that one request could tell. */
function conditionsOf(policy: Policy, path: number, action: ActionPlan): readonly string[] {
  if (action.kind !== "retry" && action.kind !== "fallback") return [];
  const target = nth(policy.paths, action.kind === "fallback" ? action.path : path);
  const isLimited = target.retryBudget !== null || (action.kind === "retry" && policy.retryBudget !== null);
  return [
    ...(target.breaker === null ? [] : [`the breaker of ${target.name} is open by then`]),
    ...(isLimited ? ["the retry budget is spent by then"] : []),
  ];
}

/** As a policy's text says it. */
export function actionText(policy: Policy, action: ActionPlan): string {
  switch (action.kind) {
    case "fallback":
      return `fallback ${nth(policy.paths, action.path).name}`;
    case "respond":
      return `respond ${JSON.stringify(action.text)}`;
    case "defer":
      return `defer to ${JSON.stringify(action.to)}`;
    case "fail":
      return action.partial ? "fail with partial" : "fail";
    default:
      return action.kind;
  }
}
