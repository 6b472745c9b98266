/** A policy read straight from the tree, with the defaults of docs/language.md, for one file without `use`. */

import type { tree } from "@fbp/dsl";
import { BUILT_IN_SIGNALS } from "@fbp/runtime/core";
import type { Contract } from "../../packages/dsl/src/contract/document.ts";
import { NaiveBreaker, NaiveRetryBudget, NaiveSlo } from "./health.ts";

type PathSettingKind = tree.PathSetting["kind"];

/** The settings that can be of this kind; some shapes have several kinds. */
type SettingOf<K extends PathSettingKind, S = tree.PathSetting> = S extends { readonly kind: infer Kinds }
  ? K extends Kinds
    ? S
    : never
  : never;

export class ReferencePolicy {
  readonly contract: Contract;
  readonly policy: tree.PolicyBlock;
  readonly signals: tree.SignalsBlock | null;
  readonly accept: tree.AcceptBlock | null;
  readonly breakers = new Map<string, NaiveBreaker>();
  readonly slos = new Map<string, NaiveSlo>();
  readonly retryBudget: NaiveRetryBudget | null;
  readonly ownRetryBudgets = new Map<string, NaiveRetryBudget>();
  readonly #file: tree.File;
  readonly #classes: ReadonlyMap<string, string>;

  constructor(file: tree.File, contract: Contract) {
    this.#file = file;
    this.contract = contract;
    this.policy = this.#items("policy")[0] as tree.PolicyBlock;
    this.signals = this.#items("signals")[0] ?? null;
    this.accept = this.#items("accept")[0] ?? null;
    this.#classes = new Map<string, string>([
      ...BUILT_IN_SIGNALS.map((signal) => [signal.name, signal.class] as const),
      ...this.#items("signal").map((signal) => [signal.name.text, signal.class.text] as const),
    ]);
    for (const item of this.own("breaker")) {
      const declared = this.#items("breaker").find((block) => block.name?.text === item.name?.text);
      this.breakers.set(item.path?.text ?? "", new NaiveBreaker(item.settings ?? declared?.settings ?? []));
    }
    for (const item of this.own("slo")) {
      const objective = item.objectives[0];
      if (objective !== undefined) this.slos.set(item.path.text, new NaiveSlo(objective));
    }
    const budgets = this.own("retry_budget");
    const shared = budgets.find((item) => item.path === null);
    this.retryBudget = shared === undefined ? null : new NaiveRetryBudget(shared);
    for (const item of budgets)
      if (item.path !== null) this.ownRetryBudgets.set(item.path.text, new NaiveRetryBudget(item));
  }

  #items<K extends tree.Item["kind"]>(kind: K): Extract<tree.Item, { kind: K }>[] {
    return this.#file.items.filter((item): item is Extract<tree.Item, { kind: K }> => item.kind === kind);
  }

  own<K extends tree.PolicyItem["kind"]>(kind: K): Extract<tree.PolicyItem, { kind: K }>[] {
    return this.policy.items.filter((item): item is Extract<tree.PolicyItem, { kind: K }> => item.kind === kind);
  }

  classOf(signal: string): string {
    return this.#classes.get(signal) ?? "";
  }

  get start(): string {
    return this.own("start")[0]?.path.text ?? "";
  }

  budget(kind: tree.BudgetSetting["kind"]): number | null {
    const item = this.own("budget")[0];
    const declared = this.#items("budget").find((block) => block.name?.text === item?.name?.text);
    const settings = item?.settings ?? declared?.settings ?? [];
    return settings.find((setting) => setting.kind === kind)?.value.value ?? null;
  }

  setting<K extends PathSettingKind>(path: string, kind: K): SettingOf<K> | undefined {
    const block = this.#items("path").find((candidate) => candidate.name.text === path);
    return block?.settings.find((setting) => setting.kind === kind) as SettingOf<K> | undefined;
  }

  timeout(path: string): { readonly leastMs: number; readonly mostMs: number } {
    const setting = this.setting(path, "timeout");
    const mostMs = setting?.most.value ?? 0;
    return { leastMs: setting?.least?.value ?? mostMs, mostMs };
  }

  /** The limit for the connection to stand, or for the status line to come; null where the path has none. */
  limit(path: string, kind: "connect" | "headers"): number | null {
    return this.setting(path, kind)?.value.value ?? null;
  }

  rules(path: string): readonly tree.Rule[] {
    return this.own("on").find((block) => block.path.text === path)?.rules ?? [];
  }
}
