/** A schema that asks itself about the same value has no meaning, and a validator would never end. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Through `$ref`; else through `allOf` and the like. */
  readonly isReference: boolean;
  /** One of several that stand in this list, of which one is enough. */
  readonly among?: string;
}

interface Visit {
  readonly edges: readonly Edge[];
  /** The edge that led here; null where the search began. */
  readonly by: Edge | null;
  next: number;
}

/**
 * A reference that is part of a circle, or null where there is none. Depth first, with a stack of its
 * own: chains of references can be as long as a document.
 */
export function edgeOfCircle(graph: ReadonlyMap<string, readonly Edge[]>): Edge | null {
  const done = new Set<string>();
  for (const start of graph.keys()) {
    if (done.has(start)) continue;
    const open = new Map<string, Visit>([[start, { edges: graph.get(start) ?? [], by: null, next: 0 }]]);
    const path = [start];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const visit = open.get(top);
      const edge = visit?.edges[visit.next];
      if (visit === undefined || edge === undefined) {
        done.add(top);
        open.delete(top);
        path.pop();
      } else if (open.has(edge.to)) {
        return lastReference(edge, path, open);
      } else {
        visit.next++;
        if (done.has(edge.to)) continue;
        open.set(edge.to, { edges: graph.get(edge.to) ?? [], by: edge, next: 0 });
        path.push(edge.to);
      }
    }
  }
  return null;
}

/** `closing` leads back onto the path. What is not a reference goes deeper, so every circle has one. */
function lastReference(closing: Edge, path: readonly string[], open: ReadonlyMap<string, Visit>): Edge {
  if (closing.isReference) return closing;
  const edges = path.flatMap((pointer) => open.get(pointer)?.by ?? []);
  return edges.findLast((edge) => edge.isReference) ?? closing;
}
