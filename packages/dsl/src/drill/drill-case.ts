/** One request of a drill, and the world that it meets. */
import type { Ending, Outcome } from "@fbp/runtime/core";
import type { WorldEvent } from "@fbp/runtime/virtual";
import type { Asked } from "../why/reply.ts";
import type { StepName } from "./steps.ts";

export interface DrillCase {
  /** Unique in a plan; request ids of the provider begin with it. */
  readonly id: string;
  readonly step: StepName;
  /** In the operator's words, unique in its step: `primary answers 500`. */
  readonly name: string;
  /** Number of the path that it is about. */
  readonly path: number;
  readonly asked: Asked;
  /** The request asks for a stream. */
  readonly streamed: boolean;
  /** What the provider of a path, by its number, does with each call; what stands last goes on. */
  readonly world: ReadonlyMap<number, readonly WorldEvent[]>;
  /** Paths, by number, whose breakers are held open. */
  readonly held: readonly number[];
  readonly demands: readonly Demand[];
  /** What the path's real provider is asked, where the contract's own address is called; null: it is not called. */
  readonly live: Live | null;
}

/** `call`: as it should be. */
export type Live = "call" | "wrong_key" | "malformed";

/** What the runbook asks of a step, whatever a policy says. */
export interface Demand {
  /** As a sentence about the request. */
  readonly text: string;
  /** How it is not kept, in the operator's words; null: it is. */
  readonly broken: (seen: Seen) => string | null;
}

/** What came of a request. */
export interface Seen {
  readonly outcome: Outcome;
  readonly ending: Ending;
  /** The text of the answer, as far as the caller was shown it as a stream; "" of a whole answer. */
  readonly shown: string;
}

/** What the provider of `path` does with its call number `nth`, from 0. */
export function eventFor(one: DrillCase, path: number, nth: number, healthy: WorldEvent): WorldEvent {
  const events = one.world.get(path);
  return events?.[Math.min(nth, events.length - 1)] ?? healthy;
}
