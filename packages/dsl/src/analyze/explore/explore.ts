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
  backoffMs,
  begin,
  type Command,
  type Event,
  length,
  next,
  nth,
  type RequestFacts,
  type State,
  supposing,
  taken,
} from "@fbp/runtime/core";
import type { Situation, World } from "../situation.ts";
import { Failures, isRepeat } from "./failing.ts";
import type { Edge, Graph, Node, Stimulus, Wait } from "./graph.ts";
import type { Ground, PathGround } from "./ground.ts";
import {
  AT_ONCE,
  cut,
  delayed,
  joined,
  type Moment,
  moment,
  type Stretch,
  type Times,
  timeIn,
  within,
} from "./moment.ts";
import { Queue } from "./queue.ts";
import { type Bracket, bracketsOf, hull, isWithin, LARGEST_PROMPT, type Size, type Sizes } from "./sizes.ts";
import { chargesOf, pathOf, retryFrom, type Standing, standingOf } from "./standing.ts";
import { Uses } from "./uses.ts";

type Asked<Kind extends Command["kind"]> = Extract<Command, { readonly kind: Kind }>;
type Refusal = Extract<Event, { readonly kind: "refused" }>["by"];

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

/** What the machine did, and for which sizes of request. */
interface Band {
  readonly state: State;
  readonly standing: Standing;
  readonly sizes: Sizes | null;
}

/** Nodes from which every failure leads to the same. */
interface Group extends Pick<Node, "world" | "state" | "times" | "sizes" | "depth"> {
  readonly from: readonly Node[];
}

function byFuture(nodes: readonly Node[]): readonly Group[] {
  const groups = new Map<string, Node[]>();
  for (const node of nodes) {
    const same = groups.get(node.future);
    if (same === undefined) groups.set(node.future, [node]);
    else same.push(node);
  }
  return [...groups.values()].map((from) => ({
    ...nth(from, 0),
    from,
    depth: from.reduce((least, { depth }) => Math.min(least, depth), Infinity),
    times: from.reduce<Times>((all, { times }) => times.reduce(joined, all), []),
    sizes: from.reduce<Sizes | null>(
      (all, { sizes }) => (all === null || sizes === null ? sizes : hull(all, sizes)),
      null,
    ),
  }));
}

function alone(node: Node): Group {
  return { ...node, from: [node] };
}

class Explorer {
  readonly nodes: Node[] = [];
  readonly uses: Uses;
  readonly #ground: Ground;
  readonly #options: ExploreOptions;
  readonly #known = new Map<string, Node>();
  readonly #knownBrackets = new Map<string, readonly Bracket[]>();
  readonly #failures: Failures;
  readonly #queue = new Queue();
  #count = 0;

  constructor(ground: Ground, options: ExploreOptions) {
    this.#ground = ground;
    this.#options = options;
    this.#failures = new Failures(ground, options.worlds, options.situations);
    this.uses = new Uses(ground);
  }

