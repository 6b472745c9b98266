/** All ways in which some tests can be answered together, each with facts that show it. */

import type { Predicate } from "../../check/model.ts";
import { evaluate, type Facts } from "../../check/predicate/evaluate.ts";
import type { Root } from "./places.ts";
import type { Demand, Solution } from "./solver.ts";

export type Split =
  | { readonly kind: "found"; readonly all: readonly Facts[] }
  | { readonly kind: "too_many" }
  /** `why` says what could not be decided. */
  | { readonly kind: "unknown"; readonly why: string };

/**
 * The first are the plainest facts of all. No other answers are possible than those that are found.
 *
 * @param solve asks whether the demands can be met, with whatever else is to hold
 */
export function splitBy(
  tests: readonly Predicate<Root>[],
  solve: (demands: readonly Demand[]) => Solution,
  most: number,
): Split {
  const all: Facts[] = [];
  /** Goes on from facts that answer the first tests as demanded. Null: all is well. */
  const go = (index: number, demands: readonly Demand[], facts: Facts): Split | null => {
    const predicate = tests[index];
    if (predicate === undefined) {
      all.push(facts);
      return all.length > most ? { kind: "too_many" } : null;
    }
    const held = evaluate(predicate, facts);
    const failed = go(index + 1, [...demands, { predicate, held }], facts);
    if (failed !== null) return failed;
    const others = [...demands, { predicate, held: !held }];
    const other = solve(others);
    if (other.kind === "unknown") return other;
    return other.kind === "no" ? null : go(index + 1, others, other.facts);
  };
  const first = solve([]);
  if (first.kind === "unknown") return first;
  return (first.kind === "yes" ? go(0, [], first.facts) : null) ?? { kind: "found", all };
}
