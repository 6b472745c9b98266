/** The settings of a policy that a simulation can change, by the names that they have in its file, and how their values are written. */
import type { BreakerPlan, BudgetPlan, PathPlan, Policy, RetryBudgetPlan, SloPlan } from "@fbp/runtime/core";
import { nearest } from "../did-you-mean.ts";
import { fraction, milliseconds } from "./load.ts";

type Unit = "count" | "time" | "share" | "money" | "number";

export interface Setting {
  /** `budget.attempts`, `primary.timeout`, `breaker.primary.open` */
  readonly name: string;
  readonly unit: Unit;
  /** As the policy has it; null: it says nothing, or several things. */
  readonly value: number | null;
  /** The policy with another value; nothing else changes. */
  readonly with: (value: number) => Policy;
}

/** A setting and the values that it is to take, each as it was written. */
export interface Variation {
  readonly setting: Setting;
  readonly values: readonly { readonly text: string; readonly value: number }[];
}

/** More would be a search, and each takes a whole simulation. */
const MOST_VALUES = 20;

export function settingsOf(policy: Policy): readonly Setting[] {
  return [
    ...budgetSettings(policy),
    ...policy.paths.flatMap((path, index) => [
      ...pathSettings(policy, path, index),
      ...breakerSettings(policy, path, index),
      ...sloSettings(policy, path, index),
    ]),
    ...retrySettings(policy),
  ];
}

/** `budget.attempts=1..5`, `primary.timeout=2s,4s,8s`; a text says in one sentence why it is none. */
export function variationOf(policy: Policy, text: string): Variation | string {
  const [name = "", written = ""] = text.split(/=(.*)/s);
  const settings = settingsOf(policy);
  const setting = settings.find((one) => one.name === name);
  if (setting === undefined) {
    const names = settings.map((one) => one.name);
    const near = nearest(name, names);
    const hint = near === undefined ? `the settings are ${names.join(", ")}` : `did you mean ${near}?`;
    return `the policy has no setting ${JSON.stringify(name)}, ${hint}`;
  }
  const texts = written.split(",").flatMap(unfolded);
  const values = texts.map((one) => ({ text: one, value: amountOf(one, setting.unit) }));
  const wrong = values.find(({ value }) => Number.isNaN(value));
  if (wrong !== undefined)
    return `${JSON.stringify(wrong.text)} is no value of ${name}, which is ${FORMS[setting.unit]}`;
  if (values.length > MOST_VALUES)
    return `${name} is to take ${values.length} values, and at most ${MOST_VALUES} are compared`;
  return { setting, values };
}

const FORMS: Readonly<Record<Unit, string>> = {
  count: "a whole number above 0 such as 3, or several: 1..5, 24k,32k",
  number: "a number such as 10, or several: 5,10,20",
  time: "a time such as 800ms or 8s, or several: 2s,4s,8s or 2s..6s",
  share: "a share such as 50%, or several: 20%,50%",
  money: "an amount such as 0.05, or several: 0.05,0.10",
};

/** `2s..5s` means each of 2s, 3s, 4s and 5s. */
function unfolded(text: string): readonly string[] {
  const [, from, unit = "", to, sameUnit = unit] = /^(\d{1,6})([a-z%]*)\.\.(\d{1,6})([a-z%]*)$/.exec(text.trim()) ?? [];
  if (from === undefined || to === undefined || sameUnit !== unit || Number(to) < Number(from)) return [text.trim()];
  const length = Math.min(Number(to) - Number(from), MOST_VALUES) + 1;
  return Array.from({ length }, (_, index) => `${Number(from) + index}${unit}`);
}

function amountOf(text: string, unit: Unit): number {
  switch (unit) {
    case "time":
      return milliseconds(text) || Number.NaN;
    case "share":
      return fraction(text) || Number.NaN;
    case "count": {
      const [, amount, thousands] = /^([1-9]\d{0,8})(k?)$/.exec(text) ?? [];
      if (text === "0") return 0;
      return amount === undefined ? Number.NaN : Number(amount) * (thousands === "" ? 1 : 1000);
    }
    case "money":
      return /^\d{1,6}(\.\d{1,9})?$/.test(text) ? Math.round(Number(text) * 1e9) : Number.NaN;
    case "number":
      return /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  }
}

function budgetSettings(policy: Policy): readonly Setting[] {
  const one = (name: string, field: keyof BudgetPlan & keyof typeof policy.budget, unit: Unit): Setting => ({
    name: `budget.${name}`,
    unit,
    value: numberOrNull(policy.budget[field]),
    with: (value) => ({ ...policy, budget: { ...policy.budget, [field]: value } }),
  });
  return [
    one("deadline", "deadlineMs", "time"),
    one("attempts", "attempts", "count"),
    one("retries", "retries", "count"),
    one("fallbacks", "fallbacks", "count"),
    one("tokens", "tokens", "count"),
    ...(policy.budget.currency === null ? [] : [one("cost", "costNanos", "money")]),
  ];
}

