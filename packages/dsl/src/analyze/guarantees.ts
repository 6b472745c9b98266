/**
 * What the language promises of every policy, looked for in everything that can happen to one of its requests.
 * The machine keeps these promises, and the exploration only repeats what the machine does: one that is not
 * kept is a mistake of this program, and is told of as such.
 */
import {
  ADMITTED_LATER,
  forbidsSecondCall,
  next,
  nth,
  type Policy,
  type State,
  signalOfCall,
  sinceOf,
  unaffordable,
} from "@fbp/runtime/core";
import type { PathModel } from "../check/model.ts";
import { duration } from "../check/words.ts";
import { failureOf } from "./explore/explore.ts";
import type { Edge, Graph, Node } from "./explore/graph.ts";
import { outcomeOf } from "./explore/graph.ts";
import { moment, msOf } from "./explore/moment.ts";
import { standingOf } from "./explore/standing.ts";
import type { Proof } from "./proof.ts";
import type { Situation } from "./situation.ts";

export interface Guarantee {
  /** As a sentence about requests, in the operator's words. */
  readonly text: string;
  /** Null: it holds. */
  readonly broken: Broken | null;
}

export interface Broken {
  /** Where it does not hold. */
  readonly node: Node;
  /** What happens there, in the operator's words. */
  readonly how: string;
}

type Check = (graph: Graph, proof: Proof) => Broken | null;

/** All of them, in a fixed order. */
export function guaranteesOf(proof: Proof): readonly Guarantee[] {
  return CHECKS.map(({ text, check }) => ({ text, broken: check(proof.graph, proof) }));
}

const CHECKS: readonly { readonly text: string; readonly check: Check }[] = [
  { text: "no second call after a defect of the request or the account", check: noneAfterDefect },
  { text: "no second call after a token may have been seen", check: noneAfterToken },
  { text: "no call but one that the path's breaker lets through", check: allAdmitted },
  { text: "no request sent twice that may not be repeated", check: noneSentTwice },
  { text: "no path entered again once it was left", check: noneEnteredTwice },
  { text: "always one outcome, and never a standing without a way on", check: alwaysGoesOn },
  { text: "always an end by the deadline", check: endsInTime },
  { text: "never more calls, retries and fallbacks than the budget has", check: withinCounts },
  { text: "never more tokens and money reserved than the budget has", check: withinMoney },
];

function noneAfterDefect({ nodes, ground }: Graph): Broken | null {
  const { policy } = ground;
  for (const node of nodes) {
    if (node.state.kind === "finish") continue;
    for (let call = node.state.past.calls; call !== null; call = call.before) {
      if (call.got.kind !== "failed") continue;
      const { name, class: of } = nth(policy.signals, signalOfCall(call.asked, call.got.failure));
      if (forbidsSecondCall(of)) return { node, how: `the request goes on after \`${name}\`` };
    }
  }
  return null;
}

/** Asked of the machine again, for standings that it does not tell apart are one node. */
function noneAfterToken({ nodes, ground }: Graph, { situations, model }: Proof): Broken | null {
  const { policy } = ground;
  const visible = situations.map((all, path) => seenAndRepeated(all, nth(model.paths, path)));
  for (const node of nodes) {
    const command = node.state;
    if (command.kind !== "attempt") continue;
    const { since: at } = command;
    for (const situation of visible[command.path] ?? []) {
      const state = next(policy, node.state, { kind: "committed", at });
      const after = next(policy, state, failureOf(situation, at, { kind: "none" }, 0));
      if (after.kind === "finish") continue;
      return { node, how: `the request goes on where \`${nth(policy.paths, command.path).name}\` ${situation.text}` };
    }
  }
  return null;
}

/** Of those that may come after a token and that a rule would repeat, one for each signal. */
function seenAndRepeated(situations: readonly Situation[], { rules }: PathModel): readonly Situation[] {
  const repeats = rules.filter(({ actions }) => actions.some(({ kind }) => kind === "retry" || kind === "fallback"));
  const signals = new Set(repeats.flatMap((rule) => rule.signals));
  const seen = situations.filter(({ afterToken, signal }) => afterToken && signals.has(signal));
  return [...new Map(seen.map((one) => [one.signal, one])).values()];
}

function allAdmitted({ nodes, ground }: Graph): Broken | null {
  for (const node of nodes) {
    const command = node.state;
    if (command.kind !== "attempt") continue;
    const isAsked = (edge: Edge): boolean =>
      edge.stimulus.kind === "admitted" &&
      edge.from.every((from) => from.state.kind === "admit" && from.state.path === command.path);
    if (node.edges.length === 0 || !node.edges.every(isAsked)) {
      return { node, how: `\`${nth(ground.policy.paths, command.path).name}\` is called without leave` };
    }
  }
  return null;
}

