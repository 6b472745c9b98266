import type * as tree from "../syntax/tree.ts";
import type { Known } from "./known.ts";
import type { KnownPath } from "./path.ts";
import { resolve } from "./resolve.ts";
import { reportGivenTwice, reportMissing } from "./settings.ts";

/** What stands in a policy, sorted: of what may stand once, the first. */
export interface PolicyItems {
  readonly start: tree.StartItem | undefined;
  readonly budget: tree.BudgetBlock | undefined;
  readonly repeat: tree.RepeatItem | undefined;
  readonly stream: tree.StreamItem | undefined;
  /** `sends` and `reads` */
  readonly uses: readonly tree.DeclaredUse[];
  readonly record: tree.RecordBlock | undefined;
  /** For the whole policy. */
  readonly retryBudget: tree.RetryBudgetItem | undefined;
  readonly on: ReadonlyMap<KnownPath, tree.OnBlock>;
  readonly breakers: ReadonlyMap<KnownPath, tree.BreakerBlock>;
  readonly slos: ReadonlyMap<KnownPath, tree.SloBlock>;
  /** A path's own. */
  readonly retryBudgets: ReadonlyMap<KnownPath, tree.RetryBudgetItem>;
  readonly alerts: readonly tree.Alert[];
  readonly asserts: readonly tree.AssertItem[];
  readonly reasons: readonly tree.ReasonItem[];
  /** Does each item that stands for a path name one that there is? */
  readonly pathsKnown: boolean;
}

type ItemOf<K extends tree.PolicyItem["kind"]> = Extract<tree.PolicyItem, { readonly kind: K }>;

export function sortItems(policy: tree.PolicyBlock, known: Known): PolicyItems {
  const { report, declared } = known;
  const owner = `the policy \`${policy.name.text}\``;
  let pathsKnown = true;

  const all = <K extends tree.PolicyItem["kind"]>(kind: K): readonly ItemOf<K>[] =>
    policy.items.filter((item): item is ItemOf<K> => item.kind === kind);
  const firstOf = <T extends tree.PolicyItem>(items: readonly T[], word: string): T | undefined => {
    const [first, ...others] = items;
    if (first !== undefined) {
      for (const other of others) reportGivenTwice(report, owner, word, other.span, first.span);
    }
    return first;
  };
  const byPath = <T extends tree.PolicyItem & { readonly path: tree.Name | null }>(
    items: readonly T[],
    word: string,
  ): ReadonlyMap<KnownPath, T> => {
    const found = new Map<KnownPath, T>();
    for (const item of items) {
      const path = item.path === null ? null : resolve(report, declared, "path", item.path, known.paths);
      if (path === null) {
        pathsKnown = false;
        continue;
      }
      known.uses.paths.add(path.name);
      const first = found.get(path);
      if (first === undefined) found.set(path, item);
      else {
        const at = (item.path ?? item).span;
        reportGivenTwice(report, owner, `${word} ${path.name}`, at, (first.path ?? first).span);
      }
    }
    return found;
  };

  const start = firstOf(all("start"), "start");
  const budget = firstOf(all("budget"), "budget");
  reportMissing(
    report,
    declared,
    owner,
    policy.name.span,
    policy.span,
    [
      ["start", "start PATH"],
      ["budget", "budget { deadline 20s  attempts 3 }"],
    ],
    (kind) => (kind === "start" ? start : budget) !== undefined,
  );
  const retryBudgets = all("retry_budget");
  return {
    start,
    budget,
    repeat: firstOf(all("repeat"), "repeat"),
    stream: firstOf(all("stream"), "stream"),
    uses: policy.items.filter((item): item is tree.DeclaredUse => item.kind === "sends" || item.kind === "reads"),
    record: firstOf(all("record"), "record"),
    retryBudget: firstOf(
      retryBudgets.filter((item) => item.path === null),
      "retry_budget",
    ),
    on: byPath(all("on"), "on"),
    breakers: byPath(all("breaker"), "breaker"),
    slos: byPath(all("slo"), "slo"),
    retryBudgets: byPath(
      retryBudgets.filter((item) => item.path !== null),
      "retry_budget",
    ),
    alerts: all("alerts").flatMap((block) => block.alerts),
    asserts: all("assert"),
    reasons: all("reason"),
    pathsKnown,
  };
}
