/** A way through the graph, made concrete: events with their times, played again through the machine. */
import {
  begin,
  type Event,
  next,
  type Outcome,
  type Policy,
  type RequestFacts,
  refusers,
  type State,
} from "@fbp/runtime/core";
import type { World } from "../situation.ts";
import { failureOf, longestWaitMs } from "./explore.ts";
import type { Edge, Graph, Node, Stimulus } from "./graph.ts";
import { type Moment, moment, msOf, type Stretch } from "./moment.ts";
import { overlap, type Size, type Sizes } from "./sizes.ts";
import { pathOf, standingOf } from "./standing.ts";

export interface Trace {
  readonly world: World;
  readonly size: Size | null;
  readonly steps: readonly TraceStep[];
  /** What the machine made of it. */
  readonly outcome: Outcome;
}

export interface TraceStep {
  readonly stimulus: Stimulus;
  /** Milliseconds since the request began. */
  readonly atMs: number;
  /** The path that it happens on. */
  readonly path: number;
  /** The wait that the server asks for with a failure; null: none. */
  readonly serverWaitMs: number | null;
  /** What the machine was told; after `committed` where a token had been seen. */
  readonly event: Event;
}

/** Which of the ways to an end is wanted; what is left out is left open. */
export interface Goal {
  /** At which of its times; of a stretch the soonest. */
  readonly at?: "soonest" | "latest" | Stretch;
  /** With a request of exactly this size. */
  readonly size?: Size;
}

/** Late or early, where the goal leaves it open. */
type When = "soonest" | "latest";

/**
 * The shortest way to an end, as a run that the machine has played. Null where no way could be played: what
 * is known of the end's times and sizes may be more than can be.
 */
export function traceTo(graph: Graph, end: Node, { at = "soonest", size }: Goal = {}): Trace | null {
  const when: When = at === "latest" ? "latest" : "soonest";
  const sizes = size === undefined ? null : { least: size, most: size };
  for (const way of waysTo(end, windowOf(end, at), sizes, when)) {
    for (const corner of way.sizes === null ? [null] : [way.sizes.least, way.sizes.most]) {
      const trace = replay(graph, end, way, corner);
      if (trace !== null) return trace;
    }
  }
  return null;
}

/** More ways than this are not tried. */
const MOST_WAYS = 200;

interface Way {
  readonly steps: readonly { readonly edge: Edge; readonly at: Moment }[];
  readonly sizes: Sizes | null;
}

function windowOf(end: Node, at: NonNullable<Goal["at"]>): Stretch {
  if (typeof at !== "string") return at;
  const stretch = at === "latest" ? end.times.at(-1) : end.times[0];
  if (stretch === undefined) throw new RangeError("a node without times");
  const edge = at === "latest" ? stretch.to : stretch.from;
  return { from: edge, to: edge };
}

/** Ways to the node that come there within the window, the shortest first. */
function* waysTo(node: Node, window: Stretch, sizes: Sizes | null, when: When): Generator<Way> {
  if (node.edges.length === 0) {
    const begun = node.sizes === null || sizes === null ? (sizes ?? node.sizes) : overlap(node.sizes, sizes);
    if (window.from <= 0 && window.to >= 0) yield { steps: [], sizes: begun };
    return;
  }
  let made = 0;
  const ways = node.edges.flatMap((edge) => edge.from.map((from) => ({ edge, from })));
  ways.sort((a, b) => a.from.depth - b.from.depth);
  for (const { edge, from } of ways) {
    const both = meet(edge.at, window);
    const shared = edge.sizes === null || sizes === null ? (edge.sizes ?? sizes) : overlap(edge.sizes, sizes);
    if (both === null || (shared === null && edge.sizes !== null)) continue;
    for (const at of timesIn(both, when)) {
      for (const began of startsOf(from, edge.stimulus, at)) {
        for (const way of waysTo(from, began, shared, when)) {
          yield { steps: [...way.steps, { edge, at }], sizes: way.sizes };
          if (++made >= MOST_WAYS) return;
        }
      }
    }
  }
}

/** A whole millisecond where there is one, else what there is. */
function timesIn({ from, to }: Stretch, when: When): readonly Moment[] {
  const first = Math.ceil(from / 4000) * 4000;
  const last = Math.floor(to / 4000) * 4000;
  if (first > last) return [when === "latest" ? to : from];
  return when === "latest" ? [last] : [first];
}

