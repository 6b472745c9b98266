/** What a policy is set to, item by item, as text: equal texts mean the same. */
import { nth } from "@fbp/runtime/core";
import type { ContractModel, PathModel, PolicyModel } from "../../check/model.ts";
import { counted } from "../../check/words.ts";
import { digestText } from "../../digest.ts";
import { duration, money } from "../../scenario/amounts.ts";
import { testText } from "../words.ts";
import type { Change } from "./change.ts";
import { alertText, breakerText, priceText, retryBudgetText, sloText, streamText, timeoutText } from "./words.ts";

/** By name; what is not set is not here. */
type Items = ReadonlyMap<string, string>;

export function settingChanges(old: PolicyModel, fresh: PolicyModel): readonly Change[] {
  return [...compared("settings", ofPolicy(old), ofPolicy(fresh)), ...pathChanges(old, fresh, "settings", ofPath)];
}

/** Checks of `accept`: what is taken for a usable answer. */
export function acceptChanges(old: PolicyModel, fresh: PolicyModel): readonly Change[] {
  return pathChanges(old, fresh, "classification", (policy, path) => ofAccept(nth(policy.contracts, path.contract)));
}

/** What stands in one only, or in both with different texts: in the order of the new one. */
export function compared(kind: Change["kind"], old: Items, fresh: Items): readonly Change[] {
  return [...new Set([...fresh.keys(), ...old.keys()])].flatMap((what): Change[] => {
    const before = old.get(what) ?? null;
    const after = fresh.get(what) ?? null;
    return before === after ? [] : [{ kind, what, before, after, because: null }];
  });
}

/** Of the paths that both have; equal changes of several paths are one. */
export function pathChanges(
  old: PolicyModel,
  fresh: PolicyModel,
  kind: Change["kind"],
  itemsOf: (policy: PolicyModel, path: PathModel) => Items,
): readonly Change[] {
  const found = new Map<string, { readonly change: Change; readonly paths: string[] }>();
  for (const path of fresh.paths) {
    const before = old.paths.find(({ name }) => name === path.name);
    if (before === undefined) continue;
    for (const change of compared(kind, itemsOf(old, before), itemsOf(fresh, path))) {
      const key = JSON.stringify(change);
      const known = found.get(key);
      if (known === undefined) found.set(key, { change, paths: [path.name] });
      else known.paths.push(path.name);
    }
  }
  return [...found.values()].map(({ change, paths }) => ({ ...change, what: `${change.what} of ${paths.join(", ")}` }));
}

// ---------------------------------------------------------------- the policy as a whole

function ofPolicy(policy: PolicyModel): Items {
  const { budget, repeat, record, retryBudget } = policy;
  return items([
    ["start", nth(policy.paths, policy.start).name],
    ...policy.paths.map(({ name }) => [`path ${name}`, "declared"] as const),
    ["deadline", duration(budget.deadlineMs)],
    ["attempts", String(budget.attempts)],
    ["retries", String(budget.retries)],
    ["fallbacks", String(budget.fallbacks)],
    ["tokens", budget.tokens === null ? "no limit" : String(budget.tokens)],
    ["cost", budget.costNanos === null ? "no limit" : money(budget.costNanos, budget.currency)],
    ["repeat", repeat.mode === "when" ? `only when ${testText(repeat.when)}` : repeat.mode],
    ["retry_budget", retryBudget === null ? null : retryBudgetText(retryBudget)],
    ["stream", streamText(policy.stream)],
    [
      "record error_body",
      record.errorFields.length === 0
        ? null
        : `allow [${record.errorFields.join(", ")}] up to ${record.errorBytes} bytes`,
    ],
    ["record invalid_output", record.keepInvalidOutput ? "keep" : null],
    ...policy.context.map((field) => [`context ${field.name}`, contextText(field)] as const),
    ...policy.signals.map(({ name, class: of }) => [`signal ${name}`, of] as const),
    ...policy.reasons.map(({ name }) => [`reason ${name}`, "declared"] as const),
    ...policy.alerts.map((alert) => [`alert ${alert.name}`, alertText(alert)] as const),
  ]);
}

