/** What was found: every standing that a request can come to, and how. */
import type { Outcome, State } from "@fbp/runtime/core";
import type { Situation, World } from "../situation.ts";
import type { Ground } from "./ground.ts";
import type { Stretch, Times } from "./moment.ts";
import type { Sizes } from "./sizes.ts";
import type { RuleUse } from "./uses.ts";

/**
 * All standings of requests that no event tells apart: what is commanded, what was used up, which rule is at
 * work. What differs is when (`times`) and how large the request is (`sizes`).
 */
export interface Node {
  /** Number in the order in which nodes were found. */
  readonly id: number;
  /** Index into the worlds. */
  readonly world: number;
  readonly key: string;
  /** Every event leads to a node of a higher rank. */
  readonly rank: number;
  /** One of the standings. */
  readonly state: State;
  /** When the command was given, on the request's clock. */
  times: Times;
  sizes: Sizes | null;
  /** The ways in which a request comes here, the shortest first found; none where it begins. */
  readonly edges: Edge[];
  /** Events on the shortest way. */
  depth: number;
}

export interface Edge {
  /** A request comes from one of these. */
  readonly from: readonly Node[];
  readonly stimulus: Stimulus;
  /** When the event comes. */
  readonly at: Stretch;
  /** Events on the shortest way by it. */
  readonly depth: number;
  /** The requests that it takes this way. */
  readonly sizes: Sizes | null;
}

/** An event, as far as it is told apart. */
export type Stimulus =
  /** None yet. */
  | { readonly kind: "began" }
  | { readonly kind: "admitted" }
  | { readonly kind: "refused"; readonly by: "breaker" | "slo" | "retry_budget" }
  | { readonly kind: "woke" }
  | { readonly kind: "answered" }
  | {
      readonly kind: "failed";
      readonly situation: Situation;
      /** After a token of the answer may have been seen. */
      readonly committed: boolean;
      readonly wait: Wait;
    };

/** How long a retry that follows is to wait. */
export type Wait =
  | { readonly kind: "none" }
  /** By the rule's back-off, drawn between nothing and `longestMs`; `fits`: so short that the retry is let through. */
  | { readonly kind: "back_off"; readonly fits: boolean; readonly longestMs: number }
  /** As the server asks. */
  | { readonly kind: "server"; readonly fits: boolean };

export interface Graph {
  readonly ground: Ground;
  readonly worlds: readonly World[];
  /** In the order of their ranks. */
  readonly nodes: readonly Node[];
  /** Those that end a request. */
  readonly ends: readonly Node[];
  /** Which rules and actions are at work, in the order in which they were met. */
  readonly rules: readonly RuleUse[];
  /** False where there were more nodes than allowed: then nothing may be concluded from what is not here. */
  readonly complete: boolean;
}

/** What a request ends in that comes to this node. */
export function outcomeOf({ state }: Node): Outcome {
  if (state.kind !== "finish") throw new RangeError("not the end of a request");
  return state.outcome;
}
