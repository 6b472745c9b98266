/** Which names a policy's metrics may carry: the policy's own. What is none of them is `other`, so that series stay few. */
import type { ActionPlan, HookPlan, Policy } from "../../core/policy.ts";

export interface Names {
  readonly path: ReadonlySet<string>;
  readonly signal: ReadonlySet<string>;
  readonly reason: ReadonlySet<string>;
  readonly action: ReadonlySet<string>;
  readonly target: ReadonlySet<string>;
  readonly hooks: readonly HookPlan[];
}

export function namesOf(policy: Policy): Names {
  const rules = policy.paths.flatMap((path) => path.rules);
  const signals = policy.signals.map(({ name }) => name);
  const hooks = rules.flatMap((rule) => rule.hooks);
  return {
    path: new Set(policy.paths.map(({ name }) => name)),
    signal: new Set(signals),
    // A health signal without a rule is recorded under its own name.
    reason: new Set([...policy.reasons, ...signals.filter((_, at) => policy.signals[at]?.class === "health")]),
    action: new Set([...rules.flatMap((rule) => rule.actions.map((action) => actionOf(policy, action))), ...ALWAYS]),
    target: new Set(hooks.map(({ target }) => target)),
    hooks,
  };
}

/** What a decision may be without a rule that says so. */
const ALWAYS = ["start", "fail", "proceed", "aborted"];

/** As an outcome's decisions have it. */
function actionOf(policy: Policy, action: ActionPlan): string {
  switch (action.kind) {
    case "fallback":
      return `fallback ${policy.paths[action.path]?.name ?? ""}`;
    case "defer":
      return `defer ${action.to}`;
    case "fail":
      return action.partial ? "fail with partial" : "fail";
    default:
      return action.kind;
  }
}

export function among(names: ReadonlySet<string>, name: string): string {
  return names.has(name) ? name : "other";
}
