/**
 * What can come out of one attempt, in as few kinds as a policy can tell apart. Each kind carries a
 * concrete failure, so that the runtime's own machine can be asked what it does with it.
 */
import type { FailedAttempt } from "@fbp/runtime/core";
import type { SignalsLineModel } from "../check/model.ts";

/** One way in which an attempt on a path can fail. */
export interface Situation {
  /** Number of the signal that it shows. */
  readonly signal: number;
  /** A concrete failure of this kind; every rule, charge and limit treats each other one of the kind alike. */
  readonly facts: FailedAttempt["facts"];
  /** Name of the `accept` check that failed. */
  readonly check: string | null;
  /** When it shows: at any time up to the attempt's limit, or exactly when the limit is over. */
  readonly ends: "any_time" | "at_limit";
  /**
   * How long after the attempt began it can show at the latest, in milliseconds; null: the attempt's own limit.
   * At a limit: only of an attempt that is given no more than this, as one is that the deadline cuts short.
   */
  readonly latestMs: number | null;
  /** May a token of the answer have been seen by then? (Only where the policy shows tokens before the end.) */
  readonly afterToken: boolean;
  /** May the server ask for a wait with it, of any length? */
  readonly mayAskWait: boolean;
  /** The line of `signals` that reads it so; null where the runtime raises the signal itself. */
  readonly line: SignalsLineModel | null;
  /** In the operator's words, for a numbered story: `answers 503`, `times out after 8s`, `cannot be reached`. */
  readonly text: string;
}

/** Requests and contexts that no predicate of the policy tells apart, with one of them as an example. */
export interface World {
  readonly request: unknown;
  readonly context: Readonly<Record<string, string | number | boolean>>;
  /** `repeat only when …` for these requests. */
  readonly repeatable: boolean;
  /** In the operator's words: `context.tier is "free", request.tools is absent`; empty where nothing is told apart. */
  readonly text: string;
}
