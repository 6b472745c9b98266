/** Budgets that no request uses up. */
import type { PolicyModel } from "../../check/model.ts";
import { duration } from "../../check/words.ts";
import type { Diagnostic, Report } from "../../diagnostics/index.ts";
import type { Graph } from "../explore/graph.ts";
import { outcomeOf } from "../explore/graph.ts";
import type { Proof } from "../proof.ts";
import type { Site } from "./site.ts";

/**
 * @param stopped actions that never happen, which was told: what they leave of the budget has the same cause
 * @param told what was reported before
 */
export function reportSlack(
  { model, graph, bounds }: Proof,
  stopped: ReadonlySet<Site>,
  told: readonly Diagnostic[],
  report: Report,
): void {
  const { budget, sharesBudget } = model.places;
  // What one policy leaves of a budget with a name another one may use.
  if (sharesBudget) return;
  const isTold = (kind: string): boolean => [...stopped].some(({ action }) => action.kind === kind);
  const slack = [
    ...(isTold("retry") ? [] : ["retries" as const]),
    ...(isTold("fallback") ? [] : ["fallbacks" as const]),
  ].filter((setting) => reportCount(model, graph, setting, told, report));
  // What is left of one limit leaves something of those behind it.
  if (stopped.size > 0 || slack.length > 0 || reportCount(model, graph, "attempts", told, report)) return;
  if (budget.deadline === undefined) return;
  const mostMs = bounds.elapsedMs.most.value;
  const { deadlineMs } = model.budget;
  if (mostMs >= deadlineMs) return;
  report.add("FBP6035", budget.deadline, { deadline: duration(deadlineMs), most: duration(Math.ceil(mostMs)) });
}

/** True where there is some left, whether it is told here or was before. */
function reportCount(
  model: PolicyModel,
  graph: Graph,
  setting: "attempts" | "retries" | "fallbacks",
  told: readonly Diagnostic[],
  report: Report,
): boolean {
  const value = model.budget[setting];
  const span = model.places.budget[setting];
  const most = graph.ends.reduce((sofar, end) => {
    const outcome = outcomeOf(end);
    return Math.max(sofar, setting === "attempts" ? outcome.attempts.length : outcome[setting]);
  }, 0);
  if (span === undefined || most >= value) return false;
  const isTold = told.some((one) => one.span.source === span.source && one.span.start === span.start);
  // Where none is made at all, a line that never applies or a rule that is missing was told.
  if (!isTold && most > 0) report.add("FBP6034", span, { setting, value, most });
  return true;
}
