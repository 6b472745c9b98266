import type * as tree from "../syntax/tree.ts";
import { lookupField } from "../types/access.ts";
import type { Known } from "./known.ts";
import type { PolicyModel } from "./model.ts";
import { type ContractInScope, checkPredicate, type Rely } from "./predicate/index.ts";

export type Repeat = PolicyModel["repeat"];

/**
 * May a request be sent again that has perhaps reached a provider? Without a line it may; where a
 * request can carry tools, and a rule repeats, that is worth a warning. Null after an error.
 */
export function checkRepeat(
  item: tree.RepeatItem | undefined,
  policy: tree.PolicyBlock,
  contracts: readonly ContractInScope[],
  repeats: boolean,
  known: Known,
  rely: Rely,
): Repeat | null {
  const { report, context, declared } = known;
  if (item === undefined) {
    const tools = contracts.some(({ loaded }) => lookupField(loaded.request, "tools").kind === "found");
    if (repeats && tools && !declared.broken(policy.span)) {
      report.add("FBP4014", policy.name.span, { policy: policy.name.text });
    }
    return { mode: "always" };
  }
  if (item.mode !== "when") return { mode: item.mode };
  if (item.when === null) return null;
  const when = checkPredicate(item.when, { where: "repeat", contracts, context }, report, rely);
  return when === null ? null : { mode: "when", when };
}
