/**
 * Second calls for which real time-outs leave no time or no money. A connection that is refused fails at once
 * and leaves all of it; that a provider hangs is what a fallback is there for.
 */
import type { AttemptRecord } from "@fbp/runtime/core";
import type { PolicyModel } from "../../check/model.ts";
import { counted, duration, money } from "../../check/words.ts";
import type { Related, Report } from "../../diagnostics/index.ts";
import type { Cause } from "../explore/uses.ts";
import type { Outage, OutageTrial } from "./outage.ts";
import { repeatsOf, type Site, targetOf } from "./site.ts";
import { actionText, callsText } from "./words.ts";

const BY_TIME: ReadonlySet<Cause> = new Set<Cause>(["time", "tokens", "cost"]);

/** Gives the actions that it has told of. */
export function reportLate(model: PolicyModel, slow: readonly Outage[], report: Report): ReadonlySet<Site> {
  const told = new Set<Site>();
  const trials = slow.flatMap((outage) => outage.trials.map((trial) => ({ outage, trial })));
  let before: { readonly site: Site; readonly related: Related[] } | null = null;
  for (const site of repeatsOf(model)) {
    const here = trials.filter(({ trial }) => trial.path === site.path && trial.rule === site.rule);
    const causes = here.map(({ trial }) => trial.tried[site.index]);
    if (causes.includes("taken")) continue;
    const at = causes.findIndex((cause) => cause !== undefined && cause !== "taken" && BY_TIME.has(cause));
    const found = here[at];
    if (found === undefined) continue;
    told.add(site);
    // Two actions of one line fall to the same time-outs.
    if (before !== null && before.site.line === site.line) {
      const text = `\`${actionText(model, site.action)}\` neither`;
      before.related.push({ span: site.action.span, text });
      continue;
    }
    before = { site, related: [] };
    const calls = found.outage.calls.slice(0, found.trial.calls);
    const { related } = before;
    if (causes[at] === "time") reportTime(model, site, found.trial, calls, related, report);
    else reportMoney(model, site, causes[at] === "cost" ? "cost" : "tokens", calls, related, report);
  }
  return told;
}

function reportTime(
  model: PolicyModel,
  site: Site,
  { at }: OutageTrial,
  calls: readonly AttemptRecord[],
  related: readonly Related[],
  report: Report,
): void {
  const { deadlineMs } = model.budget;
  const { name, leastMs, mostMs } = targetOf(model, site);
  const leftMs = deadlineMs - at;
  report.add(
    "FBP6030",
    site.action.span,
    {
      action: actionText(model, site.action),
      timeouts: calls.length,
      needs: duration(leastMs),
      left: leftMs > 0 ? duration(leftMs) : null,
      of: duration(deadlineMs),
      spent: callsText(calls, (call) => duration(call.elapsedMs)),
      raise: duration(at + leastMs),
      path: name,
      range: leftMs < SHORTEST_USEFUL_MS ? null : `${duration(worthwhile(leftMs))}..${duration(mostMs)}`,
    },
    { related },
  );
}

/** With less time left it is not worth proposing to start at all. */
const SHORTEST_USEFUL_MS = 500;

/** Half of what is left, in whole seconds where it is that much. */
function worthwhile(leftMs: number): number {
  const step = leftMs >= 2000 ? 1000 : 250;
  return Math.max(step, Math.floor(leftMs / 2 / step) * step);
}

function reportMoney(
  model: PolicyModel,
  site: Site,
  setting: "tokens" | "cost",
  calls: readonly AttemptRecord[],
  related: readonly Related[],
  report: Report,
): void {
  const { tokens, costNanos, currency } = model.budget;
  const { maxOutput, price } = targetOf(model, site);
  const isCost = setting === "cost";
  const say = (value: number): string => (isCost ? money(value, currency ?? "") : String(value));
  const amount = (call: AttemptRecord): number => (isCost ? call.costNanos : call.tokens);
  const all = (isCost ? costNanos : tokens) ?? 0;
  const output = maxOutput ?? 0;
  const needs = isCost ? Math.ceil(output * (price?.outputNanosPerToken ?? 0)) : output;
  const spent = calls.reduce((sum, call) => sum + amount(call), 0);
  report.add(
    "FBP6031",
    site.action.span,
    {
      action: actionText(model, site.action),
      timeouts: calls.length,
      setting,
      needs: isCost ? say(needs) : counted(needs, "token"),
      left: all > spent ? say(all - spent) : null,
      of: say(all),
      spent: callsText(calls, (call) => say(amount(call))),
      raise: say(spent + needs),
    },
    { related },
  );
}
