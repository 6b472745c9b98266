/** What a scenario says of the world, as the virtual transport plays it. */
import type { TransportFault } from "@fbp/runtime/core";
import type { WorldEvent } from "@fbp/runtime/virtual";
import type { Span } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import { jsonValue } from "./json.ts";

export interface PlannedEvent {
  readonly event: WorldEvent;
  readonly span: Span;
}

export class UnplayableError extends Error {
  override readonly name = "UnplayableError";
  readonly span: Span;
  constructor(span: Span, message: string) {
    super(message);
    this.span = span;
  }
}

/**
 * The steps of each path, in the order of its calls.
 * @param answerOf the canonical answer of a path's contract
 * @throws UnplayableError for a step that breaks a stream
 */
export function worldOf(
  steps: readonly tree.ScenarioStep[],
  answerOf: (path: string) => unknown,
): ReadonlyMap<string, readonly PlannedEvent[]> {
  const world = new Map<string, PlannedEvent[]>();
  for (const step of steps) {
    if (step.kind !== "world") continue;
    const queue = world.get(step.path.text) ?? [];
    queue.push({ event: eventOf(step, answerOf), span: step.span });
    world.set(step.path.text, queue);
  }
  return world;
}

/** A call that nothing is said about. */
export function unscripted(answer: unknown): WorldEvent {
  return answered(answer, 0);
}

const JSON_HEADERS = { "content-type": "application/json" } as const;

function answered(body: unknown, afterMs: number): WorldEvent {
  return { kind: "returns", status: 200, headers: JSON_HEADERS, body, afterMs };
}

function eventOf(step: tree.WorldStep, answerOf: (path: string) => unknown): WorldEvent {
  const { event } = step;
  const afterMs = step.after?.value ?? 0;
  switch (event.kind) {
    case "times_out":
      return { kind: "hangs" };
    case "fails":
      return { kind: "fails", fault: event.fault.text as TransportFault, afterMs };
    case "answers": {
      const body = event.body === null ? answerOf(step.path.text) : jsonValue(event.body);
      return answered(body, afterMs);
    }
    case "returns": {
      const given = event.headers.map((header) => [header.name.value.toLowerCase(), header.value.value]);
      const headers = { ...(event.body === null ? {} : JSON_HEADERS), ...Object.fromEntries(given) };
      const body = event.body === null ? {} : { body: jsonValue(event.body) };
      return { kind: "returns", status: event.status.value, headers, afterMs, ...body };
    }
    case "breaks":
      throw new UnplayableError(step.span, "a stream that breaks cannot be played, only whole answers can");
  }
}
