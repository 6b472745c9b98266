/**
 * All that can happen to one request, with the runtime's own machine as the step from one standing to the
 * next. What the machine is told is every event that can come: each kind of failure and an answer on every
 * attempt, every refusal of a breaker, an SLO or a retry budget, at every time that the machine can tell from
 * another, for requests of every size. Standings with the same future are one node. Every event leads to a
 * higher rank, so that each node is left once, when all ways to it are known.
 *
 * The caller's own abort is left out: it ends a request wherever it stands, and changes nothing before.
 */
import {
  ADMITTED_LATER,
  type Asking,
  backoffMs,
  type Event,
  length,
  nth,
  refusers,
  type State,
  sinceOf,
  taken,
  trialOf,
} from "@fbp/runtime/core";
import type { Situation, World } from "../situation.ts";
import { Failures } from "./failing.ts";
import type { Edge, Graph, Node, Stimulus, Wait } from "./graph.ts";
import type { Ground, PathGround } from "./ground.ts";
import { alone, type Group, groupsOf } from "./group.ts";
import { type Band, Machine } from "./machine.ts";
import { AT_ONCE, cut, delayed, joined, latest, moment, type Stretch, timeIn, within } from "./moment.ts";
import { Queue } from "./queue.ts";
import { hull, isWithin, LARGEST_PROMPT, type Sizes } from "./sizes.ts";
import { pathOf, retryFrom } from "./standing.ts";
import { Uses } from "./uses.ts";

export interface ExploreOptions {
  readonly worlds: readonly World[];
  /** By path. */
  readonly situations: (path: number) => readonly Situation[];
  /** More nodes than this are not looked at. */
  readonly mostNodes: number;
}

/** Deterministic: the same policy gives the same graph, in the same order. */
export function explore(ground: Ground, options: ExploreOptions): Graph {
  const explorer = new Explorer(ground, options);
  for (const world of options.worlds.keys()) explorer.begin(world);
  const complete = explorer.run();
  const { nodes } = explorer;
  return {
    ground,
    worlds: options.worlds,
    nodes,
    ends: nodes.filter(({ state }) => state.kind === "finish"),
    rules: explorer.uses.rules,
    complete,
  };
}

class Explorer {
  readonly nodes: Node[] = [];
  readonly uses: Uses;
  readonly #ground: Ground;
  readonly #mostNodes: number;
  readonly #known = new Map<string, Node>();
  readonly #failures: Failures;
  readonly #machine: Machine;
  readonly #queue = new Queue();
  #count = 0;

  constructor(ground: Ground, { worlds, situations, mostNodes }: ExploreOptions) {
    this.#ground = ground;
    this.#mostNodes = mostNodes;
    this.#failures = new Failures(ground, worlds, situations);
    this.#machine = new Machine(ground, worlds);
    this.uses = new Uses(ground);
  }

  begin(world: number): void {
    const { sized, longestOutput } = this.#ground;
    const sizes: Sizes | null = sized
      ? {
          least: { prompt: 0, output: Math.min(1, longestOutput) },
          most: { prompt: LARGEST_PROMPT, output: longestOutput },
        }
      : null;
    for (const band of this.#machine.begin(world, sizes)) {
      // What is too large for the budget is refused before any event has come.
      const at = nth(AT_ONCE, 0);
      this.uses.note(null, band.state, { from: [], stimulus: { kind: "began" }, depth: 0, at, sizes: band.sizes });
      this.#reach(band, world, at, null);
    }
  }

  /** False when there were too many nodes. */
  run(): boolean {
    for (let nodes = this.#queue.take(); nodes !== null; nodes = this.#queue.take()) {
      this.nodes.push(...nodes);
      const open = nodes.filter(({ state }) => state.kind !== "finish");
      for (const group of groupsOf(open)) this.#leave(group);
      if (this.#count > this.#mostNodes) return false;
    }
    return true;
  }

  #leave(group: Group): void {
    const { state } = group;
    if (state.kind === "admit") this.#leaveAdmit(group, state);
    else if (state.kind === "wait") this.#leaveWait(group, state.ms);
    else if (state.kind === "attempt") this.#leaveAttempt(group, state.path, state.cutByDeadline);
  }

  #leaveAdmit(group: Group, asked: Asking): void {
    const { path, inMs, trial } = asked;
    const { startLimits, limits } = this.#path(path);
    const permit = inMs > 0 ? ADMITTED_LATER : 0;
    for (const part of cut(group.times, trial === null ? startLimits : limits)) {
      this.#tell(group, { kind: "admitted" }, part, { kind: "admitted", at: timeIn(part), permit, probe: false });
    }
    const refusals = refusers(this.#ground.policy, asked);
    if (refusals.length === 0) return;
    for (const part of cut(group.times, limits)) {
      for (const by of refusals)
        this.#tell(group, { kind: "refused", by }, part, { kind: "refused", at: timeIn(part), by });
    }
  }

