/** Nodes from which every failure leads to the same: they are left as one. */
import { nth, type State } from "@fbp/runtime/core";
import type { Node } from "./graph.ts";
import { joined, type Times } from "./moment.ts";
import { hull, type Sizes } from "./sizes.ts";
import { futureOf } from "./standing.ts";

export interface Group {
  readonly from: readonly Node[];
  readonly world: number;
  /** Of one of them. */
  readonly state: State;
  /** Of all of them together. */
  readonly times: Times;
  readonly sizes: Sizes | null;
  /** The least. */
  readonly depth: number;
}

/** In the order of their first nodes. */
export function groupsOf(nodes: readonly Node[]): readonly Group[] {
  const found = new Map<string, Node[]>();
  for (const node of nodes) {
    const future = futureOf(node);
    const same = found.get(future);
    if (same === undefined) found.set(future, [node]);
    else same.push(node);
  }
  const groups: Group[] = [];
  for (const same of found.values()) groups.push(together(same));
  return groups;
}

export function alone(node: Node): Group {
  return together([node]);
}

function together(from: readonly Node[]): Group {
  const first = nth(from, 0);
  let { times, sizes, depth } = first;
  for (let at = 1; at < from.length; at++) {
    const other = nth(from, at);
    for (const stretch of other.times) times = joined(times, stretch);
    if (sizes !== null && other.sizes !== null) sizes = hull(sizes, other.sizes);
    depth = Math.min(depth, other.depth);
  }
  return { from, world: first.world, state: first.state, times, sizes, depth };
}
