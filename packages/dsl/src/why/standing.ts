/** A request that stands before the answer of a path: it begins there, or comes there on the shortest way. */
import { begin, type Event, length, next, nth, type Policy, type RequestFacts, type State } from "@fbp/runtime/core";
import { outcomeOf } from "../analyze/explore/graph.ts";
import { type Trace, traceTo } from "../analyze/explore/trace.ts";
import type { Proved } from "../analyze/proof.ts";
import { storyOf } from "../analyze/story/story.ts";

export interface Standing {
  /** The path's attempt is running. */
  readonly state: State;
  /** What happened before, a sentence each; none where nothing did. */
  readonly before: readonly string[];
  /** False where requests were taken to start on the path, since no way to it was found. */
  readonly isReached: boolean;
}

/** More ends of requests than this are not looked at for a way. */
const MOST_WAYS = 500;

/**
 * Null where no request can stand so.
 *
 * @param made calls that were made before; null: as few as can be
 */
export function standingOn(
  policy: Policy,
  proved: Proved | null,
  path: number,
  facts: RequestFacts,
  made: number | null,
): Standing | null {
  if (path === policy.start && (made === null || made === 0)) {
    const state = withLeave(policy, begin(policy, facts, 0), 0);
    return state === null ? null : { state, before: [], isReached: true };
  }
  if (proved?.kind === "proved") return reached(policy, proved, path, facts, made);
  const alone: Policy = { ...policy, start: path };
  const state = withLeave(alone, begin(alone, facts, 0), 0);
  return state === null || made !== null ? null : { state, before: [], isReached: false };
}

/** Breakers, objectives and retry budgets let it through. */
function withLeave(policy: Policy, state: State, at: number): State | null {
  const command = state;
  if (command.kind !== "admit") return null;
  const admitted = next(policy, state, { kind: "admitted", at, permit: 0, probe: false });
  return admitted.kind === "attempt" ? admitted : null;
}

function reached(
  policy: Policy,
  { proof: { graph } }: Extract<Proved, { kind: "proved" }>,
  path: number,
  facts: RequestFacts,
  made: number | null,
): Standing | null {
  const { name } = nth(policy.paths, path);
  const comes = graph.ends.filter((end) =>
    outcomeOf(end).attempts.some((attempt, index) => attempt.path === name && (made === null || index === made)),
  );
  // Requests like the given one first: what may be repeated decides most.
  const likeness = (world: number): number => (graph.worlds[world]?.repeatable === facts.repeatable ? 0 : 1);
  const sorted = comes.toSorted((a, b) => likeness(a.world) - likeness(b.world) || a.depth - b.depth || a.id - b.id);
  for (const end of sorted.slice(0, MOST_WAYS)) {
    const trace = traceTo(graph, end);
    if (trace === null) continue;
    const played = replayed(policy, trace, path, facts, made);
    if (played === null) continue;
    const before = storyOf(graph, { ...trace, steps: trace.steps.slice(0, played.steps) });
    const told = trace.world.text === "" ? before : before.slice(1);
    return { state: played.state, before: told.slice(0, -1), isReached: true };
  }
  return null;
}

/** The run of the trace with the given request, up to the attempt; null where that request goes another way. */
function replayed(
  policy: Policy,
  { steps }: Trace,
  path: number,
  facts: RequestFacts,
  made: number | null,
): { readonly state: State; readonly steps: number } | null {
  let state = begin(policy, facts, 0);
  for (const [index, { event }] of steps.entries()) {
    const command = state;
    if (command.kind === "attempt" && command.path === path && (made === null || length(state.past.calls) === made)) {
      return { state, steps: index };
    }
    if (!answers(command.kind, event)) return null;
    state = next(policy, state, event);
  }
  return null;
}

/** Is the event one that the command may be answered with? */
function answers(command: State["kind"], { kind }: Event): boolean {
  if (kind === "admitted" || kind === "refused") return command === "admit";
  if (kind === "woke") return command === "wait";
  return command === "attempt" || command === "carry_on";
}