/** When the command was given that the event at `at` answers. */
function startsOf(from: Node, stimulus: Stimulus, at: Moment): readonly Stretch[] {
  const command = from.state;
  let window: Stretch = { from: at, to: at };
  if (command.kind === "wait") window = { from: at - moment(Math.min(longestWaitMs(from.state), 2 ** 31)), to: at };
  else if (command.kind === "attempt") {
    const { cutByDeadline, timeoutMs } = command;
    const isLimit = stimulus.kind === "failed" && stimulus.situation.ends === "at_limit";
    if (isLimit && !cutByDeadline) window = { from: at - moment(timeoutMs), to: at - moment(timeoutMs) };
    else {
      const latestMs = (stimulus.kind === "failed" ? stimulus.situation.latestMs : null) ?? Infinity;
      const longestMs = Math.min(latestMs, cutByDeadline ? Infinity : timeoutMs);
      window = { from: longestMs === Infinity ? 0 : at - moment(longestMs), to: at };
    }
  }
  return from.times.flatMap((stretch) => meet(stretch, window) ?? []);
}

function meet(a: Stretch, b: Stretch): Stretch | null {
  const from = Math.max(a.from, b.from);
  const to = Math.min(a.to, b.to);
  return from <= to ? { from, to } : null;
}

/** Plays the events through the machine; null where it does not come to `end`. */
function replay(graph: Graph, end: Node, way: Way, size: Size | null): Trace | null {
  const { ground, worlds } = graph;
  const world = worlds[end.world];
  if (world === undefined) throw new RangeError("a node of no world");
  const facts: RequestFacts = {
    id: "",
    traceId: null,
    startedAt: 0,
    request: world.request,
    context: world.context,
    repeatable: world.repeatable,
    promptTokens: size?.prompt ?? 0,
    outputLimit: size?.output ?? null,
  };
  const longMs = Math.ceil(ground.policy.budget.deadlineMs / 1000 + 1) * 1000;
  let state = begin(ground.policy, facts, 0);
  const steps: TraceStep[] = [];
  for (const [index, { edge, at }] of way.steps.entries()) {
    const path = pathOf(state);
    if (path === null || !isAsked(ground.policy, edge, state)) return null;
    const woken = way.steps[index + 2];
    const waitMs = woken?.edge.stimulus.kind === "woke" ? msOf(woken.at - at) : 0;
    if (edge.stimulus.kind === "failed" && edge.stimulus.committed) {
      state = next(ground.policy, state, { kind: "committed", at: msOf(at) });
    }
    const event = eventOf(edge, state, msOf(at), waitMs, longMs);
    const serverWaitMs = event.kind === "failed" ? event.failure.serverWaitMs : null;
    steps.push({ stimulus: edge.stimulus, atMs: msOf(at), path, serverWaitMs, event });
    state = next(ground.policy, state, event);
  }
  const command = state;
  if (command.kind !== "finish" || standingOf(state, end.world, ground).key !== end.key) return null;
  return { world, size, steps, outcome: command.outcome };
}

/** Does the machine stand where this may happen to it? */
function isAsked(policy: Policy, { from, stimulus }: Edge, standing: State): boolean {
  if (from.every(({ state }) => state.kind !== standing.kind)) return false;
  return stimulus.kind !== "refused" || standing.kind !== "admit" || refusers(policy, standing).includes(stimulus.by);
}

/** @param longMs a wait that fits into no request */
function eventOf({ stimulus }: Edge, state: State, at: number, waitMs: number, longMs: number): Event {
  switch (stimulus.kind) {
    case "began":
      throw new RangeError("a request begins without an event");
    case "admitted": {
      const isLater = state.kind === "admit" && state.inMs > 0;
      return { kind: "admitted", at, permit: isLater ? -1 : 0, probe: false };
    }
    case "refused":
      return { kind: "refused", at, by: stimulus.by };
    case "woke":
      return { kind: "woke", at };
    case "answered":
      return { kind: "answered", at, answer: { status: 200, usage: null, providerRequestId: null } };
    case "failed": {
      const { situation, wait } = stimulus;
      const ms = wait.kind === "none" || wait.fits ? waitMs : wait.kind === "server" ? longMs : wait.longestMs;
      return failureOf(situation, at, wait, ms);
    }
  }
}
