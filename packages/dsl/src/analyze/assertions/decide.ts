/** Does an assertion hold of every request, or is there one, as it claims? What is said is shown by a run. */
import type { AssertModel } from "../../check/model.ts";
import { evaluate } from "../../check/predicate/evaluate.ts";
import { claimFacts } from "../../scenario/claims.ts";
import type { Graph, Node } from "../explore/graph.ts";
import { type Trace, traceTo } from "../explore/trace.ts";
import { samplesOf } from "./samples.ts";

export type Verdict =
  /** `shown`: for `possible`, a run as it claims. */
  | { readonly kind: "holds"; readonly shown: Trace | null }
  /** The shortest run that breaks it. */
  | { readonly kind: "broken"; readonly by: Trace }
  /** Of `possible`: no request ends so. */
  | { readonly kind: "never_happens" }
  /** Its condition holds of no request, so that it says nothing. */
  | { readonly kind: "vacuous" }
  /** There may be a request that decides it, but none could be played. */
  | { readonly kind: "open" };

export function decide(graph: Graph, assertion: AssertModel): Verdict {
  const { mode } = assertion;
  const sought = mode !== "always";
  let asked = false;
  let open = false;
  for (const end of byLength(graph.ends)) {
    for (const { at, size, facts } of samplesOf(graph, end, assertion)) {
      if (assertion.when !== null && !evaluate(assertion.when, facts)) continue;
      asked = true;
      if (evaluate(assertion.claim, facts) !== sought) continue;
      const run = traceTo(graph, end, { at, ...(size === null ? {} : { size }) });
      if (run !== null && isAnswered(assertion, run, sought)) {
        return mode === "possible" ? { kind: "holds", shown: run } : { kind: "broken", by: run };
      }
      open = true;
    }
  }
  if (!asked) return { kind: "vacuous" };
  if (open) return { kind: "open" };
  return mode === "possible" ? { kind: "never_happens" } : { kind: "holds", shown: null };
}

/** The ends that the shortest runs come to first; in each the plainest world. */
function byLength(ends: readonly Node[]): readonly Node[] {
  return [...ends].sort((a, b) => a.depth - b.depth || a.world - b.world || a.id - b.id);
}

/** Does the run itself, as the machine played it, give the answer? */
function isAnswered({ claim, when }: AssertModel, { world, outcome }: Trace, sought: boolean): boolean {
  const facts = { request: world.request, context: world.context, outcome: claimFacts(outcome) };
  return (when === null || evaluate(when, facts)) && evaluate(claim, facts) === sought;
}
