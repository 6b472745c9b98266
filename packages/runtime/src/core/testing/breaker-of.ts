import type { Breaker } from "../breaker.ts";
import type { Health } from "../health.ts";
import { nth } from "../lookup.ts";

/** The breaker of a path. @throws Error when it has none */
export function breakerOf(health: Health, path: number): Breaker {
  const { breaker } = nth(health.paths, path);
  if (breaker === null) throw new Error(`path ${path} has no breaker`);
  return breaker;
}
