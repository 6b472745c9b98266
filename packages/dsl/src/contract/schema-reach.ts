/** How far the schemas go that are asked about one and the same value. There are no circles among them. */
import type { Edge } from "./schema-circles.ts";

export interface Limits {
  /** Schemas inside of each other. */
  readonly depth: number;
  /** Alternatives, those of all schemas together. */
  readonly alternatives: number;
}

/** The innermost schemas that go beyond a limit. */
export interface Beyond {
  readonly depth: string | null;
  readonly alternatives: string | null;
}

interface Reach {
  readonly depth: number;
  readonly alternatives: number;
}

const ALONE: Reach = { depth: 1, alternatives: 1 };

/** With a stack of its own: chains of references can be as long as a document. */
export function beyondLimits(graph: ReadonlyMap<string, readonly Edge[]>, limits: Limits): Beyond {
  const reaches = new Map<string, Reach>();
  let beyond: Beyond = { depth: null, alternatives: null };
  for (const start of graph.keys()) {
    const path = [start];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const edges = graph.get(top) ?? [];
      const missing = reaches.has(top) ? undefined : edges.find((edge) => !reaches.has(edge.to));
      if (missing !== undefined) {
        path.push(missing.to);
        continue;
      }
      path.pop();
      if (reaches.has(top)) continue;
      const reach = reachOf(edges, reaches);
      reaches.set(top, reach);
      if (reach.depth > limits.depth) beyond = { ...beyond, depth: beyond.depth ?? top };
      if (reach.alternatives > limits.alternatives) beyond = { ...beyond, alternatives: beyond.alternatives ?? top };
    }
  }
  return beyond;
}

function reachOf(edges: readonly Edge[], reaches: ReadonlyMap<string, Reach>): Reach {
  let depth = 0;
  let together = 1;
  const lists = new Map<string, number>();
  for (const { to, among } of edges) {
    const reach = reaches.get(to) ?? ALONE;
    depth = Math.max(depth, reach.depth);
    if (among === undefined) together *= reach.alternatives;
    else lists.set(among, (lists.get(among) ?? 0) + reach.alternatives);
  }
  for (const sum of lists.values()) together *= sum;
  return { depth: depth + 1, alternatives: Math.min(together, Number.MAX_SAFE_INTEGER) };
}
