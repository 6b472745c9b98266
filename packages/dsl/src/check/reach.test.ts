import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explore } from "./reach.ts";

const PATHS = ["a", "b", "c", "d", "e"] as const;

/** Every way of a request from `start` that enters no path twice. */
function ways(start: string, edges: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const found: string[][] = [];
  const go = (way: readonly string[]): void => {
    found.push([...way]);
    for (const next of edges.get(way.at(-1) ?? "") ?? []) if (!way.includes(next)) go([...way, next]);
  };
  go([start]);
  return found;
}

const graphs = fc
  .array(fc.tuple(fc.constantFrom(...PATHS), fc.constantFrom(...PATHS)), { maxLength: 14 })
  .map((pairs) => {
    const edges = new Map<string, string[]>();
    for (const [from, to] of pairs) edges.set(from, [...(edges.get(from) ?? []), to]);
    return edges;
  });

describe("where requests can go", () => {
  it("is what following every way finds", () => {
    fc.assert(
      fc.property(graphs, (edges) => {
        const all = ways("a", edges);
        const reach = explore("a", edges);
        for (const path of PATHS) {
          const to = all.filter((way) => way.at(-1) === path);
          expect(reach.reached.has(path)).toBe(to.length > 0);
          expect(reach.fallbacksTo(path)).toBe(
            to.length > 0 ? Math.min(...to.map((way) => way.length - 1)) : undefined,
          );
          for (const left of PATHS) {
            const always = path !== left && to.length > 0 && to.every((way) => way.includes(left));
            expect(reach.alwaysLeft(left, path)).toBe(always);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
