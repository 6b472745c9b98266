/** One action of one rule, as findings speak of it. */
import type { ActionModel, PathModel, PolicyModel, RuleModel } from "../../check/model.ts";

export interface Site {
  /** Numbers: of the path, of the rule on it, of the action in it. */
  readonly path: number;
  readonly rule: number;
  readonly index: number;
  readonly on: PathModel;
  readonly line: RuleModel;
  readonly action: Repeat;
}

export type Repeat = Extract<ActionModel, { readonly kind: "retry" | "fallback" }>;

/** Every `retry` and `fallback` of the policy, in the order of its text. */
export function repeatsOf({ paths }: PolicyModel): readonly Site[] {
  return paths.flatMap((on, path) =>
    on.rules.flatMap((line, rule) =>
      line.actions.flatMap((action, index) =>
        action.kind === "retry" || action.kind === "fallback" ? [{ path, rule, index, on, line, action }] : [],
      ),
    ),
  );
}

/** The path that the action calls. */
export function targetOf({ paths }: PolicyModel, { path, action }: Site): PathModel {
  const target = paths[action.kind === "fallback" ? action.path : path];
  if (target === undefined) throw new RangeError("an action of an unknown path");
  return target;
}