function withPath(policy: Policy, index: number, change: Partial<PathPlan>): Policy {
  return { ...policy, paths: policy.paths.map((path, at) => (at === index ? { ...path, ...change } : path)) };
}

function pathSettings(policy: Policy, path: PathPlan, index: number): readonly Setting[] {
  const one = (name: string, field: keyof PathPlan, unit: Unit): Setting => ({
    name: `${path.name}.${name}`,
    unit,
    value: numberOrNull(path[field]),
    with: (value) => withPath(policy, index, { [field]: value }),
  });
  return [
    { ...one("timeout", "mostMs", "time"), with: (value) => withTimeout(policy, path, index, value) },
    one("connect", "connectMs", "time"),
    one("headers", "headersMs", "time"),
    one("first_token", "firstTokenMs", "time"),
    one("stall", "stallMs", "time"),
    one("max_output", "maxOutput", "count"),
  ];
}

/** A probe's lease that the policy does not spell out is as long as the timeout; so is the least time. */
function withTimeout(policy: Policy, path: PathPlan, index: number, mostMs: number): Policy {
  const { breaker, leastMs } = path;
  const follows = breaker !== null && breaker.leaseMs === path.mostMs;
  return withPath(policy, index, {
    mostMs,
    leastMs: leastMs === path.mostMs ? mostMs : Math.min(leastMs, mostMs),
    breaker: follows ? { ...breaker, leaseMs: mostMs } : breaker,
  });
}

function breakerSettings(policy: Policy, path: PathPlan, index: number): readonly Setting[] {
  const { breaker } = path;
  if (breaker === null) return [];
  const one = (name: string, field: keyof BreakerPlan, unit: Unit): Setting => ({
    name: `breaker.${path.name}.${name}`,
    unit,
    value: numberOrNull(breaker[field]),
    with: (value) => withPath(policy, index, { breaker: { ...breaker, [field]: value } }),
  });
  const open = one("open", "openMs", "time");
  return [
    ...windowSetting(`breaker.${path.name}`, breaker, (window) =>
      withPath(policy, index, { breaker: { ...breaker, window } }),
    ),
    one("at_least", "minimumCalls", "count"),
    one("failed", "failedShare", "share"),
    ...(breaker.slowMs === null ? [] : [one("slower", "slowShare", "share"), one("slower_than", "slowMs", "time")]),
    one("in_a_row", "consecutive", "count"),
    {
      ...open,
      with: (openMs) => {
        const openMostMs = breaker.openMostMs === breaker.openMs ? openMs : Math.max(openMs, breaker.openMostMs);
        return withPath(policy, index, { breaker: { ...breaker, openMs, openMostMs } });
      },
    },
    one("doubling_to", "openMostMs", "time"),
    one("probes", "probes", "count"),
  ];
}

function sloSettings(policy: Policy, path: PathPlan, index: number): readonly Setting[] {
  const { slo } = path;
  if (slo === null) return [];
  const one = (name: string, field: keyof SloPlan, unit: Unit): Setting => ({
    name: `slo.${path.name}.${name}`,
    unit,
    value: numberOrNull(slo[field]),
    with: (value) => withPath(policy, index, { slo: { ...slo, [field]: value } }),
  });
  return [
    one("below", "belowMs", "time"),
    ...windowSetting(`slo.${path.name}`, slo, (window) => withPath(policy, index, { slo: { ...slo, window } })),
    one("at_least", "minimumCalls", "count"),
  ];
}

function windowSetting(
  name: string,
  { window }: Pick<BreakerPlan, "window">,
  change: (window: BreakerPlan["window"]) => Policy,
): readonly Setting[] {
  return window.kind === "time"
    ? [{ name: `${name}.window`, unit: "time", value: window.ms, with: (ms) => change({ kind: "time", ms }) }]
    : [
        {
          name: `${name}.window`,
          unit: "count",
          value: window.calls,
          with: (calls) => change({ kind: "calls", calls }),
        },
      ];
}

function retrySettings(policy: Policy): readonly Setting[] {
  const { retryBudget } = policy;
  if (retryBudget === null) return [];
  const one = (name: string, field: keyof RetryBudgetPlan, unit: Unit): Setting => ({
    name: `retry_budget.${name}`,
    unit,
    value: retryBudget[field],
    with: (value) => ({ ...policy, retryBudget: { ...retryBudget, [field]: value } }),
  });
  return [one("share", "share", "share"), one("at_least", "perSecond", "number")];
}

function numberOrNull(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
