/** `sends …` and `reads …`: places of the contract that requests start on. */

import { Report } from "../../diagnostics/index.ts";
import { textOf } from "../../source.ts";
import type * as tree from "../../syntax/tree.ts";
import { mergeOnce } from "../once.ts";
import type { ContractInScope, Rely } from "../predicate/index.ts";
import { placeAt } from "../predicate/resolve.ts";
import type { Declared } from "./needs.ts";
import { type Use, useOf } from "./use.ts";

const ROOTS = { sends: "request", reads: "response" } as const;

/** Places with mistakes are reported and left out. Without the start's contract nothing can be said of them. */
export function checkDeclared(
  items: readonly tree.DeclaredUse[],
  contract: ContractInScope | null,
  report: Report,
  rely: Rely,
): Declared {
  const of = (kind: tree.DeclaredUse["kind"]): readonly Use[] | null => {
    const lines = items.filter((item) => item.kind === kind);
    if (lines.length === 0) return null;
    return lines.flatMap((item) => item.facts.flatMap((fact) => useAt(fact, kind, contract, report, rely) ?? []));
  };
  return { sends: of("sends"), reads: of("reads") };
}

function useAt(
  fact: tree.Fact,
  kind: tree.DeclaredUse["kind"],
  contract: ContractInScope | null,
  report: Report,
  rely: Rely,
): Use | null {
  const root = ROOTS[kind];
  if (fact.root.text !== root) {
    const written = textOf(fact.span);
    const isOther = Object.values(ROOTS).some((other) => other === fact.root.text);
    const meant = isOther ? `${kind === "sends" ? "reads" : "sends"} ${written}` : `${root}.${written}`;
    report.add("FBP8111", fact.span, { written, kind, meant });
    return null;
  }
  if (contract === null) return null;
  const found = new Report();
  // The roots that a request and an answer have in predicates, read in the same way.
  const where = kind === "sends" ? "repeat" : "accept";
  const environment = {
    where,
    contracts: [contract],
    context: [],
    outcome: null,
    report: found,
    rely,
    places: new Map(),
  } as const;
  const place = placeAt(fact, root, environment);
  mergeOnce(report, found);
  return place === null ? null : useOf(root, place.read.segments, fact.span);
}
