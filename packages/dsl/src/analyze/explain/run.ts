/** A run in one line: what happens, and what is done about it. */
import type { DecisionRecord } from "@fbp/runtime/core";
import { duration } from "../../scenario/amounts.ts";
import type { Graph } from "../explore/graph.ts";
import type { Trace } from "../explore/trace.ts";
import { type Happening, timelineOf } from "../story/timeline.ts";

/**
 * Short parts in their order, for a list with commas: `primary times out after 8s`, `retry`, `primary answers
 * after 2s`. The last is how it ends.
 */
export function runInWords(graph: Graph, trace: Trace): readonly string[] {
  const { outcome, world } = trace;
  const asked = world.text === "" || world === graph.worlds[0] ? [] : [`where ${world.text}`];
  const happenings = timelineOf(graph, trace);
  const parts = happenings.flatMap((happening): string[] => [
    happenedIn(happening),
    ...(happening.decision === null ? [] : [happening.decision.action]),
  ]);
  // What is too large for the budget is refused before anything happens.
  if (happenings.length === 0) parts.push(...outcome.decisions.flatMap(notStarted));
  return [...asked, ...parts];
}

function notStarted({ path, action, refused }: DecisionRecord): readonly string[] {
  return [...refused.map(({ cause }) => `${path} is not called: ${cause}`), action];
}

function happenedIn({ stimulus, path, tookMs, serverWaitMs }: Happening): string {
  const after = tookMs < 1 ? "" : ` after ${duration(tookMs)}`;
  switch (stimulus.kind) {
    case "refused":
      if (stimulus.by === "retry_budget") return "the retry budget is spent";
      return stimulus.by === "breaker" ? `the breaker of ${path} is open` : `${path} breaches its SLO`;
    case "woke":
      return `${duration(tookMs)} of back-off`;
    case "answered":
      return `${path} answers${after}`;
    case "failed": {
      const asks = serverWaitMs === null ? "" : ` and asks for ${duration(serverWaitMs)}`;
      return `${path} ${stimulus.situation.text}${asks}${after}${stimulus.committed ? ", after a token" : ""}`;
    }
    default:
      return `${path} is called`;
  }
}
