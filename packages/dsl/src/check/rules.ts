import type { HookPlan } from "@fbp/runtime/core";
import type { Report } from "../diagnostics/index.ts";
import { positionOf } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import type { Line } from "./coverage.ts";
import type { ActionModel, Predicate, RuleModel } from "./model.ts";
import { nonEmpty } from "./settings.ts";
import { durationOf, inOrder } from "./values.ts";

/** The values of a rule that are right or wrong by themselves. */
export interface RuleValues {
  readonly hooks: readonly HookPlan[];
  /** `fallback` still by name. */
  readonly actions: readonly ActionValue[];
}

export type ActionValue =
  | Exclude<ActionModel, { kind: "fallback" }>
  | { readonly kind: "fallback"; readonly path: string; readonly span: tree.Node["span"] };

export function ruleValues(rule: tree.Rule, report: Report): RuleValues {
  const hooks = rule.hooks.map(({ kind, target }): HookPlan => {
    nonEmpty(report, kind, target);
    return { kind, target: target.value };
  });
  return { hooks, actions: rule.actions.map((action) => actionValue(action, report)) };
}

function actionValue(action: tree.Action, report: Report): ActionValue {
  const { span } = action;
  switch (action.kind) {
    case "retry": {
      const { from, to } = action;
      const fromMs = from === null ? 0 : (durationOf(report, "retry after", from) ?? 0);
      const toMs = to === null ? fromMs : (durationOf(report, "retry after", to) ?? 0);
      if (from !== null && to !== null && fromMs > 0 && toMs > 0) inOrder(report, "retry after", from, to);
      return { kind: "retry", fromMs, toMs, span };
    }
    case "fallback":
      return { kind: "fallback", path: action.path.text, span };
    case "proceed":
      return { kind: "proceed", span };
    case "respond":
      nonEmpty(report, "respond", action.text);
      return { kind: "respond", text: action.text.value, span };
    case "defer":
      nonEmpty(report, "defer to", action.to);
      return { kind: "defer", to: action.to.value, span };
    case "fail":
      return { kind: "fail", partial: action.partial, span };
  }
}

/** A rule with its paths by number; `indexOf` must know each path that a fallback names. */
export function ruleModel(
  line: Line,
  when: Predicate | null,
  values: RuleValues,
  indexOf: (path: string) => number,
): RuleModel {
  const { rule, signals } = line;
  return {
    signals,
    beforeFirstToken: rule.beforeFirstToken !== null,
    when,
    reason: rule.reason.text,
    actions: values.actions.map((action) =>
      action.kind === "fallback" ? { kind: "fallback", path: indexOf(action.path), span: action.span } : action,
    ),
    hooks: values.hooks,
    span: rule.span,
    line: positionOf(rule.span.source, rule.selector.span.start).line,
    places: {
      selector: rule.selector.span,
      named: rule.selector.kind === "signal",
      when: rule.when?.span ?? null,
    },
  };
}
