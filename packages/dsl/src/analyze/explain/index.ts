/** What is proved of a policy, as people and programs read it. Plays requests: for who asks, not for every check. */
import type { Bound, Bounds } from "../bounds.ts";
import { outcomeOf } from "../explore/graph.ts";
import { guaranteesOf } from "../guarantees.ts";
import type { Proof } from "../proof.ts";
import { type Limit, limitsOf, type SometimesAction, sometimesIn } from "./rules.ts";
import { runInWords } from "./run.ts";

export type { Limit, SometimesAction } from "./rules.ts";

export interface Explained {
  readonly worst: Extremes;
  readonly best: Extremes;
  /** Calls of one request while no path answers. */
  readonly amplification: Extreme;
  /** By the reason that its outcome carries; null: an undisturbed answer. It comes first. */
  readonly reasons: readonly ReasonExplained[];
  readonly limits: readonly Limit[];
  /** Retries and fallbacks that are not permitted each time their turn comes. */
  readonly sometimes: readonly SometimesAction[];
  readonly guarantees: readonly { readonly text: string; readonly holds: boolean }[];
  /** The kinds of requests that the policy tells apart, the plainest first. */
  readonly requests: readonly { readonly text: string; readonly repeatable: boolean }[];
}

export interface Extremes {
  readonly attempts: Extreme;
  readonly elapsedMs: Extreme;
  /** null where the budget has no such limit. */
  readonly tokens: Extreme | null;
  readonly costNanos: Extreme | null;
}

export interface Extreme {
  readonly value: number;
  /** A request that comes to it, part by part; null where none was found: the bound may be wider than what can be. */
  readonly run: readonly string[] | null;
}

export interface ReasonExplained {
  readonly reason: string | null;
  /** `answer`, `failure`, …: how such a request ends, each once. */
  readonly results: readonly string[];
  readonly attempts: readonly [number, number];
  readonly elapsedMs: readonly [number, number];
  readonly tokens: readonly [number, number] | null;
  readonly costNanos: readonly [number, number] | null;
}

export function explainProof(proof: Proof): Explained {
  const { bounds, graph } = proof;
  const extreme = ({ value, trace }: Bound, sized = false): Extreme => {
    const found = trace();
    return { value, run: found === null ? null : runInWords(graph, found, sized) };
  };
  const extremes = (which: "least" | "most"): Extremes => ({
    attempts: extreme(bounds.attempts[which]),
    elapsedMs: extreme(bounds.elapsedMs[which]),
    tokens: bounds.tokens === null ? null : extreme(bounds.tokens[which], true),
    costNanos: bounds.costNanos === null ? null : extreme(bounds.costNanos[which], true),
  });
  return {
    worst: extremes("most"),
    best: extremes("least"),
    amplification: extreme(bounds.amplification),
    reasons: reasonsIn(proof),
    limits: limitsOf(proof),
    sometimes: sometimesIn(proof),
    guarantees: guaranteesOf(proof).map(({ text, broken }) => ({ text, holds: broken === null })),
    requests: graph.worlds.map(({ text, repeatable }) => ({ text, repeatable })),
  };
}

/** In the order of the policy's text; those of the defaults last. */
function reasonsIn({ bounds, graph, model }: Proof): readonly ReasonExplained[] {
  const results = new Map<string | null, Set<string>>();
  for (const end of graph.ends) {
    const { reason, result } = outcomeOf(end);
    results.set(reason, (results.get(reason) ?? new Set()).add(result));
  }
  const rules = model.paths.flatMap((path) => path.rules.map((rule) => rule.reason));
  const place = (reason: string | null): number => {
    const at = reason === null ? -1 : rules.indexOf(reason);
    return at < 0 && reason !== null ? rules.length : at;
  };
  return [...bounds.byReason]
    .sort(([a], [b]) => place(a) - place(b))
    .map(([reason, of]) => ({ reason, results: [...(results.get(reason) ?? [])].sort(), ...rangesOf(of) }));
}

function rangesOf({ attempts, elapsedMs, tokens, costNanos }: Bounds) {
  const range = ({ least, most }: Bounds["attempts"]): readonly [number, number] => [least.value, most.value];
  return {
    attempts: range(attempts),
    elapsedMs: range(elapsedMs),
    tokens: tokens === null ? null : range(tokens),
    costNanos: costNanos === null ? null : range(costNanos),
  };
}
