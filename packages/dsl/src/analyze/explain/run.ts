/** A run in one line: what happens, and what is done about it. */
import type { DecisionRecord } from "@fbp/runtime/core";
import { duration } from "../../scenario/amounts.ts";
import type { Graph } from "../explore/graph.ts";
import type { Trace } from "../explore/trace.ts";
import { type Happening, timelineOf } from "../story/timeline.ts";

/**
 * Short parts in their order, for a list with commas: `primary times out after 8s`, `retry`, `primary answers
 * after 2s`. The last is how it ends.
 *
 * @param sized does it matter how large the request is?
 */
export function runInWords(graph: Graph, { outcome, world, size, ...trace }: Trace, sized = false): readonly string[] {
  const parts: string[] = [];
  if (world.text !== "" && world !== graph.worlds[0]) parts.push(`where ${world.text}`);
  if (sized && size !== null) parts.push(`a prompt of ${size.prompt} and an answer of ${size.output} tokens`);
  const happenings = timelineOf(graph, { outcome, world, size, ...trace });
  // What is too large for the budget is refused before anything happens.
  if (happenings.length === 0) parts.push(...outcome.decisions.flatMap(notStarted));
  let decided: string | null = null;
  for (const happening of happenings) {
    const { stimulus, decision } = happening;
    // What refuses an action comes before the one that is taken in its place, and a back-off before its retry.
    const isOnTheWay = decision === null && (stimulus.kind === "refused" || stimulus.kind === "woke");
    if (decided !== null && !isOnTheWay) {
      parts.push(decided);
      decided = null;
    }
    parts.push(happenedIn(happening));
    decided = decision?.action ?? decided;
  }
  return decided === null ? parts : [...parts, decided];
}

function notStarted({ path, action, refused }: DecisionRecord): readonly string[] {
  return [...refused.map(({ cause }) => `${path} is not called: ${whyNot(cause)}`), action];
}

/** Nobody wants to read how large the largest of all requests is. */
function whyNot(cause: string): string {
  if (cause.startsWith("tokens: ")) return "the request takes too many tokens";
  return cause.startsWith("cost: ") ? "the request costs too much" : cause;
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
      return `${path} ${stimulus.situation.text}${after}${asks}${stimulus.committed ? ", after a token" : ""}`;
    }
    default:
      return `${path} is called`;
  }
}