  #leaveWait(group: Group, ms: number): void {
    const { plan, limits } = this.#path(pathOf(group.state) ?? 0);
    // The wait was let through because the attempt after it still fits.
    const last = this.#ground.deadline - (plan.leastMs > 0 ? moment(plan.leastMs) : 1);
    for (const part of cut(delayed(group.times, 0, longestWaitMs(group.state), last), limits)) {
      // One standing stands for all: a back-off is over as long after it began as it was to take.
      const at = timeIn(part);
      this.#tell(group, { kind: "woke" }, part, { kind: "woke", at }, at - ms);
    }
  }

  #leaveAttempt(group: Group, path: number, cutByDeadline: boolean): void {
    const { deadline } = this.#ground;
    const { plan, guardLimits, ruleLimits } = this.#path(path);
    const { mostMs } = plan;
    // An answer leaves the reason as it was, so that here those that differ in it go different ways.
    for (const one of group.from) {
      const own = group.from.length === 1 ? group : alone(one);
      for (const part of delayed(one.times, 0, mostMs, deadline)) {
        this.#tell(own, { kind: "answered" }, part, { kind: "answered", at: timeIn(part), answer: ANSWER });
      }
    }
    const attempt = { path, world: group.world, cutByDeadline, number: length(group.state.past.calls) + 1 };
    for (const turn of this.#failures.on(path)) {
      const times =
        turn.ends === "any_time"
          ? delayed(group.times, 0, turn.latestMs, deadline)
          : cutByDeadline
            ? latest(delayed(group.times, 0, turn.latestMs, deadline), deadline)
            : delayed(group.times, mostMs, turn.latestMs, deadline);
      for (const part of cut(times, guardLimits)) {
        for (const { situation, committed, rule } of this.#failures.at(turn, attempt, part)) {
          for (const piece of cut([part], ruleLimits.at(rule) ?? [])) {
            this.#tellFailure(group, situation, piece, committed);
          }
        }
      }
    }
  }

  /** Every way in which this failure can come then: how long would a retry after it wait? */
  #tellFailure(group: Group, situation: Situation, part: Stretch, committed: boolean): void {
    const time = timeIn(part);
    const tell = (wait: Wait, waitMs: number): readonly Band[] => {
      const event = failureOf(situation, time, wait, waitMs);
      return this.#tell(
        group,
        { kind: "failed", situation, committed, wait },
        part,
        event,
        sinceOf(group.state),
        committed,
      );
    };
    const retry = tell(NO_WAIT, 0).find(mayRetry);
    if (retry === undefined) return;
    const fitsMs = this.#ground.policy.budget.deadlineMs - this.#path(pathOf(group.state) ?? 0).plan.leastMs - time;
    const longestMs = longestWaitMs(retry.state);
    if (longestMs >= 1 && fitsMs >= 1) {
      tell({ kind: "back_off", fits: true, longestMs }, Math.min(longestMs, Math.floor(fitsMs)));
    }
    if (longestMs >= 1 && longestMs > fitsMs) tell({ kind: "back_off", fits: false, longestMs }, longestMs);
    if (!situation.mayAskWait) return;
    // Well inside: of the longest that fits the last bit of a fraction may be too much.
    if (fitsMs > 0) tell({ kind: "server", fits: true }, fitsMs / 2);
    tell({ kind: "server", fits: false }, Math.max(0, fitsMs) + 1);
  }

  /** Asks the machine what it does, for every size of request, and goes on from there. */
  #tell(
    group: Group,
    stimulus: Stimulus,
    at: Stretch,
    event: Event,
    since = sinceOf(group.state),
    committed = false,
  ): readonly Band[] {
    const bands = this.#machine.after(group, event, since, committed);
    const { from, world } = group;
    const depth = group.depth + 1;
    let noted: State | null = null;
    for (const band of bands) {
      const edge: Edge = { from, stimulus, at, sizes: band.sizes, depth };
      if (band.state !== noted) this.uses.note(group.state, band.state, edge);
      noted = band.state;
      this.#reach(band, world, at, edge);
    }
    return bands;
  }

  #reach({ state, standing, sizes }: Band, world: number, at: Stretch, edge: Edge | null): void {
    const { key, rank } = standing;
    const depth = edge === null ? 0 : edge.depth;
    const known = this.#known.get(key);
    if (known === undefined) {
      const edges = edge === null ? [] : [edge];
      const node: Node = { id: this.#count++, world, key, rank, state, times: [at], sizes, edges, depth };
      this.#known.set(key, node);
      this.#queue.add(node);
      return;
    }
    const isNews =
      !within(known.times, at) || !(known.sizes === null || sizes === null || isWithin(known.sizes, sizes));
    if (edge !== null && (isNews || depth < known.depth)) known.edges.push(edge);
    known.depth = Math.min(known.depth, depth);
    if (!isNews) return;
    known.times = joined(known.times, at);
    if (known.sizes !== null && sizes !== null) known.sizes = hull(known.sizes, sizes);
  }

  #path(index: number): PathGround {
    return nth(this.#ground.paths, index);
  }
}

const ANSWER = { status: 200, usage: null, providerRequestId: null };
const NO_WAIT: Wait = { kind: "none" };

function mayRetry({ state }: Band): boolean {
  const trial = trialOf(state);
  return trial !== null && retryFrom(trial) !== null;
}

/** The longest that the rule's next retry can wait: by its back-off, or any time where the server asked. */
export function longestWaitMs(state: State): number {
  const trial = trialOf(state);
  const retry = trial === null ? null : retryFrom(trial);
  if (trial === null || retry === null) return 0;
  if ((trial.failure?.serverWaitMs ?? null) !== null) return Infinity;
  return backoffMs(retry.fromMs, retry.toMs, taken(state.past, "retry", trial.path), ALMOST_ONE);
}

const ALMOST_ONE = 1 - Number.EPSILON;

/** The event of a failure after which a retry is to wait `waitMs`: whole milliseconds where it is a back-off. */
export function failureOf({ facts, signal, check }: Situation, at: number, wait: Wait, waitMs: number): Event {
  // See `backoffMs`: the whole part of the dice times the longest back-off and one.
  const dice = wait.kind === "back_off" ? (waitMs + 0.5) / (wait.longestMs + 1) : 0;
  const serverWaitMs = wait.kind === "server" ? waitMs : null;
  const failure = { signal, facts, recorded: null, check, usage: null, providerRequestId: null, serverWaitMs, dice };
  return { kind: "failed", at, failure };
}
