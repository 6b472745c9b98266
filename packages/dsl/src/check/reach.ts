/** Which paths a request can come to, starting on one and following the fallbacks of the rules. */
export interface Reach {
  readonly reached: ReadonlySet<string>;
  /** The fewest fallbacks after which a request is on the path; undefined where it never is. */
  fallbacksTo(path: string): number | undefined;
  /** Has every request that is on `on` left `path` before? */
  alwaysLeft(path: string, on: string): boolean;
}

export function explore(start: string, edges: ReadonlyMap<string, readonly string[]>): Reach {
  const distances = distancesFrom(start, edges, null);
  return {
    reached: new Set(distances.keys()),
    fallbacksTo: (path) => distances.get(path),
    alwaysLeft: (path, on) =>
      path !== on && distances.has(on) && (path === start || !distancesFrom(start, edges, path).has(on)),
  };
}

/** Breadth first; `without` is a path that may not be entered. */
function distancesFrom(
  start: string,
  edges: ReadonlyMap<string, readonly string[]>,
  without: string | null,
): ReadonlyMap<string, number> {
  const distances = new Map([[start, 0]]);
  // A map keeps the order of insertion and is iterated while it grows: it is its own queue.
  for (const [path, distance] of distances) {
    for (const next of edges.get(path) ?? []) {
      if (next !== without && !distances.has(next)) distances.set(next, distance + 1);
    }
  }
  return distances;
}
