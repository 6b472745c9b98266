/** A policy as a picture has it: its paths, and for each the signals by what happens then. */
import { type BreakerPlan, nth, type SloPlan } from "@fbp/runtime/core";
import type { PolicyModel, RuleModel } from "../../check/model.ts";
import { duration, money } from "../../scenario/amounts.ts";
import { textOf } from "../../source.ts";

export interface Picture {
  readonly name: string;
  /** What one request may spend: `20s`, `3 calls`. */
  readonly budget: readonly string[];
  /** The path that requests start on first, then as fallbacks come to them. */
  readonly paths: readonly PathPicture[];
}

export interface PathPicture {
  readonly name: string;
  /** `model-a`, `up to 8s` */
  readonly facts: readonly string[];
  readonly breaker: readonly string[];
  readonly slo: string | null;
  readonly groups: readonly Group[];
}

/** Lines of a path after which the same happens. */
export interface Group {
  readonly entries: readonly Entry[];
  /** Tried from the first; the last always happens. */
  readonly steps: readonly Step[];
  /** `page finops` */
  readonly hooks: readonly string[];
}

export interface Entry {
  /** `rate_limited`, `any transient`, `otherwise` */
  readonly signal: string;
  /** `before first_token`, `when …`; empty where there is none. */
  readonly condition: string;
  /** null: a default, which records none. */
  readonly reason: string | null;
}

export type Step =
  | { readonly kind: "retry"; readonly text: string }
  /** `to` is the name of a path. */
  | { readonly kind: "fallback"; readonly text: string; readonly to: string; readonly breaker: boolean }
  | { readonly kind: "end" | "proceed"; readonly text: string };

export function pictureOf(model: PolicyModel): Picture {
  return {
    name: model.name,
    budget: budgetOf(model),
    paths: reachedFrom(model).map((index) => pathOf(model, index)),
  };
}

function budgetOf({ budget }: PolicyModel): readonly string[] {
  const { deadlineMs, attempts, retries, fallbacks, tokens, costNanos, currency } = budget;
  return [
    `within ${duration(deadlineMs)}`,
    counted(attempts, "call"),
    counted(retries, "retry", "retries"),
    counted(fallbacks, "fallback"),
    ...(tokens === null ? [] : [counted(tokens, "token")]),
    ...(costNanos === null ? [] : [money(costNanos, currency)]),
  ];
}

function counted(count: number, word: string, words = `${word}s`): string {
  return `${count} ${count === 1 ? word : words}`;
}

/** Each path after all that lead to it, so that lines run down; where they lead in a circle, as they are found. */
function reachedFrom({ start, paths }: PolicyModel): readonly number[] {
  const targetsOf = (index: number): readonly number[] =>
    nth(paths, index).rules.flatMap(({ actions }) =>
      actions.flatMap((one) => (one.kind === "fallback" ? [one.path] : [])),
    );
  const found = [start];
  for (const index of found) for (const to of targetsOf(index)) if (!found.includes(to)) found.push(to);
  const placed = [start];
  while (placed.length < found.length) {
    const left = found.filter((index) => !placed.includes(index));
    const free = left.find((index) => !left.some((from) => from !== index && targetsOf(from).includes(index)));
    placed.push(free ?? nth(left, 0));
  }
  return placed;
}

function pathOf(model: PolicyModel, index: number): PathPicture {
  const path = nth(model.paths, index);
  const { contract, leastMs, mostMs, breaker, slo } = path;
  const time = leastMs === mostMs ? duration(mostMs) : `${duration(leastMs)} to ${duration(mostMs)}`;
  return {
    name: path.name,
    facts: [`${path.model} by ${nth(model.contracts, contract).name}`, `${time} a call`],
    breaker: breaker === null ? [] : breakerText(breaker),
    slo: slo === null ? null : sloText(slo),
    groups: groupsOf(model, index),
  };
}

function breakerText(plan: BreakerPlan): readonly string[] {
  const { failedShare, slowShare, slowMs, consecutive, openMs, openMostMs, probes } = plan;
  const opens = [
    ...(failedShare === null ? [] : [`${percent(failedShare)} failed`]),
    ...(slowShare === null || slowMs === null ? [] : [`${percent(slowShare)} slower than ${duration(slowMs)}`]),
    ...(consecutive === null ? [] : [`${consecutive} in a row`]),
  ];
  const time = openMs === openMostMs ? duration(openMs) : `${duration(openMs)} to ${duration(openMostMs)}`;
  return [`opens at ${opens.join(" or ")}`, `open for ${time}, then ${counted(probes, "probe")}`];
}

function sloText({ percentile, belowMs }: SloPlan): string {
  return `p${percentile <= 1 ? Number((percentile * 100).toFixed(3)) : percentile} below ${duration(belowMs)}`;
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))}%`;
}

/** In the order of the first line of each; what only a default says comes last. */
function groupsOf(model: PolicyModel, index: number): readonly Group[] {
  const groups = new Map<string, { entries: Entry[]; steps: readonly Step[]; hooks: readonly string[] }>();
  const add = (entry: Entry, steps: readonly Step[], hooks: readonly string[]): void => {
    const key = JSON.stringify([steps, hooks]);
    const group = groups.get(key) ?? { entries: [], steps, hooks };
    group.entries.push(entry);
    groups.set(key, group);
  };
  const path = nth(model.paths, index);
  for (const rule of path.rules) add(entryOf(rule), stepsOf(model, rule), hooksOf(rule));
  const covers = (name: string): boolean =>
    path.rules.some(({ signals }) => signals.some((signal) => model.signals[signal]?.name === name));
  const silent = (signal: string, reason: string | null, step: Step): void => {
    if (!covers(signal)) add({ signal, condition: "by default", reason }, [step], []);
  };
  if (index === model.start && path.breaker !== null)
    silent("circuit_open", "circuit_open", { kind: "end", text: "fail" });
  if (path.slo !== null) silent("latency_slo_breach", null, { kind: "proceed", text: "proceed" });
  return [...groups.values()];
}

function entryOf({ places, beforeFirstToken, reason }: RuleModel): Entry {
  const when = places.when === null ? "" : `when ${oneLine(textOf(places.when))}`;
  const before = beforeFirstToken ? "before first_token" : "";
  return {
    signal: oneLine(textOf(places.selector)),
    condition: [before, when].filter((part) => part !== "").join(" "),
    reason,
  };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function hooksOf({ hooks }: RuleModel): readonly string[] {
  return hooks.map(({ kind, target }) => `${kind} ${target}`);
}

function stepsOf(model: PolicyModel, { actions }: RuleModel): readonly Step[] {
  return actions.map((action): Step => {
    switch (action.kind) {
      case "retry": {
        const { fromMs, toMs } = action;
        return { kind: "retry", text: toMs === 0 ? "retry" : `retry after ${duration(fromMs)}..${duration(toMs)}` };
      }
      case "fallback": {
        const { name, breaker } = nth(model.paths, action.path);
        return { kind: "fallback", text: name, to: name, breaker: breaker !== null };
      }
      case "respond":
        return { kind: "end", text: "respond" };
      case "defer":
        return { kind: "end", text: `defer to ${action.to}` };
      case "fail":
        return { kind: "end", text: action.partial ? "fail with partial" : "fail" };
      default:
        return { kind: "proceed", text: "proceed" };
    }
  });
}
