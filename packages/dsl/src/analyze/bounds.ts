/**
 * The best and the worst that can happen to one request: calls, time, tokens and money, in all and for each
 * reason. What is exact has been played: its trace reaches it.
 *
 * Of tokens and money it is assumed that a provider reports no more than was reserved for the call.
 */
import { type Graph, type Node, outcomeOf } from "./explore/graph.ts";
import { msOf } from "./explore/moment.ts";
import type { Size } from "./explore/sizes.ts";
import { type Goal, type Trace, traceTo } from "./explore/trace.ts";
import { dearestAt, mostSpentAt, NOTHING, type Spent, spentAt } from "./spending.ts";

export interface Bounds {
  readonly attempts: Range;
  readonly elapsedMs: Range;
  /** null where the budget does not limit them: then nothing does. */
  readonly tokens: Range | null;
  /** Nano-units of the budget's currency. */
  readonly costNanos: Range | null;
}

export interface Range {
  readonly least: Bound;
  readonly most: Bound;
}

export interface Bound {
  readonly value: number;
  /** The run that reaches it; null where none was found, and the bound may be wider than what can be. */
  readonly trace: () => Trace | null;
}

export interface AllBounds extends Bounds {
  /** By the outcome's reason; null: an undisturbed answer. */
  readonly byReason: ReadonlyMap<string | null, Bounds>;
  /** Calls for one request while no path answers. */
  readonly amplification: Bound;
}

export function boundsOf(graph: Graph): AllBounds {
  const reasons = new Map<string | null, Node[]>();
  for (const end of graph.ends) {
    const { reason } = outcomeOf(end);
    const same = reasons.get(reason);
    if (same === undefined) reasons.set(reason, [end]);
    else same.push(end);
  }
  const unanswered = graph.ends.filter((end) => outcomeOf(end).result !== "answer");
  return Object.assign(boundsAmong(graph, graph.ends), {
    byReason: new Map([...reasons].map(([reason, ends]) => [reason, boundsAmong(graph, ends)])),
    amplification: extreme(graph, unanswered, callsOf, "most", () => ({})),
  });
}

function boundsAmong(graph: Graph, ends: readonly Node[]): Bounds {
  const { tokens, costNanos } = graph.ground.policy.budget;
  const range = (of: (end: Node) => number): Range => ({
    least: extreme(graph, ends, of, "least", () => ({})),
    most: extreme(graph, ends, of, "most", () => ({})),
  });
  const spent = (what: Spent) => once(() => spending(graph, ends, what));
  const tokensSpent = spent("tokens");
  const moneySpent = spent("costNanos");
  return {
    attempts: range(callsOf),
    elapsedMs: {
      least: extreme(
        graph,
        ends,
        ({ times }) => msOf(times[0]?.from ?? 0),
        "least",
        () => ({ at: "soonest" }),
      ),
      most: extreme(
        graph,
        ends,
        ({ times }) => msOf(times.at(-1)?.to ?? 0),
        "most",
        () => ({ at: "latest" }),
      ),
    },
    // Amounts take longer to find than everything else, and are mostly not asked for.
    get tokens() {
      return tokens === null ? null : tokensSpent();
    },
    get costNanos() {
      return costNanos === null ? null : moneySpent();
    },
  };
}

function callsOf(end: Node): number {
  return outcomeOf(end).attempts.length;
}

/** The end with the least or the most, the first of them that can be played. */
function extreme(
  graph: Graph,
  ends: readonly Node[],
  of: (end: Node) => number,
  which: "least" | "most",
  goal: (end: Node) => Goal,
): Bound {
  let value = which === "least" ? Infinity : -Infinity;
  for (const end of ends) value = which === "least" ? Math.min(value, of(end)) : Math.max(value, of(end));
  const found = (): readonly Node[] => ends.filter((end) => of(end) === value);
  return { value, trace: once(() => firstTrace(graph, found(), goal)) };
}

function firstTrace(graph: Graph, ends: readonly Node[], goal: (end: Node) => Goal): Trace | null {
  for (const end of ends) {
    const trace = traceTo(graph, end, goal(end));
    if (trace !== null) return trace;
  }
  return null;
}

function spending(graph: Graph, ends: readonly Node[], what: Spent): Range {
  const smallest = (end: Node): Size => end.sizes?.least ?? NOTHING;
  const dearest = (end: Node): Size => dearestAt(graph, end, what);
  const spends = (end: Node, size: Size): number => spentAt(graph, end, size)[what];
  const value = Math.max(...ends.map((end) => mostSpentAt(graph, end, what)));
  return {
    least: extreme(
      graph,
      ends,
      (end) => spends(end, smallest(end)),
      "least",
      (end) => ({ size: smallest(end) }),
    ),
    most: {
      value,
      trace: once(() => {
        const found = ends.filter((end) => spends(end, dearest(end)) === value);
        return firstTrace(graph, found, (end) => ({ size: dearest(end) }));
      }),
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
