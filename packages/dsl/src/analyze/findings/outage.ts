/**
 * What happens to one request while every attempt fails in the same way and nothing else stands in its way:
 * no breaker is open, no retry budget is dry, back-offs are as short as can be, the prompt is empty.
 */
import {
  ADMITTED_LATER,
  type AttemptRecord,
  begin,
  type Decision,
  type Event,
  length,
  next,
  nth,
  type RequestFacts,
  type State,
} from "@fbp/runtime/core";
import { failureOf } from "../explore/explore.ts";
import type { Ground } from "../explore/ground.ts";
import { type Cause, causeOf } from "../explore/uses.ts";
import type { Proof } from "../proof.ts";
import type { Situation, World } from "../situation.ts";

export interface Outage {
  /** In the order in which they were made. */
  readonly calls: readonly AttemptRecord[];
  readonly trials: readonly OutageTrial[];
}

/** A rule at work, and what came of its actions. */
export interface OutageTrial {
  readonly path: number;
  /** On its path; -1 for a default. */
  readonly rule: number;
  /** Milliseconds since the request began. */
  readonly at: number;
  /** Calls that were made before. */
  readonly calls: number;
  /** In the order of the rule's actions; those behind the one that was taken were not tried. */
  readonly tried: readonly (Cause | "taken")[];
}

/** How attempts on each path fail, by the path's number; undefined: not in this way. */
type Failing = (path: number) => Situation | undefined;

/**
 * Nothing comes of any attempt, so that each ends exactly when its time is over, or the path's own time for the
 * status line; once for each kind of request that may be repeated.
 */
export function slowOutages(proof: Proof): readonly Outage[] {
  const failing: Failing = (path) => {
    const all = proof.situations[path] ?? [];
    return all.find(isTimeout) ?? all.find(isLate) ?? all.find(isSilence);
  };
  return outagesOf(proof, failing, "at_limit");
}

/** Every attempt fails at once; for each way in which the path of the start can, and kind of request that may be repeated. */
export function quickOutages(proof: Proof): readonly Outage[] {
  const { situations, model } = proof;
  const quick = situations.map((all) => all.filter(({ ends }) => ends === "any_time"));
  const signals = new Set((quick[model.start] ?? []).map(({ signal }) => signal));
  return [...signals].flatMap((signal) => {
    // A path that cannot fail so fails in its plainest way.
    const failing: Failing = (path) => quick[path]?.find((one) => one.signal === signal) ?? quick[path]?.[0];
    return outagesOf(proof, failing, "any_time");
  });
}

function isTimeout({ ends, facts, latestMs }: Situation): boolean {
  const isPlain = facts.sent && facts.transport === "attempt_timeout" && facts.status === 0;
  return ends === "at_limit" && latestMs === null && isPlain;
}

/** The path's own limit for the status line, where a guard tells that from other faults. */
function isLate(situation: Situation): boolean {
  return isSilence(situation) && situation.facts.transport === "headers_timeout";
}

/** No status line in the time for it. */
function isSilence({ ends, facts, latestMs }: Situation): boolean {
  return ends === "any_time" && latestMs !== null && facts.sent && facts.status === 0 && facts.transport !== null;
}

function outagesOf({ graph, model }: Proof, failing: Failing, ends: Situation["ends"]): readonly Outage[] {
  const repeatable = graph.worlds.filter((world) => world.repeatable);
  const worlds = repeatable.length > 0 ? repeatable : graph.worlds;
  if (failing(model.start) === undefined) return [];
  return worlds.map((world) => play(graph.ground, world, failing, ends));
}

function play(ground: Ground, world: World, failing: Failing, ends: Situation["ends"]): Outage {
  const { policy } = ground;
  const facts: RequestFacts = {
    id: "",
    traceId: null,
    startedAt: 0,
    request: world.request,
    context: world.context,
    repeatable: world.repeatable,
    promptTokens: 0,
    outputLimit: null,
  };
  const trials: OutageTrial[] = [];
  let now = 0;
  let state = begin(policy, facts, now);
  const tell = (event: Event): void => {
    const known = state.past.decisions;
    state = next(policy, state, event);
    trials.push(...trialsSince(state, known, ground));
  };
  trials.push(...trialsSince(state, null, ground));
  for (;;) {
    const command = state;
    switch (command.kind) {
      case "admit":
        tell({ kind: "admitted", at: now, permit: command.inMs > 0 ? ADMITTED_LATER : 0, probe: false });
        break;
      case "wait":
        now += command.ms;
        tell({ kind: "woke", at: now });
        break;
      case "attempt": {
        const situation = failing(command.path);
        if (ends === "at_limit") now += Math.min(command.timeoutMs, situation?.latestMs ?? Infinity);
        tell(
          situation === undefined
            ? { kind: "answered", at: now, answer: ANSWER }
            : failureOf(situation, now, { kind: "none" }, 0),
        );
        break;
      }
      case "finish":
        return { calls: command.outcome.attempts, trials };
      case "carry_on":
        throw new Error("the machine goes on with an attempt that has ended");
    }
  }
}

const ANSWER = { status: 200, usage: null, providerRequestId: null };

/** Those that came to an end after `known`, the first one first. */
function trialsSince({ past }: State, known: Decision | null, ground: Ground): readonly OutageTrial[] {
  const trials: OutageTrial[] = [];
  const calls = length(past.calls);
  for (let made = past.decisions; made !== null && made !== known; made = made.before) {
    const { at, path, ruling } = made.trial;
    trials.push({ path, rule: nth(ground.paths, path).rules.get(ruling) ?? -1, at, calls, tried: triedIn(made) });
  }
  return trials.reverse();
}

function triedIn({ trial, action }: Decision): readonly (Cause | "taken")[] {
  const tried: (Cause | "taken")[] = action === null ? [] : ["taken"];
  for (let refused = trial.refused; refused !== null; refused = refused.before) {
    if (refused.action !== null) tried.unshift(causeOf(refused.cause));
  }
  return tried;
}
