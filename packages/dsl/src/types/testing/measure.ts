/** How much a type says: the other half of soundness, which a type that knows nothing would have. */
import { anyItem, fieldNames, lookupField, lookupIndex } from "../access.ts";
import type { Type } from "../type.ts";

export interface Share {
  readonly paths: number;
  /** Paths whose type is better than `unknown`. */
  readonly typed: number;
}

export const NO_PATHS: Share = { paths: 0, typed: 0 };

export function added(...shares: readonly Share[]): Share {
  return shares.reduce((a, b) => ({ paths: a.paths + b.paths, typed: a.typed + b.typed }), NO_PATHS);
}

export function percent({ paths, typed }: Share): string {
  return `${((100 * typed) / Math.max(1, paths)).toFixed(1)}%`;
}

/** Over the places of a value, its root among them. */
export function typedPaths(type: Type | null, value: unknown): Share {
  const here: Share = { paths: 1, typed: type === null || type.kind === "unknown" ? 0 : 1 };
  if (typeof value !== "object" || value === null) return here;
  const below = Object.entries(value).map(([name, held]) => {
    const found =
      type === null ? null : Array.isArray(value) ? lookupIndex(type, Number(name)) : lookupField(type, name);
    return typedPaths(found?.kind === "found" ? found.type : null, held);
  });
  return added(here, ...below);
}

/** Over the places that the schema itself describes, down to a depth. */
export function describedPaths(type: Type, depth = 8): Share {
  const here: Share = { paths: 1, typed: type.kind === "unknown" ? 0 : 1 };
  if (depth === 0) return here;
  const fields = fieldNames(type).flatMap((name) => {
    const found = lookupField(type, name);
    return found.kind === "found" ? [describedPaths(found.type, depth - 1)] : [];
  });
  const item = anyItem(type);
  const items = item === null || type.kind === "unknown" ? [] : [describedPaths(item, depth - 1)];
  return added(here, ...fields, ...items);
}
