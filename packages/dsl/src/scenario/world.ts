/** What a scenario says of the world, as the virtual transport plays it. */
import type { TransportFault } from "@fbp/runtime/core";
import type { WorldEvent } from "@fbp/runtime/virtual";
import type { ContractModel } from "../check/model.ts";
import { mayStream } from "../lower/fits.ts";
import type { Span } from "../source.ts";
import type * as tree from "../syntax/tree.ts";
import { canonicalAnswer } from "./canonical.ts";
import { jsonValue } from "./json.ts";
import { brokenStream, streamedAnswer } from "./stream.ts";

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

/** What the providers go by. */
export interface Providers {
  /** A path's contract; null for no path of the policy. */
  readonly contractOf: (path: string) => ContractModel | null;
  /** The request asks for a stream. */
  readonly streamed: boolean;
}

/**
 * The steps of each path, in the order of its calls.
 * @throws UnplayableError for a step that breaks a stream where there is none
 */
export function worldOf(
  steps: readonly tree.ScenarioStep[],
  providers: Providers,
): ReadonlyMap<string, readonly PlannedEvent[]> {
  const world = new Map<string, PlannedEvent[]>();
  for (const step of steps) {
    if (step.kind !== "world") continue;
    const queue = world.get(step.path.text) ?? [];
    queue.push({ event: eventOf(step, providers), span: step.span });
    world.set(step.path.text, queue);
  }
  return world;
}

/** A call that nothing is said about. */
export function unscripted(path: string, providers: Providers): WorldEvent {
  return usable(path, 0, providers);
}

/** In a stream where one was asked for and the provider has them. */
function usable(path: string, afterMs: number, { contractOf, streamed }: Providers): WorldEvent {
  const model = contractOf(path);
  if (model === null) return answered(undefined, afterMs);
  if (streamed && mayStream(model.contract)) return streamedAnswer(model, afterMs);
  return answered(canonicalAnswer(model.contract, model.root), afterMs);
}

function broken(step: tree.WorldStep, tokens: tree.Quantity | null, afterMs: number, providers: Providers): WorldEvent {
  const model = providers.contractOf(step.path.text);
  if (!providers.streamed)
    throw new UnplayableError(step.span, "the request asks for a whole answer, and not a stream");
  if (model === null || !mayStream(model.contract)) {
    throw new UnplayableError(step.span, `the contract of \`${step.path.text}\` has no streams that could break`);
  }
  return brokenStream(model, tokens === null ? null : tokens.value, afterMs);
}

const JSON_HEADERS = { "content-type": "application/json" } as const;

function answered(body: unknown, afterMs: number): WorldEvent {
  return { kind: "returns", status: 200, headers: JSON_HEADERS, body, afterMs };
}

function eventOf(step: tree.WorldStep, providers: Providers): WorldEvent {
  const { event } = step;
  const afterMs = step.after?.value ?? 0;
  switch (event.kind) {
    case "times_out":
      return { kind: "hangs" };
    case "fails":
      return { kind: "fails", fault: event.fault.text as TransportFault, afterMs };
    case "answers":
      return event.body === null
        ? usable(step.path.text, afterMs, providers)
        : answered(jsonValue(event.body), afterMs);
    case "returns": {
      const given = event.headers.map((header) => [header.name.value.toLowerCase(), header.value.value]);
      const headers = { ...(event.body === null ? {} : JSON_HEADERS), ...Object.fromEntries(given) };
      const body = event.body === null ? {} : { body: jsonValue(event.body) };
      return { kind: "returns", status: event.status.value, headers, afterMs, ...body };
    }
    case "breaks":
      return broken(step, event.tokens, afterMs, providers);
  }
}