function contextText({ type, values, default: given }: PolicyModel["context"][number]): string {
  const kind = values === undefined ? type : values.map((value) => JSON.stringify(value)).join(" | ");
  return given === undefined ? kind : `${kind} = ${JSON.stringify(given)}`;
}

function items(all: readonly (readonly [string, string | null])[]): Items {
  return new Map(all.flatMap(([name, text]) => (text === null ? [] : [[name, text] as const])));
}

// ---------------------------------------------------------------- a path

function ofPath(policy: PolicyModel, path: PathModel): Items {
  const contract = nth(policy.contracts, path.contract);
  const perAttempt = (ms: number | null) => (ms === null ? null : duration(ms));
  return items([
    ["model", JSON.stringify(path.model)],
    // Without a name of its own, the account is the contract's name in the text.
    ["account", accountOf(policy, path)],
    ["timeout", timeoutText(path.leastMs, path.mostMs)],
    ["connect", perAttempt(path.connectMs)],
    ["headers", perAttempt(path.headersMs)],
    ["first_token", perAttempt(path.firstTokenMs)],
    ["stall", perAttempt(path.stallMs)],
    ["context_window", path.contextWindow === null ? null : counted(path.contextWindow, "token")],
    ["max_output", path.maxOutput === null ? null : counted(path.maxOutput, "token")],
    ["price", path.price === null ? null : priceText(path.price)],
    ["adapter", path.adapter],
    ["validated by", path.validated === null ? null : `${path.validated.by} for ${path.validated.path}`],
    ["breaker", path.breaker === null ? null : breakerText(path.breaker)],
    ["slo", path.slo === null ? null : sloText(path.slo)],
    ["retry_budget", path.retryBudget === null ? null : retryBudgetText(path.retryBudget)],
    ...contractItems(contract),
  ]);
}

/** Named by the policy, or shared with the other paths of the contract, whatever the contract is called. */
function accountOf({ contracts, paths }: PolicyModel, path: PathModel): string {
  if (path.account !== nth(contracts, path.contract).name) return JSON.stringify(path.account);
  const shared = paths.filter(({ account }) => account === path.account).map(({ name }) => name);
  return shared.length === 1 ? "its contract's" : `shared by ${shared.join(", ")}`;
}

/** Words about the document, which change nothing in what is sent or read. */
const WORDS: ReadonlySet<string> = new Set(["$schema", "fbp", "extends", "name", "title"]);
/** Told of where reliance is. */
const VERIFICATION = "verification";

/** Each part of the contract that can make a difference, by its digest; short texts as they are. */
function contractItems({ root }: ContractModel): readonly (readonly [string, string])[] {
  if (typeof root !== "object" || root === null) return [];
  return Object.entries(root).flatMap(([part, value]): (readonly [string, string])[] => {
    if (WORDS.has(part)) return [];
    if (typeof value !== "object" || value === null || part.startsWith("$"))
      return [[`contract's ${part}`, digestOf(value)]];
    return Object.entries(value as object)
      .filter(([name]) => name !== VERIFICATION)
      .map(([name, of]) => [`contract's ${part}.${name}`, contractText(of)] as const);
  });
}

function contractText(value: unknown): string {
  const text = canonical(value);
  return text.length <= LONGEST ? text : digestOf(value);
}

/** Longer values are told by their digest. */
const LONGEST = 60;

function digestOf(value: unknown): string {
  return digestText(canonical(value)).slice(0, "sha256-".length + 12);
}

/** JSON with the fields of objects in order: an order that means nothing makes no difference. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, held: unknown) =>
    typeof held === "object" && held !== null && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1)))
      : held,
  );
}

function ofAccept({ accept }: ContractModel): Items {
  return items(
    accept.map((check) => {
      if (check.kind === "standard") return ["accept standard", "as the contract's schema says"];
      if (check.kind === "matches_schema") return [`accept ${check.name}`, `a schema, ${digestOf(check.schema)}`];
      return [`accept ${check.name}`, testText(check.predicate)];
    }),
  );
}
