/** A run as a list of happenings, each with what was decided then: the ground of stories and scenarios. */
import { type DecisionRecord, nth } from "@fbp/runtime/core";
import type { ContractModel } from "../../check/model.ts";
import type { Graph, Stimulus } from "../explore/graph.ts";
import type { Trace } from "../explore/trace.ts";

export interface Happening {
  readonly stimulus: Stimulus;
  /** Name of the path that it happens on. */
  readonly path: string;
  /** Number of the path. */
  readonly pathIndex: number;
  readonly atMs: number;
  /** Since the attempt or the wait began that it ends; 0 for what happens at once. */
  readonly tookMs: number;
  readonly serverWaitMs: number | null;
  /** The rule that it brought to work; null where it was one more refusal of what another rule tries, or no rule was asked. */
  readonly decision: DecisionRecord | null;
}

/** Is a header there in which a server may ask for a wait, and asks for none? */
export function asksNoWait({ stimulus, serverWaitMs }: Happening, { contract }: ContractModel): boolean {
  if (stimulus.kind !== "failed" || serverWaitMs !== null) return false;
  const { headers } = stimulus.situation.facts;
  return Object.entries(contract.limits.headers).some(
    ([name, { retryHint }]) => retryHint !== undefined && Object.hasOwn(headers, name),
  );
}

/** In order, without what is only let through. */
export function timelineOf({ ground }: Graph, { steps, outcome }: Trace): readonly Happening[] {
  const decisions = [...outcome.decisions];
  const found: Happening[] = [];
  let since = 0;
  /** A rule's action is being got ready: a refusal now is the action's, not the path's. */
  let trying = false;
  for (const [index, { stimulus, atMs, path, serverWaitMs }] of steps.entries()) {
    const begins = stimulus.kind === "admitted" && steps[index + 1]?.stimulus.kind !== "woke";
    if (stimulus.kind === "admitted") {
      since = atMs;
      if (begins) trying = false;
      continue;
    }
    const raises = stimulus.kind === "failed" || (stimulus.kind === "refused" && (stimulus.by === "slo" || !trying));
    const decision = raises ? (decisions.shift() ?? null) : null;
    if (raises) trying = true;
    const tookMs = stimulus.kind === "refused" ? 0 : atMs - since;
    const { name } = nth(ground.policy.paths, path);
    found.push({ stimulus, path: name, pathIndex: path, atMs, tookMs, serverWaitMs, decision });
    since = atMs;
  }
  return found;
}
