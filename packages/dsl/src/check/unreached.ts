import type { Related } from "../diagnostics/index.ts";
import type * as tree from "../syntax/tree.ts";
import type { Known } from "./known.ts";
import type { KnownPath } from "./path.ts";
import type { PolicyItems } from "./policy-items.ts";
import type { Ways } from "./ways.ts";

/** Says what a policy has for paths that none of its requests comes to: one message for each path. */
export function reportUnreached(policy: tree.PolicyBlock, items: PolicyItems, ways: Ways, known: Known): void {
  if (!ways.certain) return;
  const constructs = new Map<KnownPath, { readonly words: string; readonly item: tree.PolicyItem }[]>();
  const note = (word: string, from: ReadonlyMap<KnownPath, tree.PolicyItem>): void => {
    for (const [path, item] of from) {
      if (ways.reach.reached.has(path.name)) continue;
      constructs.set(path, [...(constructs.get(path) ?? []), { words: `\`${word} ${path.name}\``, item }]);
    }
  };
  note("on", items.on);
  note("breaker", items.breakers);
  note("slo", items.slos);
  note("retry_budget", items.retryBudgets);
  for (const [path, [first, ...others]] of constructs) {
    if (first === undefined) continue;
    const related: Related[] = others.map(({ words, item }) => ({ span: placeOf(item), text: `${words} neither` }));
    known.report.add(
      "FBP2011",
      placeOf(first.item),
      { path: path.name, policy: policy.name.text, construct: first.words },
      { related },
    );
  }
}

function placeOf(item: tree.PolicyItem): tree.Node["span"] {
  return "path" in item && item.path !== null ? item.path.span : item.span;
}
