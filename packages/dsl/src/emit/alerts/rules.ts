/** The `alerts` of a policy as a rule group of Prometheus, as data. */
import type { AlertModel, PolicyModel } from "../../check/model.ts";
import { conditionQuery, promDuration } from "./promql.ts";
import { descriptionOf, literal, summaryOf } from "./words.ts";

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  /** Left out: it fires at once. */
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RuleGroup {
  readonly name: string;
  readonly rules: readonly AlertRule[];
}

export interface AlertOptions {
  /** The time that rates are taken over. */
  readonly windowMs: number;
  /** Where to read what to do; `{alert}` and `{policy}` in it stand for their names. null: nowhere. */
  readonly runbook: string | null;
}

/** One group, whose rules are in the order of the policy's text. */
export function ruleGroup(policy: PolicyModel, options: AlertOptions): RuleGroup {
  return { name: `fbp_${policy.name}`, rules: policy.alerts.map((alert) => ruleOf(alert, policy, options)) };
}

function ruleOf(alert: AlertModel, policy: PolicyModel, { windowMs, runbook }: AlertOptions): AlertRule {
  const { name, when, forMs, hook } = alert;
  const link = runbook?.replaceAll("{alert}", name).replaceAll("{policy}", policy.name);
  return {
    alert: name,
    expr: conditionQuery(when, { policy: policy.name, window: promDuration(windowMs) }),
    ...(forMs === 0 ? {} : { for: promDuration(forMs) }),
    labels: { severity: hook.kind, owner: literal(hook.target), policy: policy.name },
    annotations: {
      summary: literal(`${policy.name}: ${summaryOf(alert)}`),
      description: descriptionOf(alert, policy),
      ...(link === undefined ? {} : { runbook_url: literal(link) }),
    },
  };
}