  begin(world: number): void {
    const { policy, sized, longestOutput } = this.#ground;
    const sizes: Sizes | null = sized
      ? {
          least: { prompt: 0, output: Math.min(1, longestOutput) },
          most: { prompt: LARGEST_PROMPT, output: longestOutput },
        }
      : null;
    const from = (size: Size | null): State => begin(policy, this.#facts(world, size), 0);
    for (const band of this.#banded(sizes, from, world)) {
      // What is too large for the budget is refused before any event has come.
      this.uses.note(null, band.state, {
        from: [],
        stimulus: { kind: "began" },
        depth: 0,
        at: nth(AT_ONCE, 0),
        sizes: band.sizes,
      });
      this.#reach(band, world, AT_ONCE, null);
    }
  }

  /** False when there were too many nodes. */
  run(): boolean {
    for (let nodes = this.#queue.take(); nodes !== null; nodes = this.#queue.take()) {
      this.nodes.push(...nodes);
      const open = nodes.filter(({ state }) => state.kind !== "finish");
      for (const group of byFuture(open)) this.#leave(group);
      if (this.#count > this.#options.mostNodes) return false;
    }
    return true;
  }

  #leave(group: Group): void {
    const command = group.state;
    if (command.kind === "admit") this.#leaveAdmit(group, command);
    else if (command.kind === "wait") this.#leaveWait(group);
    else if (command.kind === "attempt") this.#leaveAttempt(group, command.path, command.cutByDeadline);
  }

  #leaveAdmit(node: Group, { path, inMs, askSlo, askRetryBudget }: Asked<"admit">): void {
    const refusals: Refusal[] = [];
    if (this.#path(path).plan.breaker !== null) refusals.push("breaker");
    if (askRetryBudget) refusals.push("retry_budget");
    if (askSlo) refusals.push("slo");
    const { startLimits, limits } = this.#path(path);
    for (const part of cut(node.times, node.state.trial === null ? startLimits : inOrder(startLimits, limits))) {
      this.#tell(node, { kind: "admitted" }, part, (state, at) =>
        this.#next(state, { kind: "admitted", at, permit: inMs > 0 ? ADMITTED_LATER : 0, probe: false }),
      );
    }
    if (refusals.length === 0) return;
    for (const part of cut(node.times, this.#limits(node))) {
      for (const by of refusals) {
        this.#tell(node, { kind: "refused", by }, part, (state, at) => this.#next(state, { kind: "refused", at, by }));
      }
    }
  }

  #leaveWait(node: Group): void {
    const path = pathOf(node.state) ?? 0;
    const { plan } = this.#path(path);
    // The wait was let through because the attempt after it still fits.
    const last = this.#ground.deadline - (plan.leastMs > 0 ? moment(plan.leastMs) : 1);
    for (const part of cut(delayed(node.times, 0, longestWaitMs(node.state), last), this.#limits(node))) {
      this.#tell(node, { kind: "woke" }, part, (state, at) => this.#next(state, { kind: "woke", at }));
    }
  }

  #leaveAttempt(node: Group, path: number, isCut: boolean): void {
    const { deadline } = this.#ground;
    const { mostMs } = this.#path(path).plan;
    const atLimit = isCut ? [{ from: deadline, to: deadline }] : delayed(node.times, mostMs, mostMs, deadline);
    const answer = { status: 200, usage: null, providerRequestId: null };
    // An answer leaves the reason as it was, so that here those that differ in it go different ways.
    for (const one of node.from) {
      for (const part of delayed(one.times, 0, mostMs, deadline)) {
        this.#tell(alone(one), { kind: "answered" }, part, (state, at) =>
          this.#next(state, { kind: "answered", at, answer }),
        );
      }
    }
    const attempt = { path, world: node.world, cutByDeadline: isCut, number: length(node.state.past.calls) + 1 };
    const { guardLimits, ruleLimits } = this.#path(path);
    for (const turn of this.#failures.on(path)) {
      const times = turn.latestMs === null ? atLimit : delayed(node.times, 0, turn.latestMs, deadline);
      for (const part of cut(times, guardLimits)) {
        for (const { situation, committed, rule } of this.#failures.at(turn, attempt, part)) {
          for (const piece of cut([part], ruleLimits.at(rule) ?? [])) {
            this.#tellFailure(node, situation, piece, committed);
          }
        }
      }
    }
  }

  /** Every way in which this failure can come then: how long would a retry after it wait? */
  #tellFailure(node: Group, situation: Situation, part: Stretch, committed: boolean): void {
    const tell = (wait: Wait, waitMs: number): readonly State[] =>
      this.#tell(node, { kind: "failed", situation, committed, wait }, part, (state, at) => {
        const running = committed ? this.#next(state, { kind: "committed", at }) : state;
        return this.#next(running, failureOf(situation, at, wait, waitMs));
      });
    const retry = tell({ kind: "none" }, 0).find(mayRetry);
    if (retry === undefined) return;
    const fitsMs =
      this.#ground.policy.budget.deadlineMs - this.#path(pathOf(node.state) ?? 0).plan.leastMs - timeIn(part);
    const longestMs = longestWaitMs(retry);
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
  #tell(node: Group, stimulus: Stimulus, at: Stretch, ask: (state: State, at: number) => State): readonly State[] {
    const time = timeIn(at);
    const { state, sizes, world } = node;
    // One standing stands for all: a back-off is over as long after it began as it was to take.
    const since = state.kind === "wait" ? time - state.ms : state.since;
    const answer = (size: Size | null): State => ask(supposing(state, this.#facts(world, size), since), time);
    return this.#banded(sizes, answer, world).map((band) => {
      const edge: Edge = { from: node.from, stimulus, at, sizes: band.sizes, depth: node.depth + 1 };
      this.uses.note(state, band.state, edge);
      this.#reach(band, world, [at], edge);
      return band.state;
    });
  }

  /** What the machine does for each size. Bands may hold more sizes than do so, never fewer. */
  #banded(sizes: Sizes | null, ask: (size: Size | null) => State, world: number): readonly Band[] {
    const band = (of: Sizes | null, size: Size | null): Band => {
      const state = ask(size);
      return { state, standing: standingOf(state, world, this.#ground), sizes: of };
    };
    const least = band(sizes, sizes?.least ?? null);
    if (sizes === null || !asksForMoney(least.state)) return [least];
    const brackets = this.#brackets(least.state, sizes);
    if (brackets.length === 1) return [least];
    // The machine asks of a size what the budget says to it, and nothing else.
    const asked = new Map([[nth(brackets, 0).pays, least]]);
    const bands: Band[] = [];
    for (const { sizes, size, pays } of brackets) {
      const same = asked.get(pays) ?? band(sizes, size);
      asked.set(pays, same);
      const before = bands.at(-1);
      if (before?.sizes !== sizes || before.standing.key !== same.standing.key) bands.push({ ...same, sizes });
    }
    return bands.at(-1)?.standing.key === least.standing.key ? [least] : bands;
  }

  /** Depends on the calls that are charged alone, of which there are few kinds. */
  #brackets(state: State, sizes: Sizes): readonly Bracket[] {
    const { least, most } = sizes;
    const paths = this.#pathsAfter(state);
    const charges = chargesOf(state.past, this.#ground);
    const key = `${charges}|${paths.join()}|${least.prompt} ${least.output} ${most.prompt} ${most.output}`;
    let brackets = this.#knownBrackets.get(key);
    if (brackets === undefined) {
      const { policy } = this.#ground;
      const plans = paths.map((path) => nth(policy.paths, path));
      brackets = bracketsOf(policy, state.past, plans, sizes);
      this.#knownBrackets.set(key, brackets);
    }
    return brackets;
  }

  /** The paths that the rule at work may call next; where none is, the one that a request starts on. */
  #pathsAfter({ trial, past }: State): readonly number[] {
    const last = trial ?? past.decisions?.trial;
    if (last === undefined) return [this.#ground.policy.start];
    const targets = last.ruling.actions.flatMap((action) =>
      action.kind === "fallback" ? [action.path] : action.kind === "retry" ? [last.path] : [],
    );
    return [...new Set(targets)];
  }

  #reach({ state, standing, sizes }: Band, world: number, times: Times, edge: Edge | null): void {
    const known = this.#known.get(standing.key);
    const depth = edge === null ? 0 : edge.depth;
    if (known === undefined) {
      const edges = edge === null ? [] : [edge];
      const node: Node = { id: this.#count++, world, ...standing, state, times, sizes, edges, depth };
      this.#known.set(standing.key, node);
      this.#queue.add(node);
      return;
    }
    const isNews =
      !times.every((stretch) => within(known.times, stretch)) ||
      !(known.sizes === null || sizes === null || isWithin(known.sizes, sizes));
    if (edge !== null && (isNews || depth < known.depth)) known.edges.push(edge);
    known.depth = Math.min(known.depth, depth);
    if (!isNews) return;
    known.times = times.reduce(joined, known.times);
    if (known.sizes !== null && sizes !== null) known.sizes = hull(known.sizes, sizes);
  }

  #next(state: State, event: Event): State {
    return next(this.#ground.policy, state, event);
  }

  #facts(world: number, size: Size | null): RequestFacts {
    const { request, context, repeatable } = nth(this.#options.worlds, world);
    return {
      id: "",
      traceId: null,
      startedAt: 0,
      request,
      context,
      repeatable,
      promptTokens: size?.prompt ?? 0,
      outputLimit: size?.output ?? null,
    };
  }

  #path(index: number): PathGround {
    return nth(this.#ground.paths, index);
  }

  #limits({ state }: Group): readonly Moment[] {
    return this.#path(pathOf(state) ?? 0).limits;
  }
}

/** May a larger request have come to something else? Not where what was asked for is under way, or was no second call. */
function asksForMoney(state: State): boolean {
  const { trial, past } = state;
  if (state.kind === "attempt" || state.kind === "wait" || state.kind === "carry_on") return false;
  if (state.kind === "finish" && state.ending.kind === "answer") return false;
  const ruling = (trial ?? past.decisions?.trial)?.ruling;
  return ruling === undefined || ruling.actions.some(isRepeat);
}

function mayRetry({ trial }: State): boolean {
  return trial !== null && retryFrom(trial) !== null;
}

/** The longest that the rule's next retry can wait: by its back-off, or any time where the server asked. */
export function longestWaitMs({ past, trial }: State): number {
  const retry = trial === null ? null : retryFrom(trial);
  if (trial === null || retry === null) return 0;
  if ((trial.failure?.serverWaitMs ?? null) !== null) return Infinity;
  return backoffMs(retry.fromMs, retry.toMs, taken(past, "retry", trial.path), ALMOST_ONE);
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

function inOrder(a: readonly Moment[], b: readonly Moment[]): readonly Moment[] {
  return [...new Set([...a, ...b])].sort((x, y) => x - y);
}
