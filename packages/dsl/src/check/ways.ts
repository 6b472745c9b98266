import type * as tree from "../syntax/tree.ts";
import type { Takeover } from "./eligibility.ts";
import type { Known } from "./known.ts";
import type { KnownPath } from "./path.ts";
import type { PolicyItems } from "./policy-items.ts";
import { explore, type Reach } from "./reach.ts";
import { resolve } from "./resolve.ts";

/** Where the requests of a policy can go. */
export interface Ways {
  readonly start: KnownPath;
  readonly reach: Reach;
  /** The paths that a request can come to, the start first, then in the order of declaration. */
  readonly paths: readonly KnownPath[];
  readonly takeovers: readonly Takeover[];
  /** False where a name is unknown or a syntax error took something away: then more may be reached. */
  readonly certain: boolean;
}

/** Null where the start is not known. */
export function waysOf(policy: tree.PolicyBlock, items: PolicyItems, known: Known): Ways | null {
  const { report, declared, uses } = known;
  let certain = items.pathsKnown && !declared.broken(policy.span);
  const takeovers: Takeover[] = [];
  for (const [from, block] of items.on) {
    for (const action of block.rules.flatMap((rule) => rule.actions)) {
      if (action.kind !== "fallback") continue;
      const to = resolve(report, declared, "path", action.path, known.paths);
      if (to === null) {
        certain = false;
        continue;
      }
      uses.paths.add(to.name);
      takeovers.push({ from, to, action });
    }
  }
  const start = items.start === undefined ? null : resolve(report, declared, "path", items.start.path, known.paths);
  if (start === null) return null;
  uses.paths.add(start.name);

  const edges = new Map<string, string[]>();
  for (const { from, to } of takeovers) edges.set(from.name, [...(edges.get(from.name) ?? []), to.name]);
  const reach = explore(start.name, edges);
  const others = [...known.paths.values()].filter((path) => path !== start && reach.reached.has(path.name));
  const reported = takeovers.filter(({ from }) => reach.reached.has(from.name));
  return { start, reach, paths: [start, ...others], takeovers: reported, certain };
}
