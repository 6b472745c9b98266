/** What a policy says, in the words of its text: the same for texts that mean the same. */
import type {
  ActionPlan,
  BreakerPlan,
  HookPlan,
  PricePlan,
  RetryBudgetPlan,
  SloPlan,
  StreamPlan,
  WindowPlan,
} from "@fbp/runtime/core";
import type { AlertCondition, AlertMeasure, AlertModel } from "../../check/model.ts";
import { counted, duration } from "../../check/words.ts";
import { money } from "../../scenario/amounts.ts";

export function actionText(action: ActionPlan, pathName: (path: number) => string): string {
  switch (action.kind) {
    case "retry":
      return `retry${waitText(action.fromMs, action.toMs)}`;
    case "fallback":
      return `fallback ${pathName(action.path)}`;
    case "proceed":
      return "proceed";
    case "respond":
      return `respond ${JSON.stringify(action.text)}`;
    case "defer":
      return `defer to ${JSON.stringify(action.to)}`;
    case "fail":
      return action.partial ? "fail with partial" : "fail";
  }
}

function waitText(fromMs: number, toMs: number): string {
  if (toMs === 0) return "";
  return fromMs === toMs ? ` after ${duration(toMs)}` : ` after ${duration(fromMs)}..${duration(toMs)}`;
}

export function hookText({ kind, target }: HookPlan): string {
  return `${kind} ${JSON.stringify(target)}`;
}

export function shareText(share: number): string {
  return `${Number((share * 100).toFixed(6))}%`;
}

function windowText(window: WindowPlan): string {
  return window.kind === "time" ? duration(window.ms) : counted(window.calls, "call");
}

export function breakerText(plan: BreakerPlan): string {
  const { failedShare, slowShare, slowMs, consecutive, openMs, openMostMs } = plan;
  const opens = [
    ...(failedShare === null ? [] : [`${shareText(failedShare)} failed`]),
    ...(slowShare === null || slowMs === null ? [] : [`${shareText(slowShare)} slower than ${duration(slowMs)}`]),
    ...(consecutive === null ? [] : [`${consecutive} failed in a row`]),
  ];
  const growing = openMostMs === openMs ? "" : `, doubling to ${duration(openMostMs)}`;
  return [
    `opens at ${opens.join(" or ")}`,
    `over ${windowText(plan.window)}, at least ${counted(plan.minimumCalls, "call")}`,
    `open for ${duration(openMs)}${growing}`,
    `${counted(plan.probes, "probe")} of ${duration(plan.leaseMs)}`,
  ].join("; ");
}

export function sloText({ percentile, belowMs, window, minimumCalls }: SloPlan): string {
  const over = `over ${windowText(window)}, at least ${counted(minimumCalls, "call")}`;
  return `p${percentile} below ${duration(belowMs)} ${over}`;
}

export function retryBudgetText({ share, perSecond }: RetryBudgetPlan): string {
  return `${shareText(share)} of requests, at least ${perSecond} per second`;
}

export function streamText({ mode, heldTokens, heldMs, skipBadChunks }: StreamPlan): string {
  const held =
    heldTokens !== null ? ` for ${counted(heldTokens, "token")}` : heldMs !== null ? ` for ${duration(heldMs)}` : "";
  return `${mode}${held}${skipBadChunks ? ", bad chunks are skipped" : ""}`;
}

export function priceText({ inputNanosPerToken, outputNanosPerToken, currency }: PricePlan): string {
  const perMillion = (nanos: number) => money(nanos * 1_000_000, currency);
  return `${perMillion(inputNanosPerToken)} in, ${perMillion(outputNanosPerToken)} out per 1M tokens`;
}

export function timeoutText(leastMs: number, mostMs: number): string {
  return leastMs === mostMs ? duration(mostMs) : `${duration(leastMs)}..${duration(mostMs)}`;
}

export function alertText({ when, forMs, hook }: AlertModel): string {
  const held = forMs === 0 ? "" : ` for ${duration(forMs)}`;
  return `when ${conditionText(when)}${held} ${hookText(hook)}`;
}

/** `failure_rate(primary) > 10%` */
export function conditionText(condition: AlertCondition): string {
  if (condition.kind !== "compare") {
    return condition.of
      .map((part) => (part.kind === "compare" ? conditionText(part) : `(${conditionText(part)})`))
      .join(` ${condition.kind} `);
  }
  const { measure, operator, threshold } = condition;
  const against =
    threshold.kind === "baseline"
      ? `${threshold.factor}x baseline(${duration(threshold.agoMs)})`
      : valueText(measure, threshold.value);
  return `${measureText(measure)} ${operator} ${against}`;
}

export function measureText(measure: AlertMeasure): string {
  switch (measure.kind) {
    case "failure_rate":
      return `failure_rate(${measure.path})`;
    case "slow_rate":
      return `slow_rate(${measure.path}, ${duration(measure.thanMs)})`;
    case "count":
      return `count(${measure.reason}, ${duration(measure.windowMs)})`;
    case "rate":
      return `rate(${measure.reason})`;
    case "percentile":
      return `p${measure.percentile}(${measure.path})`;
    default:
      return measure.kind;
  }
}

function valueText({ kind }: AlertMeasure, value: number): string {
  if (kind === "percentile") return duration(value);
  return kind === "count" || kind === "cost_rate" ? String(value) : shareText(value);
}