function noneSentTwice({ nodes, worlds }: Graph): Broken | null {
  for (const node of nodes) {
    if (node.state.kind === "finish" || nth(worlds, node.world).repeatable) continue;
    for (let call = node.state.past.calls; call !== null; call = call.before) {
      if (call.got.kind === "failed" && call.got.failure.facts.sent) {
        return { node, how: "the request goes on after it was sent" };
      }
    }
  }
  return null;
}

function noneEnteredTwice({ nodes, ground }: Graph): Broken | null {
  for (const node of nodes) {
    const command = node.state;
    const { past } = command;
    if (command.kind !== "attempt") continue;
    // From the last call back: a path that was left must not come up again.
    const left = new Set<number>();
    let here = command.path;
    for (let call = past.calls; call !== null; call = call.before) {
      const { path } = call.asked;
      if (path === here) continue;
      left.add(here);
      if (left.has(path)) return { node, how: `\`${nth(ground.policy.paths, path).name}\` is entered again` };
      here = path;
    }
  }
  return null;
}

/** Every event leads to a higher rank. Of a node from which no way is kept, one event is tried again. */
function alwaysGoesOn({ nodes, ground }: Graph): Broken | null {
  const ranks = new Map(nodes.map(({ key, rank }) => [key, rank]));
  const left = new Set<Node>();
  for (const { rank, state, edges } of nodes) {
    for (const from of edges.flatMap((edge) => edge.from)) {
      if (state.kind !== "finish" && rank <= from.rank) return forEver(from);
      left.add(from);
    }
  }
  for (const node of nodes) {
    const command = node.state;
    if (command.kind === "finish") {
      if (command.outcome.result !== command.ending.kind) return { node, how: "the outcome says what did not happen" };
      continue;
    }
    if (left.has(node)) continue;
    const after = afterOne(node, ground.policy);
    if (after?.kind === "finish") continue;
    const rank = after === null ? undefined : ranks.get(standingOf(after, node.world, ground).key);
    if (rank === undefined) return { node, how: `nothing follows "${command.kind}"` };
    if (rank <= node.rank) return forEver(node);
  }
  return null;
}

function forEver(node: Node): Broken {
  return { node, how: `"${node.state.kind}" can go on for ever` };
}

/** The way on which nothing goes wrong, at once or when the wait is over. */
function afterOne({ state }: Node, policy: Policy): State | null {
  const command = state;
  const at = sinceOf(state);
  switch (command.kind) {
    case "admit":
      return next(policy, state, { kind: "admitted", at, permit: command.inMs > 0 ? ADMITTED_LATER : 0, probe: false });
    case "wait":
      return next(policy, state, { kind: "woke", at: at + command.ms });
    case "attempt":
      return next(policy, state, { kind: "answered", at, answer: ANSWER });
    default:
      return null;
  }
}

const ANSWER = { status: 200, usage: null, providerRequestId: null };

/** Nothing is begun that could last longer; an attempt that the deadline cuts is to be over with it. */
function endsInTime({ nodes, ground }: Graph): Broken | null {
  const { deadline } = ground;
  for (const node of nodes) {
    const command = node.state;
    const latest = node.times.at(-1)?.to ?? 0;
    const lasts =
      command.kind === "wait"
        ? moment(command.since + command.ms)
        : command.kind === "attempt"
          ? Math.max(
              moment(command.since + command.timeoutMs),
              command.cutByDeadline ? 0 : latest + moment(command.timeoutMs),
            )
          : latest;
    if (lasts > deadline) return { node, how: `it may go on until ${duration(Math.ceil(msOf(lasts)))}` };
  }
  return null;
}

function withinCounts({ ends, ground }: Graph): Broken | null {
  const { budget } = ground.policy;
  for (const node of ends) {
    const { attempts, retries, fallbacks } = outcomeOf(node);
    const made = { attempts: attempts.length, retries, fallbacks };
    for (const what of ["attempts", "retries", "fallbacks"] as const) {
      if (made[what] > budget[what]) return { node, how: `${made[what]} ${what} of ${budget[what]} are made` };
    }
  }
  return null;
}

/** Of the longest prompt that comes to a call, by itself: what is known of it and of its answer together may be too much. */
function withinMoney({ nodes, ground }: Graph): Broken | null {
  const { policy } = ground;
  for (const node of nodes) {
    const command = node.state;
    const { past } = command;
    if (command.kind !== "attempt" || node.sizes === null) continue;
    const facts = { ...past.facts, promptTokens: node.sizes.most.prompt, outputLimit: 0 };
    const cause = unaffordable(policy, { ...past, facts }, nth(policy.paths, command.path));
    if (cause !== null) return { node, how: `a call is made all the same: ${cause}` };
  }
  return null;
}
