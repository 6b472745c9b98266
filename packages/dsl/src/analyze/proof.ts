/**
 * What can happen to a request of one policy, worked out before it is deployed. Everything that is told of
 * a policy beyond its text is read off the graph that is made here.
 */
import type { PolicyModel } from "../check/model.ts";
import { type AllBounds, boundsOf } from "./bounds.ts";
import { explore } from "./explore/explore.ts";
import type { Graph } from "./explore/graph.ts";
import { groundOf } from "./explore/ground.ts";
import { signalsAskedFor } from "./explore/observed.ts";
import { exploredPolicy } from "./explored-policy.ts";
import type { Situation } from "./situation.ts";
import { situationsOf, UndecidedError } from "./situations.ts";
import { worldsOf } from "./worlds.ts";

export interface Proof {
  readonly model: PolicyModel;
  readonly graph: Graph;
  readonly bounds: AllBounds;
  /** How an attempt on a path can fail, by path. */
  readonly situations: readonly (readonly Situation[])[];
}

export type Proved =
  | { readonly kind: "proved"; readonly proof: Proof }
  /** Completes "the policy cannot be explored: …", in the operator's words; `of` is what there is too much of. */
  | { readonly kind: "too_large"; readonly why: string; readonly of: readonly string[] };

/** More standings than this are not told apart: seconds of work, and some hundred megabytes. */
export const MOST_NODES = 30_000;

/** Deterministic: the same model gives the same proof. */
export function prove(model: PolicyModel, mostNodes = MOST_NODES): Proved {
  const found = worldsOf(model);
  if ("tooMany" in found) return { kind: "too_large", why: found.tooMany.why, of: found.tooMany.tests };
  const situations = allSituations(model);
  if ("why" in situations) return { kind: "too_large", ...situations, of: [] };
  const ground = groundOf(model, exploredPolicy(model), signalsAskedFor(model));
  const graph = explore(ground, {
    worlds: found.worlds,
    situations: (path) => situations[path] ?? [],
    mostNodes,
  });
  if (!graph.complete) {
    return {
      kind: "too_large",
      why: `a request can stand in more than ${mostNodes} ways`,
      of: sizeOf(model, found.worlds.length, situations),
    };
  }
  return { kind: "proved", proof: { model, graph, bounds: boundsOf(graph), situations } };
}

type Situations = readonly (readonly Situation[])[];

/** By path; or why they cannot be told apart. */
function allSituations(model: PolicyModel): Situations | { readonly why: string } {
  try {
    return model.paths.map((_, path) => situationsOf(model, path));
  } catch (error) {
    if (error instanceof UndecidedError) return { why: error.message };
    throw error;
  }
}

/** What the number of standings grows with, for a message. */
function sizeOf({ paths, budget }: PolicyModel, worlds: number, situations: Situations): readonly string[] {
  const kinds = situations.reduce((most, of) => Math.max(most, of.length), 0);
  return [
    `${paths.length} paths`,
    `${budget.attempts} attempts`,
    `${budget.fallbacks} fallbacks`,
    `${worlds} kinds of requests`,
    `${kinds} kinds of failures on a path`,
  ];
}
